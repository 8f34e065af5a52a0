"""When is a limit over, and how much of it is gone: one moment at a time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from onegrid.kit.worktime.rules.calendar import MICROSECOND, RUNNING_HOURS, Unit, WorkCalendar

Amount = int | Decimal | Fraction
DAYS_AHEAD = 3660  # ten years: a working limit that ends later is a mistake of the limit or of the calendar
NOTHING = timedelta()


def due_at(start: datetime, amount: Amount, unit: Unit, calendar: WorkCalendar) -> datetime:
    """The end of a limit of `amount` units that begins at `start` (aware); in the calendar's zone.

    Working units: a limit begun outside working time starts with the next period, and ends at the end of a period
    rather than at the start of the next. Zero is due at once. Raises ValueError for a naive start, a negative
    amount, and for a working limit that is not over ten years later.
    """
    return after(start, length_of(amount, unit, calendar), unit, calendar)


def length_of(amount: Amount, unit: Unit, calendar: WorkCalendar) -> timedelta:
    """`amount` units as time on the unit's own clock, exact to the microsecond: 1 working day → 8 hours."""
    if amount < 0:
        raise ValueError("a limit is not negative")
    if unit in RUNNING_HOURS:
        one = timedelta(hours=RUNNING_HOURS[unit])
    else:
        one = timedelta(hours=1) if unit == Unit.WORK_HOUR else calendar.day_length
    if isinstance(amount, int):
        return one * amount
    return round(Fraction(amount) * (one // MICROSECOND)) * MICROSECOND


def after(start: datetime, length: timedelta, unit: Unit, calendar: WorkCalendar) -> datetime:
    """The first moment at which `length` has passed on the unit's own clock since `start`."""
    _check(start)
    if unit in RUNNING_HOURS:
        # real time: added in UTC, because wall-clock sums go wrong where summer time exists
        return (start.astimezone(UTC) + length).astimezone(calendar.zone)
    local = start.astimezone(calendar.zone)
    if not length:
        return local
    sums = calendar.sums
    day, at = sums.reached(sums.worked_until(local) + length // MICROSECOND)
    if day - local.toordinal() >= DAYS_AHEAD:
        raise ValueError(
            f"calendar {calendar.version} has not enough workdays in the ten years after {start:%Y-%m-%d}"
        )
    return datetime.fromordinal(day).replace(tzinfo=calendar.zone) + timedelta(microseconds=at)


def passed_between(start: datetime, end: datetime, unit: Unit, calendar: WorkCalendar) -> timedelta:
    """Time on the unit's own clock in [start, end), both aware: real time, or working time. 0 when `end` is not
    later."""
    _check(start)
    _check(end)
    if unit in RUNNING_HOURS:
        return max(end.astimezone(UTC) - start.astimezone(UTC), NOTHING)
    return worked_between(start, end, calendar)


def worked_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time in [start, end), both aware; 0 when `end` is not later."""
    _check(start)
    _check(end)
    sums = calendar.sums
    last, first = end.astimezone(calendar.zone), start.astimezone(calendar.zone)
    return max(sums.worked_until(last) - sums.worked_until(first), 0) * MICROSECOND


def _check(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("times are aware")
