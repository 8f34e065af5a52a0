"""Who has a case next, and who is told. Reading only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from onegrid.accounts.duties.queries import OnDuty, on_duty
from onegrid.accounts.identity.models import Grant, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import centre_for
from onegrid.cases.catalog.rules import ancestors
from onegrid.cases.flow.access import needed
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State, Verb

ON_SITE = (State.REPORTED, State.HANDLED)  # the next step is taken where the matter is
NEXT_VERB = {
    State.REPORTED: Verb.VERIFY,
    State.VERIFIED: Verb.FILE,
    State.FILED: Verb.DISPATCH,
    State.DISPATCHED: Verb.HANDLE,
    State.HANDLED: Verb.CHECK,
    State.CHECKED: Verb.CLOSE,
}
TOLD_AT_MOST = 20


@dataclass(frozen=True)
class Holder:
    """Which unit has it, and which person; `name` is what the timeline shows."""

    org: Organisation | None = None
    user_id: int | None = None
    name: str = ""


def next_holder(case: Case, at: datetime) -> Holder:
    """On site the worker who answers for the grid; a unit for handling; the centre for everything else."""
    state = State(case.state)
    if state in ON_SITE:
        first = person_on_site(case, at)
        return Holder(None, first.user_id, first.name) if first else _centre(case, at)
    if state == State.DISPATCHED and case.unit is not None:
        return Holder(case.unit, None, case.unit.name)
    if state in NEXT_VERB:
        return _centre(case, at)
    return Holder()


def person_on_site(case: Case, at: datetime) -> OnDuty | None:
    """Who answers for the case's grid now; without a grid, for the smallest area known."""
    area_id = case.grid_id or (ancestors(case.area_path) or [0])[-1]
    return next(iter(on_duty(area_id, at)), None)


def _centre(case: Case, at: datetime) -> Holder:
    centre = centre_for(case.area_path, timezone.localdate(at))
    return Holder(centre, None, centre.name) if centre else Holder()


def people_to_tell(case: Case, at: datetime) -> list[User]:
    """The holder, or those who may take the next step here: the nearest to the place, not everybody above."""
    state = State(case.state)
    if case.holder_user_id is not None:
        return list(User.objects.filter(pk=case.holder_user_id))
    if state not in NEXT_VERB:
        return []
    grants = (
        Grant.objects.reaching()
        .filter(
            Q(area=None) | Q(area_id__in=ancestors(case.area_path)),
            Q(organisation=None) | Q(organisation=case.unit_id),
            role__permissions__contains=[needed(state, NEXT_VERB[state])],
            user__is_active=True,
        )
        .annotate(depth_path=F("area__path"))
        .select_related("user")
        .order_by("user_id")
    )
    rows = list(grants)
    # an organisation's own people are nearest of all
    depth = max((_depth(row) for row in rows), default=0)
    return [row.user for row in rows if _depth(row) == depth][:TOLD_AT_MOST]


def _depth(grant: Grant) -> int:
    if grant.organisation_id is not None:
        return 100
    return len(ancestors(grant.depth_path or ""))  # type: ignore[attr-defined]  # annotated above
