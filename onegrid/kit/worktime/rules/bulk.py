"""The same for many moments at once, on arrays. Moments are UTC as numpy datetime64[us]."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from onegrid.kit.worktime.rules.calendar import MICROSECOND, RUNNING_HOURS, Sums, Unit, WorkCalendar
from onegrid.kit.worktime.rules.counting import DAYS_AHEAD, Amount, length_of

DAY = 86_400_000_000  # microseconds
EPOCH = 719_163  # ordinal of 1970-01-01


def utc_array(moments: Sequence[datetime]) -> np.ndarray:
    """Aware moments as an array for the functions here."""
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("times are aware")
    return np.array([moment.astimezone(UTC).replace(tzinfo=None) for moment in moments], "datetime64[us]")


def due_many(
    starts: np.ndarray, amounts: Sequence[Amount] | np.ndarray, unit: Unit, calendar: WorkCalendar
) -> np.ndarray:
    """`due_at` of each start with its amount, in one unit and calendar. Raises as that does, for all."""
    begun = starts.astype("datetime64[us]").astype(np.int64)
    lengths = _lengths(amounts, unit, calendar)
    if unit in RUNNING_HOURS:
        return (begun + lengths).astype("datetime64[us]")
    sums = calendar.sums
    local = begun + _offsets(begun, calendar.zone)
    days, at = _reached(_worked_until(local, sums) + lengths, sums)
    if np.any((days - (local // DAY + EPOCH) >= DAYS_AHEAD) & (lengths > 0)):
        raise ValueError(f"calendar {calendar.version} has not enough workdays for one of the limits")
    due = (days - EPOCH) * DAY + at
    due = due - _local_offsets(due, calendar.zone)
    return np.where(lengths == 0, begun, due).astype("datetime64[us]")


def worked_many(starts: np.ndarray, ends: np.ndarray, calendar: WorkCalendar) -> np.ndarray:
    """`worked_between` of each pair, as timedelta64[us]."""
    until = []
    for moments in (starts, ends):
        utc = moments.astype("datetime64[us]").astype(np.int64)
        until.append(_worked_until(utc + _offsets(utc, calendar.zone), calendar.sums))
    return np.maximum(until[1] - until[0], 0).astype("timedelta64[us]")


def _lengths(amounts: Sequence[Amount] | np.ndarray, unit: Unit, calendar: WorkCalendar) -> np.ndarray:
    given = np.asarray(amounts)
    if given.dtype.kind not in "iu":
        return np.array([length_of(amount, unit, calendar) // MICROSECOND for amount in amounts], np.int64)
    if np.any(given < 0):
        raise ValueError("a limit is not negative")
    return given.astype(np.int64) * (length_of(1, unit, calendar) // MICROSECOND)


def _working_days_before(days: np.ndarray, sums: Sums) -> np.ndarray:
    weeks, rest = np.divmod(days - 1, 7)
    odd = np.searchsorted(np.array(sums.odd_days, np.int64), days, "left")
    return weeks * 5 + np.minimum(rest, 5) + np.array(sums.shifts)[odd]


def _worked_until(local: np.ndarray, sums: Sums) -> np.ndarray:
    days, at = np.divmod(local, DAY)
    days += EPOCH
    odd = np.isin(days, np.array(sums.odd_days, np.int64))
    working = ((days - 1) % 7 < 5) != odd
    opens, opened = np.array(sums.opens), np.array(sums.opened)
    period = np.searchsorted(opens, at, "right") - 1
    first = np.maximum(period, 0)
    within = np.minimum(opened[first] + at - opens[first], opened[first + 1])
    return _working_days_before(days, sums) * sums.day_length + np.where(working & (period >= 0), within, 0)


def _reached(worked: np.ndarray, sums: Sums) -> tuple[np.ndarray, np.ndarray]:
    numbers, within = np.divmod(worked, sums.day_length)
    numbers, within = (
        np.where(within == 0, numbers - 1, numbers),
        np.where(within == 0, sums.day_length, within),
    )
    position = np.searchsorted(np.array(sums.worked_after, np.int64), numbers, "right")
    weeks, rest = np.divmod(numbers - np.array(sums.shifts)[position], 5)
    next_odd = np.array([*sums.odd_days, np.iinfo(np.int64).max])[position]
    opens, opened = np.array(sums.opens), np.array(sums.opened)
    period = np.searchsorted(opened, within, "left") - 1
    return np.minimum(weeks * 7 + rest + 1, next_odd), opens[period] + within - opened[period]


def _offsets(utc: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    return _looked_up(utc, lambda moment: moment.replace(tzinfo=UTC).astimezone(zone))


def _local_offsets(local: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    return _looked_up(local, lambda moment: moment.replace(tzinfo=zone))


def _looked_up(moments: np.ndarray, placed: Callable[[datetime], datetime]) -> np.ndarray:
    """UTC offsets in microseconds. One look-up a day; one each only on days at whose ends it differs."""

    def offset(microseconds: int) -> int:
        at = datetime(1970, 1, 1) + timedelta(microseconds=microseconds)  # noqa: DTZ001  `placed` gives the zone
        return (placed(at).utcoffset() or timedelta()) // MICROSECOND

    if not len(moments):
        return moments
    days, of = np.unique(moments // DAY, return_inverse=True)
    begins = np.array([offset(int(day) * DAY) for day in days])
    ends = np.array([offset(int(day + 1) * DAY) for day in days])
    found = begins[of]
    for index in np.flatnonzero((begins != ends)[of]):
        found[index] = offset(int(moments[index]))
    return found
