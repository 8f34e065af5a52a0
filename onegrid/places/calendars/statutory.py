"""Statutory holidays and make-up workdays as the library `chinesecalendar` keeps them (State Council notices)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

LIBRARY = "chinesecalendar"
NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


@dataclass(frozen=True)
class StatutoryDay:
    """`kind`: "holiday" or "makeup"; a weekend that belongs to no holiday is no row."""

    day: date
    kind: str
    name: str


def source() -> str:
    """Which library and version the rows came from."""
    return f"{LIBRARY} {version(LIBRARY)}"


def years() -> range:
    """The years the library knows."""
    known = [day.year for day in holidays]
    return range(min(known), max(known) + 1)


def statutory_days(first: int, last: int) -> Iterator[StatutoryDay]:
    """Rows of the years from `first` to `last`, both included, in order."""
    rows = [StatutoryDay(day, "holiday", NAMES.get(name, name)) for day, name in holidays.items()]
    rows += [StatutoryDay(day, "makeup", NAMES.get(name, name)) for day, name in workdays.items()]
    yield from sorted((row for row in rows if first <= row.day.year <= last), key=lambda row: row.day)
