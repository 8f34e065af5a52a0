"""How a cost grows with the size of the data: pure arithmetic over the rows of a report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, log

from bench.report import Row

NOISE = 1.3  # a figure of one run may be so many times another of the same thing
LITTLE = 1.0  # milliseconds: a growth by less says nothing
PER_SECOND = re.compile(r"/s$")
WHOLE = {"s"}  # a work over all rows: judged by what one row of it costs
NOT_A_COST = {"", "KB", "MB"}
UNKNOWN, FLAT, LOG, FASTER = "one size", "flat", "within log n", "faster than log n"


@dataclass
class Curve:
    """One measure at growing sizes: (size, row), by size."""

    part: str
    measure: str
    points: list[tuple[int, Row]] = field(default_factory=list)

    @property
    def costs(self) -> list[tuple[int, float]]:
        """(size, milliseconds of one), where the row tells of a cost."""
        return [(size, found) for size, row in self.points if (found := cost(row)) is not None]

    @property
    def slope(self) -> float | None:
        return slope(self.costs)

    @property
    def verdict(self) -> str:
        return verdict(self.costs)

    @property
    def tail(self) -> str:
        """The verdict on the slowest twentieth (p95), which one run tells less surely; that on p50 without any."""
        slow = [(size, row.p95) for size, row in self.points if row.p95 is not None]
        return verdict(slow) if len(slow) == len(self.costs) else self.verdict


def curves(rows: Iterable[tuple[str, int, Row]]) -> list[Curve]:
    """From (part, size, row); what is apart from cases (size 0) stands at its own n."""
    found: dict[tuple[str, str], Curve] = {}
    for part, size, row in rows:
        curve = found.setdefault((part, row.measure), Curve(part, row.measure))
        curve.points.append((size or row.n, row))
    for curve in found.values():
        curve.points.sort(key=lambda point: point[0])
    return list(found.values())


def cost(row: Row) -> float | None:
    """Milliseconds of one, as an ordinary one is (p50); None of a figure that is no cost."""
    if row.unit in NOT_A_COST or row.value <= 0:
        return None
    if row.unit in WHOLE:
        return row.value * 1000 / max(row.n, 1)
    if row.p50 is not None and PER_SECOND.search(row.unit) and row.p50 * row.value < 5_000:
        return row.p50  # of batches p50 is that of a batch
    return 1000 / row.value if PER_SECOND.search(row.unit) else row.value


def slope(points: list[tuple[int, float]]) -> float | None:
    """Of log cost over log size by least squares: 0 is flat, 1 is twice as dear at twice the size."""
    if len({size for size, _cost in points}) < 2:
        return None
    xs, ys = [log(size) for size, _cost in points], [log(cost) for _size, cost in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)


def verdict(points: list[tuple[int, float]]) -> str:
    """By the fitted line from the first to the last size: flat, or no steeper than log n, but for NOISE."""
    rise = slope(points)
    if rise is None:
        return UNKNOWN
    first, last = points[0], points[-1]
    grown = exp(rise * (log(last[0]) - log(first[0])))
    if grown <= NOISE or last[1] - first[1] < LITTLE:
        return FLAT
    return LOG if grown <= NOISE * log(last[0]) / log(first[0]) else FASTER
