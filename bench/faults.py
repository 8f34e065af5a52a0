"""`onegrid bench faults`: kill -9 of web, worker, relay and database while residents report over HTTP.

5,000 reports (`FAULT_REPORTS`) by eight clients against the processes of `onegrid up`. Sixty times, spread over the
reports, by turns, one of them is killed: a web process, the whole web server, the job worker, the relay, a session of
the database, and the database itself; what watches over `onegrid up` starts them again. A client that gets no answer
sends the same form again, with the same key, until it has a number. Then: every number that was acknowledged is one
case, every key has one case, no two clients were given one number, all timelines verify, and every case was announced
once.

It needs the private cluster (var/) and the demo street (`demo load`), and ends with an error when anything is wrong.
"""

import contextlib
import http.client
import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from pathlib import Path

from django.db import connection

from bench.report import Report
from bench.serving import Client, served
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import ClusterTrouble, revive
from onegrid.config.environment import environment
from onegrid.console.processes import Supervisor
from onegrid.kit.facts.models import FactRow
from onegrid.places.areas.models import Area

CLIENTS = 8
KILLS = 60  # spread over the reports, not over time: on a slow machine the pages would never be there


def run(report: Report) -> None:
    wanted = int(os.environ.get("FAULT_REPORTS", "5000"))
    grids = Area.objects.filter(kind="grid", valid_to=None).exclude(centre=None)
    places = [(point.x, point.y) for point in grids.values_list("centre", flat=True)]
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    connection.close()
    with served() as (port, supervisor):
        supervisor.tend = _tend
        done, killed, acknowledged = threading.Event(), Counter[str](), dict[str, str]()
        watcher = threading.Thread(target=supervisor.watch)
        every = max(wanted // KILLS, 5)
        killer = threading.Thread(target=_kill, args=(supervisor, done, killed, acknowledged, every))
        watcher.start()
        killer.start()
        begun = time.monotonic()
        retries = _report(port, wanted, places, acknowledged)
        seconds = time.monotonic() - begun
        done.set()
        killer.join()
        supervisor.ask_to_stop()
        watcher.join()
    _tend()
    print(
        f"{len(acknowledged)} reports acknowledged in {seconds:.0f} s, {retries} sent again; killed: {dict(killed)}"
    )
    report.add("reports acknowledged under kill -9", wanted, len(acknowledged) / seconds, "reports/s")
    _judge(acknowledged, last)


def _report(port: int, wanted: int, places: list, acknowledged: dict[str, str]) -> int:
    """Fills key → number as the receipt gave it; how many times something was sent again."""
    retries, todo = [0] * CLIENTS, iter(range(wanted))
    lock = threading.Lock()

    def client(number: int) -> None:
        browser = Client(port, timeout=10)
        while True:
            with lock:
                if next(todo, None) is None:
                    return
            key, (lon, lat) = secrets.token_hex(16), random.choice(places)
            while key not in acknowledged:
                try:
                    acknowledged[key] = browser.report(lon, lat, f"kill -9 {key}", key)
                except (OSError, RuntimeError, http.client.HTTPException):
                    retries[number] += 1
                    browser.web.close()
                    time.sleep(0.2)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(retries)


def _kill(
    supervisor: Supervisor,
    done: threading.Event,
    killed: Counter[str],
    acknowledged: dict[str, str],
    every: int,
) -> None:
    """By turns, one for `every` reports that were acknowledged; a process that is being started is left to start."""
    ways = {
        "web process": lambda: _child_of(_pid(supervisor, "web")),
        "session of the database": _session,
        "worker": lambda: _pid(supervisor, "worker"),
        "web server": lambda: _pid(supervisor, "web"),
        "relay": lambda: _pid(supervisor, "relay"),
        "database": _postmaster,
    }
    turn = 0
    while not done.wait(0.05):
        if len(acknowledged) < (turn + 1) * every:
            continue
        name = list(ways)[turn % len(ways)]
        turn += 1
        pid = ways[name]()
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed[name] += 1


def _pid(supervisor: Supervisor, name: str) -> int | None:
    process = next(one for one in supervisor.processes if one.name == name)
    return process.running.pid if process.running is not None and process.running.poll() is None else None


def _child_of(pid: int | None) -> int | None:
    if pid is None:
        return None
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = children.read_text().split() if children.exists() else []
    return int(random.choice(found)) if found else None


def _postmaster() -> int | None:
    lock = place(environment().var).pgdata / "postmaster.pid"
    return int(lock.read_text().split("\n", 1)[0]) if lock.exists() else None


def _session() -> int | None:
    """One of the sessions that serve the web processes."""
    found = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and _parent(entry) == _postmaster() and b"onegrid" in _command(entry)
    ]
    return random.choice(found) if found else None


def _parent(entry: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    return 0


def _command(entry: Path) -> bytes:
    with contextlib.suppress(OSError):
        return (entry / "cmdline").read_bytes()
    return b""


def _tend() -> None:
    with contextlib.suppress(ClusterTrouble):
        revive(environment().var)


def _judge(acknowledged: dict[str, str], last: int) -> None:
    cases = dict(
        Case.objects.filter(pk__gt=last, source_key__in=acknowledged).values_list("source_key", "number")
    )
    numbers = set(cases.values())
    findings = CaseTimelines().findings(lambda done, total: None)
    faults = {
        "acknowledged numbers that are no case": sum(
            cases.get(key) != number for key, number in acknowledged.items()
        ),
        "numbers given twice": len(acknowledged) - len(set(acknowledged.values())),
        "cases that nobody asked for": Case.objects.filter(pk__gt=last)
        .exclude(source_key__in=acknowledged)
        .count(),
        "timelines that do not verify": sum(finding.where.split()[0] in numbers for finding in findings),
    }
    ids = list(Case.objects.filter(pk__gt=last).values_list("pk", flat=True))
    opened = Counter(
        payload["case_id"]
        for payload in FactRow.objects.filter(kind="cases.CaseOpened").values_list("payload", flat=True)
    )
    faults["cases not announced exactly once"] = sum(opened[pk] != 1 for pk in ids)
    for what, count in faults.items():
        print(f"{'✗' if count else '✓'} {what}: {count}")
    if any(faults.values()):
        raise SystemExit("a fault was found")
