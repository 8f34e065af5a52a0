"""One matter from report to close."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import Q, Value
from django.db.models.functions import Concat, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass, Standard
from onegrid.cases.flow import rules
from onegrid.kit.actors.scope import Scope
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField
from onegrid.kit.worktime import ClockState
from onegrid.places.areas.models import CGCS2000, Area


class Channel(models.TextChoices):
    """Where the report came from."""

    RESIDENT = "resident", _("Resident")  # 居民随手拍
    GRID_WORKER = "grid_worker", _("Grid worker")  # 网格员上报
    HOTLINE = "hotline", _("Hotline")  # 12345 热线
    OPEN311 = "open311", _("Open311")
    SENSOR = "sensor", _("Sensor")
    CAMERA = "camera", _("Camera")
    IMPORT = "import", _("Imported")
    SUPERVISOR = "supervisor", _("Supervisor")  # 监督员、领导交办
    NODE = "node", _("Other node")  # 其他节点


class StateChoices(models.TextChoices):
    """The states of rules.State in words."""

    REPORTED = rules.State.REPORTED, _("Reported")
    VERIFIED = rules.State.VERIFIED, _("Verified")
    FILED = rules.State.FILED, _("Filed")
    DISPATCHED = rules.State.DISPATCHED, _("Dispatched")
    HANDLED = rules.State.HANDLED, _("Handled")
    CHECKED = rules.State.CHECKED, _("Result checked")
    CLOSED = rules.State.CLOSED, _("Case closed")
    CANCELLED = rules.State.CANCELLED, _("Case cancelled")


class VerbChoices(models.TextChoices):
    """The verbs of rules.Verb in words."""

    OPEN = rules.Verb.OPEN, _("Report")
    VERIFY = rules.Verb.VERIFY, _("Verify")
    FILE = rules.Verb.FILE, _("File case")
    DISPATCH = rules.Verb.DISPATCH, _("Dispatch")
    HANDLE = rules.Verb.HANDLE, _("Feed back")
    CHECK = rules.Verb.CHECK, _("Check")
    CLOSE = rules.Verb.CLOSE, _("Close case")
    SETTLE = rules.Verb.SETTLE, _("Settle on the spot")
    RETURN = rules.Verb.RETURN, _("Return to dispatcher")
    REWORK = rules.Verb.REWORK, _("Send back for rework")
    CANCEL = rules.Verb.CANCEL, _("Cancel case")
    PASS_ON = rules.Verb.PASS_ON, _("Passed on")
    ESCALATE = rules.Verb.ESCALATE, _("Pass up")
    HAND_DOWN = rules.Verb.HAND_DOWN, _("Hand down")
    RAISE_ALARM = rules.Verb.RAISE_ALARM, _("Declare an emergency")
    REOPEN = rules.Verb.REOPEN, _("Reopen")
    WITHDRAW = rules.Verb.WITHDRAW, _("Withdraw the report")
    OBJECT = rules.Verb.OBJECT, _("Object to the duty")
    ARBITRATE = rules.Verb.ARBITRATE, _("Decide whose duty it is")
    ASK_HELP = rules.Verb.ASK_HELP, _("Call a helping unit")
    GIVE_HELP = rules.Verb.GIVE_HELP, _("Report the helping unit's result")
    PRESS = rules.Verb.PRESS, _("Press")
    NOTE = rules.Verb.NOTE, _("Add a note")
    RATE = rules.Verb.RATE, _("Rate the result")
    APPLY = rules.Verb.APPLY, _("Apply")
    DECIDE = rules.Verb.DECIDE, _("Decide an application")
    TAKE_BACK = rules.Verb.TAKE_BACK, _("Take an application back")
    RECALL = rules.Verb.RECALL, _("Take the last step back")
    HOLD = rules.Verb.HOLD, _("Hold the clock")
    RESUME = rules.Verb.RESUME, _("Let the clock run on")
    MERGE = rules.Verb.MERGE, _("Merge with another case")
    UNMERGE = rules.Verb.UNMERGE, _("Undo the merge")
    LINK = rules.Verb.LINK, _("Link with another case")
    UNLINK = rules.Verb.UNLINK, _("Undo the link")
    OFFER = rules.Verb.OFFER, _("Offer it to another street")
    CALL_OFF = rules.Verb.CALL_OFF, _("Call the offer off")
    TAKE_OVER = rules.Verb.TAKE_OVER, _("Accept from another street")
    DECLINE = rules.Verb.DECLINE, _("Decline")
    AWARD = rules.Verb.AWARD, _("Decide which street has it")
    RECOUNT = rules.Verb.RECOUNT, _("Limit counted by the new calendar")
    FOLLOW = rules.Verb.FOLLOW, _("Somebody else follows it")
    RECORD = rules.Verb.RECORD, _("Recorded as ended elsewhere")


class LevelChoices(models.TextChoices):
    """The levels of rules.Level in words."""

    GRID = rules.Level.GRID, _("Grid level")
    COMMUNITY = rules.Level.COMMUNITY, _("Community level")
    STREET = rules.Level.STREET, _("Street centre level")
    DISTRICT = rules.Level.DISTRICT, _("District level")
    CITY = rules.Level.CITY, _("City level")


# exactly what the index case_words holds
SEARCHED = Upper(Concat("number", Value(" "), "text", Value(" "), "address", output_field=models.TextField()))


class CaseQuerySet(models.QuerySet["Case"]):
    def in_scope(self, scope: Scope) -> "CaseQuerySet":
        """Cases in the areas of the scope, and those that its organisations are or were the unit of."""
        return self.filter(scope.q("area_path", "unit_id"))

    def open_now(self) -> "CaseQuerySet":
        return self.exclude(state__in=rules.FINAL)

    def with_words(self, text: str, *, by_index: bool = True) -> "CaseQuerySet":
        """A piece of the number, the report or the address; small and capital letters are the same.

        The index case_words serves pieces of three signs and more; shorter ones are compared case by case, so the
        caller bounds how many (`short_words`). Without `by_index` longer ones are, too.
        """
        wanted = text.strip().upper()
        if number := rules.number_in(wanted):  # a whole number is looked up, not searched
            return self.filter(number=number)
        if short_words(wanted) and not any(sign.isascii() for sign in wanted):
            return self.filter(
                Q(text__contains=wanted) | Q(address__contains=wanted)
            )  # no small letters: cheaper
        searched = (
            SEARCHED if by_index else Concat(SEARCHED, Value(""), output_field=models.TextField())
        )  # not what the index holds
        return self.alias(searched=searched).filter(searched__contains=wanted)


def short_words(text: str) -> bool:
    """Whether a piece is too short for the index of trigrams."""
    return len(text.strip()) < 3


class Case(models.Model):
    """One matter from report to close.

    `state`: what is true of the matter. `holder_org`, `holder_user`: who has it now. `unit`: the organisation it was
    dispatched to, kept to the end, which is what lets a department see its own cases. Areas and `area_path` are
    copied at intake: a case keeps its areas when borders move. `due_at`: the end of the running stage's clock,
    `approaching_at`: from when on it counts as approaching; both None while the clock stands still. `rule_limits`:
    stage → [limit, unit] of the dispatch rule by which the unit has it.
    `level`: which class of handling leads it (网格、社区、街道、区、市). `urgent`: past every queue. `secret`: who
    reported it stays with the centre. `designated`: the unit was named by arbitration and may not return it.
    `holds_open`: how many holds stand; while one does, the clock stands still and the case cannot be closed.
    `offered`: another street or district is asked to take it over, and that is not decided.
    `pressed`: how often it was pressed (督办). `merged_into`: the case that carries this duplicate on.
    `digest`: of what was handed in, to tell a retry from another report under the same key. `version` grows with
    every step. `seal`: keyed hash over number of steps and the last one's hash, so that a cut tail shows.
    """

    number = models.CharField(_("number"), max_length=24, unique=True)
    follow_code = models.CharField(max_length=12)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    source_key = models.CharField(max_length=120, null=True)
    digest = models.CharField(max_length=64)

    case_class = models.ForeignKey(
        CaseClass, models.PROTECT, null=True, related_name="cases", verbose_name=_("class")
    )
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField(_("what happened"))
    address = models.CharField(_("address"), max_length=rules.ADDRESS_MAX, blank=True)
    point = models.PointField(srid=CGCS2000, null=True, spatial_index=False)

    grid = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    community = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    street = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C")

    state = models.CharField(_("state"), max_length=12, choices=StateChoices.choices)
    holder_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    holder_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("unit")
    )

    reporter_name = EncryptedTextField(null=True)
    reporter_phone = EncryptedTextField(null=True)
    reporter_phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True)
    anonymous = models.BooleanField(default=False)

    level = models.CharField(
        _("handling level"), max_length=10, choices=LevelChoices.choices, default=rules.Level.STREET
    )
    urgent = models.BooleanField(_("emergency"), default=False, db_default=False)
    secret = models.BooleanField(_("confidential"), default=False, db_default=False)
    designated = models.BooleanField(default=False, db_default=False)
    holds_open = models.PositiveSmallIntegerField(default=0, db_default=0)
    pressed = models.PositiveSmallIntegerField(_("pressed"), default=0, db_default=0)
    offered = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    opened_at = models.DateTimeField(_("reported at"))
    stepped_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"), null=True)
    approaching_at = models.DateTimeField(null=True)
    rule_limits = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    seal = models.CharField(max_length=64)

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("case")
        constraints = [
            models.UniqueConstraint(fields=["channel", "source_key"], name="one_case_per_source_key"),
            models.CheckConstraint(
                condition=Q(state__in=rules.FINAL) ^ Q(ended_at=None), name="only_final_cases_have_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["street", "state", "-id"], name="case_street"),
            models.Index(fields=["community", "state", "-id"], name="case_community"),
            models.Index(fields=["grid", "state", "-id"], name="case_grid"),
            models.Index(fields=["unit", "state", "-id"], name="case_unit"),
            models.Index(
                fields=["holder_user", "state", "-id"], name="case_holder", condition=~Q(holder_user=None)
            ),
            models.Index(fields=["state", "-id"], name="case_state"),
            models.Index(
                fields=["level", "state", "-id"],
                name="case_level",
                condition=~Q(level=rules.Level.STREET.value),
            ),  # the street's level is most cases': its ranges are those of the states
            models.Index(fields=["area_path"], name="case_area_path"),
            models.Index(  # with the street: how many cases each has had is counted without reading them
                fields=["-opened_at", "-id"], name="case_opened_where", include=["street"]
            ),
            models.Index(fields=["merged_into"], name="case_merged_into", condition=~Q(merged_into=None)),
            models.Index(
                fields=["reporter_phone_index"],
                name="case_reporter_phone",
                condition=~Q(reporter_phone_index=""),
            ),
            models.Index(  # whose name or phone is still kept, by when it ended: what retention looks for
                fields=["ended_at"],
                name="case_contact_kept",
                condition=Q(ended_at__isnull=False)
                & (Q(reporter_name__isnull=False) | Q(reporter_phone__isnull=False)),
            ),
            GinIndex(OpClass(SEARCHED, "gin_trgm_ops"), name="case_words"),
            GistIndex(fields=["point"], name="case_open_near", condition=Q(ended_at=None)),
            models.Index(
                fields=["holder_org", "state", "-id"], name="case_holder_org", condition=~Q(holder_org=None)
            ),
            models.Index(  # the third column tells what is due soon without going to the rows
                fields=["due_at", "id", "approaching_at"], name="case_open_due", condition=Q(ended_at=None)
            ),
            # the same of one place, unit or holder: else a worker's list by due time would read the whole city's
            models.Index(
                fields=["street", "due_at", "id", "approaching_at"],
                name="case_open_street",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["community", "due_at", "id", "approaching_at"],
                name="case_open_community",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["grid", "due_at", "id", "approaching_at"],
                name="case_open_grid",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["unit", "due_at", "id", "approaching_at"],
                name="case_open_unit",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["holder_org", "due_at", "id", "approaching_at"],
                name="case_open_holder",
                condition=Q(ended_at=None),
            ),
            models.Index(fields=["-id"], name="case_held", condition=Q(holds_open__gt=0)),
            models.Index(fields=["-id"], name="case_urgent", condition=Q(urgent=True)),
            models.Index(fields=["-id"], name="case_pressed", condition=Q(pressed__gt=0)),
            models.Index(  # what a wall of alarms shows: open, and either an emergency or pressed
                fields=["-id"],
                name="case_loud",
                condition=Q(ended_at=None) & (Q(urgent=True) | Q(pressed__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_final(self) -> bool:
        return self.state in rules.FINAL

    @property
    def is_late(self) -> bool:
        """Past the end of the running stage's clock, now. For screens only."""
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def clock_state(self) -> str:
        """How the running clock stands now: rules.PAUSED, a ClockState, or "" when none runs. For screens only."""
        if self.is_final:
            return ""
        if self.holds_open:
            return rules.PAUSED
        now = timezone.now()
        if self.due_at is not None and self.due_at < now:
            return ClockState.OVERDUE.value
        if self.approaching_at is not None and self.approaching_at <= now:
            return ClockState.APPROACHING.value
        return ClockState.NORMAL.value
