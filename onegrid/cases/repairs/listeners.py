"""New reports and dispatches, as far as they are a firm's."""

from collections.abc import Sequence

from onegrid.cases.flow.facts import CaseDispatched, CaseOpened
from onegrid.cases.repairs.actions import hand_over_repairs, note_firms
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import Heard, Start, listens


@listens("repairs.straight", to=[CaseOpened], start=Start.NOW)
def straight_to_the_firm(batch: Sequence[Heard]) -> None:
    hand_over_repairs(
        case_ids=[heard.fact.case_id for heard in batch],
        by=SystemActor("repairs"),
        at=max(heard.at for heard in batch),
    )


@listens("repairs.firms", to=[CaseDispatched], start=Start.NOW)
def firms_have_it(batch: Sequence[Heard]) -> None:
    note_firms(
        of=[(heard.fact.case_id, heard.fact.unit_id) for heard in batch],
        by=SystemActor("repairs"),
        at=max(heard.at for heard in batch),
    )
