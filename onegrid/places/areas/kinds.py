"""The levels an area may have. Which of them a city uses is its own choice; the order here is top down."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaKind(models.TextChoices):
    """Community grid and unit grid are two different things (standards.md 0.5): linked by parent, never merged."""

    PROVINCE = "province", _("Province")  # 省
    CITY = "city", _("City")  # 市
    DISTRICT = "district", _("District")  # 区县
    STREET = "street", _("Street")  # 街道、乡镇
    WORK_AREA = "work_area", _("Work area")  # 工作片区
    COMMUNITY = "community", _("Community")  # 社区、村
    GRID = "grid", _("Grid")  # 基础网格（社区网格）
    EXCLUSIVE_GRID = "exclusive_grid", _("Exclusive grid")  # 专属网格：园区、市场、学校
    UNIT_GRID = "unit_grid", _("Unit grid")  # 单元网格：城市管理，15 位编码


# What "the grid of a point" may be: the exclusive grid wins where both cover the point.
GRIDS = (AreaKind.EXCLUSIVE_GRID, AreaKind.GRID)
