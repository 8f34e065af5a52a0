"""When upkeep is due again, and how it stands. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read as something else
CODE_LENGTH = 8


@dataclass(frozen=True)
class Period:
    """From one time to the next: days, or calendar months; one of them is 0."""

    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        if (self.days > 0) == (self.months > 0) or self.days < 0 or self.months < 0:
            raise ValueError("a period is a number of days or a number of months")


class Standing(StrEnum):
    """How a piece of upkeep stands on a day."""

    FINE = "fine"
    SOON = "soon"
    OVERDUE = "overdue"


def next_due(done_on: date, period: Period) -> date:
    """The last day on which it is in time again. A month later is the same day, or the month's last."""
    if period.days:
        return done_on + timedelta(days=period.days)
    months = done_on.year * 12 + done_on.month - 1 + period.months
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(done_on.day, last))


def standing(due_on: date, today: date, soon_days: int) -> Standing:
    """On the due day itself it is still in time."""
    if today > due_on:
        return Standing.OVERDUE
    return Standing.SOON if (due_on - today).days <= soon_days else Standing.FINE
