"""One running clock as a value: a limit that may be extended, and stretches in which it stands still."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from onegrid.kit.worktime.rules.calendar import MICROSECOND, Unit, WorkCalendar
from onegrid.kit.worktime.rules.counting import Amount, after, length_of, passed_between


class ClockState(StrEnum):
    """How a clock stands against its limit."""

    NORMAL = "normal"  # 正常
    APPROACHING = "approaching"  # 即将超时: a set share of the limit is used
    OVERDUE = "overdue"  # 超时


@dataclass(frozen=True)
class Pause:
    """The clock stands still in [begins, ends); `ends` None: until further notice."""

    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Timer:
    """A limit of `limit` + `extra` units since `started_at`, less the time in `pauses` (in order, apart).

    "Own clock": real time for units that run through, working time for the others. A pause takes off what would
    have run in it, so a working limit loses nothing to a night that lies in a pause. Raises ValueError for naive
    times, a negative limit, pauses that overlap, come before the start, or follow one that is still open.
    """

    limit: Amount
    unit: Unit
    started_at: datetime
    calendar: WorkCalendar
    pauses: tuple[Pause, ...] = ()
    extra: Amount = 0

    def __post_init__(self) -> None:
        if self.limit < 0 or self.extra < 0:
            raise ValueError("a limit is not negative, and an extension takes nothing away")
        edges = [_utc(self.started_at)]
        for pause in self.pauses:
            edges += [_utc(edge) for edge in (pause.begins, pause.ends) if edge is not None]
        if any(pause.ends is None for pause in self.pauses[:-1]):
            raise ValueError("only the last pause may be open")
        if any(later < earlier for earlier, later in pairwise(edges)):
            raise ValueError("pauses come in order, after the start, and do not overlap")

    @cached_property
    def length(self) -> timedelta:
        """The whole limit with its extensions, on the own clock."""
        return length_of(self.limit, self.unit, self.calendar) + length_of(
            self.extra, self.unit, self.calendar
        )

    @cached_property
    def due_at(self) -> datetime | None:
        """When the limit is over; None while the clock stands still before that: nobody knows yet."""
        return self._reached(self.length)

    def approaching_at(self, share: Amount) -> datetime | None:
        """When `share` (0 to 1) of the limit is used; None while the clock stands still before that."""
        return self._reached(_part(self.length, share))

    def elapsed(self, at: datetime) -> timedelta:
        """What has run by then on the own clock; it runs on after the limit."""
        until = _utc(at)
        return sum(
            (self._passed(begins, min(ends, until)) for begins, ends in self._runs(until)), timedelta()
        )

    def remaining(self, at: datetime) -> timedelta:
        """What is left of the limit by then on the own clock; negative when it ran beyond."""
        return self.length - self.elapsed(at)

    def stands_still(self, at: datetime) -> bool:
        """Whether `at` lies in a pause."""
        now = _utc(at)
        return any(pause.begins <= now and (pause.ends is None or now < pause.ends) for pause in self.pauses)

    def state(self, at: datetime, share: Amount) -> ClockState:
        """Overdue after `due_at`; approaching from the moment at which `share` of the limit is used."""
        now, due, approaching = _utc(at), self.due_at, self.approaching_at(share)
        if due is not None and now > due:
            return ClockState.OVERDUE
        if approaching is not None and now >= approaching:
            return ClockState.APPROACHING
        return ClockState.NORMAL

    def paused(self, at: datetime) -> "Timer":
        """Stands still from `at` on."""
        return replace(self, pauses=(*self.pauses, Pause(at)))

    def resumed(self, at: datetime) -> "Timer":
        """Runs again from `at` on. Raises ValueError when it does not stand still."""
        if not self.pauses or self.pauses[-1].ends is not None:
            raise ValueError("the clock does not stand still")
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], ends=at)))

    def extended(self, by: Amount) -> "Timer":
        """`by` more units."""
        if by < 0:
            raise ValueError("an extension takes nothing away")
        return replace(self, extra=self.extra + by)  # type: ignore[operator]  # of one kind in one clock

    def _runs(self, until: datetime) -> list[tuple[datetime, datetime]]:
        """The stretches in which the clock runs, the last one up to `until`; those that begin later left out."""
        begins, runs = self.started_at, []
        for pause in self.pauses:
            runs.append((begins, pause.begins))
            if pause.ends is None:
                return [run for run in runs if run[0] < until]
            begins = pause.ends
        return [run for run in [*runs, (begins, until)] if run[0] < until]

    def _reached(self, length: timedelta) -> datetime | None:
        begins, left = self.started_at, length
        for pause in self.pauses:
            ran = self._passed(begins, pause.begins)
            if left <= ran:
                break
            if pause.ends is None:
                return None
            begins, left = pause.ends, left - ran
        return after(begins, left, self.unit, self.calendar)

    def _passed(self, start: datetime, end: datetime) -> timedelta:
        return passed_between(start, end, self.unit, self.calendar)


def _part(length: timedelta, share: Amount) -> timedelta:
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return round(Fraction(share) * (length // MICROSECOND)) * MICROSECOND


def _utc(moment: datetime) -> datetime:
    """Compared in UTC: two times of one zone are compared by Python as wall clocks, which summer time sets back."""
    if moment.tzinfo is None:
        raise ValueError("times are aware")
    return moment.astimezone(UTC)
