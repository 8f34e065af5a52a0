"""A compound in street A's first grid, with two buildings, managed by the street's property firm.

from tests.compounds import make_compound
compound = make_compound(streets.a)
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from onegrid.places.addresses.actions import open_address
from onegrid.places.addresses.models import Address
from onegrid.places.areas.models import CGCS2000
from onegrid.registry.cuts.actions import confirm_cut, send_cut, write_cut
from onegrid.registry.dwellings.actions import (
    NewBuilding,
    hand_over_management,
    record_compound,
    record_dwellings,
)
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.facilities.actions import put_up_facility
from onegrid.registry.owners.actions import add_member, open_committee, open_vote, write_vote
from onegrid.registry.things.loading import load_classes
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


def furnished_compound(street: Street, at: datetime) -> Compound:
    """With a lift whose maintenance is overdue, and an announced cut of water that begins in two days."""
    load_classes(by=BY, at=STARTS)
    compound = make_compound(street)
    put_up_facility(
        compound_id=compound.pk, kind="lift", building_id=compound.buildings.get(name="1号楼").pk, place="1单元",
        done_on=timezone.localdate(at - timedelta(days=20)), by=BY, at=at,
    )  # fmt: skip
    cut = write_cut(
        compound_id=compound.pk, supply="water", reason="更换水泵", starts_at=at + timedelta(days=2),
        ends_at=at + timedelta(days=2, hours=4), phone="000-6000001", by=BY, at=at,
    )  # fmt: skip
    send_cut(cut_id=cut.pk, by=BY, at=at)
    confirm_cut(cut_id=cut.pk, by=BY, at=at)
    _owners(compound, at)
    return compound


def _owners(compound: Compound, at: datetime) -> None:
    """A committee with a chair, three doors, and a vote that is open."""
    doors = [(f"1单元{floor}01室", Decimal("90.50")) for floor in (1, 2, 3)]
    record_dwellings(building_id=compound.buildings.get(name="1号楼").pk, doors=doors, by=BY, at=at)
    term = open_committee(
        compound_id=compound.pk, term_from=date(at.year, 1, 1), term_to=date(at.year + 3, 1, 1), by=BY, at=at
    )
    add_member(committee_id=term.pk, role="chair", name="李建国", phone="000-0000-4321", by=BY, at=at)
    vote = write_vote(
        compound_id=compound.pk, topic="firm", question="续聘物业公司？", options=["同意", "反对", "弃权"],
        opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=3), by=BY, at=at,
    )  # fmt: skip
    open_vote(vote_id=vote.pk, by=BY, at=at)
