"""What happens to a case makes its records anew."""

from collections.abc import Sequence

from onegrid.cases.flow import facts
from onegrid.kit.facts import Heard, listens
from onegrid.oversight.measures.actions import recount_cases

HEARD = [
    facts.CaseOpened, facts.CaseVerified, facts.CaseFiled, facts.CaseDispatched, facts.CaseHandled,
    facts.CaseChecked, facts.CaseClosed, facts.CaseSettled, facts.CaseReturned, facts.CaseSentBack,
    facts.CaseCancelled, facts.CaseEscalated, facts.CaseHandedDown, facts.CaseAlarmed, facts.CaseArbitrated,
    facts.CasePressed, facts.CaseReopened, facts.CaseWithdrawn, facts.CaseRated, facts.ApplicationDecided,
    facts.CaseHeld, facts.CaseResumed, facts.CaseRecounted, facts.CaseRecalled, facts.CaseMerged, facts.CaseUnmerged,
]  # fmt: skip


@listens("measures.records", to=HEARD)
def count_again(batch: Sequence[Heard]) -> None:
    recount_cases(case_ids={heard.fact.case_id for heard in batch})
