"""Outside systems, what was handed to them, what waits on the way, and every exchange."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case, StageClock
from onegrid.exchange.connectors import rules
from onegrid.kit.actors import NOTHING, Reach, Scope
from onegrid.kit.crypto import EncryptedTextField

MAY = frozenset({"cases.see", "cases.handle", "cases.note"})  # for the cases of its units, and nothing else


class OutsideSystem(models.Model):
    """外部业务系统: the system in which units do their work, and the account under which it acts here.

    As an actor it may handle, and note, what is dispatched to the units it serves. `mapping`: YAML, as it stands.
    `purpose`: what for the words of reports go to it; while it is empty they stay here. `purpose_owed`: it got them
    before a purpose was asked for, and nobody has decided since: they stay here until somebody has.
    `secret` signs both ways; `secret_before` still opens until `before_until`. `failures`: failed tries in a row.
    """

    name = models.CharField(_("name"), max_length=rules.NAME_MAX)
    connector = models.CharField(_("kind of connection"), max_length=30)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="outside_systems",
        verbose_name=_("organisation that answers for it"),
    )
    address = models.CharField(_("address"), max_length=rules.ADDRESS_MAX)
    mapping = models.TextField(_("fields and codes"))
    purpose = models.CharField(
        _("why the words of reports are sent"), max_length=300, blank=True, db_default=""
    )
    purpose_owed = models.BooleanField(_("purpose to be written"), db_default=False)  # 用途待补写
    secret = EncryptedTextField()
    secret_before = EncryptedTextField(null=True)
    before_until = models.DateTimeField(null=True)
    is_on = models.BooleanField(_("switched on"), default=False)
    registered_at = models.DateTimeField(_("registered at"))
    last_ok_at = models.DateTimeField(_("last exchange"), null=True)
    last_bad_at = models.DateTimeField(_("last trouble"), null=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(_("what went wrong"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outside system")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_system_name_per_organisation")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor_key(self) -> str:
        return f"outside:{self.pk}"

    @property
    def actor_label(self) -> str:
        return self.name[:80]

    @cached_property
    def unit_ids(self) -> list[int]:
        return list(ServedUnit.objects.filter(system=self).values_list("unit", flat=True))

    def scope(self, what: str) -> Scope:
        """The cases of its units, while it is switched on."""
        if not self.is_on or what not in MAY:
            return NOTHING
        return Scope(tuple(Reach(None, unit_id) for unit_id in self.unit_ids))

    def secrets_at(self, at: datetime) -> list[str]:
        """What opens now."""
        old = self.secret_before if self.before_until and self.before_until > at else None
        return [self.secret, old] if old else [self.secret]

    @property
    def is_well(self) -> bool | None:
        """None: nothing was ever exchanged."""
        if self.failures:
            return False
        return True if self.last_ok_at else None


class ServedUnit(models.Model):
    """A unit whose work is done in the system. One system a unit."""

    system = models.ForeignKey(OutsideSystem, models.CASCADE, related_name="served")
    unit = models.OneToOneField(Organisation, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("unit that is served")

    def __str__(self) -> str:
        return str(self.unit)


class TicketState(models.TextChoices):
    WAITING = "waiting", _("On its way")  # 待送达
    TAKEN = "taken", _("Taken")  # 对方已接收
    ACCEPTED = "accepted", _("In hand")  # 已接单
    DONE = "done", _("Done")  # 已办结
    RETURNED = "returned", _("Sent back")  # 已退回
    WITHDRAWN = "withdrawn", _("Withdrawn")  # 已撤回
    DEAD = "dead", _("Could not be handed over")  # 未能送达


class Ticket(models.Model):
    """One dispatch of a case to a unit of the system. A case that comes back for rework is another ticket.

    `key`: what we call it, `foreign_number`: what they call it. `clock`: the running time of this dispatch, by which
    two of them are told apart. `last_seq`: of the newest event; an older one that comes later changes nothing.
    """

    system = models.ForeignKey(OutsideSystem, models.PROTECT, related_name="tickets")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    clock = models.OneToOneField(StageClock, models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=TicketState.choices, default=TicketState.WAITING
    )
    foreign_number = models.CharField(_("number there"), max_length=80, blank=True)
    officer = models.CharField(_("officer"), max_length=40, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(_("handed over at"))
    taken_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ticket")
        indexes = [
            models.Index(fields=["system", "-id"], name="ticket_system"),
            models.Index(fields=["opened_at"], name="ticket_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.key


class ErrandKind(models.TextChoices):
    SEND = "send", _("Matter handed over")  # 移送
    WITHDRAW = "withdraw", _("Withdraw")  # 撤回


class ErrandState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    DEAD = "dead", _("Dead letter")  # 死信
    DROPPED = "dropped", _("No longer needed")


class Errand(models.Model):
    """What has to get to the system. `leased_until`: somebody is trying now; past that, he was killed."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="errands")
    kind = models.CharField(_("what"), max_length=10, choices=ErrandKind.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=ErrandState.choices, default=ErrandState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    trouble = models.CharField(_("what went wrong"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("errand")
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="one_errand_of_a_kind")]
        indexes = [
            models.Index(fields=["not_before"], name="errand_waiting", condition=Q(state="waiting")),
            models.Index(fields=["-id"], name="errand_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket}"

    @property
    def key(self) -> str:
        """The same at every try, for a peer that drops repetitions."""
        return f"{self.ticket.key}:{self.kind}"


class Nonce(models.Model):
    """A signed request that was let in: the same one does not open twice."""

    system = models.ForeignKey(OutsideSystem, models.CASCADE, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "nonce"], name="one_use_of_a_nonce")]

    def __str__(self) -> str:
        return self.nonce


class What(models.TextChoices):
    SEND = "send", _("Matter handed over")
    WITHDRAW = "withdraw", _("Withdraw")
    ASK = "ask", _("Ask how it stands")
    TEST = "test", _("Test call")
    RECEIVE = "receive", _("Message from there")


class Outcome(models.TextChoices):
    OK = "ok", _("Done")
    AGAIN = "again", _("Came again, nothing changed")
    OLDER = "older", _("Older than what is known, nothing changed")
    REFUSED = "refused", _("Was refused")
    FAILED = "failed", _("Did not get through")


class Exchange(models.Model):
    """One exchange, out or in: what, when, with whom, and the answer. Never what was said: `said` holds the names of
    the fields and how long they were."""

    system = models.ForeignKey(OutsideSystem, models.CASCADE, related_name="exchanges", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="exchanges")
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    outcome = models.CharField(_("answer"), max_length=8, choices=Outcome.choices)
    code = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=80, blank=True)
    said = models.JSONField(default=dict)
    by = models.CharField(_("who"), max_length=80)
    took_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("exchange")
        indexes = [models.Index(fields=["system", "-id"], name="exchange_system")]

    def __str__(self) -> str:
        return f"{self.what} {self.outcome}"


def sizes(said: dict[str, Any]) -> dict[str, int]:
    """Names of the fields and how long each is: what the log may keep."""
    return {name: len(str(value)) for name, value in said.items() if value not in (None, "", [])}
