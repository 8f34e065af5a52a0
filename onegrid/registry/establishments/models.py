"""Establishments: units with a door on the street. No personal contact is kept here yet."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.places.areas.models import CGCS2000


class EstablishmentKind(models.TextChoices):
    SHOP = "shop", _("Shop")  # 商铺
    RESTAURANT = "restaurant", _("Restaurant")  # 餐饮
    FIRM = "firm", _("Firm")  # 企业
    FACTORY = "factory", _("Factory")  # 工厂
    SCHOOL = "school", _("School or kindergarten")  # 学校、幼儿园
    HOSPITAL = "hospital", _("Hospital or clinic")  # 医疗机构
    MARKET = "market", _("Market")  # 市场
    HOTEL = "hotel", _("Hotel")  # 宾馆
    OFFICE = "office", _("Public office")  # 机关事业单位
    OTHER = "other", _("Other")


class Establishment(models.Model):
    """`credit_code`: unified social credit code (GB 32100), empty when not known. Closed, never deleted."""

    kind = models.CharField(_("kind"), max_length=12, choices=EstablishmentKind.choices)
    name = models.CharField(_("name"), max_length=100)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    point = models.PointField(_("point"), srid=CGCS2000, spatial_index=False)
    address = models.ForeignKey("places.Address", models.SET_NULL, null=True, blank=True, related_name="+")
    address_text = models.CharField(_("address"), max_length=200, blank=True)
    grid = models.ForeignKey("places.Area", models.PROTECT, null=True, blank=True, related_name="+")
    area_path = models.CharField(max_length=120, blank=True, db_collation="C")
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("establishment")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code="") & Q(closed_on=None),
                name="one_open_establishment_per_credit_code",
            )
        ]
        indexes = [
            GistIndex(fields=["point"], name="establishment_point", condition=Q(closed_on=None)),
            models.Index(fields=["area_path"], name="establishment_area_path"),
            GinIndex(fields=["name"], name="establishment_name", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name
