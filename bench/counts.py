"""Capped counts of a work list: how many cases of each state and of each clock, for the people of `bench lists`.

Floor: the statements that counting sends, by bare psycopg on one connection, in the same run.

`onegrid bench counts --cases 1000000`
"""

import os
import time
from collections.abc import Callable
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.report import Report
from bench.street import furnished
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import ranges
from onegrid.cases.flow.queries.counts import clock_counts, list_counts, state_counts
from onegrid.cases.flow.queries.filters import Filters, Whose
from onegrid.kit.facts.relay import connect_raw

ROUNDS = 20
PEOPLE = ("worker", "clerk", "shift", "dispatcher", "officer", "leader")
KINDS: dict[str, tuple[Callable, Filters]] = {
    "both, as a list asks": (list_counts, Filters()),
    "states": (state_counts, Filters()),
    "clocks": (clock_counts, Filters()),
    "both of my unit": (list_counts, Filters(whose=Whose.UNIT)),
}


def run(report: Report) -> None:
    for size in [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]:
        total = furnished(size)
        people = User.objects.filter(username__in=PEOPLE)
        for name, (count, filters) in KINDS.items():
            ours: list[float] = []
            floors: list[float] = []
            for user in people:
                asked = _asked(count, user, filters)
                ours += _each(asked)
                floors += _bare(asked)
            floor = len(floors) / sum(floors)
            report.add(
                f"counts of {name}", total, len(ours) / sum(ours), "counts/s", floor=floor, seconds=ours
            )


def _asked(count: Callable, user: User, filters: Filters) -> Callable[[], object]:
    return lambda: count(viewer=user, filters=filters, at=timezone.now())


def _each(work: Callable[[], object]) -> list[float]:
    work()
    durations = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        work()
        durations.append(time.perf_counter() - begun)
    return durations


def _bare(work: Callable[[], object]) -> list[float]:
    """The same statements with their values written into them, so that they can be asked outside."""
    with CaptureQueriesContext(connection) as sent, patch.object(ranges, "KEPT_MOST", 0):
        work()
    statements = [query["sql"] for query in sent.captured_queries if "$1" not in query["sql"]]
    with connect_raw("bench") as raw:
        return _each(lambda: [raw.execute(statement).fetchall() for statement in statements])
