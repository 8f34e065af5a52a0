"""Everything that is measured, at growing sizes, as one report: `make bench`, or `onegrid bench growth`.

`--cases 10000,100000,1000000,5000000` (10000,100000): the street is filled up to each, and intake, lifecycle, lists,
counts, pages of every role, export and scores are measured there; then, apart from cases, `grid_at`, due dates and
tiles with `--components 20000,200000` things. `--parts lists,roles` takes only those. What is measured stands at the
head of each part in `bench/`.

After each part the report is written: var/bench/growth.json, growth.md and growth-<part>.svg; `--docs yes` puts it
into docs/benchmarks.md and docs/bench. `--go_on yes` skips what an earlier run of the same commit has taken, so a run
that was stopped goes on. A part that fails is named in the report, costs the others nothing, and makes the end an
error; so does nothing else: a missed goal is a figure.
"""

import importlib
import os
import time
import traceback

from bench.growth.kept import Kept
from bench.growth.telling import told
from bench.report import Report
from bench.street import furnished

AT_EACH_SIZE = ("intake", "lifecycle", "lists", "counts", "roles", "exporting", "scores")
ONCE = ("grid_at", "worktime", "tiles")


def run(report: Report) -> None:
    kept = Kept.begun(go_on=bool(os.environ.get("BENCH_GO_ON")))
    wanted = os.environ.get("BENCH_PARTS", "").split(",")
    sizes = sorted(int(size) for size in os.environ.get("BENCH_CASES", "10000,100000").split(","))
    for size in sizes:
        parts = [part for part in AT_EACH_SIZE if _asked(part, wanted) and not kept.has(part, size)]
        if parts:
            furnished(size)
        for part in parts:
            _take(kept, part, size)
    for part in ONCE:
        if _asked(part, wanted) and not kept.has(part, 0):
            _take(kept, part, 0)
    report.rows += [row for rows in kept.rows.values() for row in rows]
    told(kept, docs=bool(os.environ.get("BENCH_DOCS")))
    if kept.failed:
        raise SystemExit(f"not measured: {', '.join(kept.failed)}; why stands in var/bench/growth.md")


def _asked(part: str, wanted: list[str]) -> bool:
    return wanted == [""] or part in wanted


def _take(kept: Kept, part: str, size: int) -> None:
    """One part at one size. The part reads its size where it reads it when it is measured alone."""
    if size:
        os.environ["BENCH_CASES"] = str(size)
    report, begun = Report(part), time.monotonic()
    print(f"\n== {part}{f' at {size:,} cases' if size else ''}, load {os.getloadavg()[0]:.1f}", flush=True)
    try:
        importlib.import_module(f"bench.{part}").run(report)
    except (Exception, SystemExit) as failure:  # whatever one part meets, the others are measured
        traceback.print_exc()
        kept.lose(part, size, str(failure) or type(failure).__name__)
    else:
        report.finish()
        kept.add(part, size, report.rows, time.monotonic() - begun)
    told(kept)
