"""What every bench prints and writes: a table, and var/bench/<name>.json.

{"machine": ..., "rows": [{"measure", "n", "value", "unit", "floor", "ratio", "p50", "p95"}]}
`floor` is the same work at its barest (the SQL alone, say) measured in the same run; ratio = value / floor.
"""

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from onegrid.config.environment import environment


@dataclass
class Row:
    """One figure. `n` is the size of the data it was measured on; p50 and p95 in milliseconds."""

    measure: str
    n: int
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    p50: float | None = None
    p95: float | None = None


@dataclass
class Report:
    name: str
    rows: list[Row] = field(default_factory=list)

    def add(
        self,
        measure: str,
        n: int,
        value: float,
        unit: str,
        *,
        floor: float | None = None,
        seconds: list[float] | None = None,
    ) -> Row:
        """A row; `seconds` are single durations from which p50 and p95 come."""
        row = Row(measure, n, value, unit, floor, value / floor if floor else None)
        if seconds and len(seconds) > 1:
            cuts = quantiles(seconds, n=100)
            row.p50, row.p95 = cuts[49] * 1000, cuts[94] * 1000
        self.rows.append(row)
        return row

    def finish(self) -> None:
        table = Table(title=self.name)
        for column in Row.__dataclass_fields__:
            table.add_column(column, justify="left" if column in ("measure", "unit") else "right")
        for row in self.rows:
            table.add_row(*(_shown(value) for value in asdict(row).values()))
        Console(width=150).print(table)
        folder = environment().var / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        body = {"machine": machine(), "rows": [asdict(row) for row in self.rows]}
        (folder / f"{self.name}.json").write_text(json.dumps(body, indent=1, ensure_ascii=False))


def machine() -> dict:
    return {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}


def rate(work: Callable[[], object], *, count: int, seconds: float = 2.0) -> tuple[float, list[float]]:
    """Runs `work` (which does `count` things) for about `seconds`: (things per second, each run's duration)."""
    durations: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return count * len(durations) / sum(durations), durations


def _shown(value: object) -> str:
    return "" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)
