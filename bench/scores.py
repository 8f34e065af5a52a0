"""All measures of a city anew: seconds for so many steps, beside one plain SQL that counts the same rows.

In an empty database of its own it fills up to BENCH_CASES (4600,46100: some 30,000 and 300,000 steps) as
`demo load --cases` does, then rebuilds.
The floor: one statement that reads every case, clock and step and groups them by day, area and unit, in the same run.
The second size is compared with the first (a ratio of 1 is linear growth).
Then one run of scores of the last month, the board of indicators (day rows only), and a batch of news.

`onegrid bench scores`
"""

import os
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import connection
from django.utils import timezone

from bench.report import Report
from bench.street import database_of_its_own
from onegrid.cases.flow.models import Case, Step
from onegrid.console.demo import _fill
from onegrid.demo.loading.street import load_street
from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.kit.actors import SystemActor
from onegrid.oversight.measures.actions import rebuild_measures, recount_cases
from onegrid.oversight.measures.queries import Cut, counter_totals, handling_times
from onegrid.oversight.scores.making import made, period_before
from onegrid.oversight.scores.shipped import shipped

BY = SystemActor("bench")
FLOOR = """
SELECT count(*) FROM (
    SELECT (clock.due_at AT TIME ZONE 'Asia/Shanghai')::date, matter.area_path, matter.unit_id, count(*),
        count(*) FILTER (WHERE clock.stopped_at > clock.due_at), count(step.id)
    FROM cases_case matter
    JOIN cases_stageclock clock ON clock.case_id = matter.id
    LEFT JOIN cases_step step ON step.case_id = matter.id AND step.at = clock.stopped_at
    GROUP BY 1, 2, 3
) grouped
"""
TIMES = 3


def run(report: Report) -> None:
    with database_of_its_own("scores"):
        load_street(DEFAULT_SEED, timezone.now(), things=500)
        before: tuple[int, float] | None = None
        for size in [int(size) for size in os.environ.get("BENCH_CASES", "4600,46100").split(",")]:
            _fill(size, DEFAULT_SEED)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE cases_case, cases_step, cases_stageclock")
            _plain()  # once, so that both find the tables in memory
            steps = Step.objects.count()
            took = _measure(report, steps, timezone.now())
            if before:  # linear is 1: so many times longer for so many times more steps
                report.add("rebuild, times longer", steps, took / before[1], "times", floor=steps / before[0])
            before = steps, took


def _measure(report: Report, steps: int, now: datetime) -> float:
    floors = [_seconds(_plain) for _time in range(TIMES)]
    taken = [_seconds(lambda: rebuild_measures(at=now)) for _time in range(TIMES)]
    report.add("rebuild all measures", steps, min(taken), "s", floor=min(floors), seconds=taken)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE oversight_caserecord, oversight_stagerecord, oversight_daycount")
    since, until = period_before("month", timezone.localdate(now))
    cut = Cut(since, until)
    board = [_seconds(lambda: counter_totals(viewer=BY, cut=cut, at=now)) for _time in range(9)]
    report.add("counters of a month, whole city", steps, min(board) * 1000, "ms", seconds=board)
    times = [_seconds(lambda: handling_times(viewer=BY, cut=cut)) for _time in range(9)]
    report.add("half and nine of ten of a month", steps, min(times) * 1000, "ms", seconds=times)
    for one in shipped():
        took = _seconds(partial(made, one["subject"], one["definition"], since, until))
        report.add(f"scores of a month: {one['subject']}", steps, took, "s")
    ids = list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:100])
    news = [_seconds(lambda: recount_cases(case_ids=ids)) for _time in range(5)]
    report.add("news of 100 cases", steps, 100 / min(news), "cases/s", seconds=news)
    return min(taken)


def _plain() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR)
        cursor.fetchone()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
