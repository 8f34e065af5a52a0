"""Putting compounds, buildings and dwellings on the record, and handing their management over."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.contrib.gis.geos import MultiPolygon, Point
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.addresses.models import Address
from onegrid.places.areas.models import CGCS2000
from onegrid.registry.dwellings.access import EDIT
from onegrid.registry.dwellings.models import Building, Compound, Dwelling, Management
from onegrid.registry.dwellings.queries import buildings_in_tree


class NewBuilding(NamedTuple):
    """`lon`, `lat`: CGCS2000, None when not known; `address_id`: where the address tree has it."""

    name: str
    floors: int
    units: int
    households: int
    lon: float | None
    lat: float | None
    address_id: int | None = None


@transaction.atomic
def record_compound(
    *,
    address: Address,
    boundary: MultiPolygon | None,
    buildings: Sequence[NewBuilding],
    by: Actor,
    at: datetime,
) -> Compound:
    """A compound of the address tree with its buildings. Refused: not_a_compound, compound_there_already."""
    require(by, EDIT, path=address.area_path)
    if address.kind != AddressKind.COMPOUND:
        raise Refused("not_a_compound", _("This address is not a compound."), address=address.pk)
    if Compound.objects.filter(address=address).exists():
        raise Refused("compound_there_already", _("This compound is on the record already."))
    made = Compound.objects.create(
        address=address,
        name=address.name,
        grid_id=address.grid_id,
        area_path=address.area_path,
        boundary=boundary,
        households=sum(one.households for one in buildings),
    )
    Building.objects.bulk_create(
        Building(
            compound=made,
            address_id=one.address_id,
            name=one.name,
            floors=one.floors,
            units=one.units,
            households=one.households,
            point=_point(one.lon, one.lat),
        )
        for one in buildings
    )
    record("compounds.record", by=by, about=made, at=at, details={"buildings": len(buildings)})
    return made


@transaction.atomic
def take_over_compound(*, address_id: int, by: Actor, at: datetime) -> Compound:
    """A compound as the address tree has it, with its buildings. Refused: as record_compound; address_is_closed."""
    address = Address.objects.select_for_update(of=("self",)).filter(pk=address_id).first()
    require(by, EDIT, path=address.area_path if address else None)
    if address is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if address.valid_to is not None:
        raise Refused("address_is_closed", _("This address is closed."))
    buildings = [
        NewBuilding(
            one.address.name,
            one.floors,
            one.units,
            one.households,
            one.address.point.x if one.address.point else None,
            one.address.point.y if one.address.point else None,
            one.address.pk,
        )
        for one in buildings_in_tree(address)
    ]
    return record_compound(address=address, boundary=None, buildings=buildings, by=by, at=at)


@transaction.atomic
def record_dwellings(
    *, building_id: int, doors: Iterable[tuple[str, Decimal]], by: Actor, at: datetime
) -> int:
    """Doors of a building, each with its floor area in m²; how many. Refused: area_missing, door_there_already."""
    locked = Building.objects.select_for_update(of=("self",)).select_related("compound")
    building = locked.filter(pk=building_id).first()
    require(by, EDIT, path=building.compound.area_path if building else None)
    if building is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    rows = [Dwelling(building=building, name=name, area_m2=area) for name, area in doors]
    if any(row.area_m2 <= 0 for row in rows):
        raise Refused("area_missing", _("Every door needs a floor area."))
    names = [row.name for row in rows]
    if len(set(names)) < len(names) or building.dwellings.filter(name__in=names).exists():
        raise Refused("door_there_already", _("A door of this name is there already."))
    Dwelling.objects.bulk_create(rows)
    details = {"count": len(rows), "building": building.name}
    record("compounds.dwellings", by=by, about=building.compound, at=at, details=details)
    return len(rows)


@transaction.atomic
def hand_over_management(
    *,
    compound_id: int,
    organisation: Organisation | None,
    on: date,
    by: Actor,
    at: datetime,
    remark: str = "",
) -> Management | None:
    """物业交接: from the day on this firm manages the compound; nobody does when none is given.

    Who managed before ends on that day and keeps what it did. Refused: not_a_property_firm, firm_closed,
    manages_already, later_manager_there (a hand-over cannot be put before one that was written already).
    """
    compound = Compound.objects.select_for_update().filter(pk=compound_id).first()
    require(by, EDIT, path=compound.area_path if compound else None)
    if compound is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if organisation is not None:
        _check_firm(organisation, on)
    if Management.objects.filter(compound=compound, valid_from__gte=on).exists():
        raise Refused("later_manager_there", _("A hand-over on that day or later is written already."))
    before = Management.objects.valid_on(on).filter(compound=compound).first()
    if before is not None:
        if organisation is not None and before.organisation_id == organisation.pk:
            raise Refused("manages_already", _("This firm manages the compound already."))
        before.valid_to = on
        before.save(update_fields=["valid_to"])
    made = None
    if organisation is not None:
        made = Management.objects.create(
            compound=compound, organisation=organisation, valid_from=on, remark=remark.strip()
        )
    details = {"from": before.organisation_id if before else None, "on": on.isoformat()}
    details["to"] = organisation.pk if organisation else None
    record("compounds.hand_over", by=by, about=compound, at=at, reason=remark, details=details)
    return made


def _point(lon: float | None, lat: float | None) -> Point | None:
    return Point(lon, lat, srid=CGCS2000) if lon is not None and lat is not None else None


def _check_firm(organisation: Organisation, on: date) -> None:
    if organisation.kind != OrgKind.PROPERTY_FIRM:
        raise Refused("not_a_property_firm", _("Only a property firm manages a compound."))
    if organisation.closed_on is not None and organisation.closed_on <= on:
        raise Refused("firm_closed", _("This firm no longer exists on that day."))
