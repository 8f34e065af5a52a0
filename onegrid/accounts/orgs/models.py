"""Organisations as a tree, each at home in an area."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrgKind(models.TextChoices):
    STREET_CENTRE = "street_centre", _("Street centre")  # 街道网格化服务中心、综合指挥中心
    COMMUNITY_STATION = "community_station", _("Community station")  # 社区工作站
    STREET_OFFICE = "street_office", _("Street office or institute")  # 街道科室、站所
    DEPARTMENT = "department", _("District department")  # 区直部门
    DISTRICT_CENTRE = "district_centre", _("District centre")  # 区级中心
    CITY_CENTRE = "city_centre", _("City centre")  # 市级中心
    PROPERTY_FIRM = "property_firm", _("Property firm")  # 物业公司
    PARTY_BRANCH = "party_branch", _("Party branch")  # 网格党支部


class Organisation(models.Model):
    """A unit that holds cases or employs people. `area` is what it serves; `point` where it stands."""

    kind = models.CharField(_("kind"), max_length=20, choices=OrgKind.choices)
    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    area = models.ForeignKey("places.Area", models.PROTECT, related_name="organisations")
    point = models.PointField(srid=4490, null=True, blank=True)
    phone = models.CharField(_("public phone"), max_length=32, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        indexes = [models.Index(fields=["kind", "area"], name="org_kind_area", condition=Q(closed_on=None))]

    def __str__(self) -> str:
        return self.name
