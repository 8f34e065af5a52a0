"""Written instructions, each unit's part of one, and every line of their history."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import Mark, units
from onegrid.kit.worktime import ClockState
from onegrid.oversight.supervision import rules


class UrgencyChoices(models.TextChoices):
    ORDINARY = rules.Urgency.ORDINARY, _("Routine")
    URGENT = rules.Urgency.URGENT, _("Urgent instruction")
    AT_ONCE = rules.Urgency.AT_ONCE, _("At once")


class SecrecyChoices(models.TextChoices):
    OPEN = rules.Secrecy.OPEN, _("Open to all who supervise here")
    NAMED = rules.Secrecy.NAMED, _("Only me, those above me, and the units named")


class StateChoices(models.TextChoices):
    WAITING = rules.State.WAITING, _("Waits to be signed for")
    SIGNED = rules.State.SIGNED, _("Being worked on")
    REPLIED = rules.State.REPLIED, _("Reply waits to be accepted")
    ACCEPTED = rules.State.ACCEPTED, _("Reply accepted")
    WITHDRAWN = rules.State.WITHDRAWN, _("Instruction withdrawn")


class VerbChoices(models.TextChoices):
    WRITE = rules.Verb.WRITE, _("Write an instruction")
    SIGN = rules.Verb.SIGN, _("Sign for it")
    REPLY = rules.Verb.REPLY, _("Send the reply")
    ASK_TIME = rules.Verb.ASK_TIME, _("Ask for more time")
    GIVE_TIME = rules.Verb.GIVE_TIME, _("Give more time")
    REFUSE_TIME = rules.Verb.REFUSE_TIME, _("Give no more time")
    REMIND = rules.Verb.REMIND, _("Remind the unit")
    ASK_AGAIN = rules.Verb.ASK_AGAIN, _("Ask again")
    ACCEPT = rules.Verb.ACCEPT, _("Accept the reply")
    WITHDRAW = rules.Verb.WITHDRAW, _("Withdraw from this unit")
    RECOUNT = rules.Verb.RECOUNT, _("Time counted by the new calendar")


class Instruction(models.Model):
    """批示. `area_path`: the place it is about, the lowest area of its cases, or the writer's own; `writer_path`: how
    high the writer stands ("": over everything): whoever may write for that whole area decides in his place."""

    words = models.TextField(_("instruction"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=UrgencyChoices.choices)
    secrecy = models.CharField(_("who may read it"), max_length=8, choices=SecrecyChoices.choices)
    area_path = models.CharField(max_length=120, db_collation="C", blank=True)
    place = models.CharField(_("about the place"), max_length=120, blank=True)
    writer_path = models.CharField(max_length=120, db_collation="C", blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    writer_label = models.CharField(_("instruction written by"), max_length=80)
    written_at = models.DateTimeField(_("instruction written at"))
    ended_at = models.DateTimeField(null=True)
    cases = models.ManyToManyField("cases.Case", related_name="+", blank=True)

    class Meta:
        verbose_name = _("instruction")
        indexes = [
            models.Index(fields=["area_path"], name="instruction_area"),
            models.Index(fields=["written_by", "-id"], name="instruction_writer"),
        ]

    def __str__(self) -> str:
        return self.words[:40]


class Errand(models.Model):
    """One unit's part: to sign for, to do, to answer until `due_at`.

    The limit is counted by one calendar version. `extra`: units given besides. `time_asked`: units the unit asks for
    and nobody has decided. `late`: whether an answer came after its end, kept when it is asked again. `tell_at`: when
    something is to be said about the clock next; None: nothing more. `rounds`: how often an answer was asked for.
    """

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="errands")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=StateChoices.choices)
    limit = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16, choices=units())
    mark = models.CharField(max_length=16, choices=Mark.choices, blank=True)
    calendar_version = models.CharField(max_length=80)
    extra = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    time_asked = models.PositiveSmallIntegerField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(_("reply until"))
    approaching_at = models.DateTimeField(null=True)
    tell_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    rounds = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("part of an instruction")
        constraints = [
            models.UniqueConstraint(fields=["instruction", "org"], name="one_errand_per_unit"),
        ]
        indexes = [
            models.Index(fields=["org", "state", "-id"], name="errand_org"),
            models.Index(fields=["state", "due_at", "id"], name="errand_state"),
            models.Index(fields=["tell_at"], name="errand_to_tell", condition=~Q(tell_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.instruction_id} {self.state}"

    @property
    def running(self) -> bool:
        return self.state in rules.RUNNING

    @property
    def clock_state(self) -> str:
        """A ClockState of a clock that runs, else "". For screens only."""
        if not self.running:
            return ""
        now = timezone.now()
        if self.due_at < now:
            return ClockState.OVERDUE.value
        if self.approaching_at is not None and self.approaching_at <= now:
            return ClockState.APPROACHING.value
        return ClockState.NORMAL.value


class InstructionLine(models.Model):
    """One line of the history, appended only (a trigger refuses the rest). `errand`: whose part; None: of all.
    `org_name`: the organisation as it was called then."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="lines")
    errand = models.ForeignKey(Errand, models.PROTECT, null=True, related_name="+", db_index=False)
    verb = models.CharField(max_length=12, choices=VerbChoices.choices)
    words = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    by_key = models.CharField(max_length=80)
    by_label = models.CharField(max_length=80)
    org_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("line of an instruction")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.instruction_id} {self.verb}"


class InstructionFile(models.Model):
    """What was attached to a line; never changed, never removed."""

    line = models.ForeignKey(InstructionLine, models.PROTECT, related_name="files")
    file = models.ForeignKey("kit.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("file of an instruction")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class InstructionRead(models.Model):
    """阅知: who opened it first when."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="reads")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of an instruction")
        constraints = [models.UniqueConstraint(fields=["instruction", "user"], name="one_first_reading")]
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.instruction_id} {self.user_id}"
