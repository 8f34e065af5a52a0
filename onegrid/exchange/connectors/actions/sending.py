"""Errands: handing a matter over and calling it back, tried again until it is done or a dead letter.

A try is claimed in one transaction, made in none, and written down in another: no row is locked, and no listener held
up, while somebody far away is slow. Whoever is killed in the middle leaves a lease that ends (jobs.py), and the next
try carries the same key.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from onegrid.cases.flow.actions import note_case
from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.access import require_some, require_system
from onegrid.exchange.connectors.actions.logging import Line, log, timed, was_bad, was_well
from onegrid.exchange.connectors.actions.telling import note_taken
from onegrid.exchange.connectors.models import (
    Errand,
    ErrandKind,
    ErrandState,
    Outcome,
    OutsideSystem,
    Ticket,
    TicketState,
    What,
)
from onegrid.exchange.connectors.plugins import CONNECTORS, NotTaken, Refusing
from onegrid.exchange.connectors.queries import matter_of
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refusal, Refused

TASK = "exchange.connectors.run_errand"
QUEUE = "connectors"
OUR_SIDE = "OneGrid"


def defer_errand(errand: Errand, not_before: datetime) -> None:
    """The job is a row of the same transaction: it exists exactly when the errand does."""
    app.configure_task(TASK, queue=QUEUE, schedule_at=not_before).defer(errand_id=errand.pk)


def defer_waiting(system: OutsideSystem, at: datetime) -> None:
    for errand in Errand.objects.filter(ticket__system=system, state=ErrandState.WAITING)[:1000]:
        defer_errand(errand, at)


def run_errand(*, errand_id: int, at: datetime) -> Errand | None:
    """One try. None when there is nothing to do: gone, done, not yet due, or somebody else is at it."""
    errand = _claimed(errand_id, at)
    if errand is None:
        return None
    ticket, system = errand.ticket, errand.ticket.system
    with timed() as line:
        number = _tried(errand, line)
    return _written(errand, ticket, system, number, line, at)


@transaction.atomic
def _claimed(errand_id: int, at: datetime) -> Errand | None:
    rows = Errand.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "ticket__system__organisation", "ticket__unit", "ticket__case__case_class", "ticket__case__standard",
        "ticket__clock",
    )  # fmt: skip
    errand = rows.filter(pk=errand_id, state=ErrandState.WAITING).first()
    if errand is None or not errand.ticket.system.is_on:
        return None
    if errand.leased_until is not None and errand.leased_until > at:
        return None
    if errand.not_before > at:
        defer_errand(errand, errand.not_before)
        return None
    errand.tries += 1
    errand.leased_until = at + rules.LEASE
    errand.save(update_fields=["tries", "leased_until"])
    return errand


def _tried(errand: Errand, line: Line) -> str:
    """Their number of the ticket; what went wrong stands in the line."""
    ticket, system = errand.ticket, errand.ticket.system
    connector = CONNECTORS.get(system.connector)
    try:
        if connector is None:
            raise Refusing("no such connection")
        if errand.kind == ErrandKind.WITHDRAW:
            connector.withdraw(system, ticket, key=errand.key)
            return ""
        matter = matter_of(ticket)
        line.said = matter
        return connector.send_matter(system, matter, key=errand.key).number
    except Refusing as trouble:
        line.outcome, line.words = Outcome.REFUSED, str(trouble)
    except NotTaken as trouble:
        line.outcome, line.words = Outcome.FAILED, str(trouble)
    return ""


@transaction.atomic
def _written(
    claimed: Errand, ticket: Ticket, system: OutsideSystem, number: str, line: Line, at: datetime
) -> Errand | None:
    log(system, What(claimed.kind), line, ticket=ticket, key=claimed.key, by=OUR_SIDE, at=at)
    errand = Errand.objects.select_for_update().filter(pk=claimed.pk, state=ErrandState.WAITING).first()
    if line.outcome == Outcome.OK:
        was_well(system, at)
    else:
        was_bad(system, line.words, at)
    if errand is None:  # withdrawn while we tried
        _called_back(ticket, number, line, at)
        return None
    errand.leased_until, errand.trouble = None, line.words[:200]
    wait = rules.wait_after(errand.tries) if line.outcome == Outcome.FAILED else None
    if line.outcome == Outcome.OK:
        errand.state, errand.ended_at = ErrandState.DONE, at
        if errand.kind == ErrandKind.SEND:
            note_taken(ticket.pk, number, at)
    elif wait is not None:
        errand.not_before = at + wait
        defer_errand(errand, errand.not_before)
    else:
        errand.state, errand.ended_at = ErrandState.DEAD, at
        if errand.kind == ErrandKind.SEND:
            _could_not(ticket, line.words, at)
    errand.save()
    return errand


def _called_back(ticket: Ticket, number: str, line: Line, at: datetime) -> None:
    """The unit lost the matter while it was on its way out, and it arrived: now it can be called back."""
    if line.outcome != Outcome.OK or not number:
        return
    Ticket.objects.filter(pk=ticket.pk).update(foreign_number=number)
    errand, made = Errand.objects.get_or_create(
        ticket=ticket, kind=ErrandKind.WITHDRAW, defaults={"not_before": at, "created_at": at}
    )
    if made:
        defer_errand(errand, at)


def _could_not(ticket: Ticket, trouble: str, at: datetime) -> None:
    """The unit's people see on the case that it did not get there: they handle it here."""
    Ticket.objects.filter(pk=ticket.pk, state=TicketState.WAITING).update(state=TicketState.DEAD)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Could not be handed over to %(system)s (%(trouble)s). Please handle it here.")
        said = words % {"system": ticket.system.name, "trouble": trouble[:100]}
    try:
        with transaction.atomic():
            note_case(case_id=ticket.case_id, words=said, by=ticket.system, at=at)
    except Refusal:  # the case is no longer the unit's
        pass


@transaction.atomic
def send_again(*, errand_id: int, by: Actor, at: datetime) -> Errand:
    """重发: a dead letter goes out again with all its tries. Refused: not_dead, no_longer_needed."""
    require_some(by)
    errand = (
        Errand.objects.select_for_update(of=("self",))
        .select_related("ticket__system__organisation__area")
        .filter(pk=errand_id)
        .first()
    )
    if errand is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require_system(by, errand.ticket.system)
    if errand.state != ErrandState.DEAD:
        raise Refused("not_dead", _("This is no dead letter any more. Please look again."))
    if errand.kind == ErrandKind.SEND and errand.ticket.ended_at is not None:
        raise Refused("no_longer_needed", _("The case is no longer with this unit."))
    errand.state, errand.tries, errand.not_before = ErrandState.WAITING, 0, at
    errand.ended_at = errand.leased_until = None
    errand.save()
    Ticket.objects.filter(pk=errand.ticket_id, state=TicketState.DEAD).update(state=TicketState.WAITING)
    record("connectors.send_again", by=by, about=errand, at=at, details={"key": errand.key})
    defer_errand(errand, at)
    return errand
