"""Making the records anew: of some cases, of a whole city, and of the day that is over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from onegrid.oversight.measures import statements
from onegrid.oversight.measures.models import CaseRecord, Counted, StageRecord
from onegrid.oversight.measures.working import worked_minutes

WORKED = "CREATE TEMP TABLE worked (clock_id bigint, minutes int) ON COMMIT DROP"


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
        cursor.execute(
            "TRUNCATE oversight_caserecord, oversight_stagerecord, oversight_daycount, oversight_openday"
        )
        _records(cursor, None)
        cursor.execute(statements.days(some=False))
        Counted.objects.update_or_create(pk=1, defaults={"through": yesterday, "rebuilt_at": at})
        cursor.execute(statements.open_days(some=False), {"first": date(2000, 1, 1), "through": yesterday})
        cursor.execute(
            "SELECT (SELECT count(*) FROM oversight_caserecord), count(*) FROM oversight_stagerecord"
        )
        return Rebuilt(*cursor.fetchone())


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
    _worked(cursor, ids)
    given = {"ids": ids}
    cursor.execute(statements.STAGES.format(some=_some("clock.case_id", ids)), given)
    own = _some("case_id", ids)
    cursor.execute(
        statements.CASES.format(some=_some("matter.id", ids), some_clocks=own, some_steps=own), given
    )
    cursor.execute("DROP TABLE worked")


def _some(column: str, ids: list[int] | None) -> str:
    return "" if ids is None else statements.SOME.format(column=column)


def _worked(cursor: Any, ids: list[int] | None) -> None:
    """Working minutes of handling: by the one engine that set the limits, which SQL does not have."""
    cursor.execute(WORKED)
    cursor.execute(statements.HANDLED.format(some=_some("clock.case_id", ids)), {"ids": ids})
    found = list(worked_minutes(cursor.fetchall()))
    with cursor.copy("COPY worked (clock_id, minutes) FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)
    cursor.execute("ANALYZE worked")


def _sum(cursor: Any, ids: list[int], sign: int) -> None:
    cursor.execute(statements.days(some=True, sign=sign), {"ids": ids})
    if through := _through():
        given = {"ids": ids, "first": date(2000, 1, 1), "through": through}
        cursor.execute(statements.open_days(some=True, sign=sign), given)


def _through() -> date | None:
    return Counted.objects.filter(pk=1).values_list("through", flat=True).first()
