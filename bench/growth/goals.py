"""What figures should be: a goal for each measure that has one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bench.report import Row


@dataclass(frozen=True)
class Goal:
    """`said` as the table says it. `measure`: which of the part it is for."""

    part: str
    measure: str
    said: str
    kept: Callable[[Row], bool]


GOALS = [
    Goal("intake", "open_case", "0.4 of the floor", lambda row: (row.ratio or 0) >= 0.4),
    Goal("lifecycle", "lifecycle by", "60/s", lambda row: row.value >= 60),
    Goal("lists", "(page|JSON): ", "p95 under 60 ms", lambda row: (row.p95 or 0) < 60),
    Goal(
        "exporting", "export as .* memory", "no more than after a tenth", lambda row: (row.ratio or 0) <= 1.3
    ),
    Goal("roles", "pages that were lost", "none", lambda row: row.value == 0),
    Goal("grid_at", "single, grid_at", "5,000/s", lambda row: row.value >= 5_000),
    Goal("worktime", ".*many at once", "100,000 in 2 s", lambda row: row.value >= 50_000),
    Goal("scores", "rebuild all measures", "30,000 steps/s", lambda row: row.n / row.value >= 30_000),
    Goal("tiles", ".* tile z.*, cold", "p95 under 400 ms", lambda row: (row.p95 or 0) < 400),
    Goal("tiles", ".* tile z", "p95 under 100 ms", lambda row: (row.p95 or 0) < 100),
]


def goal_of(part: str, measure: str) -> Goal | None:
    """The first that fits; None where nothing was asked."""
    found = next((goal for goal in GOALS if goal.part == part and re.match(goal.measure, measure)), None)
    return found if found and found.said else None
