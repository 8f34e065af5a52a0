"""The borders of open grids in memory, so that "which grid is this point in" costs microseconds.

One copy per process and day, good for one stamp of the forest (models.AreasStamp). The stamp is read from the
database before every answer, so a change committed by any process is seen by the next question.
"""

from dataclasses import dataclass
from datetime import date
from math import isfinite
from threading import Lock

import numpy as np
import shapely
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.pq import ExecStatus

from onegrid.places.areas.cells import CellNet
from onegrid.places.areas.kinds import AreaKind

# Two borders drawn apart never meet to the last digit: a point this near to a grid is in it (about 1 cm).
NEAR = 1e-7
WIDENED = np.array([-2, -2, 2, 2]) * NEAR  # what makes a box certain to hold every point near its grid

STAMP = "SELECT stamp FROM places_areasstamp WHERE id = 1"
TUPLES_OK = ExecStatus.TUPLES_OK

# The winner of a tie comes first: exclusive grids, then the smallest code, then the older row.
BORDERS = """
SELECT grid.id, ST_AsBinary(grid.boundary), grid.path, grid.kind, community.id, street.id
FROM places_area grid
LEFT JOIN LATERAL (
    SELECT id FROM places_area
    WHERE kind = 'community' AND id = ANY(string_to_array(rtrim(grid.path, '.'), '.')::bigint[])
) community ON true
LEFT JOIN LATERAL (
    SELECT id FROM places_area
    WHERE kind = 'street' AND id = ANY(string_to_array(rtrim(grid.path, '.'), '.')::bigint[])
) street ON true
WHERE grid.kind = ANY(%s) AND grid.valid_from <= %s AND (grid.valid_to IS NULL OR grid.valid_to > %s)
  AND grid.boundary IS NOT NULL
ORDER BY grid.kind = 'exclusive_grid' DESC, grid.code COLLATE "C", grid.id
"""


@dataclass(frozen=True, slots=True)
class GridHit:
    """The grid that a point lies in, and what is above it."""

    grid_id: int
    path: str
    kind: AreaKind
    community_id: int | None
    street_id: int | None


class Borders:
    """Open grids of some kinds on one day, in the order in which they win a tie.

    Found through a net of square cells, each naming the grids whose boxes touch it, and then asked exactly.
    A prepared polygon builds its index when it is first asked, which two threads must not do at once: hence the lock.
    """

    def __init__(self, rows: list[tuple]) -> None:
        self.hits = [GridHit(row[0], row[2], AreaKind(row[3]), row[4], row[5]) for row in rows]
        self.ids = np.array([row[0] for row in rows], dtype=np.int64)
        self.shapes = shapely.from_wkb(np.array([bytes(row[1]) for row in rows], dtype=object))
        shapely.prepare(self.shapes)
        self.boxes = shapely.bounds(self.shapes).reshape(-1, 4) + WIDENED
        self.net = CellNet(self.boxes)
        self._box_rows = self.boxes.tolist()
        self._asking = Lock()

    def at(self, lon: float, lat: float) -> GridHit | None:
        if not (isfinite(lon) and isfinite(lat)):
            return None
        for number in self.net.near(lon, lat):
            west, south, east, north = self._box_rows[number]
            if west <= lon <= east and south <= lat <= north and self._is_in(number, lon, lat):
                return self.hits[number]
        return None

    def _is_in(self, number: int, lon: float, lat: float) -> bool:
        shape = self.shapes[number]
        with self._asking:
            return bool(
                shapely.intersects_xy(shape, lon, lat)
                or shapely.dwithin(shape, shapely.points(lon, lat), NEAR)
            )

    def at_all(self, lonlat: np.ndarray) -> np.ndarray:
        """Grid ids of points, shape (n, 2) → (n,); 0 = in no grid."""
        points, grids = self.net.pairs(lonlat)
        lon, lat = lonlat[points, 0], lonlat[points, 1]
        west, south, east, north = self.boxes[grids].T
        boxed = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        points, grids, lon, lat = points[boxed], grids[boxed], lon[boxed], lat[boxed]
        with self._asking:
            inside = shapely.intersects_xy(self.shapes[grids], lon, lat)
            beside = np.flatnonzero(~inside)
            spots = shapely.points(lon[beside], lat[beside])
            inside[beside] = shapely.dwithin(self.shapes[grids[beside]], spots, NEAR)
        answer = np.full(len(lonlat), len(self.ids), dtype=np.int64)
        # pairs come with the winner of a tie first: written backwards, it is what stays
        answer[points[inside][::-1]] = grids[inside][::-1]
        return np.append(self.ids, 0)[answer]


_kept: dict[tuple[str, ...], tuple[str, date, Borders]] = {}
_reading = Lock()


def borders(kinds: tuple[str, ...], day: date) -> Borders:
    """The borders as the database has them now. Read again only when an area changed or the day did."""
    stamp = areas_stamp()
    kept = _kept.get(kinds)
    if kept is not None and stamp is not None and kept[0] == stamp and kept[1] == day:
        return kept[2]
    with _reading:
        return _read(kinds, day)


def _read(kinds: tuple[str, ...], day: date) -> Borders:
    # The stamp first: if an area changes between the two questions the copy is newer than its stamp, never older.
    stamp = areas_stamp()
    kept = _kept.get(kinds)
    if kept is not None and stamp is not None and kept[0] == stamp and kept[1] == day:
        return kept[2]
    with connection.cursor() as cursor:
        cursor.execute(BORDERS, [list(kinds), day, day])
        fresh = Borders(cursor.fetchall())
    if stamp is not None:
        _kept[kinds] = (stamp, day, fresh)
    return fresh


def areas_stamp() -> str | None:
    """The stamp of the forest as this transaction sees it; None before the first area of all.

    Asked before every look-up, so straight through libpq, at a part of what Django's cursor costs; not prepared under
    a name of our own, since psycopg has a session forget all names after a roll-back. Whatever is not a plain answer
    is asked again the ordinary way, which raises what Django would.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    if database.connection is None:
        database.ensure_connection()
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    answer = database.connection.pgconn.exec_params(STAMP.encode(), [])
    if answer.status == TUPLES_OK:
        value = answer.get_value(0, 0) if answer.ntuples else None
        return value.decode() if value else None
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return str(cursor.fetchone()[0])
