"""A stored clock as the value that kit.worktime counts with."""

from datetime import datetime

from onegrid.cases.flow.models import StageClock
from onegrid.kit.worktime import Pause, Timer, Unit
from onegrid.places.calendars.queries import calendar_of_version


def timer_of(clock: StageClock, area_path: str) -> Timer:
    """By the calendar version that the clock was started with."""
    calendar = calendar_of_version(int(clock.calendar_version), clock.started_at, area_path)
    pauses = [
        Pause(datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in clock.paused
    ]
    if clock.held_at is not None:
        pauses.append(Pause(clock.held_at))
    return Timer(clock.limit, Unit(clock.unit), clock.started_at, calendar, tuple(pauses), clock.extra)
