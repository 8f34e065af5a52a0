"""Everything that is measured, at growing sizes, as one report: `make bench`, or `onegrid bench growth`.

`--cases 10000,100000,1000000,5000000` (10000,100000): the street is filled up to each, and intake, lifecycle, lists,
counts, pages of every role and export are measured there; then, apart from cases, scores (4,600 and 46,100 cases in
a database of its own), `grid_at`, due dates and tiles with `--components 20000,200000` things. `--parts lists,roles`
takes only those. What is measured stands at the head of each part in `bench/`.

A size is measured in a database of that size: one that holds many more cases than were asked for is refused. So
sizes may stand in databases of their own and still make one report:

    ONEGRID_DATABASE_URL=… onegrid bench growth --cases 10000,100000
    ONEGRID_DATABASE_URL=… onegrid bench growth --go_on yes --cases 1000000
    ONEGRID_DATABASE_URL=… onegrid bench growth --go_on yes --cases 5000000 --components 1000000,15000000 --docs yes

After each part the report is written: growth-kept.json, growth.md and growth-<part>.svg in var/bench; `--docs yes`
puts it into docs/benchmarks.md and docs/bench. `--go_on yes` skips what an earlier run of the same commit has taken,
so a run that was stopped goes on. A part that fails is named in the report, costs the others nothing, and makes the
end an error; so does nothing else: a missed goal is a figure.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import traceback

from django.db import connection

from bench.growth.kept import Kept, folder
from bench.growth.telling import told
from bench.report import Report, Row
from bench.street import furnished
from onegrid.config.environment import ROOT

AT_EACH_SIZE = (
    "intake",
    "lists",
    "counts",
    "roles",
    "exporting",
    "lifecycle",
)  # what writes cases comes last
ONCE = ("scores", "grid_at", "worktime", "tiles")
MANY_MORE = 1.5  # times the size that was asked for


def run(report: Report) -> None:
    kept = Kept.begun(go_on=bool(os.environ.get("BENCH_GO_ON")))
    wanted = os.environ.get("BENCH_PARTS", "").split(",")
    sizes = sorted(int(size) for size in os.environ.pop("BENCH_CASES", "10000,100000").split(","))
    for size in sizes:
        parts = [part for part in AT_EACH_SIZE if _asked(part, wanted) and not kept.has(part, size)]
        if not parts or not _standing(kept, parts, size):
            continue
        for part in parts:
            _take(kept, part, size)
    os.environ.pop("BENCH_CASES", None)  # what is apart from cases has sizes of its own
    for part in ONCE:
        if _asked(part, wanted) and not kept.has(part, 0):
            _take(kept, part, 0)
    report.rows += [row for rows in kept.rows.values() for row in rows]
    told(kept, docs=bool(os.environ.get("BENCH_DOCS")))
    if kept.failed:
        raise SystemExit(f"not measured: {', '.join(kept.failed)}; why stands in var/bench/growth.md")


def _standing(kept: Kept, parts: list[str], size: int) -> bool:
    """Whether the database holds so many cases now, at rest: what a long load left to be tidied up would be done in
    the middle of a measure, and until then no index answers alone."""
    try:
        total = furnished(size)
    except (Exception, SystemExit) as failure:  # the other sizes and parts are measured
        traceback.print_exc()
        reason = str(failure) or type(failure).__name__
    else:
        if total <= size * MANY_MORE:
            _rest()
            return True
        reason = f"this database holds {total:,} cases"
    for part in parts:
        kept.lose(part, size, reason)
    return False


def _rest() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _asked(part: str, wanted: list[str]) -> bool:
    return wanted == [""] or part in wanted


def _take(kept: Kept, part: str, size: int) -> None:
    """One part at one size, in a process of its own: nothing is remembered of another size or database, and whatever
    one part meets, the others are measured."""
    begun = time.monotonic()
    print(f"\n== {part}{f' at {size:,} cases' if size else ''}, load {os.getloadavg()[0]:.1f}", flush=True)
    figures = folder() / f"{part}.json"
    figures.unlink(missing_ok=True)
    with tempfile.TemporaryFile("w+") as complaints:
        sizes = {"BENCH_CASES": str(size)} if size else {}
        done = subprocess.run(
            [sys.executable, "-m", "bench", part], cwd=ROOT, env=os.environ | sizes, stderr=complaints
        )
        complaints.seek(0)
        said = complaints.read()
    print(said, file=sys.stderr, flush=True)
    if done.returncode or not figures.exists():
        kept.lose(part, size, _last_line(said) or f"ended with {done.returncode}")
    else:
        rows = [Row(**row) for row in json.loads(figures.read_text())["rows"]]
        kept.add(part, size, rows, time.monotonic() - begun)
    told(kept)


def _last_line(said: str) -> str:
    return next((line for line in reversed(said.splitlines()) if line.strip()), "")
