"""A case, its timeline, its clocks and its evidence."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Q, Value
from django.db.models.functions import Concat, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass, Mark, Stage, Standard, units
from onegrid.cases.flow import rules
from onegrid.kit.actors.scope import Scope
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField
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


# exactly what the index case_words holds
SEARCHED = Upper(Concat("number", Value(" "), "text", Value(" "), "address", output_field=models.TextField()))


class CaseQuerySet(models.QuerySet["Case"]):
    def in_scope(self, scope: Scope) -> "CaseQuerySet":
        """Cases in the areas of the scope, and those that its organisations are or were the unit of."""
        return self.filter(scope.q("area_path", "unit_id"))

    def open_now(self) -> "CaseQuerySet":
        return self.exclude(state__in=rules.FINAL)

    def with_words(self, text: str) -> "CaseQuerySet":
        """A piece of the number, the report or the address; small and capital letters are the same."""
        return self.alias(searched=SEARCHED).filter(searched__contains=text.strip().upper())


class Case(models.Model):
    """One matter from report to close.

    `state`: what is true of the matter. `holder_org`, `holder_user`: who has it now. `unit`: the organisation it was
    dispatched to, kept to the end, which is what lets a department see its own cases. Areas and `area_path` are
    copied at intake: a case keeps its areas when borders move. `due_at`: the end of the running stage's clock.
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

    opened_at = models.DateTimeField(_("reported at"))
    stepped_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"), null=True)
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
            models.Index(fields=["area_path"], name="case_area_path"),
            models.Index(
                fields=["reporter_phone_index"],
                name="case_reporter_phone",
                condition=~Q(reporter_phone_index=""),
            ),
            GinIndex(OpClass(SEARCHED, "gin_trgm_ops"), name="case_words"),
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


class Step(models.Model):
    """One row of the timeline; never changed or removed (a trigger refuses), chained by keyed hash within its case.

    `post`, `org` and `to` are words as they were then: people change posts, organisations are renamed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", db_index=False)
    position = models.PositiveIntegerField()
    verb = models.CharField(_("step"), max_length=12, choices=VerbChoices.choices)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, choices=StateChoices.choices)
    actor_key = models.CharField(max_length=80)
    actor_label = models.CharField(_("who"), max_length=80)
    post = models.CharField(_("post"), max_length=80, blank=True)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    org_name = models.CharField(_("organisation"), max_length=80, blank=True)
    to_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    to_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    to = models.CharField(_("handed to"), max_length=120, blank=True)
    words = models.TextField(_("words"), blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(_("at"))
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("step")
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="one_step_per_position")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.verb}"


class StageClock(models.Model):
    """The time of one stage of one case, with everything it was counted by; runs until `stopped_at`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    limit = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=16, choices=units())
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)
    calendar_version = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("stage clock")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(stopped_at=None), name="one_running_clock_per_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.limit} {self.unit}"


class EvidenceKind(models.TextChoices):
    SCENE = "scene", _("Scene")  # 现场
    BEFORE = "before", _("Before")  # 处置前
    AFTER = "after", _("After")  # 处置后


class Evidence(models.Model):
    """A photo that belongs to a step; its checksum is part of the step's hash. Never changed or removed.

    `taken_at`, `taken_point` (CGCS2000): what the camera said, before the file was cleaned of it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    step = models.ForeignKey(Step, models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    file = models.ForeignKey("kit.StoredFile", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=EvidenceKind.choices)
    taken_at = models.DateTimeField(null=True)
    taken_point = models.PointField(srid=CGCS2000, null=True, spatial_index=False)

    class Meta:
        verbose_name = _("evidence")
        ordering = ["step_id", "position"]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"
