"""改历重算 of written instructions: as cases do it (cases/flow/actions/recounting.py)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from onegrid.kit.actors import SystemActor
from onegrid.oversight.supervision.actions.lines import line
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.queries.instructions import timer_of
from onegrid.oversight.supervision.rules import RUNNING, Verb
from onegrid.places.calendars.queries import less_sure
from onegrid.places.calendars.rules import moves, touched_from

BY = SystemActor("calendar")
COUNTED = ("calendar_version", "due_at", "approaching_at", "tell_at", "version")


@transaction.atomic
def recount_errands(published: Iterable[tuple[int, Sequence[int]]], *, at: datetime) -> int:
    """Units that have not replied yet; how many are asked until another time now."""
    counted = 0
    for number, years in published:
        if not years:
            continue
        versions = [str(one) for one in less_sure(number, years)]
        edge = timezone.make_aware(datetime.combine(touched_from(years), time()))
        rows = Errand.objects.filter(state__in=RUNNING, due_at__gte=edge, calendar_version__in=versions)
        rows = rows.select_for_update(of=("self",)).select_related("instruction", "org").defer("org__point")
        counted += sum(_recounted(errand, number, at) for errand in rows.order_by("pk"))
    return counted


def _recounted(errand: Errand, number: int, at: datetime) -> bool:
    before, told = errand.due_at, errand.tell_at
    errand.calendar_version = str(number)
    timer = timer_of(errand)
    assert timer.due_at is not None  # nothing stands still here
    if not moves(before, timer.due_at, at):
        return False
    errand.due_at = timer.due_at
    errand.approaching_at = timer.approaching_at(
        limits(timezone.localdate(errand.started_at)).approaching_share
    )
    errand.tell_at = None if told is None and errand.due_at < at else errand.approaching_at
    errand.version += 1
    errand.save(update_fields=COUNTED)
    details = {"calendar": number, "was_due_at": before.isoformat(), "due_at": errand.due_at.isoformat()}
    line(errand.instruction, errand, Verb.RECOUNT, "", BY, at, org_name=errand.org.name, details=details)
    return True
