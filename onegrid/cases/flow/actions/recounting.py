"""改历重算: a year is published into which clocks run that were counted without it.

A clock keeps the calendar it began under, so that a limit that was told stays true. One exception: where that
calendar did not know the year yet (weekends and the law's days only) the limit was provisional, and the published
year counts.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.cases.flow.actions.writing import Taken, noted
from onegrid.cases.flow.facts import CaseRecounted
from onegrid.cases.flow.models import StageClock
from onegrid.cases.flow.rules import Verb
from onegrid.cases.flow.standing import locked, standing_of
from onegrid.cases.flow.timing import RUN_ON, WORKING, run_on
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import announce
from onegrid.places.calendars.queries import less_sure
from onegrid.places.calendars.rules import moves, touched_from

TASK = "cases.recount_clocks"
BY = SystemActor("calendar")
BATCH = 200
logger = logging.getLogger(__name__)


def recount_later(published: Iterable[tuple[int, Sequence[int]]]) -> None:
    """A job for each version that knows some year better: open cases are many."""
    for number, years in published:
        if years:
            app.configure_task(TASK).defer(number=number, years=list(years))


def recount_clocks(*, number: int, years: Sequence[int], at: datetime) -> int:
    """How many clocks end at another time now. Each in its own transaction; a run that is cut off is done again and
    finds what is left."""
    versions = [str(one) for one in less_sure(number, years)]
    edge = timezone.make_aware(datetime.combine(touched_from(years), time()))
    running = StageClock.objects.filter(
        Q(due_at__gte=edge) | ~Q(held_at=None),
        stopped_at=None,
        unit__in=WORKING,
        calendar_version__in=versions,
    )
    counted, last = 0, 0
    while batch := list(
        running.filter(case_id__gt=last).order_by("case_id").values_list("pk", "case_id")[:BATCH]
    ):
        counted += sum(_counted(clock_id, case_id, number, at) for clock_id, case_id in batch)
        last = batch[-1][1]
    return counted


def _counted(clock_id: int, case_id: int, number: int, at: datetime) -> bool:
    """What is wrong with one case does not leave the clocks behind it as they were."""
    try:
        return recount_clock(clock_id=clock_id, case_id=case_id, number=number, at=at)
    except (OperationalError, InterfaceError):
        raise  # the job is tried again
    except Exception:
        logger.exception("clock %s of case %s is not counted anew", clock_id, case_id)
        return False


@transaction.atomic
def recount_clock(*, clock_id: int, case_id: int, number: int, at: datetime) -> bool:
    """By that version from its beginning, with its pauses and extensions. False when nothing moves, or somebody has
    moved the case meanwhile. A clock that stands still has no end: it will run on by the new version."""
    case = locked(case_id, BY, at)
    clock = standing_of(case).clock if case is not None else None
    if case is None or clock is None or clock.pk != clock_id or int(clock.calendar_version) >= number:
        return False
    before, told = clock.due_at, clock.tell_at
    clock.calendar_version = str(number)
    run_on(case, clock)
    held = clock.held_at is not None
    if not held and not moves(before, clock.due_at, at):
        return False
    if told is None and clock.due_at < at:
        clock.tell_at = None  # everything was said, and it is over by the new count too
    details: dict[str, object] = {"calendar": number}
    if not held:
        details |= {"was_due_at": before.isoformat(), "due_at": clock.due_at.isoformat()}
    step = noted(
        case,
        Taken(Verb.RECOUNT, BY, at, details=details),
        clock=clock,
        clock_fields=["calendar_version", *RUN_ON],
    )
    announce(CaseRecounted(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return True
