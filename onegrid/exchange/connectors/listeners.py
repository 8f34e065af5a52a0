"""What is dispatched, and what leaves a unit again, goes to its system."""

from collections.abc import Sequence

from onegrid.cases.flow.facts import (
    CaseArbitrated,
    CaseCancelled,
    CaseDispatched,
    CaseEscalated,
    CaseHandled,
    CaseRecalled,
    CaseReturned,
    CaseSentBack,
    CaseWithdrawn,
)
from onegrid.exchange.connectors.actions import follow_cases
from onegrid.kit.facts import Heard, Start, listens

MOVES = [
    CaseDispatched, CaseSentBack, CaseArbitrated, CaseRecalled, CaseReturned, CaseEscalated, CaseHandled,
    CaseCancelled, CaseWithdrawn,
]  # fmt: skip


@listens("connectors.follow", to=MOVES, start=Start.NOW, batch=200)
def follow(batch: Sequence[Heard]) -> None:
    follow_cases(
        case_ids=sorted({heard.fact.case_id for heard in batch}), at=max(heard.at for heard in batch)
    )
