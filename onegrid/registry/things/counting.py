"""How many things stand in each cell of the map (ThingCell): all of them anew, or those that something changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from onegrid.kit.actors import Actor
from onegrid.kit.tiles import Tile
from onegrid.places.areas.access import require_everywhere
from onegrid.registry.things.access import EDIT
from onegrid.registry.things.models import ThingCell
from onegrid.registry.things.tiles import CELL_X, CELL_Y, CELL_ZOOMS, DEEPEST

Cell = tuple[int, int]

# Two at once would count a cell twice; whoever comes second waits and then sees what the first one wrote.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('registry_thingcell'))"
_INTO = "INSERT INTO registry_thingcell (zoom, x, y, major_code, area_path, authority_id, count, lon_sum, lat_sum)"

# The deepest cells come from the things; each level above from the one below it.
_DEEPEST = f"""
{_INTO}
SELECT %(zoom)s, {CELL_X}, {CELL_Y}, k.major_code, COALESCE(c.path, s.path, t.area_path), t.authority_id, count(*),
       sum(ST_X(t.point)), sum(ST_Y(t.point))
FROM {{things}}
JOIN registry_thingclass k ON k.id = t.thing_class_id
LEFT JOIN places_area c ON c.id = t.community_id
LEFT JOIN places_area s ON s.id = t.street_id
WHERE t.status <> 'removed'
GROUP BY 2, 3, 4, 5, 6
""".replace("%(cell_zoom)s", "%(zoom)s")
_NEXT = f"""
{_INTO}
SELECT c.zoom - 1, c.x / 2, c.y / 2, c.major_code, c.area_path, c.authority_id, sum(c.count), sum(c.lon_sum),
       sum(c.lat_sum)
FROM {{cells}} WHERE c.zoom = %(zoom)s GROUP BY 1, 2, 3, 4, 5, 6
"""

_CELLS_OF = f"""
SELECT DISTINCT {CELL_X}, {CELL_Y}
FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) AS place (lon, lat),
     LATERAL (SELECT ST_MakePoint(place.lon, place.lat) AS point) AS t
""".replace("%(cell_zoom)s", "%(zoom)s")
_FORGET = """
DELETE FROM registry_thingcell c USING unnest(%(xs)s::int[], %(ys)s::int[]) AS cell (x, y)
WHERE c.zoom = %(zoom)s AND c.x = cell.x AND c.y = cell.y
"""
# A box a little larger than the cell is asked of the index; the cell itself decides.
_THINGS_IN = f"""
unnest(%(xs)s::int[], %(ys)s::int[], %(boxes)s::text[]) AS cell (x, y, box)
JOIN registry_thing t
  ON t.point && ST_SetSRID(cell.box::box2d::geometry, 4490) AND {CELL_X} = cell.x AND {CELL_Y} = cell.y
""".replace("%(cell_zoom)s", "%(zoom)s")
_CELLS_IN = """
unnest(%(xs)s::int[], %(ys)s::int[]) AS above (x, y)
JOIN registry_thingcell c
  ON c.x BETWEEN above.x * 2 AND above.x * 2 + 1 AND c.y BETWEEN above.y * 2 AND above.y * 2 + 1
"""


@transaction.atomic
def count_cells(*, by: Actor, at: datetime) -> int:
    """Makes all counts anew; readers see the old ones until it is done. Returns the cells."""
    require_everywhere(by, EDIT)
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        cursor.execute("DELETE FROM registry_thingcell")
        cursor.execute(_DEEPEST.format(things="registry_thing t"), {"zoom": DEEPEST})
        for zoom in range(DEEPEST, CELL_ZOOMS, -1):
            cursor.execute(_NEXT.format(cells="registry_thingcell c"), {"zoom": zoom})
        cursor.execute("ANALYZE registry_thingcell")
    return ThingCell.objects.count()


@transaction.atomic
def recount(places: Sequence[tuple[float, float]]) -> int:
    """Counts again the cells around places (lon, lat) where things came, went or moved. Returns the deepest cells.

    Counting, not adding: the same places twice, or in another order, give the same numbers.
    """
    if not places:
        return 0
    lons, lats = (list(axis) for axis in zip(*places, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        cursor.execute(_CELLS_OF, {"lons": lons, "lats": lats, "zoom": DEEPEST})
        cells: set[Cell] = set(cursor.fetchall())
        boxes = [_box(x, y) for x, y in cells]
        cursor.execute(_FORGET, {**_axes(cells), "zoom": DEEPEST})
        cursor.execute(_DEEPEST.format(things=_THINGS_IN), {**_axes(cells), "boxes": boxes, "zoom": DEEPEST})
        above = cells
        for zoom in range(DEEPEST, CELL_ZOOMS, -1):
            above = {(x // 2, y // 2) for x, y in above}
            cursor.execute(_FORGET, {**_axes(above), "zoom": zoom - 1})
            cursor.execute(_NEXT.format(cells=_CELLS_IN), {**_axes(above), "zoom": zoom})
    return len(cells)


def _axes(cells: Iterable[Cell]) -> dict[str, list[int]]:
    pairs = list(cells)
    return {"xs": [x for x, _ in pairs], "ys": [y for _, y in pairs]}


def _box(x: int, y: int) -> str:
    west, south, east, north = Tile(DEEPEST, x, y).bounds()
    return f"BOX({west!r} {south!r},{east!r} {north!r})"
