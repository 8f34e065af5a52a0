"""Numbers of supervision (limits.yaml), by the day from which they hold."""

from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

import yaml

from onegrid.kit.worktime import Unit
from onegrid.oversight.supervision.rules import Urgency


@dataclass(frozen=True)
class Limits:
    """`reply`: urgency → (so many, units); `reply_most`: the most units that somebody may give by hand.
    `brief_weeks`: with how many weeks before the same weekday is compared."""

    reply: dict[Urgency, tuple[int, Unit]]
    reply_most: int
    approaching_percent: int
    extensions_most: int
    open_long_days: int
    brief_at: time
    brief_weeks: int
    mark: str
    source: str

    @property
    def approaching_share(self) -> Fraction:
        return Fraction(self.approaching_percent, 100)


def limits(day: date) -> Limits:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [block for block in blocks if block[0] <= day]
    return (begun or blocks[:1])[-1][1]


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, Limits]]:
    rows = yaml.safe_load(files(__package__).joinpath("limits.yaml").read_text("utf-8"))
    return sorted(((date.fromisoformat(row["valid_from"]), _block(row)) for row in rows), key=lambda b: b[0])


def _block(row: dict) -> Limits:
    return Limits(
        reply={Urgency(key): (one["limit"], Unit(one["unit"])) for key, one in row["reply"].items()},
        reply_most=row["reply_most"],
        approaching_percent=row["approaching_percent"],
        extensions_most=row["extensions_most"],
        open_long_days=row["open_long_days"],
        brief_at=time.fromisoformat(row["brief_at"]),
        brief_weeks=row["brief_weeks"],
        mark=row["mark"],
        source=row["source"],
    )
