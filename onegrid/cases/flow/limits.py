"""Numbers of the flow that a city sets for itself (limits.yaml), by the day from which they hold."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from onegrid.kit.worktime import Unit


@dataclass(frozen=True)
class TimeLimit:
    """So many units; `mark`: local sample or unverified."""

    limit: int
    unit: Unit
    mark: str


@dataclass(frozen=True)
class FlowLimits:
    """What holds on one day.

    `urgent_stage`: each stage of an emergency. `press_reply`: until an answer to a press. `approaching_percent`: how
    much of a limit is used when its clock begins to count as approaching. `extensions_most`: granted ones per clock,
    of which the shift leader alone may grant `extensions_by_shift_leader`. `suspensions_most` per case, each
    `suspension_days_most` at the longest. `hold_days_most`: all holds by hand of a case together. `appeal_deciders`:
    different people. `redo_most`: reopenings by the reporter. `photo_near_metres`: how far from the matter a photo
    may have been taken before it is marked.
    `contact_days`: after its end, until the reporter's name and phone are removed from a case.
    `call_days`: after a call, until nobody sees any more from which phone it came.
    `pace_days`: of which days the usual time of a kind is counted, `pace_least`: from how many cases it is told.
    """

    urgent_stage: TimeLimit
    press_reply: TimeLimit
    offer_answer: TimeLimit
    offer_decision: TimeLimit
    approaching_percent: int
    extensions_most: int
    extensions_by_shift_leader: int
    suspensions_most: int
    suspension_days_most: int
    hold_days_most: int
    appeal_deciders: int
    redo_most: int
    photo_near_metres: int
    contact_days: int
    call_days: int
    pace_days: int
    pace_least: int

    @property
    def approaching_share(self) -> Fraction:
        return Fraction(self.approaching_percent, 100)


def flow_limits(day: date) -> FlowLimits:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [block for block in blocks if block[0] <= day]
    return (begun or blocks[:1])[-1][1]


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, FlowLimits]]:
    rows = yaml.safe_load(files(__package__).joinpath("limits.yaml").read_text("utf-8"))
    return sorted((_block(row) for row in rows), key=lambda block: block[0])


def _block(row: dict[str, Any]) -> tuple[date, FlowLimits]:
    begins = date.fromisoformat(row.pop("valid_from"))
    values: dict[str, Any] = {
        name: given["value"]
        if "value" in given
        else TimeLimit(given["limit"], Unit(given["unit"]), given["mark"])
        for name, given in row.items()
    }
    return begins, FlowLimits(**values)
