"""The clocks of one department: counted when it is called, spoken of when a limit has passed in silence."""

from datetime import datetime, timedelta

from onegrid.cases.whistle.kinds import limits_of
from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.cases.whistle.rules import DECIDE, STEPS, CallState
from onegrid.kit.worktime import due_at
from onegrid.places.calendars.queries import calendar_of_version, working_calendar
from onegrid.places.calendars.rules import moves


def start_clocks(whistle: Whistle, call: WhistleCall, at: datetime) -> None:
    """Every limit of the kind from now on; what is done already stays done."""
    calendar = working_calendar(at, whistle.area_path)
    limits = limits_of(whistle.kind)
    call.called_at, call.calendar_version = at, calendar.version
    for step in STEPS:
        setattr(call, f"{step}_due", due_at(at, limits[step].limit, limits[step].unit, calendar))
    listen(call)


def count_again(whistle: Whistle, call: WhistleCall, number: int, at: datetime) -> bool:
    """What it still owes, by another calendar from when it was called; whether anything ends at another time."""
    assert call.called_at is not None
    calendar = calendar_of_version(number, call.called_at, whistle.area_path)
    limits, moved = limits_of(whistle.kind), False
    for step in STEPS:
        before = getattr(call, f"{step}_due")
        after = due_at(call.called_at, limits[step].limit, limits[step].unit, calendar)
        if before is not None and getattr(call, f"{step}_at") is None and moves(before, after, at):
            setattr(call, f"{step}_due", after)
            moved = True
    if moved:
        call.calendar_version = calendar.version
        listen(call)
    return moved


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
