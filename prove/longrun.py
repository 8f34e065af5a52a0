"""Mixed load for long: the simulator at 60× and people who read; memory, connections and queue must stay flat.

`--minutes` 3 (120). Every five seconds: memory that processes have for themselves (RssAnon: shared buffers and
files are left out), sessions of the database, jobs and facts that wait, open files. The first three tenths warm up;
through the rest goes a line (least squares), which may rise by a twentieth. A leak of less than that in the time of
the run is not seen: the figures say how long it was.
"""

import contextlib
import http.client
import os
import subprocess
import threading
import time
from pathlib import Path

from django.db import connection

from bench.serving import Client, signed_in
from onegrid.accounts.identity.models import User
from onegrid.config.environment import environment
from onegrid.console.processes import die_with_parent
from prove import afterwards
from prove.judging import flat, longest_gap, share_at, trend
from prove.kills import postmaster
from prove.proof import Proof, size
from prove.running import BIN, KNOWN_BY, Up, children, up

EVERY = 5.0
PEOPLE = {
    "worker": ("/work/", "/work/route/", "/work/patrols/"),
    "dispatcher": ("/cases/", "/cases/board/"),
    "leader": ("/command/", "/oversee/"),
    "": ("/", "/report/", "/answers/"),
}
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
SHARE = 0.05
# What may come and go without meaning anything: MB, sessions, files, jobs and facts.
LEAST = {"MB": 8.0, "sessions": 2.0, "files": 8.0, "waiting": 20.0}


class Readers:
    """People who read their pages, one after the other, with a second's pause."""

    def __init__(self, port: int) -> None:
        self.seconds: list[float] = []
        self.wrong: list[str] = []
        self.over = threading.Event()
        sessions = {name: signed_in(User.objects.get(username=name)) if name else "" for name in PEOPLE}
        self._threads = [
            threading.Thread(target=self._read, args=(port, sessions[name], pages), daemon=True)
            for name, pages in PEOPLE.items()
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(60)

    def _read(self, port: int, session: str, pages: tuple[str, ...]) -> None:
        client, turn = Client(port), 0
        while not self.over.wait(1):
            page, turn, begun = pages[turn % len(pages)], turn + 1, time.monotonic()
            try:
                status, where, _body = client.ask("GET", page, session=session)
            except (OSError, http.client.HTTPException) as failure:
                self.wrong.append(f"{page}: {failure!r}")
                continue
            self.seconds.append(time.monotonic() - begun)
            if status >= 400 and status != 429:
                self.wrong.append(f"{page}: {status} {where}")


def run(proof: Proof) -> None:
    minutes = size("minutes", 3, 120)
    start, log = afterwards.before(), environment().var / "log"
    with up(os.environ, log / "prove-longrun-up.log") as running:
        readers = Readers(running.port)
        with (log / "prove-simulate.log").open("wb") as said:
            street = subprocess.Popen(
                [BIN / "onegrid", "simulate", "--speed", "60", "--seed", "7", "--quiet"],
                stdout=said, stderr=said, preexec_fn=die_with_parent,
            )  # fmt: skip
        samples = sampled(running, minutes * 60)
        street.terminate()
        street.wait(60)
        readers.end()
        proof.holds("the simulator ran to the end", street.returncode == 0)
        proof.figure("minutes", minutes)
        proof.figure("the street", (log / "prove-simulate.log").read_text().strip().splitlines()[-1][:300])
        proof.figure("pages read", len(readers.seconds))
        proof.figure("p95 of pages, s", share_at(readers.seconds, 0.95))
        for one in readers.wrong[:5]:
            print(f"    {one}")
        proof.none("pages that failed", len(readers.wrong))
        judge_trends(proof, samples)
        afterwards.settle(proof)
        afterwards.all_run(proof, running)
        afterwards.judge_done(proof, start)


def sampled(running: Up, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Name → (seconds since the begin, value)."""
    found: dict[str, list[tuple[float, float]]] = {}
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < seconds:
        for name, value in sample(running).items():
            found.setdefault(name, []).append((now, value))
        time.sleep(EVERY)
    connection.close()
    return found


def sample(running: Up) -> dict[str, float]:
    taken: dict[str, float] = {}
    for name in KNOWN_BY:
        pid = running.pid_of(name)
        pids = [pid, *children(pid)] if pid else []
        taken[f"{name}, MB"] = sum(map(own_megabytes, pids))
        taken[f"{name}, files"] = sum(map(open_files, pids))
    server = postmaster()
    taken["database, MB"] = sum(map(own_megabytes, [server, *children(server)])) if server else 0.0
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS)
        taken["database, sessions"] = float(cursor.fetchone()[0])
    taken["jobs and facts, waiting"] = float(afterwards.waiting())
    return taken


def own_megabytes(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    return 0.0


def open_files(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def judge_trends(proof: Proof, samples: dict[str, list[tuple[float, float]]]) -> None:
    times = [time for time, _value in samples["database, sessions"]]
    proof.holds(
        "no sample came later than a minute after the last", longest_gap(times, times[0], times[-1]) < 60
    )
    for name, values in samples.items():
        line = trend(values)
        proof.figure(name, f"{line.mean:,.1f}, {line.growth:+,.1f} over the run")
        proof.holds(f"{name}: flat", flat(line, share=SHARE, least=LEAST[name.rsplit(", ", 1)[1]]))
