"""Reading things, always within what the viewer may see."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, Reach, Scope, require
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.queries import deeds_on
from onegrid.kit.errors import NotFound
from onegrid.kit.tiles import Tile, degrees_around, scope_condition
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area
from onegrid.registry.things.access import SEE
from onegrid.registry.things.models import Thing, ThingClass
from onegrid.registry.things.tiles import things_tile

SCHEME = "gbt47678_5_2026"  # the catalogue in force (standards.md 0.1)
LEVEL_COLUMNS: dict[str, str] = {AreaKind.STREET: "street_id", AreaKind.COMMUNITY: "community_id"}
FARTHEST = 500  # metres; "near" is what somebody on foot means

# Nearest first by the index; the ground distance is worked out for the few that come out of it.
_NEAR = """
SELECT near.id, near.identifier, COALESCE(NULLIF(near.name, ''), c.name), c.code, near.status,
       near.lon, near.lat, near.metres
FROM (
    SELECT t.id, t.identifier, t.name, t.status, t.thing_class_id, ST_X(t.point) AS lon, ST_Y(t.point) AS lat,
           ST_Distance(t.point::geography, {here}::geography) AS metres
    FROM registry_thing t
    WHERE t.point && ST_Expand({here}, %(dx)s, %(dy)s) AND t.status <> 'removed' AND {scope}
    ORDER BY metres, t.id
    LIMIT %(limit)s
) near JOIN registry_thingclass c ON c.id = near.thing_class_id
WHERE near.metres <= %(within)s
ORDER BY near.metres, near.id
"""
_HERE = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4490)"


@dataclass(frozen=True)
class NearThing:
    """A thing and its distance in metres."""

    id: int
    identifier: str
    name: str
    class_code: str
    status: str
    lon: float
    lat: float
    metres: float


@cache
def shipped_classes() -> dict:
    """The catalogue's component classes as they come with the software (classes.yaml)."""
    return yaml.safe_load(Path(__file__).with_name("classes.yaml").read_text())


def thing_classes(scheme: str = SCHEME) -> list[ThingClass]:
    """All classes of one catalogue, in the order of their codes."""
    return list(ThingClass.objects.filter(scheme=scheme))


def tile(tile: Tile, *, viewer: Actor) -> bytes:
    """The things of one map tile that the viewer may see. Raises NotAllowed without the permission."""
    require_some(viewer)
    return things_tile(tile, viewer.scope(SEE))


def thing(identifier: str, *, viewer: Actor) -> Thing:
    """One thing. Raises NotFound when there is none or it stands outside what the viewer may see."""
    found = Thing.objects.select_related("thing_class", "grid").filter(identifier=identifier).first()
    if found is None:
        require_some(viewer)
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, SEE, path=found.area_path, org_id=found.authority_id)
    return found


def things(*, viewer: Actor, after: int = 0, limit: int = 50, class_code: str = "") -> list[Thing]:
    """A page of things by id; `after` is the last id of the page before."""
    require_some(viewer)
    rows = Thing.objects.select_related("thing_class").filter(pk__gt=after).order_by("pk")
    if class_code:
        known = ThingClass.objects.filter(scheme=SCHEME, kind="component", code=class_code).first()
        if known is None:
            return []
        rows = rows.filter(thing_class_id=known.pk)
    most = min(limit, 200)
    found = {
        thing.pk: thing for reach in viewer.scope(SEE).reaches for thing in rows.filter(_within(reach))[:most]
    }
    return [found[pk] for pk in sorted(found)[:most]]


def things_by_number(text: str, *, viewer: Actor, limit: int = 50) -> list[Thing]:
    """Things whose 17 digits begin like `text`, within what the viewer may see. Fewer than six digits find none."""
    require_some(viewer)
    if not (6 <= len(text) <= 17 and text.isascii() and text.isdigit()):
        return []
    low, high = text.ljust(17, "0"), text.ljust(17, "9")
    rows = Thing.objects.filter(identifier__gte=low, identifier__lte=high).select_related("thing_class")
    seen = viewer.scope(SEE).q("area_path", "authority")
    return list(rows.filter(seen).order_by("identifier")[:limit])


def history_of(found: Thing) -> list[AuditEntry]:
    """What was written about a thing that the caller has got by `thing`, for whoever keeps it; newest first."""
    return deeds_on(found, verbs=["things.place", "things.move", "things.status"], limit=50)


def _within(reach: Reach) -> Q:
    """What one reach covers; a street or community by its own column, whose index is in the order of the page."""
    inside = Q() if reach.org_id is None else Q(authority_id=reach.org_id)
    if reach.path is None:
        return inside
    last = int(reach.path.rstrip(".").rpartition(".")[2])
    kind = Area.objects.filter(pk=last).values_list("kind", flat=True).first()
    if kind in LEVEL_COLUMNS:
        return inside & Q(**{LEVEL_COLUMNS[kind]: last})
    return inside & Scope((Reach(path=reach.path),)).q("area_path")


def things_near(
    lon: float, lat: float, *, viewer: Actor, within_m: float = 100, limit: int = 20
) -> list[NearThing]:
    """Things around a CGCS2000 point, nearest first; distances on the ellipsoid, in metres."""
    require_some(viewer)
    within = min(within_m, FARTHEST)
    condition, values = scope_condition(viewer.scope(SEE), "t.area_path", "t.authority_id")
    dx, dy = degrees_around(lat, within)
    values |= {"lon": lon, "lat": lat, "dx": dx, "dy": dy, "within": within, "limit": min(limit, 100)}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR.format(scope=condition, here=_HERE), values)
        return [NearThing(*row) for row in cursor.fetchall()]


def require_some(viewer: Actor) -> None:
    """Raises NotAllowed when the viewer may see things nowhere."""
    scope = viewer.scope(SEE)
    if not scope.reaches:
        require(viewer, SEE)
