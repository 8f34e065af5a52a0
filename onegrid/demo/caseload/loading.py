"""Many cases into the database: drawn in several processes, written by COPY."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from datetime import datetime

from django.db import connection, transaction

from onegrid.cases.flow.models import Case, StageClock, Step
from onegrid.demo.caseload.drawing import Drawer, Piece
from onegrid.demo.caseload.ground import read_ground
from onegrid.demo.loading.steps import Silent, Steps
from onegrid.kit.bulk import indexes_aside

MOST = 5_000_000
PIECE = 4_000  # cases drawn at a time, some 15 MB of lines
DAYS = 365  # how far back the first report lies
ASIDE_FROM = 20_000  # fewer rows are written faster with the indexes in place
Lines = tuple[int, bytes, bytes, bytes]


def write_many_cases(
    count: int,
    seed: int,
    at: datetime,
    *,
    days: int = DAYS,
    processes: int | None = None,
    steps: Steps | None = None,
) -> int:
    """Adds `count` cases that were reported in the `days` before `at`, in the grids, by the people and under the
    catalogue, dispatch list and calendar that are loaded. All or nothing; the same seed in the same database gives
    the same cases.

    Timelines, clocks and seals are those of the real actions (`onegrid verify cases` proves them); there are no
    photos, and nothing is announced or noticed: it is history. Refused: see `read_ground`.
    """
    tell = (steps or Silent()).step("many", count)
    if count <= 0:
        return 0
    ground = read_ground(at, days)
    tables = (Case, Step, StageClock)
    with transaction.atomic(), ExitStack() as aside:
        with connection.cursor() as cursor:  # nobody writes cases meanwhile, so blocks of ids are ours
            cursor.execute("LOCK TABLE cases_case, cases_step, cases_stageclock IN EXCLUSIVE MODE")
        already = Case.objects.count()
        pieces = list(_pieces(count, days))
        drawer = Drawer(ground, seed, already, at)
        if count >= ASIDE_FROM and count * 3 >= already:
            for table in tables:
                aside.enter_context(indexes_aside(table))
        done = 0
        for made, *lines in _drawn(drawer, pieces, processes or os.cpu_count() or 1):
            for sheet, part in zip((drawer.cases, drawer.steps, drawer.clocks), lines, strict=True):
                sheet.copy_in(part)
            done += made
            tell(done)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table._meta.db_table}")
    return done


def _pieces(count: int, days: int) -> Iterator[Piece]:
    """Oldest first, so that ids go up with time as they do in life."""
    first_id, first_serial = _block(count)
    parts = -(-count // PIECE)
    reach = max(days * 1440 // parts, 1)
    for number in range(parts):
        start = number * PIECE
        yield Piece(
            number,
            min(PIECE, count - start),
            first_id + start,
            first_serial + start,
            (parts - 1 - number) * reach,
            reach,
        )


def _block(count: int) -> tuple[int, int]:
    """The next `count` ids of cases, and the next serials of their numbers (which go round, rules.case_number)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('cases_case', 'id')")
        (ids,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s), nextval('cases_serial')", [ids])
        first_id, first_serial = cursor.fetchone()
        last_serial = (first_serial + count - 2) % 9_999_999 + 1
        cursor.execute(
            "SELECT setval(%s, %s), setval('cases_serial', %s)", [ids, first_id + count - 1, last_serial]
        )
    return first_id, first_serial


def _drawn(drawer: Drawer, pieces: Iterable[Piece], processes: int) -> Iterator[Lines]:
    """Lines of the pieces in order; a few pieces ahead, so that memory stays the same however many there are."""
    todo = list(pieces)
    if processes == 1 or len(todo) == 1:
        yield from map(drawer.piece, todo)
        return
    global _DRAWER
    _DRAWER = drawer  # comes to the other processes by fork
    ahead: deque[Future[Lines]] = deque()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        for piece in todo:
            ahead.append(pool.submit(_draw, piece))
            if len(ahead) > processes * 2:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


_DRAWER: Drawer | None = None


def _draw(piece: Piece) -> Lines:
    assert _DRAWER is not None
    return _DRAWER.piece(piece)
