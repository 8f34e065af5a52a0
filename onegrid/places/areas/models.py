"""Areas as a forest. Coordinates are CGCS2000 (EPSG:4490)."""

from datetime import date
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors.scope import path_range
from onegrid.places.areas.kinds import AreaKind

CGCS2000 = 4490


class AreaQuerySet(models.QuerySet["Area"]):
    def below(self, path: str) -> "AreaQuerySet":
        """The area with this path and everything under it: one index range."""
        low, high = path_range(path)
        return self.filter(path__gte=low, path__lt=high)

    def valid_on(self, day: date) -> "AreaQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Area(models.Model):
    """A division, street, community or grid. Closed by `valid_to`, never deleted: past cases keep their area.

    `code`: GB/T 2260 for divisions, GB/T 10114 for streets, 15 digits for unit grids; unique among open areas of
    one kind. `path`: ids from the root down, each followed by a dot. `area_m2`: on the ellipsoid, square metres.
    """

    kind = models.CharField(_("level"), max_length=16, choices=AreaKind.choices)
    code = models.CharField(_("code"), max_length=24)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_collation="C", editable=False)
    boundary = models.MultiPolygonField(srid=CGCS2000, null=True, spatial_index=False)
    centre = models.PointField(
        srid=CGCS2000, null=True, spatial_index=False
    )  # inside the boundary, for labels
    area_m2 = models.FloatField(_("area in square metres"), null=True)
    source_datum = models.CharField(max_length=8, default="cgcs2000")  # what the imported file was in
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar[AreaQuerySet] = AreaQuerySet.as_manager()  # type: ignore[assignment]  # manager with our filters

    class Meta:
        verbose_name = _("area")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=Q(valid_to=None), name="one_open_area_per_code"
            ),
            models.UniqueConstraint(fields=["path"], name="area_path_is_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="area_closes_after_it_opens",
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "code"], name="area_parent"),
            models.Index(fields=["kind", "path"], name="area_kind_path"),
            GistIndex(fields=["boundary"], name="area_boundary"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
