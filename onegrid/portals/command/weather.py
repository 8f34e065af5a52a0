"""How the queue stands in one word, by a rule that is data (weather.yaml) and said on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


class Sky(StrEnum):
    CALM = "calm"
    BUSY = "busy"
    STORM = "storm"


@dataclass(frozen=True)
class Queue:
    """Counts of open cases."""

    open: int
    overdue: int
    soon: int
    emergencies: int


@dataclass(frozen=True)
class Weather:
    """`measure` and `value`: which of the rule's numbers decided, and how much it is; `least`: from where it counts
    as this. A calm queue names none."""

    sky: Sky
    measure: str = ""
    value: int = 0
    least: int = 0


@dataclass(frozen=True)
class WeatherRule:
    least_open: int
    storm: Mapping[str, int]
    busy: Mapping[str, int]

    def of(self, queue: Queue) -> Weather:
        values = self._values(queue)
        for sky, limits in ((Sky.STORM, self.storm), (Sky.BUSY, self.busy)):
            for measure, least in limits.items():
                if values[measure] >= least:
                    return Weather(sky, measure, values[measure], least)
        return Weather(Sky.CALM)

    def _values(self, queue: Queue) -> dict[str, int]:
        enough = queue.open >= max(self.least_open, 1)
        return {
            "emergencies": queue.emergencies,
            "overdue_percent": 100 * queue.overdue // queue.open if enough else 0,
            "soon_percent": 100 * queue.soon // queue.open if enough else 0,
        }


def weather_rule(day: date) -> WeatherRule:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [rule for begins, rule in blocks if begins <= day]
    return begun[-1] if begun else blocks[0][1]


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, WeatherRule]]:
    rows: list[dict[str, Any]] = yaml.safe_load(
        files(__package__).joinpath("weather.yaml").read_text("utf-8")
    )
    found = [
        (date.fromisoformat(row["valid_from"]), WeatherRule(row["least_open"], row["storm"], row["busy"]))
        for row in rows
    ]
    return sorted(found, key=lambda block: block[0])
