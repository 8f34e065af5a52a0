"""Communities and grids as vector tiles, drawn by the database."""

from datetime import date

from django.db import connection

from onegrid.kit.tiles import EXTENT, MARGIN, Tile

COMMUNITIES_FROM, GRIDS_FROM, UNIT_GRIDS_FROM = 8, 12, 16  # zoom levels

# One statement for both layers. `tint`: colour index of the community (1…8), grids have that of theirs. Labels are
# points of their own, since a polygon cut at a tile's edge would be labelled in every tile.
DRAW = """
WITH
frame AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS exact,
           ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s), 4490) AS wide
),
seen AS MATERIALIZED (
    SELECT area.id, area.kind, area.code, area.name, area.path, area.parent_id, area.boundary, area.centre,
           coalesce(community.tint, area.tint) AS tint, community.id AS community_id
    FROM frame JOIN places_area area ON area.boundary && frame.wide
    LEFT JOIN LATERAL (
        SELECT above.id, above.tint FROM places_area above
        WHERE above.kind = 'community' AND area.kind <> 'community'
          AND above.id = ANY(string_to_array(rtrim(area.path, '.'), '.')::bigint[])
    ) community ON true
    WHERE area.kind = ANY(%(kinds)s) AND area.valid_from <= %(day)s
      AND (area.valid_to IS NULL OR area.valid_to > %(day)s)
),
polygons AS (
    SELECT seen.id, seen.kind, seen.code, seen.name, seen.tint, seen.community_id,
           ST_AsMVTGeom(ST_Transform(seen.boundary, 3857), frame.exact, %(extent)s, %(edge)s) AS geom
    FROM seen, frame
),
points AS (
    SELECT seen.id, seen.kind, seen.code, seen.name, seen.tint, seen.community_id,
           ST_AsMVTGeom(ST_Transform(seen.centre, 3857), frame.exact, %(extent)s, 0, true) AS geom
    FROM seen, frame WHERE seen.centre && frame.wide
)
SELECT
    (SELECT ST_AsMVT(p, 'community', %(extent)s, 'geom', 'id') FROM polygons p
     WHERE kind = 'community' AND geom IS NOT NULL)
 || (SELECT ST_AsMVT(p, 'grid', %(extent)s, 'geom', 'id') FROM polygons p
     WHERE kind <> 'community' AND geom IS NOT NULL)
 || (SELECT ST_AsMVT(p, 'area_label', %(extent)s, 'geom', 'id') FROM points p WHERE geom IS NOT NULL)
"""


def draw_areas(tile: Tile, day: date) -> bytes:
    """Layers community, grid, area_label: id, kind, code, name, tint, community_id."""
    kinds = [kind for kind, zoom in (("community", COMMUNITIES_FROM), ("grid", GRIDS_FROM)) if tile.z >= zoom]
    if "grid" in kinds:
        kinds.append("exclusive_grid")
    if not kinds:
        return b""
    with connection.cursor() as cursor:
        cursor.execute(
            DRAW,
            {
                "z": tile.z,
                "x": tile.x,
                "y": tile.y,
                "kinds": kinds,
                "day": day,
                "extent": EXTENT,
                "edge": MARGIN,
                "margin": MARGIN / EXTENT,
            },
        )
        return bytes(cursor.fetchone()[0])


DRAW_UNITS = """
SELECT ST_AsMVT(u, 'unit_grid', %(extent)s, 'geom', 'id') FROM (
    SELECT id, code, ST_AsMVTGeom(
        boundary, ST_MakeEnvelope(%(exact_west)s, %(exact_south)s, %(exact_east)s, %(exact_north)s, 4490),
        %(extent)s, %(edge)s
    ) AS geom
    FROM places_area
    WHERE boundary && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490) AND kind = 'unit_grid'
      AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
    ORDER BY id
) AS u WHERE geom IS NOT NULL
"""


def draw_unit_grids(tile: Tile, day: date) -> bytes:
    """Layer unit_grid: id, code; empty below zoom 16, where a tile would hold thousands."""
    if tile.z < UNIT_GRIDS_FROM:
        return b""
    west, south, east, north = tile.bounds()
    frame = {"west": west, "south": south, "east": east, "north": north}
    exact = dict(zip(("exact_west", "exact_south", "exact_east", "exact_north"), tile.bounds(0), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(DRAW_UNITS, {**frame, **exact, "day": day, "extent": EXTENT, "edge": MARGIN})
        return bytes(cursor.fetchone()[0])
