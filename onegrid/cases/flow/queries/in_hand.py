"""What is in somebody's own hands: tasks on site, and what the own unit is to handle."""

from datetime import datetime

from django.utils import timezone

from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.flow.access import HANDLE
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import NOT_IN_TASKS, tasks_on_site
from onegrid.cases.flow.rules import State

MOST = 100


def tasks_in_hand(*, worker: User, at: datetime) -> list[Case]:
    """Verifications and checks this person holds, and cases dispatched to a unit he has a post in and may handle for.

    NotAllowed for whom may see no case anywhere. Three queries at most.
    """
    return [*tasks_on_site(worker=worker), *to_handle(worker=worker, at=at)]


def to_handle(*, worker: User, at: datetime) -> list[Case]:
    """Cases that wait for the worker's own unit, the most urgent first."""
    scope = worker.scope(HANDLE)
    if not scope.reaches:
        return []
    units = Posting.objects.serving_on(timezone.localdate(at)).filter(user=worker)
    rows = Case.objects.filter(
        scope.q("area_path", "unit_id"),
        holder_org__in=list(units.values_list("organisation_id", flat=True)),
        state=State.DISPATCHED,
    )
    rows = rows.select_related("case_class", "grid").defer(*NOT_IN_TASKS)
    return list(rows.order_by("due_at", "id")[:MOST])
