"""Things as vector tiles: one by one from zoom 14, counted in cells below it and where they stand too close."""

from django.db import connection

from onegrid.kit.actors import Scope
from onegrid.kit.tiles import EXTENT, MARGIN, Tile, scope_condition
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area

SINGLE_FROM = 14  # zoom
CELL_ZOOMS = 4  # a tile is counted in 2^4 × 2^4 cells
MOST_SINGLE = 10_000  # in one tile; above it even near zooms are counted in cells
DEEPEST = 19  # zoom of the smallest cells that are kept (ThingCell), some 60 m wide
KEPT_TO = DEEPEST - 2  # zoom to which an overfull tile is made of kept cells, 4 × 4 at least

# Tiles so near are flat (Tile.flat): points go in as degrees, which saves a projection for each.
_SINGLE = """
WITH found AS (
    SELECT t.id, t.identifier, t.name, t.status, t.thing_class_id, t.point
    FROM registry_thing t
    WHERE t.point && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
      AND t.status <> 'removed' AND {scope}
    LIMIT %(most)s + 1
), drawn AS (
    SELECT f.id, f.identifier, COALESCE(NULLIF(f.name, ''), c.name) AS name, f.status, c.code,
           c.major_code AS major,
           ST_AsMVTGeom(
               f.point,
               ST_MakeEnvelope(%(exact_west)s, %(exact_south)s, %(exact_east)s, %(exact_north)s, 4490),
               {extent}, {margin}, true
           ) AS geom
    FROM found f JOIN registry_thingclass c ON c.id = f.thing_class_id
)
SELECT (SELECT count(*) FROM found),
       CASE WHEN (SELECT count(*) FROM found) <= %(most)s THEN (
           SELECT ST_AsMVT(d.*, 'things', {extent}, 'geom', 'id')
           FROM (SELECT * FROM drawn WHERE geom IS NOT NULL ORDER BY id) AS d
       ) END
"""

# From the counts made beforehand (ThingCell): each column of cells is a short range of the index ...
_KEPT = """
registry_thingcell
WHERE zoom = %(cell_zoom)s AND x = ANY(%(cell_xs)s) AND y BETWEEN %(cell_y)s AND %(cell_y_to)s AND {scope}
"""
_COUNTED = f"""
SELECT major_code AS major, sum(count)::int AS count,
       ST_SetSRID(ST_MakePoint(sum(lon_sum) / sum(count), sum(lat_sum) / sum(count)), 4490) AS middle
FROM {_KEPT} GROUP BY x, y, major_code
"""
_HOW_MANY = f"SELECT COALESCE(sum(count), 0) FROM {_KEPT}"

# ... or counted now, where a scope is narrower than the counts or a near tile is overfull.
_COUNTING = """
SELECT c.major_code AS major, count(*)::int AS count,
       ST_SetSRID(ST_MakePoint(avg(ST_X(t.point)), avg(ST_Y(t.point))), 4490) AS middle
FROM registry_thing t JOIN registry_thingclass c ON c.id = t.thing_class_id
WHERE t.point && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
  AND t.status <> 'removed' AND {scope}
GROUP BY {cell_x}, {cell_y}, c.major_code
"""

_CELLS = """
WITH cells AS ({cells_from}), drawn AS (
    SELECT major, count, ST_AsMVTGeom(
        ST_Transform(middle, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), {extent}, {margin}, true
    ) AS geom
    FROM cells
)
SELECT ST_AsMVT(d.*, 'thing_cells', {extent}, 'geom') FROM (SELECT * FROM drawn WHERE geom IS NOT NULL) AS d
"""

# Column and row of the cell a point lies in, at %(cell_zoom)s.
CELL_X = "floor((ST_X(t.point) + 180) / 360 * 2 ^ %(cell_zoom)s)::int"
CELL_Y = "floor((1 - asinh(tan(radians(ST_Y(t.point)))) / pi()) / 2 * 2 ^ %(cell_zoom)s)::int"


def things_tile(tile: Tile, scope: Scope) -> bytes:
    """Layer `things` (id, identifier, name, status, code, major) or `thing_cells` (major, count) within `scope`."""
    if not scope.reaches:
        return b""
    kept = tile.z <= KEPT_TO and _fits_counts(scope)
    if tile.z < SINGLE_FROM:
        return _cells(tile, scope, kept=kept)
    if kept and _ask(_HOW_MANY, tile, scope, kept=True)[0] > MOST_SINGLE:
        return _cells(tile, scope, kept=True)
    count, body = _ask(_SINGLE, tile, scope)
    return bytes(body or b"") if count <= MOST_SINGLE else _cells(tile, scope, kept=False)


def _cells(tile: Tile, scope: Scope, *, kept: bool) -> bytes:
    query = _CELLS.replace("{cells_from}", _COUNTED if kept else _COUNTING)
    (body,) = _ask(query, tile, scope, kept=kept)
    return bytes(body or b"")


def _fits_counts(scope: Scope) -> bool:
    """The counts are kept per community and authority: they serve whoever sees communities, streets or more, whole,
    or what an organisation is the authority of."""
    paths = {reach.path for reach in scope.reaches if reach.path is not None}
    grids = (*GRIDS, AreaKind.UNIT_GRID)
    return not Area.objects.filter(path__in=paths, kind__in=grids).exists()


def _ask(query: str, tile: Tile, scope: Scope, *, kept: bool = False) -> tuple:
    columns = ("area_path", "authority_id") if kept else ("t.area_path", "t.authority_id")
    condition, values = scope_condition(scope, *columns)
    west, south, east, north = tile.bounds()
    exact = dict(zip(("exact_west", "exact_south", "exact_east", "exact_north"), tile.bounds(0), strict=True))
    values |= exact
    zoom = min(tile.z + CELL_ZOOMS, DEEPEST) if kept else tile.z + CELL_ZOOMS
    cells = 2 ** (zoom - tile.z)
    values |= {
        "west": west, "south": south, "east": east, "north": north, "z": tile.z, "x": tile.x, "y": tile.y,
        "cell_zoom": zoom, "cell_xs": list(range(tile.x * cells, (tile.x + 1) * cells)),
        "cell_y": tile.y * cells, "cell_y_to": (tile.y + 1) * cells - 1, "most": MOST_SINGLE,
    }  # fmt: skip
    text = query.format(scope=condition, extent=EXTENT, margin=MARGIN, cell_x=CELL_X, cell_y=CELL_Y)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()
