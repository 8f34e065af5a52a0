"""Which grid is a point in: our answer against the bare PostGIS query, at 92 and at 40,625 grids, in one run.

The grids are a fishnet made in a transaction that is rolled back. The goal is stated per core, so this process and
its database process share one core while it runs, where the system lets us (root): on two cores that are otherwise
idle, every question would wait for the other core to wake up, and the figure would tell of that.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from math import ceil

import numpy as np
from django.db import connection, transaction

from bench.report import Report, rate
from onegrid.places.areas.borders import NEAR
from onegrid.places.areas.queries import GRID_KINDS, grid_at, grids_at

WEST, SOUTH, SIDE = 118.0, 37.0, 0.003  # degrees; some 270 × 330 m
POINTS = 20_000

FISHNET = """
INSERT INTO places_area (kind, code, name, pinyin, path, boundary, source_datum, tint, valid_from)
SELECT 'grid', 'BENCH-' || n, 'bench', '', (1000000000 + n) || '.',
       ST_Multi(ST_Segmentize(ST_MakeEnvelope(x, y, x + %(side)s, y + %(side)s, 4490), %(side)s / 5)),
       'cgcs2000', 0, %(day)s
FROM (SELECT n, %(west)s + (n %% %(columns)s) * %(side)s AS x, %(south)s + (n / %(columns)s) * %(side)s AS y
      FROM generate_series(0, %(count)s - 1) n) squares
"""
ONE = """
SELECT id FROM places_area
WHERE kind = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
  AND ST_DWithin(boundary, ST_SetSRID(ST_MakePoint(%s, %s), 4490), %s)
ORDER BY kind = 'exclusive_grid' DESC, code COLLATE "C", id LIMIT 1
"""
MANY = """
SELECT count(grid.id) FROM unnest(%s::float8[], %s::float8[]) AS point(lon, lat)
LEFT JOIN LATERAL (
    SELECT id FROM places_area
    WHERE kind = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
      AND ST_DWithin(boundary, ST_SetSRID(ST_MakePoint(point.lon, point.lat), 4490), %s)
    ORDER BY kind = 'exclusive_grid' DESC, code COLLATE "C", id LIMIT 1
) grid ON true
"""


def run(report: Report) -> None:
    for count in (92, 40_625):
        with transaction.atomic(), one_core() as together:
            _measure(report, count, "" if together else ", on all cores")
            transaction.set_rollback(True)


@contextmanager
def one_core() -> Iterator[bool]:
    """Both processes on one core. False where that is not allowed, and everything stays as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        both = [os.getpid(), cursor.fetchone()[0]]
    cores = os.sched_getaffinity(0)
    moved = [pid for pid in both if _moved(pid, {min(cores)})]
    try:
        yield moved == both
    finally:
        for pid in moved:
            os.sched_setaffinity(pid, cores)


def _moved(pid: int, cores: set[int]) -> bool:
    try:
        os.sched_setaffinity(pid, cores)
    except (PermissionError, ProcessLookupError):  # somebody else's process, or on another machine
        return False
    return True


def _measure(report: Report, count: int, where: str) -> None:
    columns = ceil(count**0.5)
    day = date(2026, 1, 1)
    grids = {"side": SIDE, "day": day, "west": WEST, "south": SOUTH, "columns": columns, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE places_area SET valid_to = valid_from WHERE valid_to IS NULL"
        )  # only ours count
        cursor.execute(FISHNET, grids)
        cursor.execute("ANALYZE places_area")
        points = np.random.default_rng(7).random((POINTS, 2)) * [columns * SIDE, ceil(count / columns) * SIDE]
        points += [WEST, SOUTH]
        load, _ = rate(lambda: grid_at(*points[0]), count=1, seconds=0.01)
        report.add("first look-up after a change (reads all borders)", count, 1000 / load, "ms")
        turn = iter(_endless(points))
        today = (day, day)

        def bare() -> None:
            cursor.execute(ONE, [list(GRID_KINDS), *today, *next(turn), NEAR])
            cursor.fetchone()

        floor, floor_times = rate(bare, count=1)
        ours, times = rate(lambda: grid_at(*next(turn)), count=1)
        report.add(f"single, bare PostGIS{where}", count, floor, "points/s", seconds=floor_times)
        report.add(f"single, grid_at{where}", count, ours, "points/s", floor=floor, seconds=times)
        few = points[:2000]

        def bare_many() -> None:
            cursor.execute(MANY, [few[:, 0].tolist(), few[:, 1].tolist(), list(GRID_KINDS), *today, NEAR])
            cursor.fetchone()

        floor, floor_times = rate(bare_many, count=len(few))
        ours, times = rate(lambda: grids_at(points), count=POINTS)
        report.add(f"batch, bare PostGIS{where}", count, floor, "points/s", seconds=floor_times)
        report.add(f"batch, grids_at{where}", count, ours, "points/s", floor=floor, seconds=times)


def _endless(points: np.ndarray):
    while True:
        yield from points.tolist()
