"""A little tree of addresses in street A, and one in street B."""

import pytest

from onegrid.places.addresses.actions import open_address
from tests.streets import BY, STARTS, streets  # noqa: F401  a fixture


@pytest.fixture
def tree(streets):  # noqa: F811  the fixture imported above
    lon, lat = streets.a.at(0)
    road = opened("road", "云桥路", None, lon, lat)
    compound = opened("compound", "锦绣家园", road, lon + 0.001, lat)
    building = opened("building", "3号楼", compound, lon + 0.0012, lat, floors=18)
    unit = opened("unit", "2单元", building)
    room = opened("room", "501室", unit)
    other_road = opened("road", "石桥路", None, *streets.b.at(0))
    other = opened("compound", "锦江花园", other_road, *streets.b.at(0))
    other_room = opened("room", "101室", opened("building", "1号楼", other))
    return {
        "road": road, "compound": compound, "building": building, "unit": unit, "room": room,
        "other_road": other_road, "other": other, "other_room": other_room,
    }  # fmt: skip


def opened(kind, name, parent, lon=None, lat=None, **more):
    parent_id = parent.pk if parent else None
    return open_address(kind=kind, name=name, parent_id=parent_id, lon=lon, lat=lat, by=BY, at=STARTS, **more)
