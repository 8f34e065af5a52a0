"""Reading establishments, always within the viewer's area."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.queries import deeds_on
from onegrid.kit.errors import NotFound
from onegrid.kit.tiles import EXTENT, MARGIN, Tile, scope_condition
from onegrid.registry.establishments.access import SEE
from onegrid.registry.establishments.models import Establishment

SHOWN_FROM = 11  # zoom: farther out a point a shop says nothing

_TILE = """
WITH drawn AS (
    SELECT id, name, kind, ST_AsMVTGeom(
        ST_Transform(point, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), {extent}, {margin}, true
    ) AS geom
    FROM registry_establishment
    WHERE point && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490) AND closed_on IS NULL
      AND {scope}
)
SELECT ST_AsMVT(d.*, 'establishments', {extent}, 'geom', 'id')
FROM (SELECT * FROM drawn WHERE geom IS NOT NULL ORDER BY id) AS d
"""


def tile(tile: Tile, *, viewer: Actor) -> bytes:
    """Layer `establishments` (id, name, kind). Raises NotAllowed without the permission."""
    scope = viewer.scope(SEE)
    _require_some(viewer)
    if tile.z < SHOWN_FROM:
        return b""
    condition, values = scope_condition(scope)
    west, south, east, north = tile.bounds()
    values |= {
        "west": west, "south": south, "east": east, "north": north, "z": tile.z, "x": tile.x, "y": tile.y,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TILE.format(scope=condition, extent=EXTENT, margin=MARGIN), values)
        (body,) = cursor.fetchone()
    return bytes(body or b"")


def establishment(pk: int, *, viewer: Actor) -> Establishment:
    """One establishment, closed ones included. Raises NotFound outside the viewer's area."""
    found = Establishment.objects.select_related("grid").filter(pk=pk).first()
    if found is None:
        _require_some(viewer)
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, SEE, path=found.area_path)
    return found


def establishments(
    *, viewer: Actor, text: str = "", kind: str = "", after: int = 0, limit: int = 50
) -> list[Establishment]:
    """A page of open establishments by id; `text`: part of the name; `after`: last id of the page before."""
    _require_some(viewer)
    rows = Establishment.objects.filter(viewer.scope(SEE).q(), closed_on=None, pk__gt=after)
    if text:
        rows = rows.filter(name__contains=text)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("pk")[: min(limit, 200)])


def history_of(found: Establishment) -> list[AuditEntry]:
    """What was written about one that the caller has got by `establishment`, for whoever keeps it; newest first."""
    return deeds_on(found, verbs=["establishments.open", "establishments.close"], limit=50)


def _require_some(viewer: Actor) -> None:
    if not viewer.scope(SEE).reaches:
        require(viewer, SEE)
