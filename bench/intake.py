"""open_case per second at BENCH_CASES cases (10,000), beside the floor: the same rows by bare SQL in the same run.

One transaction, rolled back: nothing stays, and neither side pays for a commit.

`onegrid bench intake --cases 10000,1000000`
"""

import os
import random
import time
from datetime import timedelta
from functools import cache

from django.db import connection, transaction
from django.utils import timezone

from bench.report import Report, rate
from bench.street import furnished
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.places.areas.kinds import GRIDS
from onegrid.places.areas.models import Area

TABLES = ("cases_case", "cases_step", "cases_stageclock", "accounts_notice", "kit_factrow", "kit_factrow")
OF_THE_CASE = ("cases_step", "cases_stageclock")


def run(report: Report) -> None:
    for size in [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]:
        _measure(report, furnished(size))


def _measure(report: Report, total: int) -> None:
    with transaction.atomic():
        grids = Area.objects.filter(kind__in=GRIDS, valid_to=None).exclude(centre=None)
        places = list(grids.values_list("centre", flat=True))
        made = opened(places)
        one, seconds = rate(lambda: opened(places), count=1, seconds=8)
        floor, _ = rate(lambda: copied(made, 1), count=1, seconds=4)
        report.add("open_case", total, one, "cases/s", floor=floor, seconds=seconds)
        transaction.set_rollback(True)


def opened(places: list) -> Case:
    point = random.choice(places)
    return open_case(
        channel=Channel.RESIDENT,
        text=f"路面有坑 {time.perf_counter_ns()}",
        lon=point.x,
        lat=point.y,
        by=Resident(),
        at=timezone.now() - timedelta(seconds=1),
    )


def copied(case: Case, times: int) -> None:
    """The rows of one case again, by INSERT … SELECT of its own columns with new keys: no rule, no look-up."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(copy_of(table), [times, times, case.pk])


@cache  # the catalogue of columns is no part of the floor
def copy_of(table: str) -> str:
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    fresh = {
        "id": f"nextval(pg_get_serial_sequence('{table}', 'id'))",
        "number": "'B' || nextval('cases_serial')",
        "source_key": "'B' || nextval('cases_serial')",
        "position": "nextval('cases_serial')",
        "stopped_at": "now()",
    }
    values = [fresh.get(name, f'"{name}"') for name in names]
    if table == "cases_case":
        row, given = "(SELECT * FROM cases_case WHERE id = %s)", ""
    elif table in OF_THE_CASE:
        row, given = f"(SELECT * FROM {table} WHERE case_id = %s LIMIT 1)", ""
    else:  # what was told of it: any row is as long
        row, given = f"(SELECT * FROM {table} ORDER BY id DESC LIMIT 1)", " WHERE %s IS NOT NULL"
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} "
        f"FROM generate_series(1, LEAST(%s::int, %s::int)), {row} one{given}"
    )
