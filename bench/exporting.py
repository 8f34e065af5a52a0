"""A work list as a file over HTTP: rows a second, and the memory of the web processes while it is sent.

The leader takes the whole list, CSV to 100,000 rows and Excel to 20,000 (`MOST`). Memory is that of all web
processes together, looked at while the file comes in: how much it grew until the end, beside how much it had grown
after a tenth of the time (5 MB at least, which any page may take). A file that is streamed grows no more after that.
Floor of the rate: the same columns of the same rows by COPY, in the same run.

`onegrid bench exporting --cases 1000000`
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bench.report import Report
from bench.serving import Client, served, signed_in
from bench.street import furnished
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import EXPORT
from onegrid.cases.flow.actions.exporting import MOST, Form
from onegrid.kit.facts.relay import connect_raw

PIECE = 64 * 1024
LOOK = 0.2  # seconds
WHO = ("leader", "head", "shift", "dispatcher")  # the first who may
COLUMNS = (
    "number, channel, case_class_id, text, address, state, level, urgent, street_id, community_id, grid_id, unit_id,"
    " holder_org_id, opened_at, stepped_at, due_at, ended_at, pressed"
)


@dataclass
class Taken:
    """Of one file: rows (0 of a workbook), bytes, seconds to its end and to its first piece."""

    rows: int
    size: int
    seconds: float
    first: float


def run(report: Report) -> None:
    for size in [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]:
        total = furnished(size)
        people = {user.username: user for user in User.objects.filter(username__in=WHO)}
        user = next(people[name] for name in WHO if name in people and people[name].scope(EXPORT).reaches)
        with served() as (port, supervisor):
            web = supervisor.processes[0].running
            session = signed_in(user)
            taken(port, session, Form.CSV, 1_000)  # every part of the code is there
            rows = 0
            for form in Form:  # CSV first: a workbook does not show how many rows it has
                with watched(web.pid if web else 0) as memory:
                    one = taken(port, session, form, MOST[form] + 10)  # header and last line
                rows = one.rows = one.rows or min(MOST[form], rows)
                floor = _copied(rows)
                name = f"export as {form.value}"
                report.add(name, total, one.rows / one.seconds, "rows/s", floor=floor)
                report.add(f"{name}: until its first piece", total, one.first * 1000, "ms")
                report.add(
                    f"{name}: memory grown, beside that after a tenth",
                    total,
                    max(memory) - memory[0],
                    "MB",
                    floor=max(max(memory[: len(memory) // 10 + 1]) - memory[0], 5.0),
                )
                print(f"{name}: {one.rows:,} rows, {one.size / 1e6:.1f} MB, by {user.username}", flush=True)


def taken(port: int, session: str, form: Form, most: int) -> Taken:
    """Reads the file as fast as it comes. `most`: rows after which a reader of CSV breaks off."""
    web = Client(port, timeout=600).web
    begun = time.perf_counter()
    web.request("GET", f"/cases/export.{form.value}", headers={"Cookie": f"sessionid={session}"})
    answer = web.getresponse()
    if answer.status != 200:
        raise SystemExit(f"export: {answer.status} {answer.read(300)!r}")
    first, rows, size = 0.0, 0, 0
    while piece := answer.read(PIECE):
        first = first or time.perf_counter() - begun
        size += len(piece)
        rows += piece.count(b"\r\n") if form == Form.CSV else 0
        if rows > most:
            break
    return Taken(max(rows - 1, 0), size, time.perf_counter() - begun, first)


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """The memory of the process and its children, looked at all the time: a workbook grows before its first piece."""
    seen, over = [memory_of(pid)], threading.Event()

    def look() -> None:
        while not over.wait(LOOK):
            seen.append(memory_of(pid))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def memory_of(pid: int) -> float:
    """MB that a process and those it started hold in memory; 0 when it is gone."""
    folder, own = Path(f"/proc/{pid}"), 0.0
    try:
        own = int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        children = [int(one) for path in folder.glob("task/*/children") for one in path.read_text().split()]
    except OSError:
        return own
    return own + sum(map(memory_of, children))


def _copied(rows: int) -> float:
    """Rows a second by COPY."""
    connection.close()
    begun = time.perf_counter()
    with connect_raw("bench") as raw, raw.cursor() as cursor:
        query = (
            f"COPY (SELECT {COLUMNS} FROM cases_case ORDER BY id DESC LIMIT {rows}) TO STDOUT (FORMAT csv)"
        )
        with cursor.copy(query) as copy:
            for _piece in copy:
                pass
    return rows / (time.perf_counter() - begun)
