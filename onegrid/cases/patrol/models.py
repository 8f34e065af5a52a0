"""Checklists, places, plans, patrols with their answers and photos."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import Mark
from onegrid.cases.flow.models import Case
from onegrid.cases.patrol.rules import NOTE_MAX, Result
from onegrid.kit.files.models import StoredFile
from onegrid.places.areas.models import CGCS2000, Area
from onegrid.registry.establishments.models import Establishment


def in_language(chinese: str, english: str) -> str:
    return english if english and (get_language() or "").startswith("en") else chinese


class ResultChoices(models.TextChoices):
    """rules.Result in words."""

    OK = Result.OK, _("In order")
    PROBLEM = Result.PROBLEM, _("Problem")
    NOT_SEEN = Result.NOT_SEEN, _("Not seen")


class Checklist(models.Model):
    """One version of what is looked at in places of a class. The newest that has begun is in force.

    `digest` of its content tells whether the shipped list has changed. `every_days`: suggested, not a plan.
    """

    place_class = models.CharField(_("place class"), max_length=24)
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    every_days = models.PositiveSmallIntegerField()
    establishments = models.JSONField(default=list)  # kinds of establishments that are such places
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)
    source = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"))
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("checklist")
        constraints = [
            models.UniqueConstraint(fields=["place_class", "version"], name="one_checklist_per_version")
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ChecklistItem(models.Model):
    """One thing to look at. `class_code`: event class under which a problem is reported; empty: without a class."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24)
    text = models.CharField(_("what to look at"), max_length=120)
    text_en = models.CharField(max_length=160, blank=True)
    class_code = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="one_item_per_code_of_a_checklist")
        ]

    def __str__(self) -> str:
        return in_language(self.text, self.text_en)


class PatrolPlace(models.Model):
    """A place that is looked at. `next_on`: when it is due by the plan in force; None: no plan names it."""

    place_class = models.CharField(_("place class"), max_length=24)
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=200, blank=True)
    point = models.PointField(srid=CGCS2000, spatial_index=False)
    grid = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C")
    establishment = models.ForeignKey(Establishment, models.SET_NULL, null=True, related_name="+")
    last_seen_at = models.DateTimeField(_("seen last"), null=True)
    last_result = models.CharField(max_length=8, choices=ResultChoices.choices, blank=True)
    next_on = models.DateField(_("due"), null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("place to patrol")
        indexes = [
            models.Index(
                fields=["area_path", "next_on"], name="patrol_place_area", condition=Q(closed_on=None)
            ),
            models.Index(fields=["area_path", "id"], name="patrol_place_kept"),
            GinIndex(fields=["name"], name="patrol_place_name", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["address"], name="patrol_place_address", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["next_on", "id"], name="patrol_place_due", condition=Q(closed_on=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "place_class"],
                condition=Q(closed_on=None),
                name="one_place_per_establishment",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PatrolPlan(models.Model):
    """How often places of a class in an area are looked at; of several the smallest area's counts."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=120, db_collation="C")
    place_class = models.CharField(_("place class"), max_length=24)
    every_days = models.PositiveSmallIntegerField(_("every so many days"))
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices, default=Mark.UNVERIFIED)
    starts_on = models.DateField(_("from"))
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("patrol plan")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "place_class"], condition=Q(ended_on=None), name="one_patrol_plan_per_area"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.place_class} {self.every_days}"


class Patrol(models.Model):
    """Somebody was at a place and went through its checklist. Never changed.

    `point`: where the device was, `metres` from the place; None when the device did not say. `key`: of the form.
    """

    place = models.ForeignKey(PatrolPlace, models.PROTECT, related_name="patrols", db_index=False)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    result = models.CharField(max_length=8, choices=ResultChoices.choices)
    point = models.PointField(srid=CGCS2000, null=True, spatial_index=False)
    metres = models.FloatField(null=True)
    area_path = models.CharField(max_length=120, db_collation="C")
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("patrol")
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_patrol_per_key")]
        indexes = [
            models.Index(fields=["place", "-at"], name="patrol_of_place"),
            models.Index(fields=["by", "-at"], name="patrol_by"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.at:%F}"


class PatrolAnswer(models.Model):
    """One item's answer; `case`: what the problem became, or the open case it is with."""

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", db_index=False)
    result = models.CharField(max_length=8, choices=ResultChoices.choices)
    note = models.CharField(_("note"), max_length=NOTE_MAX, blank=True)
    settled = models.BooleanField(default=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer")
        constraints = [models.UniqueConstraint(fields=["patrol", "item"], name="one_answer_per_item")]

    def __str__(self) -> str:
        return f"{self.item} {self.result}"


class PatrolPhoto(models.Model):
    """A photo of an item; those of the result of a matter put right are `after`."""

    answer = models.ForeignKey(PatrolAnswer, models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    after = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.answer_id}"
