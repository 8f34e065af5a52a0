"""From the database of an older commit to this one, while residents report.

The older commit (`--from COMMIT`; else the newest from which `--migrations` 1 (3) lead here) runs `onegrid up` on a
cluster that it made; the tables are changed by `onegrid setup ready` of this code while the old code still serves;
then the old one is stopped and the new one started, as docs/operate.md says. Meanwhile somebody now and then is in a
transaction with the cases for longer than a migration waits for its lock. `--reports` 40 (400) in each of the three
times. The libraries are those of this commit, and so is the built front end: what is proved is tables and code.
"""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from onegrid.config.cluster.place import private_url
from onegrid.config.environment import environment
from prove import afterwards, effects
from prove.judging import longest_gap
from prove.kills import tell
from prove.older_street import older_code, older_variables
from prove.proof import Proof, size
from prove.reporting import Residents, places
from prove.running import BIN, Up

HELD = 3.0  # seconds


def run(proof: Proof) -> None:
    with effects.gateway_beside() as beside:
        upgraded(proof, beside)


def upgraded(proof: Proof, beside: effects.Beside) -> None:
    reports, var = size("reports", 40, 400), environment().var
    proof.figure("from commit", os.environ["PROVE_FROM"][:10])
    proof.figure("migrations to apply", migrations_left())
    where, start = places(), afterwards.before()
    log = var.parent / "log"
    old = Up(older_variables() | beside.variables, log / "prove-older-up.log", cwd=older_code())
    new = Up({**os.environ, **beside.variables}, log / "prove-newer-up.log")
    residents = Residents(old.port, where, clients=4)
    try:
        old.start()
        residents.begin()
        residents.until(reports, seconds=300)
        begun = time.monotonic()
        with somebody_slow():
            done = subprocess.run([BIN / "onegrid", "setup", "ready"])
        proof.holds("the tables were changed while the old code served", done.returncode == 0)
        proof.figure("tables and starting records changed in, s", time.monotonic() - begun)
        residents.until(len(residents.acknowledged) + reports, seconds=300)
        gap(proof, residents, "while the tables changed", begun, time.monotonic())
        refused(proof, residents, "the old code gave while its tables changed, and on the new ones", begun)
        begun = time.monotonic()
        old.stop()
        proof.figure("old code stopped in, s", time.monotonic() - begun)
        new.start()
        proof.figure("from the stop to pages that answer, s", time.monotonic() - begun)
        residents.until(len(residents.acknowledged) + reports, seconds=300)
        gap(proof, residents, "from old code to new", begun, time.monotonic())
        refused(proof, residents, "of the change from old code to new", begun)
        residents.end()
        afterwards.all_run(proof, new)
        tell(proof, residents)
        proof.none("migrations that are left", migrations_left())
        afterwards.settle(proof)
        afterwards.judge(proof, start, residents.acknowledged, unknown=frozenset(residents.gave_up))
        effects.judge(proof, start, residents, beside)
    finally:
        new.stop()
        old.stop()


@contextmanager
def somebody_slow() -> Iterator[None]:
    """A session that is in a transaction with the cases, for longer than a migration waits, again and again."""
    over = threading.Event()
    thread = threading.Thread(target=_hold, args=[private_url(environment().var), over])
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _hold(url: str, over: threading.Event) -> None:
    while not over.wait(HELD / 2):
        with psycopg.connect(url, application_name="somebody slow") as session:
            session.execute("LOCK TABLE cases_case IN ROW EXCLUSIVE MODE")  # as whoever writes a case has it
            over.wait(HELD)


def refused(proof: Proof, residents: Residents, when: str, since: float) -> None:
    """An answer that is neither a receipt nor "come back later"; no answer at all is not one."""
    found = [status for at, status in residents.wrong if at >= since]
    proof.none(f"error pages {when} (status {', '.join(map(str, sorted(set(found)))) or 'none'})", len(found))


def migrations_left() -> int:
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connection.close()
    return left


def gap(proof: Proof, residents: Residents, when: str, begun: float, ended: float) -> None:
    within = [moment for moment in residents.moments if begun <= moment <= ended]
    proof.figure(f"longest time without an acknowledgement {when}, s", longest_gap(within, begun, ended))
