"""The line between our processes and the database: first it goes silent, then it is cut, each while residents report.

A go-between of ours carries TCP to the cluster's socket; `onegrid up` reaches the database through it, as one of
the city's own (ONEGRID_DATABASE_URL). `--reports` 60 (500) before, between and after; silent and cut for `--seconds`
12 (60) each.
"""

import os
import time

from onegrid.config.cluster.place import PORT, place
from onegrid.config.environment import environment
from prove import afterwards, effects
from prove.go_between import GoBetween
from prove.kills import tell
from prove.proof import Proof, size
from prove.reporting import Residents, places
from prove.running import up


def run(proof: Proof) -> None:
    reports, seconds = size("reports", 60, 500), size("seconds", 12, 60)
    var = environment().var
    where, start = places(), afterwards.before()
    with GoBetween(place(var).run / f".s.PGSQL.{PORT}") as line:
        url = f"postgresql://onegrid@127.0.0.1:{line.port}/onegrid"
        with (
            effects.gateway_beside() as beside,
            up(
                {**os.environ, **beside.variables, "ONEGRID_DATABASE_URL": url},
                var / "log" / "prove-network-up.log",
            ) as running,
        ):
            residents = Residents(running.port, where, clients=4)
            residents.begin()
            residents.until(reports, seconds=300)
            for name, trouble in (("silence", line.silent), ("cut", line.cut)):
                with trouble():
                    time.sleep(seconds)
                    proof.holds(f"the pages themselves answer in the {name}", running.answers())
                there, begun = len(residents.acknowledged), time.monotonic()
                residents.until(there + 1, seconds=120)
                proof.figure(
                    f"seconds from the end of the {name} to the next acknowledgement",
                    time.monotonic() - begun,
                )
                residents.until(there + reports, seconds=300)
            residents.end()
            afterwards.all_run(proof, running)
            tell(proof, residents)
            afterwards.settle(proof)
            afterwards.judge(proof, start, residents.acknowledged, unknown=frozenset(residents.gave_up))
            effects.judge(proof, start, residents, beside)
