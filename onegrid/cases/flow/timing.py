"""A stored clock as the value that kit.worktime counts with, and how it stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case, Channel, StageClock
from onegrid.cases.flow.rules import PAUSED
from onegrid.kit.worktime import Pause, Timer, Unit, WorkCalendar
from onegrid.places.calendars.queries import calendar_of_version

RUN_ON = ("due_at", "approaching_at", "tell_at")  # columns that `run_on` sets


def timer_of(clock: StageClock, area_path: str) -> Timer:
    """By the calendar version that the clock was started with."""
    calendar = calendar_of_version(int(clock.calendar_version), clock.started_at, area_path)
    pauses = [
        Pause(datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in clock.paused
    ]
    if clock.held_at is not None:
        pauses.append(Pause(clock.held_at))
    return Timer(clock.limit, Unit(clock.unit), clock.started_at, calendar, tuple(pauses), clock.extra)


def run_on(case: Case, clock: StageClock) -> None:
    """A running clock after an extension or a pause: its new end, what the case shows of it, and all is said anew."""
    timer = timer_of(clock, case.area_path)
    share = flow_limits(timezone.localdate(clock.started_at)).approaching_share
    clock.due_at = timer.due_at or clock.due_at
    clock.approaching_at = timer.approaching_at(share)
    clock.tell_at = first_told(case, clock)
    show(case, clock)


def first_told(case: Case, clock: StageClock) -> datetime | None:
    """When the first word about a clock is due. Imported cases are history: nobody is told about them."""
    return None if case.channel == Channel.IMPORT else clock.approaching_at or clock.due_at


def show(case: Case, clock: StageClock | None) -> None:
    """The two moments that lists filter by stand on the case; of a clock that stands still nobody knows them."""
    running = clock is not None and clock.held_at is None
    case.due_at = clock.due_at if clock is not None and running else None
    case.approaching_at = clock.approaching_at if clock is not None and running else None


@dataclass(frozen=True)
class Reading:
    """How a running clock stands at a moment. `state`: a ClockState, or rules.PAUSED; `remaining`: on the clock's own
    time (working time for working units), negative when it ran beyond."""

    state: str
    remaining: timedelta
    unit: Unit
    calendar: WorkCalendar

    @property
    def words(self) -> str:
        """ "2 working days 3 hours left", "overdue by 5 hours"."""
        length = span(abs(self.remaining), self.unit, self.calendar)
        return (_("overdue by %(time)s") if self.remaining < timedelta() else _("%(time)s left")) % {
            "time": length
        }


def reading_of(clock: StageClock, area_path: str, at: datetime) -> Reading:
    """Of a clock that still runs."""
    timer = timer_of(clock, area_path)
    share = flow_limits(timezone.localdate(clock.started_at)).approaching_share
    state = PAUSED if clock.held_at is not None else timer.state(at, share).value
    return Reading(state, timer.remaining(at), timer.unit, timer.calendar)


WORKING = (Unit.WORK_HOUR, Unit.WORK_DAY)


def span(length: timedelta, unit: Unit, calendar: WorkCalendar) -> str:
    """Days and hours, or hours and minutes, whichever says enough; working days where working time is counted."""
    working = unit in WORKING
    day = calendar.day_length if working else timedelta(days=1)
    days, rest = divmod(length, day)
    hours, rest = divmod(rest, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    parts = []
    if days and working:
        parts.append(ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days})
    elif days:
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    if hours and working and not days:
        parts.append(ngettext("%(n)s working hour", "%(n)s working hours", hours) % {"n": hours})
    elif hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if not days and (minutes or not hours):
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes})
    return " ".join(parts)
