"""Open work of somebody who does not answer any more goes to who does."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from onegrid.cases.flow.access import needed, require_case
from onegrid.cases.flow.actions.writing import Taken, drafted, tell_next, written
from onegrid.cases.flow.facts import CasePassedOn
from onegrid.cases.flow.holders import next_holder, next_verb
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.standing import locked
from onegrid.kit.actors import Actor
from onegrid.kit.facts import announce


@transaction.atomic
def pass_on_tasks(*, of: Sequence[tuple[int, int | None]], by: Actor, at: datetime) -> list[Case]:
    """转交: tasks held by these users, each (user id, area id or None for everywhere), go to who answers at `at`.

    State and clock stay as they are; a step in the timeline says who had it. What the same person still answers for
    stays, so a second call moves nothing.
    """
    held = Q(pk__in=[])
    for user_id, area_id in of:
        mine = Q(holder_user=user_id)
        if area_id is not None:
            mine &= Q(grid=area_id) | Q(community=area_id) | Q(street=area_id)
        held |= mine
    found = (
        Case.objects.open_now().filter(held).select_for_update().order_by("pk").values_list("pk", flat=True)
    )
    cases = [locked(case_id, by, at) for case_id in found]
    return [case for case in cases if case is not None and _pass_on(case, by, at)]


def _pass_on(case: Case, by: Actor, at: datetime) -> bool:
    state, before = State(case.state), case.holder_user
    require_case(by, needed(state, next_verb(case)), case)
    holder = next_holder(case, at)
    if holder.user_id == case.holder_user_id:
        return False
    case.version += 1
    case.holder_org, case.holder_user_id = holder.org, holder.user_id
    details = {"from": before.display_name if before else ""}
    draft = drafted(
        case, Taken(Verb.PASS_ON, by, at), before=state, details=details, to=holder.name, clock_runs_on=True
    )
    step = written(case, draft)
    announce(CasePassedOn(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    tell_next(case, at)
    return True
