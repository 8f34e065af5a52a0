"""Compounds, buildings, dwellings, and who manages a compound when."""

from datetime import date
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import F, Func, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.places.areas.models import CGCS2000


class Term(Func):
    """[from, to) as a range of days; without an end it goes on."""

    function = "daterange"
    output_field = DateRangeField()


class CompoundQuerySet(models.QuerySet["Compound"]):
    def with_manager(self, day: date) -> "CompoundQuerySet":
        """Each with `manager_id`, the firm that manages it on the day, and `manager_name`."""
        now = Management.objects.valid_on(day).filter(compound=OuterRef("pk"))
        return self.annotate(
            manager_id=Subquery(now.values("organisation")[:1]),
            manager_name=Subquery(now.values("organisation__name")[:1]),
        )


class Compound(models.Model):
    """A walled or named group of homes (小区). `boundary`: where known; `area_path`: of the grid it lies in.

    `households` counts its homes as recorded; `name` is the address's, kept so that lists need no second table.
    """

    address = models.OneToOneField("places.Address", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    grid = models.ForeignKey("places.Area", models.PROTECT, null=True, blank=True, related_name="+")
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    boundary = models.MultiPolygonField(srid=CGCS2000, null=True, blank=True, spatial_index=False)
    households = models.PositiveIntegerField(_("households"), default=0)

    objects: ClassVar[CompoundQuerySet] = CompoundQuerySet.as_manager()  # type: ignore[assignment]  # our filters

    class Meta:
        verbose_name = _("compound")
        indexes = [
            models.Index(fields=["area_path"], name="compound_area_path"),
            GinIndex(fields=["name"], name="compound_name", opclasses=["gin_trgm_ops"]),
            GistIndex(fields=["boundary"], name="compound_boundary"),
        ]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """A building of a compound (楼栋). `units`: entrances (单元), which are named 1单元, 2单元 …"""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="buildings")
    address = models.OneToOneField("places.Address", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    floors = models.PositiveSmallIntegerField(_("floors"), default=1)
    units = models.PositiveSmallIntegerField(_("entrances"), default=1)
    households = models.PositiveIntegerField(_("households"), default=0)
    point = models.PointField(srid=CGCS2000, null=True, blank=True, spatial_index=False)

    class Meta:
        verbose_name = _("building")
        constraints = [
            models.UniqueConstraint(fields=["compound", "name"], name="one_building_per_name_in_a_compound")
        ]

    def __str__(self) -> str:
        return f"{self.compound.name}{self.name}"


class Dwelling(models.Model):
    """A part that somebody owns (专有部分): the home or shop with its own door. `area_m2`: as registered.

    Who owns or lives in it stands in no column here.
    """

    building = models.ForeignKey(Building, models.PROTECT, related_name="dwellings")
    name = models.CharField(_("door"), max_length=40)  # 1单元502室
    area_m2 = models.DecimalField(_("floor area (m²)"), max_digits=9, decimal_places=2)

    class Meta:
        verbose_name = _("dwelling")
        constraints = [
            models.UniqueConstraint(fields=["building", "name"], name="one_dwelling_per_door"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="dwelling_has_area"),
        ]

    def __str__(self) -> str:
        return f"{self.building.name}{self.name}"


class ManagementQuerySet(models.QuerySet["Management"]):
    def valid_on(self, day: date) -> "ManagementQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Management(models.Model):
    """A firm manages a compound from `valid_from` until before `valid_to`. Two never at once; kept as history."""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="managements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects: ClassVar[ManagementQuerySet] = ManagementQuerySet.as_manager()  # type: ignore[assignment]  # our filters

    class Meta:
        verbose_name = _("management of a compound")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="management_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="one_manager_at_a_time",
                expressions=[
                    ("compound", RangeOperators.EQUAL),
                    (Term("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compound} {self.organisation}"
