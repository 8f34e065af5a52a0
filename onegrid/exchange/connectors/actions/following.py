"""What is to be handed over, and what withdrawn, by how the cases stand now: asking twice changes nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from onegrid.cases.catalog.models import Stage
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.flow.rules import State
from onegrid.exchange.connectors.actions.sending import defer_errand
from onegrid.exchange.connectors.models import (
    Errand,
    ErrandKind,
    ErrandState,
    ServedUnit,
    Ticket,
    TicketState,
)


@transaction.atomic
def follow_cases(*, case_ids: Sequence[int], at: datetime) -> list[Ticket]:
    """New tickets for cases that stand with a unit of a system that is on; others of these cases are withdrawn."""
    wanted = _standing(case_ids)
    old = list(
        Ticket.objects.select_for_update(of=("self",)).filter(case__in=case_ids, ended_at=None).order_by("pk")
    )
    for ticket in old:
        if ticket.clock_id not in wanted:
            _withdraw(ticket, at)
    known = set(Ticket.objects.filter(clock__in=wanted).values_list("clock", flat=True))
    return [_opened(clock, served, at) for pk, (clock, served) in wanted.items() if pk not in known]


def _standing(case_ids: Sequence[int]) -> dict[int, tuple[StageClock, ServedUnit]]:
    """Running clocks of handling whose unit has its system, by id."""
    clocks = StageClock.objects.select_related("case").filter(
        case__in=case_ids, stage=Stage.HANDLE, stopped_at=None, case__state=State.DISPATCHED
    )
    found = list(clocks)
    units = {clock.case.unit_id for clock in found if clock.case.unit_id}
    served = ServedUnit.objects.select_related("system", "unit").filter(unit__in=units, system__is_on=True)
    by_unit = {one.unit_id: one for one in served}
    return {
        clock.pk: (clock, by_unit[clock.case.unit_id])
        for clock in found
        if clock.case.unit_id is not None and clock.case.unit_id in by_unit
    }


def _opened(clock: StageClock, served: ServedUnit, at: datetime) -> Ticket:
    case: Case = clock.case
    number = Ticket.objects.filter(case=case).count() + 1
    ticket = Ticket.objects.create(
        system=served.system,
        case=case,
        unit=served.unit,
        clock=clock,
        key=f"{case.number}-{number}",
        round=number,
        opened_at=at,
    )
    _errand(ticket, ErrandKind.SEND, at)
    return ticket


def _withdraw(ticket: Ticket, at: datetime) -> None:
    """What never left is dropped; what may have arrived is called back."""
    ticket.state, ticket.ended_at = TicketState.WITHDRAWN, at
    ticket.save(update_fields=["state", "ended_at"])
    waiting = ticket.errands.filter(kind=ErrandKind.SEND, state__in=(ErrandState.WAITING, ErrandState.DEAD))
    tried = waiting.filter(tries__gt=0).exists() or not waiting.exists()
    waiting.update(state=ErrandState.DROPPED, ended_at=at)
    if tried and ticket.foreign_number:
        _errand(ticket, ErrandKind.WITHDRAW, at)


def _errand(ticket: Ticket, kind: ErrandKind, at: datetime) -> None:
    errand, made = Errand.objects.get_or_create(
        ticket=ticket, kind=kind, defaults={"not_before": at, "created_at": at}
    )
    if made:
        defer_errand(errand, at)
