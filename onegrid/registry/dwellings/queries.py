"""Reading compounds, within what the viewer may see: by area, and by the firm that manages them today."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.places.addresses.models import Address
from onegrid.places.addresses.queries import find_addresses
from onegrid.places.areas.models import CGCS2000
from onegrid.registry.dwellings.access import SEE
from onegrid.registry.dwellings.models import Building, Compound, Dwelling, Management

PAGE = 50


def compounds(
    *, viewer: Actor, day: date, what: str = SEE, after: int = 0, limit: int = PAGE
) -> list[Compound]:
    """A page of compounds by id with `manager_id`, `manager_name` and `building_count`; two queries at most.

    NotAllowed for whoever sees none anywhere. `what`: the permission that is asked for.
    """
    rows = in_reach(viewer, what, day).filter(pk__gt=after).annotate(building_count=Count("buildings"))
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
