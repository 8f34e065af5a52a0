"""Working minutes of many stretches at once, by the calendar each clock was started with, without its pauses.

SQL cuts the stretches at the pauses and says under which version, in which area and on which day they began; the one
engine that set the limits (kit.worktime) counts them, all of one calendar at once. No Python object for any of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone

from onegrid.kit.worktime import WorkCalendar, worked_many
from onegrid.places.calendars.queries import calendar_of_version

# of statements.STRETCHES; `place`: which of the areas with days of their own, from 1, 0 for none; `day`: on which the
# clock began, from 2000-01-01; begins, ends: moments as binary COPY gives them
STRETCH = {"clock": ">i8", "version": ">i4", "place": ">i4", "day": ">i4", "begins": ">i8", "ends": ">i8"}
FIRST = date(2000, 1, 1)
SINCE_1970 = 946_684_800_000_000  # microseconds until PostgreSQL's own beginning
MINUTE = 60_000_000
BITS = 20  # places and days are fewer than a million each


def worked_minutes(stretches: Mapping[str, np.ndarray], own: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(clocks, the whole working minutes of each); `own`: paths of the areas with days of their own."""
    keys = (
        (stretches["version"].astype(np.int64) << 2 * BITS)
        | (stretches["place"].astype(np.int64) << BITS)
        | stretches["day"]
    )
    kinds, of = np.unique(keys, return_inverse=True)
    numbers: dict[WorkCalendar, int] = {}  # days of one season share one
    number_of = np.array(
        [numbers.setdefault(_calendar(int(kind), own), len(numbers)) for kind in kinds], np.int64
    )
    lengths = np.zeros(len(keys), np.int64)
    for calendar, number in numbers.items():
        here = number_of[of] == number
        begins, ends = (_moments(stretches[name][here]) for name in ("begins", "ends"))
        lengths[here] = worked_many(begins, ends, calendar).astype(np.int64)
    clocks, whose = np.unique(stretches["clock"], return_inverse=True)
    total = np.zeros(len(clocks), np.int64)
    np.add.at(total, whose, lengths)
    return clocks, total // MINUTE


def _calendar(kind: int, own: Sequence[str]) -> WorkCalendar:
    version, place, day = kind >> 2 * BITS, (kind >> BITS) % (1 << BITS), kind % (1 << BITS)
    noon = timezone.make_aware(datetime.combine(FIRST + timedelta(days=day), time(12)))
    return calendar_of_version(version, noon, own[place - 1] if place else "")


def _moments(copied: np.ndarray) -> np.ndarray:
    return (copied + SINCE_1970).astype("datetime64[us]")
