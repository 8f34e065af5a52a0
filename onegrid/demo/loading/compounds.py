"""The street's compounds and who manages them; doors with their areas for the compound that votes."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from onegrid.accounts.orgs.models import Organisation
from onegrid.demo.loading.steps import BY, Progress
from onegrid.demo.names.places import COMMUNITIES
from onegrid.demo.street.addresses import Addressbook
from onegrid.demo.street.areas import community_code
from onegrid.demo.town.buildings import Use
from onegrid.demo.town.frame import lonlat, on_earth
from onegrid.demo.town.town import Town
from onegrid.places.addresses.models import Address
from onegrid.registry.dwellings.actions import (
    NewBuilding,
    hand_over_management,
    record_compound,
    record_dwellings,
)
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.dwellings.queries import buildings_of

MANAGED_SINCE = date(2025, 1, 1)
PER_FIRM = 6  # compounds that one firm manages; the others are looked after by the community


def write_compounds(
    town: Town,
    book: Addressbook,
    address_ids: dict,
    orgs: dict[str, Organisation],
    at: datetime,
    progress: Progress,
) -> list[Compound]:
    """All compounds; those of a firm's community, up to PER_FIRM, are managed by it.

    The managed ones come back, those of the account "property" first.
    """
    addresses = Address.objects.in_bulk([address_ids["compound", i] for i in range(len(town.compounds))])
    shapes = on_earth([one.shape for one in town.compounds])
    members: dict[int, list[int]] = {}
    for index, building in enumerate(town.buildings):
        if building.use == Use.HOME:
            members.setdefault(building.compound, []).append(index)
    made = []
    for number in range(len(town.compounds)):
        wall = GEOSGeometry(shapely.to_wkt(shapes[number]), srid=4490)
        made.append(
            record_compound(
                address=addresses[address_ids["compound", number]],
                boundary=wall if isinstance(wall, MultiPolygon) else MultiPolygon(wall, srid=4490),
                buildings=_buildings(town, book, address_ids, members.get(number, [])),
                by=BY,
                at=at,
            )
        )
        progress(number + 1)
    return _managed(town, made, orgs, at)


def _buildings(town: Town, book: Addressbook, address_ids: dict, members: list[int]) -> list[NewBuilding]:
    if not members:
        return []
    centres = [town.buildings[i].shape.centroid for i in members]
    points = lonlat(np.array([(one.x, one.y) for one in centres]))
    return [
        NewBuilding(
            book.numbers[i], town.buildings[i].floors, town.buildings[i].units, town.buildings[i].households,
            float(lon), float(lat), address_ids["building", i],
        )
        for i, (lon, lat) in zip(members, points, strict=True)
    ]  # fmt: skip


def _managed(town: Town, made: list[Compound], orgs: dict[str, Organisation], at: datetime) -> list[Compound]:
    firm_of = {org.area.code: org for code, org in orgs.items() if code.startswith("property-")}
    managed: list[Compound] = []
    manager: dict[int, int] = {}
    taken: dict[int, int] = {}
    for plan, compound in zip(town.compounds, made, strict=True):
        community = town.partition.plots[plan.plot].community
        assert 0 <= community < len(COMMUNITIES)
        firm = firm_of.get(community_code(community))
        if firm is None or taken.get(firm.pk, 0) >= PER_FIRM:
            continue
        taken[firm.pk] = taken.get(firm.pk, 0) + 1
        hand_over_management(
            compound_id=compound.pk,
            organisation=firm,
            on=MANAGED_SINCE,
            by=BY,
            at=at,
            remark="前期物业服务合同",
        )
        managed.append(compound)
        manager[compound.pk] = firm.pk
    first = orgs["property-1"].pk
    return sorted(managed, key=lambda one: (manager[one.pk] != first, one.pk))


def write_dwellings(compound: Compound, at: datetime) -> int:
    """Doors of a compound, flats of one entrance alike on every floor; areas are drawn by their place."""
    count = 0
    for building in buildings_of(compound.pk):
        flats = building.households // max(building.floors * building.units, 1)
        doors = [
            (f"{unit}单元{floor}{flat:02d}室", Decimal(72 + (unit * 7 + flat * 13) % 50) + Decimal("0.35"))
            for unit in range(1, building.units + 1)
            for floor in range(1, building.floors + 1)
            for flat in range(1, flats + 1)
        ]
        count += record_dwellings(building_id=building.pk, doors=doors, by=BY, at=at)
    return count
