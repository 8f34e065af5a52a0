"""Time limits in the five units of city-management work; one engine for all rooms."""

from onegrid.kit.worktime.rules import Period, Unit, WorkCalendar, due_at, working_minutes_between

__all__ = ["Period", "Unit", "WorkCalendar", "due_at", "working_minutes_between"]
