"""A compound in street A's first grid, with two buildings, managed by the street's property firm.

from tests.compounds import make_compound
compound = make_compound(streets.a)
"""

from datetime import date

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from onegrid.places.addresses.actions import open_address
from onegrid.places.addresses.models import Address
from onegrid.places.areas.models import CGCS2000
from onegrid.registry.dwellings.actions import NewBuilding, hand_over_management, record_compound
from onegrid.registry.dwellings.models import Compound
from tests.streets import BY, STARTS, Street

HALF = 0.002  # degrees; the compound lies around the middle of its grid


def make_address(street: Street, name: str = "锦绣苑", grid: int = 0) -> Address:
    lon, lat = street.at(grid)
    return open_address(kind="compound", name=name, parent_id=None, lon=lon, lat=lat, by=BY, at=STARTS)


def make_compound(street: Street, name: str = "锦绣苑", grid: int = 0, *, managed: bool = True) -> Compound:
    lon, lat = street.at(grid)
    box = Polygon.from_bbox((lon - HALF, lat - HALF, lon + HALF, lat + HALF))
    box.srid = CGCS2000
    compound = record_compound(
        address=make_address(street, name, grid),
        boundary=MultiPolygon(box, srid=CGCS2000),
        buildings=[NewBuilding(f"{number}号楼", 6, 2, 24, lon + number * 0.0005, lat) for number in (1, 2)],
        by=BY,
        at=STARTS,
    )
    if managed:
        hand_over_management(
            compound_id=compound.pk, organisation=street.firm, on=date(2026, 1, 1), by=BY, at=STARTS
        )
    return compound


def inside(compound: Compound) -> Point:
    return compound.boundary.centroid
