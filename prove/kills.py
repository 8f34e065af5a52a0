"""kill -9 of each process in turn, while residents report over HTTP; at last of `onegrid up` itself.

A web process, the web server, the live server, the job worker, the relay, a session of the database, the database.
Whoever gets no answer sends the same form again. `--reports` 400 (5,000), `--kills` 14 (70). What watches over
`onegrid up` in a city, systemd, is played here by a second start; everything else comes back by itself.
"""

import os
import time
from collections import Counter
from pathlib import Path

from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import ensure_running
from onegrid.config.environment import environment
from prove import afterwards, effects
from prove.judging import longest_gap
from prove.proof import Proof, size
from prove.reporting import Residents, places
from prove.running import Up, any_child_of, children, command_of, killed, up


def run(proof: Proof) -> None:
    reports, kills = size("reports", 400, 5000), size("kills", 14, 70)
    where, start = places(), afterwards.before()
    log = environment().var / "log" / "prove-up.log"
    with effects.gateway_beside() as beside, up({**os.environ, **beside.variables}, log) as running:
        residents = Residents(running.port, where)
        residents.begin()
        done: Counter[str] = Counter()
        for turn in range(kills):
            residents.until(max(5, reports * turn // kills), seconds=300)
            done += kill_one(running, turn)
        residents.until(reports, seconds=600)
        afterwards.all_run(proof, running)
        running.kill()
        proof.figure("`onegrid up` killed: seconds until the next one answers", running.start_again())
        residents.until(len(residents.acknowledged) + 10, seconds=120)
        residents.end()
        afterwards.all_run(proof, running)
        ensure_running(environment().var)
        tell(proof, residents)
        for name, count in done.items():
            proof.figure(f"killed: {name}", count)
        proof.none("kills that found nobody to kill", kills - done.total())
        afterwards.settle(proof)
        afterwards.judge(proof, start, residents.acknowledged, unknown=frozenset(residents.gave_up))
        effects.judge(proof, start, residents, beside)


def tell(proof: Proof, residents: Residents) -> None:
    proof.figure("reports acknowledged", len(residents.acknowledged))
    proof.figure("sent again", residents.again)
    proof.none("reports that never got a number", len(residents.gave_up))
    proof.figure(
        "longest time without any acknowledgement, s",
        longest_gap(residents.moments, residents.begun, residents.ended),
    )


def kill_one(running: Up, turn: int) -> Counter[str]:
    """The next by turns; one that is being started is waited for."""
    name = list(WAYS)[turn % len(WAYS)]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if killed(WAYS[name](running)):
            return Counter({name: 1})
        time.sleep(0.2)
    return Counter()


def postmaster() -> int | None:
    lock = place(environment().var).pgdata / "postmaster.pid"
    return int(lock.read_text().split("\n", 1)[0]) if lock.exists() else None


def _session() -> int | None:
    """One of the sessions that serve our processes."""
    pid = postmaster()
    found = [child for child in children(pid) if b"onegrid onegrid" in command_of(child)] if pid else []
    return found[time.monotonic_ns() % len(found)] if found else None


WAYS = {
    "web process": lambda running: any_child_of(running.pid_of("web")),
    "session of the database": lambda running: _session(),
    "job worker": lambda running: running.pid_of("worker"),
    "web server": lambda running: running.pid_of("web"),
    "relay": lambda running: running.pid_of("relay"),
    "database": lambda running: postmaster() if _is_alive(postmaster()) else None,
    "live server": lambda running: running.pid_of("live"),
}


def _is_alive(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()
