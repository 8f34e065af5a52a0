"""The five units, and the calendar that says which minutes are working time."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MICROSECOND = timedelta(microseconds=1)


class Unit(StrEnum):
    """What a limit is counted in. [L: Yuncheng; national wording U]"""

    URGENT_HOUR = "urgent_hour"  # 紧急工作时: clock hours, no pause
    URGENT_DAY = "urgent_day"  # 紧急工作日: natural days of 24 hours, no pause
    WORK_HOUR = "work_hour"  # 工作时: hours inside the working periods of working days
    WORK_DAY = "work_day"  # 工作日: one day's working periods (8 hours by default) make one day
    NATURAL_DAY = "natural_day"  # 自然日: calendar days of 24 hours, so the same time of day


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
    (调休). A date in both is a working day: the make-up day is the more particular notice. Periods are read off the
    wall clock of `zone`, and a working day is equally long on every date.
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
        return self.sums.day_length * MICROSECOND

    @cached_property
    def sums(self) -> "Sums":
        """What counting looks up; built once a calendar."""
        return Sums(self)


class Sums:
    """Working time since the year 1 as a sum that can be looked up both ways, without walking over days.

    Regular weeks are arithmetic; only days that are not what their weekday says are kept, with the running number
    of working days they add or take. So there is no first and no last day, and a look-up is one bisection.
    Days are proleptic ordinals (1 is a Monday), times of day and lengths are microseconds.
    """

    def __init__(self, calendar: WorkCalendar) -> None:
        marked = sorted(calendar.holidays | calendar.makeup_days)
        odd = [day for day in marked if calendar.is_working_day(day) != (day.weekday() < 5)]
        self.odd_days = [day.toordinal() for day in odd]
        self.odd = frozenset(self.odd_days)
        self.shifts = [0, *accumulate(1 if calendar.is_working_day(day) else -1 for day in odd)]
        self.worked_after = [self.working_days_before(day + 1) for day in self.odd_days]
        self.opens = [_time_of_day(period.start) for period in calendar.periods]
        closes = [_time_of_day(period.end) for period in calendar.periods]
        lengths = [end - start for start, end in zip(self.opens, closes, strict=True)]
        self.opened = [0, *accumulate(lengths)]  # working time before each period, and of the whole day
        self.day_length = self.opened[-1]

    def is_working(self, day: int) -> bool:
        return ((day - 1) % 7 < 5) != (day in self.odd)

    def working_days_before(self, day: int) -> int:
        weeks, rest = divmod(day - 1, 7)
        return weeks * 5 + min(rest, 5) + self.shifts[bisect_left(self.odd_days, day)]

    def working_day(self, number: int) -> int:
        """The day before which there are `number` working days and which is one itself."""
        position = bisect_right(self.worked_after, number)
        weeks, rest = divmod(number - self.shifts[position], 5)
        day = weeks * 7 + rest + 1
        if position < len(self.odd_days):
            return min(day, self.odd_days[position])  # a make-up day before the Monday the weeks lead to
        return day

    def worked_until(self, local: datetime) -> int:
        """Working time before this wall-clock moment."""
        day = local.toordinal()
        worked = self.working_days_before(day) * self.day_length
        if not self.is_working(day):
            return worked
        at = ((local.hour * 60 + local.minute) * 60 + local.second) * 1_000_000 + local.microsecond
        period = bisect_right(self.opens, at) - 1
        if period < 0:
            return worked
        return worked + min(self.opened[period] + at - self.opens[period], self.opened[period + 1])

    def reached(self, worked: int) -> tuple[int, int]:
        """(day, time of day) at which so much has been worked; the end of a period, not the start of the next."""
        number, within = divmod(worked, self.day_length)
        if not within:
            number, within = number - 1, self.day_length
        period = bisect_left(self.opened, within) - 1
        return self.working_day(number), self.opens[period] + within - self.opened[period]


def _time_of_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
