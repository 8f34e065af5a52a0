"""The four datums in which points reach a Chinese city."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Datum(models.TextChoices):
    """What a pair of degrees means. We store CGCS2000 and convert at the edge only."""

    CGCS2000 = "cgcs2000", _("CGCS2000 (national, EPSG:4490)")  # 国家大地坐标系
    WGS84 = "wgs84", _("WGS 84 (GPS, EPSG:4326)")
    GCJ02 = "gcj02", _("GCJ-02 (Amap, Tencent)")  # 国测局坐标, “火星坐标”
    BD09 = "bd09", _("BD-09 (Baidu)")  # 百度坐标
