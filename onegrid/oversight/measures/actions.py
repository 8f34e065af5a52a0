"""Making the records anew: of some cases, of a whole city, and of the day that is over."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, models, transaction
from django.utils import timezone

from onegrid.cases.flow.models import StageClock
from onegrid.kit.bulk import binary, indexes_aside
from onegrid.oversight.measures import statements
from onegrid.oversight.measures.models import CaseRecord, Counted, DayCount, OpenDay, StageRecord
from onegrid.oversight.measures.working import STRETCH, worked_minutes
from onegrid.places.calendars.queries import areas_with_days_of_their_own

WORKED = "CREATE TEMP TABLE worked (clock_id bigint, minutes int) ON COMMIT DROP"
MEMORY = "SET LOCAL work_mem = '128MB'"  # for sorting a city; the server's own is for many pages at a time
BEGINNING = date(2000, 1, 1)
ASIDE_FROM = 20_000  # clocks; fewer are written faster with the indexes in place


@dataclass(frozen=True)
class Rebuilt:
    cases: int
    stages: int


@transaction.atomic
def recount_cases(*, case_ids: Collection[int]) -> None:
    """Takes what these cases counted out of the sums, makes their records anew from timeline and clocks, and adds
    what they count now. Done twice it is as done once: nothing is derived from the fact, all from the rows."""
    ids = sorted(set(case_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(statements.LOCK)
        _sum(cursor, ids, -1)
        StageRecord.objects.filter(case__in=ids).delete()
        CaseRecord.objects.filter(pk__in=ids).delete()
        _records(cursor, ids)
        _sum(cursor, ids, 1)


@transaction.atomic
def rebuild_measures(*, at: datetime) -> Rebuilt:
    """All records and sums of the city, anew. Nobody counts meanwhile; readers wait until it is through."""
    yesterday = timezone.localdate(at) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(statements.LOCK)
        cursor.execute(MEMORY)
        cursor.execute(
            "TRUNCATE oversight_caserecord, oversight_stagerecord, oversight_daycount, oversight_openday"
        )
        many = len(StageClock.objects.values_list("pk")[:ASIDE_FROM]) == ASIDE_FROM
        with _filled(CaseRecord, StageRecord, many=many):
            _records(cursor, None)
        Counted.objects.update_or_create(pk=1, defaults={"through": yesterday, "rebuilt_at": at})
        with _filled(DayCount, OpenDay, many=many):
            cursor.execute(statements.days(some=False))
            given = {"first": BEGINNING, "through": yesterday}
            cursor.execute(statements.open_days(some=False, anew=True), given)
        cursor.execute(
            "SELECT (SELECT count(*) FROM oversight_caserecord), count(*) FROM oversight_stagerecord"
        )
        return Rebuilt(*cursor.fetchone())


@contextmanager
def _filled(*tables: type[models.Model], many: bool) -> Iterator[None]:
    """Inside, empty tables are filled; with many rows their indexes are made afterwards, at once."""
    with ExitStack() as aside:
        for table in tables if many else ():
            aside.enter_context(indexes_aside(table))
        yield


@transaction.atomic
def count_days(*, at: datetime) -> int:
    """What stood open at the end of each day that is over and was not counted yet; how many days. Sums in which
    nothing is left are removed."""
    yesterday = timezone.localdate(at) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(statements.LOCK)
        through = _through()
        first = through + timedelta(days=1) if through else yesterday
        if first > yesterday:
            return 0
        cursor.execute(statements.open_days(some=False), {"first": first, "through": yesterday})
        Counted.objects.update_or_create(pk=1, defaults={"through": yesterday})
        cursor.execute(statements.EMPTY_DAYS)
        cursor.execute(statements.EMPTY_OPEN)
    return (yesterday - first).days + 1


def _records(cursor: Any, ids: list[int] | None) -> None:
    own, given = _some("case_id", ids), {"ids": ids}
    clocks, minutes = _worked(cursor, ids)
    if ids is None:  # too many for the words of a statement
        cursor.execute(WORKED)
        columns = (binary.integers(clocks), binary.small_integers(minutes))
        binary.copy_pieces("worked", ("clock_id", "minutes"), iter([binary.piece(columns, len(clocks))]))
        cursor.execute("ANALYZE worked")
    else:
        given |= {"clocks": clocks.tolist(), "minutes": minutes.tolist()}
    worked = "worked" if ids is None else statements.WORKED
    some = _some("clock.case_id", ids)
    cursor.execute(statements.STAGES.format(some=some, some_steps=own, worked=worked), given)
    cursor.execute(
        statements.CASES.format(some=_some("matter.id", ids), some_clocks=own, some_steps=own), given
    )
    if ids is None:
        cursor.execute("DROP TABLE worked")


def _some(column: str, ids: list[int] | None) -> str:
    return "" if ids is None else statements.SOME.format(column=column)


def _worked(cursor: Any, ids: list[int] | None) -> tuple[np.ndarray, np.ndarray]:
    """Working minutes of handling: by the one engine that set the limits, which SQL does not have."""
    own = sorted(areas_with_days_of_their_own())
    question = statements.STRETCHES.format(some=_some("clock.case_id", ids))
    return worked_minutes(binary.copied_columns(cursor, question, {"ids": ids, "own": own}, STRETCH), own)


def _sum(cursor: Any, ids: list[int], sign: int) -> None:
    cursor.execute(statements.days(some=True, sign=sign), {"ids": ids})
    if through := _through():
        given = {"ids": ids, "first": BEGINNING, "through": through}
        cursor.execute(statements.open_days(some=True, sign=sign), given)


def _through() -> date | None:
    return Counted.objects.filter(pk=1).values_list("through", flat=True).first()
