"""Which areas a track crosses, from when to when: one statement for the whole track."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.gis.geos import MultiLineString
from django.db import connection

from onegrid.cases.paths.rules import Part, Track

# A segment is the straight line between two points of a piece. Where it lies wholly in an area nothing is cut; of a
# vehicle that stands still the segment is one point. `share`: where on the segment a stretch begins and ends, so that
# a way that is driven twice is never taken for another time.
_CROSSING = """
WITH fix AS (
    SELECT * FROM unnest(%(piece)s::int[], %(at)s::float8[], %(lon)s::float8[], %(lat)s::float8[])
        AS given(piece, at, lon, lat)
), drawn AS (
    SELECT piece, at, ST_SetSRID(ST_MakePoint(lon, lat), 4490) AS here,
        lead(at) OVER way AS until, ST_SetSRID(ST_MakePoint(lead(lon) OVER way, lead(lat) OVER way), 4490) AS there
    FROM fix WINDOW way AS (PARTITION BY piece ORDER BY at)
), segment AS (
    SELECT piece, at, until, ST_Equals(here, there) AS still,
        CASE WHEN ST_Equals(here, there) THEN here ELSE ST_MakeLine(here, there) END AS way
    FROM drawn WHERE until IS NOT NULL
), met AS MATERIALIZED (
    SELECT segment.*, area.id AS area, area.kind, area.code, area.boundary,
        ST_Covers(area.boundary, segment.way) AS whole
    FROM segment JOIN places_area area ON area.boundary && segment.way AND ST_Intersects(area.boundary, segment.way)
    WHERE area.kind = ANY(%(kinds)s) AND area.valid_from <= %(day)s
        AND (area.valid_to IS NULL OR area.valid_to > %(day)s)
), stretch AS (
    SELECT piece, area, kind, code, at, until, still, way AS line, way FROM met WHERE whole
    UNION ALL
    SELECT piece, area, kind, code, at, until, still,
        (ST_Dump(ST_CollectionExtract(ST_Intersection(way, boundary), 2))).geom, way
    FROM met WHERE NOT whole AND NOT still
)
SELECT kind, piece, area, code,
    at + (until - at) * CASE WHEN still THEN 0 ELSE ST_LineLocatePoint(way, ST_StartPoint(line)) END,
    at + (until - at) * CASE WHEN still THEN 1 ELSE ST_LineLocatePoint(way, ST_EndPoint(line)) END,
    CASE WHEN still THEN 0 ELSE ST_Length(line::geography) END
FROM stretch
"""


def parts_of(track: Track, kinds: Iterable[str], day: date) -> dict[str, list[Part]]:
    """By kind of area, of those in force on the day; in no order (`rules.sections` brings it)."""
    points = [
        (number, fix.at, fix.lon, fix.lat) for number, piece in enumerate(track.pieces) for fix in piece
    ]
    columns = (
        dict(zip(("piece", "at", "lon", "lat"), map(list, zip(*points, strict=True)), strict=True))
        if points
        else {}
    )
    found: dict[str, list[Part]] = {kind: [] for kind in kinds}
    if not points:
        return found
    given: dict[str, Any] = columns | {"kinds": list(found), "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_CROSSING, given)
        for kind, piece, area, code, begins, ends, metres in cursor.fetchall():
            found[kind].append(Part(piece, area, min(begins, ends), max(begins, ends), metres, code))
    return found


_LENGTH = "SELECT ST_Length(ST_GeomFromEWKB(%s)::geography)"


def metres_of(line: MultiLineString) -> float:
    """On the ellipsoid."""
    with connection.cursor() as cursor:
        cursor.execute(_LENGTH, [bytes(line.ewkb)])
        return float(cursor.fetchone()[0])


def stretch(track: Track, parts: Sequence[Part]) -> list[list[tuple[float, float]]]:
    """The way of a section as lines of (lon, lat); ends that fall between two points are interpolated."""
    lines: list[list[tuple[float, float]]] = []
    last: Part | None = None
    for part in parts:
        piece = track.pieces[part.piece]
        joined = last is not None and last.piece == part.piece and part.begins - last.ends < 1e-6
        if not joined:
            lines.append([_place(piece, part.begins)])
        lines[-1].append(_place(piece, part.ends))
        last = part
    return [line for line in lines if len(set(line)) > 1]


def _place(piece: Sequence[Any], at: float) -> tuple[float, float]:
    low, high = 0, len(piece) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if piece[middle].at <= at:
            low = middle
        else:
            high = middle
    one, other = piece[low], piece[high]
    share = min(max((at - one.at) / (other.at - one.at), 0.0), 1.0)
    return one.lon + (other.lon - one.lon) * share, one.lat + (other.lat - one.lat) * share
