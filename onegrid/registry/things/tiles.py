"""Things as vector tiles: one by one from zoom 14, counted in cells below it."""

from django.db import connection

from onegrid.kit.actors import Scope
from onegrid.kit.tiles import EXTENT, MARGIN, Tile, scope_condition
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area

SINGLE_FROM = 14  # zoom
CELL_ZOOMS = 4  # a tile is counted in 2^4 × 2^4 cells
MOST_SINGLE = 20_000  # in one tile; above it even near zooms are counted in cells

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
       (SELECT ST_AsMVT(d.*, 'things', {extent}, 'geom', 'id')
        FROM (SELECT * FROM drawn WHERE geom IS NOT NULL ORDER BY id) AS d)
"""

# From the counts made beforehand (ThingCell) ...
_COUNTED = """
SELECT major_code AS major, sum(count)::int AS count,
       ST_SetSRID(ST_MakePoint(sum(lon_sum) / sum(count), sum(lat_sum) / sum(count)), 4490) AS middle
FROM registry_thingcell
WHERE zoom = %(cell_zoom)s AND x BETWEEN %(cell_x)s AND %(cell_x)s + %(cells)s - 1
  AND y BETWEEN %(cell_y)s AND %(cell_y)s + %(cells)s - 1 AND {scope}
GROUP BY x, y, major_code
"""

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
    if tile.z >= SINGLE_FROM:
        count, body = _ask(_SINGLE, tile, scope, "t.area_path", "t.authority_id")
        if count <= MOST_SINGLE:
            return bytes(body or b"")
        return _cells(tile, scope, counted=False)
    return _cells(tile, scope, counted=_fits_counts(scope))


def _cells(tile: Tile, scope: Scope, *, counted: bool) -> bytes:
    columns: tuple[str, str | None]
    if counted:
        query, columns = _COUNTED, ("area_path", None)
    else:
        query, columns = _COUNTING, ("t.area_path", "t.authority_id")
    (body,) = _ask(_CELLS.replace("{cells_from}", query), tile, scope, *columns)
    return bytes(body or b"")


def _fits_counts(scope: Scope) -> bool:
    """The counts are kept per community: they serve whoever sees communities, streets or more, whole."""
    if any(reach.org_id is not None for reach in scope.reaches):
        return False
    paths = {reach.path for reach in scope.reaches if reach.path is not None}
    grids = (*GRIDS, AreaKind.UNIT_GRID)
    return not Area.objects.filter(path__in=paths, kind__in=grids).exists()


def _ask(query: str, tile: Tile, scope: Scope, path_column: str, org_column: str | None) -> tuple:
    condition, values = scope_condition(scope, path_column, org_column)
    west, south, east, north = tile.bounds()
    exact = dict(zip(("exact_west", "exact_south", "exact_east", "exact_north"), tile.bounds(0), strict=True))
    values |= exact
    cells = 2**CELL_ZOOMS
    values |= {
        "west": west, "south": south, "east": east, "north": north, "z": tile.z, "x": tile.x, "y": tile.y,
        "cell_zoom": tile.z + CELL_ZOOMS, "cells": cells, "cell_x": tile.x * cells, "cell_y": tile.y * cells,
        "most": MOST_SINGLE,
    }  # fmt: skip
    text = query.format(scope=condition, extent=EXTENT, margin=MARGIN, cell_x=CELL_X, cell_y=CELL_Y)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()
