"""The levels of the address tree, top down."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressKind(models.TextChoices):
    """After the place types of the geocoding standard (standards.md 1.4, secondary source)."""

    COMMUNITY = "community", _("Community or village")  # 社区、村
    ROAD = "road", _("Road or lane")  # 街路巷
    COMPOUND = "compound", _("Compound")  # 小区、院落
    BUILDING = "building", _("Building")  # 楼栋、门牌
    UNIT = "unit", _("Unit")  # 单元
    FLOOR = "floor", _("Floor")  # 楼层
    ROOM = "room", _("Room")  # 户室


# Order of importance in search: what more people mean by a short text comes first.
RANKS = {kind: rank for rank, kind in enumerate(AddressKind)}

# What anybody may look up: below the building an address says who lives where.
PUBLIC_RANK = RANKS[AddressKind.BUILDING]
