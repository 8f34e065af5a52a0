"""History that is read in: a matter that was over in another system becomes a closed case that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from onegrid.cases.flow import rules
from onegrid.cases.flow.access import CLOSE, require_case
from onegrid.cases.flow.chain import case_seal, step_hash
from onegrid.cases.flow.facts import CaseClosed
from onegrid.cases.flow.models import Case, Channel, StageClock, Step
from onegrid.cases.flow.refusals import broken
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.timing import show
from onegrid.kit.actors import Actor
from onegrid.kit.facts import announce_all


@dataclass(frozen=True)
class Ending:
    """`source`, `status`, `words`: the other system and its own words; `repaired`: rules that mended the row."""

    at: datetime
    source: str
    status: str
    words: str = ""
    repaired: Sequence[str] = ()


@dataclass(frozen=True)
class Ended:
    case: Case
    how: Ending


@transaction.atomic
def close_as_recorded(ended: Sequence[Ended], *, by: Actor) -> list[Case]:
    """历史导入: closes imported cases at the time at which they were over elsewhere, by one step that says so.

    Nobody here verified, handled or checked them, and no stage is invented: the step goes from where the report
    began to closed, with the other system's word for it. The clock that opening started is stopped at its start:
    nobody here was timed. Refused: step_not_allowed (not imported, or already worked on), case_is_final. The caller
    has just opened them in this transaction, so no row is locked again.
    """
    firsts = dict(
        Step.objects.filter(case__in=[one.case for one in ended], position=1).values_list("case_id", "hash")
    )
    steps = [recorded(one.case, one.how, firsts[one.case.pk], by) for one in ended]
    if not steps:
        return []
    cases = [one.case for one in ended]
    Case.objects.bulk_update(
        cases,
        [
            "state",
            "holder_org",
            "holder_user",
            "stepped_at",
            "due_at",
            "approaching_at",
            "ended_at",
            "version",
            "seal",
        ],
    )
    Step.objects.bulk_create(steps)
    StageClock.objects.filter(case__in=cases, stopped_at=None).update(stopped_at=F("started_at"))
    announce_all(
        (CaseClosed(step.case_id, step.pk), one.case.area_path, one.case.unit_id)
        for step, one in zip(steps, ended, strict=True)
    )
    return cases


def recorded(case: Case, how: Ending, first_hash: str, by: Actor) -> Step:
    """Sets the case in memory and gives its second step; the caller writes both, and stops the clock at its start."""
    require_case(by, CLOSE, case)
    if case.channel != Channel.IMPORT or case.version != 1:
        final = case.state in rules.FINAL
        raise broken(rules.Broken("case_is_final" if final else "step_not_allowed"), case)
    before = case.state
    case.state, case.version = State.CLOSED, case.version + 1
    case.holder_org, case.holder_user_id = None, None
    case.stepped_at, case.ended_at = how.at, how.at
    show(case, None)
    details: dict[str, Any] = {"history": {"source": how.source, "status": how.status}}
    if how.repaired:
        details["repaired"] = list(how.repaired)
    step = Step(
        case=case,
        position=2,
        verb=Verb.RECORD,
        from_state=before,
        to_state=State.CLOSED,
        actor_key=by.actor_key,
        actor_label=by.actor_label[:80],
        words=how.words,
        details=details,
        at=how.at,
        prev_hash=first_hash,
    )
    step.hash = step_hash(step, case.number, [])
    case.seal = case_seal(case, step.hash)
    return step
