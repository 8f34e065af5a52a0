"""Areas as a forest. Coordinates are CGCS2000 (EPSG:4490)."""

from datetime import date
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Q, Value
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

    def still_open(self) -> "AreaQuerySet":
        """Not closed, whether or not its first day has come."""
        return self.filter(valid_to=None)


class Area(models.Model):
    """A division, street, community or grid. Closed by `valid_to`, never deleted: past cases keep their area.

    `code`: GB/T 2260 for divisions, GB/T 10114 for streets, 15 digits for unit grids; unique among open areas of
    one kind. `path`: ids from the root down, each followed by a dot. `area_m2`: on the ellipsoid, square metres.
    `predecessors`: the closed areas this one took over from, when borders were redrawn.
    """

    kind = models.CharField(_("level"), max_length=16, choices=AreaKind.choices)
    code = models.CharField(_("code"), max_length=24)
    name = models.CharField(_("name"), max_length=80)
    pinyin = models.CharField(max_length=600, blank=True, editable=False)  # "yunqiao yq": for search
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_collation="C", editable=False)
    predecessors = models.ManyToManyField("self", symmetrical=False, related_name="successors", blank=True)
    boundary = models.MultiPolygonField(srid=CGCS2000, null=True, spatial_index=False)
    # a point inside the boundary, for labels
    centre = models.PointField(srid=CGCS2000, null=True, spatial_index=False)
    area_m2 = models.FloatField(_("area in square metres"), null=True)
    source_datum = models.CharField(max_length=8, default="cgcs2000")  # what the imported file was in
    tint = models.PositiveSmallIntegerField(default=0)  # communities: colour index 1…8; neighbours differ
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
            models.Index(fields=["code"], name="area_code", opclasses=["varchar_pattern_ops"]),
            GistIndex(fields=["boundary"], name="area_boundary"),
            GinIndex(fields=["name"], name="area_name_search", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["pinyin"], name="area_pinyin_search", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class AreasStamp(models.Model):
    """One row whose stamp changes, by a database trigger, in every transaction that changes areas.

    Copies of the borders held in memory (grid_at, tiles) are good for exactly one stamp.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_areas_stamp")]

    def __str__(self) -> str:
        return str(self.stamp)


class LevelPlan(models.Model):
    """Which level hangs below which, for everything under `area` (null: everywhere): a city's own choice.

    `levels`: {kind: [kinds it may hang below, "" = may stand alone]}; without a row, `rules.LEVELS`.
    """

    area = models.OneToOneField(Area, models.PROTECT, null=True, blank=True, related_name="level_plan")
    levels = models.JSONField()

    class Meta:
        verbose_name = _("plan of levels")
        constraints = [models.UniqueConstraint(Value(1), condition=Q(area=None), name="one_plan_everywhere")]

    def __str__(self) -> str:
        return f"{self.area or '*'}"


class DraftState(models.TextChoices):
    READ = "read", _("Read")  # 已读取
    CHECKED = "checked", _("Checked")  # 已检查
    CONFIRMED = "confirmed", _("Taken over")  # 已入库
    DISCARDED = "discarded", _("Discarded")  # 已放弃


class ImportDraft(models.Model):
    """An uploaded file of areas on its way in. Nothing of it is an area before it is confirmed.

    `content`: columns, sample rows, number of features, .prj; `choices`: kind, columns, datum, parent, repair;
    `report`: what was found and what would change. `task`: "", "waiting", "working" or a refusal code.
    """

    file_name = models.CharField(_("file name"), max_length=200)
    stored_as = models.CharField(max_length=200, editable=False)  # below var/area_imports
    size = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=DraftState.choices, default=DraftState.READ)
    content = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    task = models.CharField(max_length=60, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent of the task
    parent = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.CharField(max_length=60)  # actor key
    made_by_name = models.CharField(_("by"), max_length=60)
    made_at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("area import")
        indexes = [models.Index(fields=["-made_at"], name="area_import_newest")]

    def __str__(self) -> str:
        return self.file_name
