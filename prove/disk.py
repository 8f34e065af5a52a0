"""The disk below database, files and logs is filled to the last byte while residents report, and emptied again.

On a small disk of its own (small_disk). `--reports` 60 (500) before, and as many after; it stays full for
`--seconds` 15 (60). Nothing has to be started by hand: what fell starts again once there is room.
"""

import errno
import os
import time
from pathlib import Path

from onegrid.config.environment import environment
from prove import afterwards, effects
from prove.kills import tell
from prove.proof import Proof, size
from prove.reporting import Residents, places
from prove.running import up


def run(proof: Proof) -> None:
    reports, seconds = size("reports", 60, 500), size("seconds", 15, 60)
    var = environment().var
    where, start = places(), afterwards.before()
    log = var.parent / "log" / "prove-disk-up.log"
    with (
        effects.gateway_beside() as beside,
        up({**os.environ, **beside.variables, "ONEGRID_VAR": str(var)}, log) as running,
    ):
        residents = Residents(running.port, where, clients=4)
        residents.begin()
        residents.until(reports, seconds=300)
        filled = fill(var / "ballast", seconds)
        proof.figure("MB that filled the disk", filled // 2**20)
        proof.holds("`onegrid up` outlived the full disk", running.runs())
        there = len(residents.acknowledged)
        begun = time.monotonic()
        residents.until(there + 1, seconds=180)
        proof.figure("seconds from room to the next acknowledgement", time.monotonic() - begun)
        residents.until(there + reports, seconds=300)
        residents.end()
        afterwards.all_run(proof, running)
        tell(proof, residents)
        afterwards.settle(proof)
        afterwards.judge(proof, start, residents.acknowledged, unknown=frozenset(residents.gave_up))
        effects.judge(proof, start, residents, beside)


def fill(ballast: Path, seconds: float) -> int:
    """Takes every byte that there is, and that comes free, for so long; then gives all back. How many it took."""
    until, taken = time.monotonic() + seconds, 0
    with ballast.open("wb", buffering=0) as file:
        while time.monotonic() < until:
            try:
                taken += file.write(b"\0" * 65536)
            except OSError as failure:
                if failure.errno != errno.ENOSPC:
                    raise
                time.sleep(0.05)
    ballast.unlink()
    return taken
