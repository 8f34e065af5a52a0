"""Due dates a second: one by one, many at once, paused clocks; 2024–2026 with the real holidays.

Floor: Python's bare addition of as many hours to the same starts, one by one, without any calendar. Beside it the
road not taken: walking from day to day, which grows with the limit.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.report import Report, rate
from onegrid.kit.worktime import Pause, Timer, Unit, WorkCalendar, due_at, due_many, utc_array
from onegrid.places.calendars.statutory import statutory_days

MANY = 100_000
ONE_BY_ONE = 2_000
LIMITS = ((4, Unit.WORK_HOUR), (15, Unit.WORK_DAY), (24, Unit.URGENT_HOUR))


def run(report: Report) -> None:
    calendar, chance = _calendar(), random.Random(7)
    first = datetime(2024, 1, 1, tzinfo=UTC)
    begun = [first + timedelta(minutes=chance.randrange(3 * 365 * 1440)) for _count in range(MANY)]
    for amount, unit in LIMITS:
        _limit(report, begun, amount, unit, calendar)


def _limit(report: Report, begun: list[datetime], amount: int, unit: Unit, calendar: WorkCalendar) -> None:
    starts, amounts, length = utc_array(begun), np.full(MANY, amount), timedelta(hours=amount)
    floor = _each(begun, lambda at: at + length)
    value, seconds = rate(lambda: due_many(starts, amounts, unit, calendar), count=MANY, seconds=1)
    report.add(f"{amount} {unit}, many at once", MANY, value, "dates/s", floor=floor, seconds=seconds)
    roads: dict[str, Callable[[datetime], object]] = {
        "one by one": lambda at: due_at(at, amount, unit, calendar),
        "paused twice": lambda at: _paused(at, amount, unit, calendar).due_at,
    }
    if unit == Unit.WORK_DAY:
        roads["walking over days"] = lambda at: _walked(at, amount, calendar)
    for name, road in roads.items():
        report.add(f"{amount} {unit}, {name}", ONE_BY_ONE, _each(begun, road), "dates/s", floor=floor)


def _each(begun: list[datetime], road: Callable[[datetime], object]) -> float:
    some = begun[:ONE_BY_ONE]
    return rate(lambda: [road(at) for at in some], count=ONE_BY_ONE, seconds=1)[0]


def _calendar() -> WorkCalendar:
    days = list(statutory_days(2024, 2026))
    return WorkCalendar(
        version="bench",
        holidays=frozenset(row.day for row in days if row.kind == "holiday"),
        makeup_days=frozenset(row.day for row in days if row.kind == "makeup"),
    )


def _paused(start: datetime, amount: int, unit: Unit, calendar: WorkCalendar) -> Timer:
    hour = timedelta(hours=1)
    pauses = (Pause(start + hour, start + 2 * hour), Pause(start + 30 * hour, start + 90 * hour))
    return Timer(amount, unit, start, calendar, pauses)


def _walked(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """Day after day and period after period, until the limit is used up."""
    now = start.astimezone(calendar.zone)
    left, day = calendar.day_length * days, now.date()
    while True:
        for period in calendar.periods if calendar.is_working_day(day) else ():
            begins = max(datetime.combine(day, period.start, calendar.zone), now)
            ends = datetime.combine(day, period.end, calendar.zone)
            if ends > begins:
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
        day += timedelta(days=1)
