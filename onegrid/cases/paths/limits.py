"""Numbers and rules of path cases (limits.yaml), by the day from which they hold."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from onegrid.cases.paths.rules import Cleaning, LeadRule


@dataclass(frozen=True)
class PathLimits:
    """What holds on one day. `lead`: tried in this order, of the standing `lead_mark`. Near: metres from the line,
    hours before it came and after it left."""

    valid_from: date
    lead: tuple[LeadRule, ...]
    lead_mark: str
    cleaning: Cleaning
    points_most: int
    near_metres: int
    near_before_hours: int
    near_after_hours: int


def path_limits(day: date) -> PathLimits:
    """The block that began last; for days before the first, the first."""
    begun = [block for block in _blocks() if block.valid_from <= day]
    return (begun or _blocks()[:1])[-1]


@lru_cache(maxsize=1)
def _blocks() -> list[PathLimits]:
    rows = yaml.safe_load(files(__package__).joinpath("limits.yaml").read_text("utf-8"))
    return sorted((_block(row) for row in rows), key=lambda block: block.valid_from)


def _block(row: dict[str, Any]) -> PathLimits:
    begins = date.fromisoformat(row.pop("valid_from"))
    value = {name: given["value"] for name, given in row.items()}
    return PathLimits(
        begins,
        tuple(LeadRule(rule) for rule in value["lead"]),
        row["lead"]["mark"],
        Cleaning(value["gap_seconds"], value["speed_most"], value["jumps_most"]),
        value["points_most"],
        value["near_metres"],
        value["near_before_hours"],
        value["near_after_hours"],
    )
