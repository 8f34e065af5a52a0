"""Reading compounds, within what the viewer may see: by area, and by the firm that manages them today."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.queries import deeds_on
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.addresses.models import Address
from onegrid.places.addresses.queries import find_addresses
from onegrid.places.areas.models import CGCS2000
from onegrid.registry.dwellings.access import EDIT, SEE
from onegrid.registry.dwellings.models import Building, Compound, Dwelling, Management

PAGE = 50
ADDRESSES_MOST = 20_000  # units and rooms of one compound that are counted
KEEPING = ("compounds.record", "compounds.dwellings", "compounds.hand_over")


def compounds(
    *, viewer: Actor, day: date, what: str = SEE, after: int = 0, limit: int = PAGE, text: str = ""
) -> list[Compound]:
    """A page of compounds by id with `manager_id`, `manager_name` and `building_count`; two queries at most.

    NotAllowed for whoever sees none anywhere. `what`: the permission that is asked for; `text`: part of the name.
    """
    rows = in_reach(viewer, what, day).filter(pk__gt=after).annotate(building_count=Count("buildings"))
    if text:
        rows = rows.filter(name__contains=text)
    return list(rows.order_by("pk")[: min(limit, 200)])


def in_reach(viewer: Actor, what: str, day: date) -> QuerySet[Compound]:
    """Compounds that the permission reaches, each with its `manager_id`."""
    scope = viewer.scope(what)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    return Compound.objects.with_manager(day).filter(scope.q("area_path", "manager_id"))


def compound(pk: int, *, viewer: Actor, day: date, what: str = SEE) -> Any:
    """One compound with `manager_id` and `manager_name`. Raises NotFound outside the viewer's reach."""
    found = Compound.objects.with_manager(day).select_related("grid").filter(pk=pk).first()
    if found is None:
        if not viewer.scope(what).reaches:
            require(viewer, what)
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, what, path=found.area_path, org_id=found.manager_id)  # type: ignore[attr-defined]  # annotated
    return found


@dataclass(frozen=True)
class TreeBuilding:
    """A building as the address tree has it: `units` entrances (at least one), `households` rooms."""

    address: Address
    floors: int
    units: int
    households: int


def buildings_in_tree(address: Address) -> list[TreeBuilding]:
    """The open buildings right inside a compound of the address tree, in the order of their numbers. Two queries."""
    buildings = Address.objects.filter(parent=address, kind=AddressKind.BUILDING, valid_to=None)
    inside = Address.objects.below(address.path).filter(valid_to=None)
    counted: Counter[tuple[int, str]] = Counter()
    kinds = (AddressKind.UNIT, AddressKind.ROOM)
    for path, kind in inside.filter(kind__in=kinds).values_list("path", "kind")[:ADDRESSES_MOST]:
        for step in path.split("."):
            if step:
                counted[int(step), kind] += 1
    found = [
        TreeBuilding(
            one, one.floors or 1, max(1, counted[one.pk, AddressKind.UNIT]), counted[one.pk, AddressKind.ROOM]
        )
        for one in buildings[:500]
    ]
    return sorted(found, key=lambda one: (len(one.address.name), one.address.name))


def compounds_to_record(*, viewer: Actor, text: str) -> list[tuple[Address, Compound | None]]:
    """Compounds of the address tree that begin like `text` in the viewer's reach, each with its record, if any."""
    scope = viewer.scope(EDIT)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=EDIT)
    hits = find_addresses(text, viewer_scope=scope, only_in_scope=True, limit=PAGE)
    found = [hit.address for hit in hits if hit.address.kind == AddressKind.COMPOUND]
    kept = {one.address_id: one for one in Compound.objects.filter(address__in=found)}
    return [(address, kept.get(address.pk)) for address in found]


def building(pk: int, *, viewer: Actor, what: str) -> Building:
    """One building with its compound, or NotFound outside the viewer's reach."""
    found = Building.objects.select_related("compound__grid").filter(pk=pk).first()
    require(viewer, what, path=found.compound.area_path if found else None)
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


def doors_of(building: Building) -> QuerySet[Dwelling]:
    """The doors of a building that the caller has got by `building`, as they were written down."""
    return building.dwellings.order_by("pk")


def keeping_of(compound: Compound) -> list[AuditEntry]:
    """What was written about a compound, newest first, for whoever keeps it."""
    return deeds_on(compound, verbs=list(KEEPING), limit=PAGE)


def buildings_of(compound_id: int) -> list[Building]:
    """In the order of their numbers: 2号楼 before 10号楼."""
    found = Building.objects.filter(compound=compound_id).select_related("compound")
    return sorted(found[:500], key=lambda one: (len(one.name), one.name))


def dwellings_of(compound_id: int) -> QuerySet[Dwelling]:
    return Dwelling.objects.filter(building__compound=compound_id).select_related("building").order_by("pk")


def managements_of(compound_id: int) -> list[Management]:
    """The newest first."""
    rows = Management.objects.filter(compound=compound_id).select_related("organisation")
    return list(rows.order_by("-valid_from")[:20])


def manager_on(compound_id: int, day: date) -> Organisation | None:
    found = Management.objects.valid_on(day).filter(compound=compound_id).select_related("organisation")
    one = found.first()
    return one.organisation if one else None


def compound_at(lon: float | None, lat: float | None, address: str = "") -> Compound | None:
    """The compound in whose walls a CGCS2000 point lies; without a point, the one an address is in or names."""
    if lon is not None and lat is not None:
        return Compound.objects.filter(boundary__contains=Point(lon, lat, srid=CGCS2000)).first()
    hit = next(iter(find_addresses(address, limit=1)), None) if address else None
    return compound_of(hit.address) if hit else None


def compound_of(address: Address) -> Compound | None:
    """The compound that an address (compound, building, room) belongs to."""
    above = [int(part) for part in address.path.split(".") if part]
    return Compound.objects.filter(address__in=above).first()
