"""The reference that the engine is held against: every minute from 2024 to the end of 2028 looked at one by one.

Slow in spirit and hard to get wrong: no weeks, no sums, no bisection. Holidays and make-up days are those of
2024–2026, the years for which they are announced; later days are what their weekday says.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from onegrid.kit.worktime import Unit, WorkCalendar
from onegrid.places.calendars.statutory import statutory_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
WORKED = ((time(8), time(12)), (time(14), time(18)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@cache
def real_calendar() -> WorkCalendar:
    """The State Council's days off and make-up days, 2024 to 2026."""
    days = list(statutory_days(2024, 2026))
    return WorkCalendar(
        version="2024-2026",
        holidays=frozenset(row.day for row in days if row.kind == "holiday"),
        makeup_days=frozenset(row.day for row in days if row.kind == "makeup"),
    )


@cache
def working_minutes() -> np.ndarray:
    """For each minute since FIRST, whether it is working time."""
    off, made_up = real_calendar().holidays, real_calendar().makeup_days
    minute_of_day = [time(hour, minute) for hour in range(24) for minute in range(60)]
    worked = np.array([any(start <= at < end for start, end in WORKED) for at in minute_of_day])
    days = [FIRST + timedelta(days=count) for count in range((LAST - FIRST).days + 1)]
    is_worked = [day in made_up or (day.weekday() < 5 and day not in off) for day in days]
    return np.concatenate([worked if day else np.zeros_like(worked) for day in is_worked])


def counting(unit: Unit) -> np.ndarray:
    """For each minute, whether the unit's clock runs in it."""
    hours = unit in (Unit.WORK_HOUR, Unit.WORK_DAY)
    return working_minutes().copy() if hours else np.ones(len(working_minutes()), bool)


def minute(moment: datetime) -> int:
    return round((moment - at_minute(0)).total_seconds() / 60)


def at_minute(number: int) -> datetime:
    return datetime.combine(FIRST, time(), SHANGHAI) + timedelta(minutes=number)


def due_minute(start: int, minutes: int, runs: np.ndarray) -> int | None:
    """The end of the `minutes`-th minute after `start` in which the clock runs; None when there are not so many."""
    if not minutes:
        return start
    found = np.flatnonzero(runs[start:])
    return int(start + found[minutes - 1] + 1) if len(found) >= minutes else None
