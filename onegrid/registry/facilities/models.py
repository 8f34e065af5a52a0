"""Facilities, the upkeep they need, and what was done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.registry.dwellings.models import Building, Compound
from onegrid.registry.things.models import Thing


class Facility(models.Model):
    """A component (部件) that stands in a compound. `kind`: of periods.yaml; `code`: on its label, as a QR code.

    `place`: where in the building or compound, in words (1单元). Taken down, never deleted.
    """

    thing = models.OneToOneField(Thing, models.PROTECT, related_name="+")
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="facilities")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=16)
    place = models.CharField(_("where in it"), max_length=60, blank=True)
    code = models.CharField(_("code on the label"), max_length=12, unique=True)
    removed_on = models.DateField(_("taken down on"), null=True, blank=True)

    class Meta:
        verbose_name = _("facility")
        ordering = ["compound_id", "id"]

    def __str__(self) -> str:
        return self.code

    @property
    def area_path(self) -> str:
        """For the audit trail."""
        return self.compound.area_path

    @property
    def spot(self) -> str:
        """3号楼1单元"""
        return f"{self.building.name if self.building else ''}{self.place}"


class Upkeep(models.Model):
    """A work that a facility needs again and again; `due_on` moves on with every record."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="upkeeps")
    work = models.CharField(_("work"), max_length=24)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("last done on"), null=True, blank=True)
    active = models.BooleanField(default=True)  # not of what was taken down

    class Meta:
        verbose_name = _("upkeep")
        constraints = [
            models.UniqueConstraint(fields=["facility", "work"], name="one_upkeep_per_work_of_a_facility")
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="upkeep_due", condition=Q(active=True))]

    def __str__(self) -> str:
        return f"{self.facility} {self.work}"


class Outcome(models.TextChoices):
    FINE = "fine", _("In order")  # 正常
    DEFECT = "defect", _("Has a defect")  # 有缺陷
    STOPPED = "stopped", _("Taken out of service")  # 停用


class UpkeepRecord(models.Model):
    """What was done on a day, appended only. The period by which the next is due stands with it."""

    upkeep = models.ForeignKey(Upkeep, models.PROTECT, related_name="records")
    done_on = models.DateField(_("done on"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    words = models.CharField(_("note"), max_length=500, blank=True)
    file = models.ForeignKey("kit.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    was_due_on = models.DateField()
    next_due_on = models.DateField(_("next due"))
    period_days = models.PositiveSmallIntegerField(default=0)
    period_months = models.PositiveSmallIntegerField(default=0)
    period_mark = models.CharField(max_length=12)
    by_key = models.CharField(max_length=80)
    by_label = models.CharField(max_length=80)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("upkeep record")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.upkeep} {self.done_on}"
