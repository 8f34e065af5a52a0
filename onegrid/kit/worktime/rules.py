"""When is something due? Five units, working periods, holidays and make-up workdays. Pure: no clock, no database.

How the units count is one city's rule (Yuncheng, standards.md 1.5 [L]); the national definitions were not readable
[U], so nothing here is "the standard". Everything that differs between cities comes in with the calendar.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS_SEARCHED = 3660  # ten years: a calendar without workdays must end in an error, not in a loop


class Unit(StrEnum):
    """What a limit is counted in. [L: Yuncheng; national wording U]"""

    URGENT_HOUR = "urgent_hour"  # 紧急工作时: clock hours, no pause
    URGENT_DAY = "urgent_day"  # 紧急工作日: natural days of 24 hours, no pause
    WORK_HOUR = "work_hour"  # 工作时: hours inside the working periods of working days
    WORK_DAY = "work_day"  # 工作日: one day's working periods (8 hours by default) make one day
    NATURAL_DAY = "natural_day"  # 自然日: calendar days, same time of day


# Every one of these runs through nights and holidays.
RUNNING_HOURS = {Unit.URGENT_HOUR: 1, Unit.URGENT_DAY: 24, Unit.NATURAL_DAY: 24}


@dataclass(frozen=True)
class Period:
    """One stretch of a working day, [start, end); both on the same day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a working period ends after it starts: {self.start}–{self.end}")


DEFAULT_PERIODS = (Period(time(8), time(12)), Period(time(14), time(18)))


@dataclass(frozen=True)
class WorkCalendar:
    """Which minutes are working time. A case keeps `version` of the one it was filed under.

    Mondays to Fridays are working days, except `holidays`; Saturdays and Sundays are not, except `makeup_days`
    (调休). A date in both is a working day: the make-up day is the more particular notice.
    """

    version: str
    periods: tuple[Period, ...] = DEFAULT_PERIODS
    holidays: frozenset[date] = field(default_factory=frozenset)
    makeup_days: frozenset[date] = field(default_factory=frozenset)
    zone: ZoneInfo = SHANGHAI

    def __post_init__(self) -> None:
        if not self.periods:
            raise ValueError("a calendar needs at least one working period")
        for earlier, later in zip(self.periods, self.periods[1:], strict=False):
            if later.start < earlier.end:
                raise ValueError("working periods come in order and do not overlap")

    def is_working_day(self, day: date) -> bool:
        if day in self.makeup_days:
            return True
        return day.weekday() < 5 and day not in self.holidays

    @property
    def day_length(self) -> timedelta:
        """Working time of one working day."""
        return sum((_length(period) for period in self.periods), timedelta())


def due_at(start: datetime, amount: int | Decimal, unit: Unit, calendar: WorkCalendar) -> datetime:
    """The end of a limit of `amount` units that begins at `start` (aware); in the calendar's zone.

    Working units: a limit begun outside working time starts with the next period, and ends at the end of a period
    rather than at the start of the next. Zero is due at once. Raises ValueError for a naive start or a negative
    amount.
    """
    _check(start)
    if amount < 0:
        raise ValueError("a limit is not negative")
    local = start.astimezone(calendar.zone)
    if unit in RUNNING_HOURS:
        return _after(start, _times(timedelta(hours=RUNNING_HOURS[unit]), amount), calendar.zone)
    one = timedelta(hours=1) if unit == Unit.WORK_HOUR else calendar.day_length
    left = _times(one, amount)
    if not left:
        return local
    for opens, closes in _working_spans(local, calendar):
        begin = max(opens, local)
        if left <= closes - begin:
            return begin + left
        left -= closes - begin
    raise ValueError(f"calendar {calendar.version} has no workday in the ten years after {start:%Y-%m-%d}")


def working_minutes_between(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """Whole minutes of working time in [start, end); 0 when `end` is not later. Both aware."""
    _check(start)
    _check(end)
    first, last = start.astimezone(calendar.zone), end.astimezone(calendar.zone)
    total = timedelta()
    for opens, closes in _working_spans(first, calendar, until=last.date()):
        total += max(min(closes, last) - max(opens, first), timedelta())
    return total // timedelta(minutes=1)


def _working_spans(
    start: datetime, calendar: WorkCalendar, until: date | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Working periods that end after `start`, in order, as aware times."""
    for ahead in range(DAYS_SEARCHED):
        day = start.date() + timedelta(days=ahead)
        if until is not None and day > until:
            return
        if calendar.is_working_day(day):
            for period in calendar.periods:
                closes = datetime.combine(day, period.end, calendar.zone)
                if closes > start:
                    yield datetime.combine(day, period.start, calendar.zone), closes


def _times(one: timedelta, amount: int | Decimal) -> timedelta:
    """`one` × `amount`, exact to the microsecond."""
    microseconds = Fraction(amount) * (one // timedelta(microseconds=1))
    return timedelta(microseconds=round(microseconds))


def _after(start: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """`length` of real time later: added in UTC, because wall-clock sums go wrong where summer time exists."""
    return (start.astimezone(ZoneInfo("UTC")) + length).astimezone(zone)


def _length(period: Period) -> timedelta:
    return datetime.combine(date.min, period.end) - datetime.combine(date.min, period.start)


def _check(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("times are aware")
