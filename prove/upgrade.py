"""From the database of an older commit to this one, while residents report.

The older commit (`--from COMMIT`; else the one before the newest migration) runs `onegrid up` on a cluster that it
made; the tables are changed by `onegrid setup ready` of this code while the old code still serves; then the old one
is stopped and the new one started, as docs/operate.md says. `--reports` 40 (400) in each of the three times. The
libraries are those of this commit, and so is the built front end: what is proved is tables and code.
"""

import os
import subprocess
import time

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from onegrid.config.environment import environment
from prove import afterwards
from prove.judging import longest_gap
from prove.kills import tell
from prove.older_street import older_code, older_variables
from prove.proof import Proof, size
from prove.reporting import Residents, places
from prove.running import BIN, Up


def run(proof: Proof) -> None:
    reports, var = size("reports", 40, 400), environment().var
    proof.figure("from commit", os.environ["PROVE_FROM"][:10])
    proof.figure("migrations to apply", migrations_left())
    where, start = places(), afterwards.before()
    log = var.parent / "log"
    old = Up(older_variables(), log / "prove-older-up.log", cwd=older_code())
    new = Up(dict(os.environ), log / "prove-newer-up.log")
    residents = Residents(old.port, where, clients=4)
    try:
        old.start()
        residents.begin()
        residents.until(reports, seconds=300)
        begun = time.monotonic()
        done = subprocess.run([BIN / "onegrid", "setup", "ready"])
        proof.holds("the tables were changed while the old code served", done.returncode == 0)
        proof.figure("tables changed in, s", time.monotonic() - begun)
        residents.until(len(residents.acknowledged) + reports, seconds=300)
        gap(proof, residents, "while the tables changed", begun, time.monotonic())
        begun = time.monotonic()
        old.stop()
        proof.figure("old code stopped in, s", time.monotonic() - begun)
        new.start()
        proof.figure("from the stop to pages that answer, s", time.monotonic() - begun)
        residents.until(len(residents.acknowledged) + reports, seconds=300)
        gap(proof, residents, "from old code to new", begun, time.monotonic())
        residents.end()
        afterwards.all_run(proof, new)
        tell(proof, residents)
        proof.none("migrations that are left", migrations_left())
        afterwards.settle(proof)
        afterwards.judge(proof, start, residents.acknowledged, unknown=frozenset(residents.gave_up))
    finally:
        new.stop()
        old.stop()


def migrations_left() -> int:
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connection.close()
    return left


def gap(proof: Proof, residents: Residents, when: str, begun: float, ended: float) -> None:
    within = [moment for moment in residents.moments if begun <= moment <= ended]
    proof.figure(f"longest time without an acknowledgement {when}, s", longest_gap(within, begun, ended))
