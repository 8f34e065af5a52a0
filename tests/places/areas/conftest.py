"""A little street: one district, one street, two communities, four grids, an exclusive grid."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.gis.geos import Polygon

from onegrid.kit.actors import SystemActor
from onegrid.places.areas import actions

BY = SystemActor("test")
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
DAY = date(2026, 1, 1)
STEP = 1 / 256  # about 350 m; exact in binary, so that borders are exact


def square(column: float, row: float, width: float = 1, height: float = 1) -> Polygon:
    west, south = 118 + column * STEP, 37 + row * STEP
    return Polygon.from_bbox((west, south, west + width * STEP, south + height * STEP))


def opened(kind, code, name, parent, boundary, **more):
    return actions.open_area(
        kind=kind,
        code=code,
        name=name,
        parent=parent,
        boundary=boundary,
        valid_from=DAY,
        by=BY,
        at=AT,
        **more,
    )


@pytest.fixture
def street(db):
    """{"district", "street", "west", "east", "g1"…"g4", "park"}: grids 1, 2 in west, 3, 4 in east."""
    areas = {"district": opened("district", "990101", "东岭区", None, square(-5, -5, 20, 20))}
    areas["street"] = opened("street", "990101001", "云桥街道", areas["district"], square(0, 0, 4, 2))
    areas["west"] = opened("community", "990101001001", "柳荫社区", areas["street"], square(0, 0, 2, 2))
    areas["east"] = opened("community", "990101001002", "石桥社区", areas["street"], square(2, 0, 2, 2))
    for number in (1, 2, 3, 4):
        community = areas["west"] if number <= 2 else areas["east"]
        areas[f"g{number}"] = opened(
            "grid", f"YQ-{number:03}", f"第{number}网格", community, square(number - 1, 0, 1, 2)
        )
    areas["park"] = opened("exclusive_grid", "YQ-900", "云桥产业园", areas["east"], square(2.5, 0.5))
    return areas
