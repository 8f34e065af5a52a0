"""What happened to a case, how long each stage took, and what shows it."""

from datetime import datetime

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import Mark, Stage, Timed, units
from onegrid.cases.flow.models.case import Case, StateChoices, VerbChoices
from onegrid.cases.flow.rules import Verb
from onegrid.places.areas.models import CGCS2000

# what a person did on site, in the order of a day: the steps of one's own record (queries/own_work.py)
OWN_VERBS = (Verb.OPEN.value, Verb.VERIFY.value, Verb.CHECK.value, Verb.SETTLE.value)


class Step(models.Model):
    """One row of the timeline; never changed or removed (a trigger refuses), chained by keyed hash within its case.

    `post`, `org` and `to` are words as they were then: people change posts, organisations are renamed.
    `request_key`: what the sender called this request, so that a repeated one finds the step it has already made.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", db_index=False)
    position = models.PositiveIntegerField()
    verb = models.CharField(_("step"), max_length=20, choices=VerbChoices.choices)
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
    request_key = models.CharField(max_length=120, null=True)

    class Meta:
        verbose_name = _("step")
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_step_per_position"),
            models.UniqueConstraint(fields=["case", "request_key"], name="one_step_per_request_key"),
        ]
        indexes = [
            models.Index(
                fields=["actor_key", "-at"],
                name="step_own",
                condition=Q(verb__in=OWN_VERBS) & ~Q(actor_key="public:resident"),
            ),
            models.Index(fields=["at", "id"], name="step_at"),  # a day's steps, for the wall and its replay
            models.Index(fields=["-at"], name="step_rated", condition=Q(verb=Verb.RATE.value)),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.verb}"

    @property
    def occurred_at(self) -> datetime | None:
        """When it was done, where it was written without a network and told later."""
        told = self.details.get("occurred_at")
        return datetime.fromisoformat(told) if told else None


class LimitFrom(models.TextChoices):
    """Who says how long a stage may take; the first of these that says anything."""

    URGENT = "urgent", _("limit of emergencies")
    RULE = "rule", _("limit of the dispatch rule")
    STANDARD = "standard", _("limit of the filing standard")
    CLASS = "class", _("limit of the class")
    VERSION = "version", _("general limit of the catalogue")


class StageClock(Timed, models.Model):
    """The time of one stage of one case, with everything it was counted by; runs until `stopped_at`.

    `held_at`: since when it stands still; `paused`: the pauses so far, [[from, to], …] as ISO times. `extra`: units
    granted by extensions, `extensions` how many. `excused`: an appeal was granted; late stays late, only statistics
    are excused. `limit_from`: who set the limit. `approaching_at`: when the set share of it is used. `tell_at`: when
    something is to be said about it next (that it approaches, then that it is overdue); None: everything is said.
    `org`: of the stage of handling, the unit whose clock it is or was; a case that is sent on gets another clock.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    limit = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=16, choices=units())
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)
    limit_from = models.CharField(max_length=10, choices=LimitFrom.choices, blank=True, db_default="")
    calendar_version = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    approaching_at = models.DateTimeField(null=True)
    tell_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    paused = models.JSONField(default=list, db_default=[])
    extra = models.PositiveSmallIntegerField(default=0, db_default=0)
    extensions = models.PositiveSmallIntegerField(default=0, db_default=0)
    excused = models.BooleanField(_("excused"), default=False, db_default=False)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("stage clock")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(stopped_at=None), name="one_running_clock_per_case"
            )
        ]
        indexes = [
            models.Index(
                fields=["tell_at"],
                name="clock_to_tell",
                condition=Q(stopped_at=None, held_at=None) & ~Q(tell_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.limit} {self.unit}"


class EvidenceKind(models.TextChoices):
    SCENE = "scene", _("Scene")  # 现场
    BEFORE = "before", _("Before")  # 处置前
    AFTER = "after", _("After")  # 处置后


class Evidence(models.Model):
    """A photo, film or sound that belongs to a step; its checksum is part of the step's hash. Never changed, never
    removed.

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
