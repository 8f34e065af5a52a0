"""Finding addresses: by what somebody types, and by a point."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, Scope, require
from onegrid.kit.errors import NotFound
from onegrid.kit.geo import metres_between
from onegrid.kit.tiles import degrees_around, scope_condition
from onegrid.places.addresses.access import SEE
from onegrid.places.addresses.kinds import PUBLIC_RANK, RANKS, AddressKind
from onegrid.places.addresses.models import Address
from onegrid.places.addresses.rules import KEY_LENGTH, plain, words
from onegrid.places.areas.models import CGCS2000

MOST = 50  # answers
HEADS = 8  # places whose inside is looked through for the rest of a text
LAST_SIGN = "\U0010ffff"
NEAREST_LOOKED_AT = 16  # by degrees, before the ground distance decides

# One level: a range of the index, in the order of the keys, so the shortest (the place itself) comes first.
# Several keys of one address may begin alike: three times as many rows leave enough addresses.
_LEVEL = """
(SELECT address_id, former FROM places_addresskey
 WHERE rank = {rank} AND key >= %(low)s AND key < %(high)s AND {condition}
 ORDER BY rank, key LIMIT %(rows)s)
"""


@dataclass(frozen=True)
class AddressHit:
    """`former_name`: the text matched only a name that the address had earlier."""

    address: Address
    former_name: str = ""


@dataclass(frozen=True)
class NearAddress:
    """An address and its distance in metres."""

    address: Address
    metres: float


def find_addresses(
    text: str, *, viewer_scope: Scope | None = None, only_in_scope: bool = False, limit: int = 20
) -> list[AddressHit]:
    """Open addresses that begin like `text` on some level (characters, pinyin or initials), best first.

    Communities before roads before compounds before buildings and so on, the shortest first. Without a scope only
    down to the building; units, floors and rooms only inside `viewer_scope`. `only_in_scope` keeps the public
    levels inside it too. A text of several parts (锦绣苑 3号楼) is looked for part by part.
    """
    limit = max(1, min(limit, MOST))
    hits = _beginning(plain(text), viewer_scope, only_in_scope, limit)
    parts = words(text)
    if not hits and len(parts) > 1:
        hits = _inside(parts, viewer_scope, only_in_scope, limit)
    return hits


def public_address(address_id: int) -> Address | None:
    """An open address that anybody may look up, by its id."""
    kinds = [kind for kind, rank in RANKS.items() if rank <= PUBLIC_RANK]
    return Address.objects.filter(pk=address_id, valid_to=None, kind__in=kinds).first()


def nearest_address(
    lon: float,
    lat: float,
    *,
    within_m: float = 100,
    kinds: Iterable[str] = (AddressKind.BUILDING, AddressKind.COMPOUND),
) -> NearAddress | None:
    """Reverse geocoding: the open address nearest to a CGCS2000 point; None when none is within `within_m`."""
    here = Point(lon, lat, srid=CGCS2000)
    dx, dy = degrees_around(lat, within_m)
    rows = Address.objects.filter(
        valid_to=None, kind__in=list(kinds), point__isnull=False
    ).extra(  # the index's own order (<->): Django has no expression for it
        where=["point && ST_Expand(%s::geometry, %s, %s)"],
        params=[here.hexewkb.decode(), dx, dy],
        order_by=["nearness"],
        select={"nearness": "point <-> %s::geometry"},
        select_params=[here.hexewkb.decode()],
    )[:NEAREST_LOOKED_AT]
    near = [NearAddress(row, metres_between(lon, lat, row.point.x, row.point.y)) for row in rows]
    best = min(near, key=lambda found: (found.metres, found.address.pk), default=None)
    return best if best is not None and best.metres <= within_m else None


def address(address_id: int, *, viewer: Actor) -> Address:
    """One address in the viewer's reach ("addresses.see"), open or closed. NotFound elsewhere."""
    found = (
        Address.objects.select_related("parent", "grid").defer("grid__boundary").filter(pk=address_id).first()
    )
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, SEE, path=found.area_path or None)
    return found


def address_level(*, viewer: Actor, under: Address | None = None) -> QuerySet[Address]:
    """The open addresses in reach right inside one, or the topmost, by name."""
    found = Address.objects.filter(viewer.scope(SEE).q(), valid_to=None, parent=under)
    return found.order_by("kind", "name", "pk")


def _beginning(key: str, scope: Scope | None, only_in_scope: bool, limit: int) -> list[AddressHit]:
    if not key:
        return []
    key = key[:KEY_LENGTH]
    query, values = range_query(key, scope, only_in_scope, limit)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    former: dict[int, bool] = {}
    for address_id, is_former in rows:
        former[address_id] = former.get(address_id, True) and is_former
    order = (
        sorted(former, key=lambda pk: former[pk])[:limit] if all(former.values()) else list(former)[:limit]
    )
    found = Address.objects.prefetch_related("former_names").in_bulk(order)
    return [AddressHit(found[pk], _former_name(found[pk], key) if former[pk] else "") for pk in order]


def range_query(key: str, scope: Scope | None, only_in_scope: bool, limit: int) -> tuple[str, dict[str, Any]]:
    """The search as SQL: one index range a level, and no level is opened once the ones before it gave enough."""
    inside, values = scope_condition(scope) if scope is not None else ("false", {})
    parts = [
        _LEVEL.format(rank=rank, condition="true" if rank <= PUBLIC_RANK and not only_in_scope else inside)
        for rank in RANKS.values()
        if rank <= PUBLIC_RANK or scope is not None
    ]
    values |= {"low": key, "high": key + LAST_SIGN, "rows": limit * 3}
    return " UNION ALL ".join(parts) + " LIMIT %(rows)s", values


def _former_name(address: Address, key: str) -> str:
    names = [name.full_name for name in address.former_names.all()]
    return next((name for name in names if key in plain(name)), names[-1] if names else "")


def _inside(parts: list[str], scope: Scope | None, only_in_scope: bool, limit: int) -> list[AddressHit]:
    """The first part names a place; the others stand in the full names of what is inside it."""
    heads = [hit.address for hit in _beginning(parts[0], scope, only_in_scope, HEADS)]
    shown = Q(kind__in=[kind for kind, rank in RANKS.items() if rank <= PUBLIC_RANK])
    if scope is not None:
        shown = scope.q() if only_in_scope else shown | scope.q()
    for head in heads:
        rows = Address.objects.below(head.path).filter(shown, valid_to=None)
        for part in parts[1:]:
            rows = rows.filter(full_name__icontains=part)
        if found := list(rows.order_by("path")[:limit]):
            return [AddressHit(row) for row in found]
    return []
