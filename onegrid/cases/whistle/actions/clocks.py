"""The clocks of one department: counted when it is called, spoken of when a limit has passed in silence."""

from datetime import datetime, timedelta

from onegrid.cases.whistle.kinds import limits_of
from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.cases.whistle.rules import DECIDE, STEPS, CallState
from onegrid.kit.worktime import due_at
from onegrid.places.calendars.queries import working_calendar


def start_clocks(whistle: Whistle, call: WhistleCall, at: datetime) -> None:
    """Every limit of the kind from now on; what is done already stays done."""
    calendar = working_calendar(at, whistle.area_path)
    limits = limits_of(whistle.kind)
    call.called_at, call.calendar_version = at, calendar.version
    for step in STEPS:
        setattr(call, f"{step}_due", due_at(at, limits[step].limit, limits[step].unit, calendar))
    listen(call)


def start_decision(whistle: Whistle, call: WhistleCall, at: datetime) -> None:
    """The district's own clock."""
    limit = limits_of(whistle.kind)[DECIDE]
    call.decide_due = due_at(at, limit.limit, limit.unit, working_calendar(at, whistle.area_path))
    listen(call)


def listen(call: WhistleCall) -> None:
    """When silence about what is owed next would be spoken of; a limit is not over at its very end."""
    due = call.decide_due if call.state == CallState.REFUSED else None
    owed = call.owed
    if owed is not None:
        due = getattr(call, f"{owed}_due")
    call.tell_at = due + timedelta.resolution if due else None
