"""Things and their classes; counts of things for small zooms."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.kit.files.models import StoredFile
from onegrid.places.areas.models import CGCS2000


class ThingClass(models.Model):
    """A class (小类) of a catalogue. The number alone is no key: (scheme, kind, code) is.

    `scheme`: such as "gbt47678_5_2026"; `code`: two digits major class (大类), then minor class.
    """

    scheme = models.CharField(_("scheme"), max_length=24)
    kind = models.CharField(max_length=12, default="component")
    code = models.CharField(_("code"), max_length=8)
    major_code = models.CharField(_("major class"), max_length=2)
    major_name = models.CharField(_("name of the major class"), max_length=30)
    name = models.CharField(_("name"), max_length=30)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=80)

    class Meta:
        verbose_name = _("thing class")
        ordering = ["scheme", "kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "kind", "code"], name="one_thing_class_per_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ThingStatus(models.TextChoices):
    """Words of the attribute 管理部件状态 (an open list, secondary source)."""

    INTACT = "intact", _("Intact")  # 完好
    DAMAGED = "damaged", _("Damaged")  # 破损
    LOST = "lost", _("Lost")  # 丢失
    ABANDONED = "abandoned", _("Abandoned")  # 废弃
    REMOVED = "removed", _("Removed")  # 移除


class PositionSource(models.TextChoices):
    """Words of the attribute 数据来源."""

    SURVEY = "survey", _("Surveyed")  # 实测
    TOPOGRAPHIC = "topographic", _("Topographic map")  # 地形图
    GEOGRAPHIC = "geographic", _("Basic geographic data")  # 基础地理数据
    OTHER = "other", _("Other")  # 其他


class ThingQuerySet(models.QuerySet["Thing"]):
    def standing(self) -> "ThingQuerySet":
        """Not removed from where they stood."""
        return self.exclude(status=ThingStatus.REMOVED)


class Thing(models.Model):
    """A managed component (管理部件) with the 18 attributes of GB/T 47678.5-2026 (secondary source).

    `identifier`: 17 digits = 6 division + 2 major + 3 minor + 6 serial. `grid` is the community grid,
    `unit_grid_code` the 15-digit unit grid (所在单元网格标识码). The codes of units are GB 32100 credit codes.
    """

    identifier = models.CharField(_("identifier"), max_length=17, db_collation="C")
    thing_class = models.ForeignKey(ThingClass, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=30, blank=True)  # empty: the name of the class
    point = models.PointField(_("point"), srid=CGCS2000, spatial_index=False)
    grid = models.ForeignKey("places.Area", models.PROTECT, null=True, blank=True, related_name="+")
    street = models.ForeignKey(
        "places.Area", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        "places.Area", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    unit_grid_code = models.CharField(_("unit grid"), max_length=15, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ThingStatus.choices, default=ThingStatus.INTACT
    )
    position_source = models.CharField(
        _("source of the position"), max_length=12, choices=PositionSource.choices, blank=True
    )
    accuracy = models.CharField(
        _("accuracy class"), max_length=1, blank=True, choices=[("A", "A"), ("B", "B"), ("C", "C")]
    )
    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    authority_code = models.CharField(_("code of the authority"), max_length=18, blank=True)
    authority_name = models.CharField(_("authority"), max_length=100, blank=True)  # 主管部门
    owner_code = models.CharField(_("code of the owner"), max_length=18, blank=True)
    owner_name = models.CharField(_("owner"), max_length=100, blank=True)  # 权属单位
    maintainer_code = models.CharField(_("code of the maintainer"), max_length=18, blank=True)
    maintainer_name = models.CharField(_("maintainer"), max_length=100, blank=True)  # 养护单位
    started_on = models.DateField(_("first recorded on"))  # 初始日期
    changed_on = models.DateField(_("changed on"), null=True, blank=True)  # 变更日期
    remark = models.CharField(_("remark"), max_length=1000, blank=True)

    objects: ClassVar[ThingQuerySet] = ThingQuerySet.as_manager()  # type: ignore[assignment]  # manager with our filters

    class Meta:
        verbose_name = _("thing")
        constraints = [
            models.UniqueConstraint(fields=["identifier"], name="thing_identifier_is_unique"),
            models.CheckConstraint(condition=Q(identifier__regex=r"^\d{17}$"), name="thing_identifier_form"),
        ]
        indexes = [
            GistIndex(fields=["point"], name="thing_point"),
            models.Index(fields=["area_path"], name="thing_area_path"),
            # pages of a list in the order of ids (docs/plans/places.md)
            models.Index(fields=["street", "id"], name="thing_of_street"),
            models.Index(fields=["community", "id"], name="thing_of_community"),
            models.Index(fields=["authority", "id"], name="thing_of_authority"),
            models.Index(fields=["thing_class", "id"], name="thing_of_class"),
        ]

    def __str__(self) -> str:
        return self.identifier


class ChangeKind(models.TextChoices):
    """What somebody on site reports of a thing."""

    MOVED = "moved", _("It stands elsewhere")
    MISSING = "missing", _("It is gone")
    BROKEN = "broken", _("It is broken")
    MENDED = "mended", _("It is whole again")
    PHOTO = "photo", _("A new photo")


class ChangeState(models.TextChoices):
    WAITING = "waiting", _("Waits for a decision")
    TAKEN = "taken", _("Written down")
    REFUSED = "refused", _("Not taken")


class ThingChange(models.Model):
    """A change that somebody on site reports. Written at once where the rule allows (changes.yaml), else it waits.

    `point`: CGCS2000, of a move. `decided_by` None with TAKEN: the rule let it through. `key`: of the form.
    """

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="changes", db_index=False)
    kind = models.CharField(_("change"), max_length=8, choices=ChangeKind.choices)
    point = models.PointField(srid=CGCS2000, null=True, spatial_index=False)
    words = models.CharField(_("words"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=ChangeState.choices)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("reported change")
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_thing_change_per_key")]
        indexes = [
            models.Index(fields=["thing", "-id"], name="change_of_thing"),
            models.Index(fields=["area_path", "id"], name="change_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.kind}"


class ThingCell(models.Model):
    """How many things of a major class stand in one cell of the map, per community and authority.

    A cell is a Web-Mercator tile four zooms deeper than the map tile it is shown in (16 × 16 cells a tile).
    `lon_sum`, `lat_sum` (degrees) over `count` give the middle of its things. `authority_id`: of an organisation;
    no foreign key, since cells are made anew from things, which have one. Rebuilt as a whole.
    """

    zoom = models.PositiveSmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    major_code = models.CharField(max_length=2)
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    authority_id = models.BigIntegerField(null=True)
    count = models.IntegerField()
    lon_sum = models.FloatField()
    lat_sum = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["zoom", "x", "y"], name="thing_cell_place")]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y} {self.major_code}: {self.count}"
