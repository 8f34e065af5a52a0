"""改历重算 of whistles: as cases do it (flow/actions/recounting.py), for what each department still owes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from onegrid.cases.whistle.actions.clocks import count_again
from onegrid.cases.whistle.actions.writing import BY, noted
from onegrid.cases.whistle.models import DeedChoices, Whistle, WhistleCall
from onegrid.cases.whistle.rules import STEPS, WhistleState
from onegrid.places.calendars.queries import less_sure

DUES = tuple(f"{step}_due" for step in STEPS)


@transaction.atomic
def recount_calls(published: Iterable[tuple[int, Sequence[int]]], *, at: datetime) -> int:
    """Calls of which something is still to be told, in whistles that run; how many have other limits now."""
    counted = 0
    for number, years in published:
        versions = [str(one) for one in less_sure(number, years)] if years else []
        open_now = WhistleCall.objects.filter(
            calendar_version__in=versions, whistle__state=WhistleState.RUNNING
        ).exclude(tell_at=None)
        for whistle_id in sorted(set(open_now.values_list("whistle_id", flat=True))):
            counted += _recounted(whistle_id, versions, number, at)
    return counted


def _recounted(whistle_id: int, versions: Sequence[str], number: int, at: datetime) -> int:
    rows = Whistle.objects.select_for_update(of=("self",)).select_related("kind")
    whistle = rows.get(pk=whistle_id)
    calls = (
        WhistleCall.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(whistle=whistle, calendar_version__in=versions)
        .exclude(tell_at=None)
        .order_by("pk")
    )
    moved = [call for call in calls if count_again(whistle, call, number, at)]
    for call in moved:
        call.save(update_fields=["calendar_version", "tell_at", *DUES])
        noted(
            whistle,
            DeedChoices.RECOUNT,
            by=BY,
            at=at,
            organisation=call.organisation,
            details={"calendar": number},
            in_cases=False,
        )
    return len(moved)
