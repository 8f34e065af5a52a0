"""Time limits in the five units of city-management work; one engine for all rooms."""

from onegrid.kit.worktime.rules.bulk import due_many, utc_array, worked_many
from onegrid.kit.worktime.rules.calendar import DEFAULT_PERIODS, Period, Unit, WorkCalendar
from onegrid.kit.worktime.rules.counting import due_at, worked_between
from onegrid.kit.worktime.rules.timer import ClockState, Pause, Timer

__all__ = [
    "DEFAULT_PERIODS",
    "ClockState",
    "Pause",
    "Period",
    "Timer",
    "Unit",
    "WorkCalendar",
    "due_at",
    "due_many",
    "utc_array",
    "worked_between",
    "worked_many",
]
