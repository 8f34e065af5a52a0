"""From rows to the one calendar of a place: the more particular row wins. Pure: no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from itertools import pairwise

from onegrid.kit.worktime import Period, Unit, WorkCalendar, due_at

HOLIDAY, MAKEUP = "holiday", "makeup"
WORKING_WEEK = (1, 2, 3, 4, 5)  # ISO weekdays


@dataclass(frozen=True)
class PeriodRow:
    """`area_path` empty: everywhere; valid in [valid_from, valid_to), open where None."""

    area_path: str
    weekday: int
    starts: time
    ends: time
    valid_from: date | None
    valid_to: date | None

    @property
    def particular(self) -> tuple[int, bool]:
        """Higher wins: the smaller area, then the row for a season."""
        return len(self.area_path), self.valid_from is not None or self.valid_to is not None

    def valid_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class DayRow:
    area_path: str
    day: date
    kind: str
    provisional: bool = False


class Surety(IntEnum):
    """How well a calendar knows a year; more is surer."""

    NOTHING = 0  # weekends only
    PROVISIONAL = 1  # and the days that the law names
    PUBLISHED = 2  # the arrangement of the State Council's notice


def surety(year: int, rows: Iterable[DayRow]) -> Surety:
    """By the rows for everywhere: the first of January is off in every year that is published."""
    of_year = [row for row in rows if not row.area_path and row.day.year == year]
    if any(row.provisional for row in of_year):
        return Surety.PROVISIONAL
    new_year = any(row.day == date(year, 1, 1) and row.kind == HOLIDAY for row in of_year)
    return Surety.PUBLISHED if new_year else Surety.NOTHING


def touched_from(years: Iterable[int]) -> date:
    """The first day that the notices of these years may say something about: a New Year that begins in December, and
    the weekend that is worked for it."""
    return date(min(years) - 1, 12, 15)


def moves(before: datetime, after: datetime, at: datetime) -> bool:
    """Whether a limit that was counted to end at `before` ends at `after` from now on. Nobody is late by a calendar
    that was entered late: what was still to come does not end in the past."""
    return after != before and not (after < at <= before)


ASKED_FROM_MONTH = 12  # the notice for the coming year is usually out in November


def alarm(year: int, known: Surety, today: date) -> str:
    """ "good", "warn" or "bad": the notice for the coming year is asked for from December on; that for a year that
    has begun is missing."""
    if known == Surety.PUBLISHED or (year > today.year and today.month < ASKED_FROM_MONTH):
        return "good"
    return "warn" if year > today.year else "bad"


class UnevenWeek(ValueError):
    """The engine counts a week of five equal days; these periods make another one."""


def periods_of(rows: Iterable[PeriodRow], area_path: str, day: date) -> tuple[Period, ...]:
    """The periods of a working day at a place on a day: those of the smallest area that has any, and there the
    season's before those for always.

    Raises UnevenWeek when Mondays to Fridays differ or overlap or a weekend has periods: kit.worktime counts
    even weeks.
    """
    here = [row for row in rows if row.valid_on(day) and _covers(row.area_path, area_path)]
    nearest = max((row.particular for row in here), default=None)
    week: dict[int, list[Period]] = {}
    for row in here:
        if row.particular == nearest:
            week.setdefault(row.weekday, []).append(Period(row.starts, row.ends))
    days = {tuple(sorted(periods, key=lambda p: p.start)) for periods in week.values()}
    if tuple(sorted(week)) != WORKING_WEEK or len(days) != 1:
        raise UnevenWeek(f"working periods on {day} are not the same five days a week")
    (periods,) = days
    if any(later.start < earlier.end for earlier, later in pairwise(periods)):
        raise UnevenWeek(f"working periods on {day} overlap")
    return periods


def special_days(rows: Iterable[DayRow], area_path: str) -> tuple[frozenset[date], frozenset[date]]:
    """(days off, make-up workdays) at a place; a local row beats the row for everywhere."""
    chosen: dict[date, DayRow] = {}
    for row in rows:
        if _covers(row.area_path, area_path):
            before = chosen.get(row.day)
            if before is None or len(row.area_path) > len(before.area_path):
                chosen[row.day] = row
    return (
        frozenset(row.day for row in chosen.values() if row.kind == HOLIDAY),
        frozenset(row.day for row in chosen.values() if row.kind == MAKEUP),
    )


@dataclass(frozen=True)
class Moved:
    """A limit that begins at `starts_at` and ends at another moment under the new calendar than under the old one."""

    starts_at: datetime
    amount: int
    unit: Unit
    before: datetime
    after: datetime


def moved(
    before: WorkCalendar, after: WorkCalendar, starts: Iterable[datetime], limits: Sequence[tuple[int, Unit]]
) -> list[Moved]:
    """Which of these limits, beginning at these moments, would end at another time."""
    found = []
    for start in starts:
        for amount, unit in limits:
            old, new = due_at(start, amount, unit, before), due_at(start, amount, unit, after)
            if old != new:
                found.append(Moved(start, amount, unit, old, new))
    return found


def _covers(row_path: str, area_path: str) -> bool:
    return area_path.startswith(row_path)
