"""A year that is not published yet: the days off that the law names (festivals.yaml). Pure but for the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

DAY = timedelta(days=1)


@dataclass(frozen=True)
class LawfulDay:
    """A day off by law. `made_up`: in place of one that fell on a weekend, or on a day that was off already."""

    day: date
    name: str
    made_up: bool = False


def known_years() -> range:
    """The years for which the days of moon and sun are written down."""
    years = sorted(_file()["sky"])
    return range(years[0], years[-1] + 1)


def source(year: int) -> str:
    return str(_edition(year)["source"])


def lawful_days(year: int) -> list[LawfulDay]:
    """In order; nothing for a year of which the moon is not written down."""
    if year not in known_years():
        return []
    return days_by_law(year, _edition(year)["days"], _file()["sky"][year])


def days_by_law(
    year: int, festivals: Sequence[Mapping[str, Any]], sky: Mapping[str, date]
) -> list[LawfulDay]:
    """Every named day, and for each that cost nobody a working day the next working day after its festival."""
    runs = [(one["name"], list(_run(year, one, sky))) for one in festivals]
    off: dict[date, LawfulDay] = {}
    owed: list[tuple[date, str]] = []
    for name, run in runs:
        for day in run:
            if day in off or _weekend(day):
                owed.append((run[-1], name))
            off.setdefault(day, LawfulDay(day, name))
    for last, name in owed:
        day = last + DAY
        while day in off or _weekend(day):
            day += DAY
        off[day] = LawfulDay(day, name, made_up=True)
    return sorted(off.values(), key=lambda one: one.day)


def _run(year: int, festival: Mapping[str, Any], sky: Mapping[str, date]) -> Iterator[date]:
    if "sky" in festival:
        first = sky[festival["sky"]] + festival.get("offset", 0) * DAY
    else:
        first = date(year, festival["month"], festival["day"])
    return (first + n * DAY for n in range(festival["length"]))


def _weekend(day: date) -> bool:
    return day.isoweekday() > 5


def _edition(year: int) -> Mapping[str, Any]:
    return max(
        (one for one in _file()["editions"] if one["from_year"] <= year), key=lambda one: one["from_year"]
    )


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    return yaml.safe_load(files(__package__).joinpath("festivals.yaml").read_text("utf-8"))
