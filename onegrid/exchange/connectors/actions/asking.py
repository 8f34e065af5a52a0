"""Asking instead of waiting: whether a system answers, and how a ticket stands there."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.access import require_some, require_system
from onegrid.exchange.connectors.actions.logging import log, timed, was_bad, was_well
from onegrid.exchange.connectors.actions.receiving import take_event
from onegrid.exchange.connectors.models import Exchange, Outcome, OutsideSystem, Ticket, What
from onegrid.exchange.connectors.plugins import CONNECTORS, Event, NotTaken, Refusing, Strange
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound, Refusal, Refused, Unavailable

ASKED_AT_ONCE = 50


def try_system(*, system_id: int, by: Actor, at: datetime) -> Exchange:
    """试拨: one call that changes nothing there; also while it is switched off."""
    require_some(by)
    system = OutsideSystem.objects.select_related("organisation__area").filter(pk=system_id).first()
    if system is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require_system(by, system)
    connector = CONNECTORS.get(system.connector)
    with timed() as line:
        try:
            if connector is None:
                raise Refusing("no such connection")
            connector.health(system)
        except NotTaken as trouble:
            refused = isinstance(trouble, Refusing)
            line.outcome, line.words = Outcome.REFUSED if refused else Outcome.FAILED, str(trouble)
    if line.outcome == Outcome.OK:
        was_well(system, at)
    else:
        was_bad(system, line.words, at)
    return log(system, What.TEST, line, by=by.actor_label, at=at)


def ask_about(*, ticket_id: int, by: Actor, at: datetime) -> int:
    """Asks how it stands and applies what was never heard here; how many steps that made.

    Unavailable when nobody answers. What the rules refuse is in the log, and the next event is looked at.
    """
    require_some(by)
    ticket = Ticket.objects.select_related("system__organisation__area").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require_system(by, ticket.system)
    if not ticket.system.is_on or not ticket.foreign_number:
        raise Refused("cannot_be_asked", _("The system is switched off, or has not taken it yet."))
    Ticket.objects.filter(pk=ticket.pk).update(asked_at=at)
    events = _asked(ticket, by, at)
    done = 0
    for event in events:
        try:
            done += take_event(system=ticket.system, event=event, at=at).outcome == Outcome.OK
        except Refusal:
            continue
    return done


def _asked(ticket: Ticket, by: Actor, at: datetime) -> list[Event]:
    system = ticket.system
    connector = CONNECTORS.get(system.connector)
    found: list[Event] = []
    with timed() as line:
        try:
            if connector is None:
                raise Refusing("no such connection")
            found = connector.ask_state(system, ticket)
        except (NotTaken, Strange) as trouble:
            line.outcome, line.words = Outcome.FAILED, str(trouble)
    log(system, What.ASK, line, ticket=ticket, by=by.actor_label, at=at)
    if line.outcome != Outcome.OK:
        was_bad(system, line.words, at)
        words = _("The system does not answer: %(trouble)s.") % {"trouble": line.words}
        raise Unavailable("no_answer", words)
    was_well(system, at)
    return found


def ask_silent(*, by: Actor, at: datetime) -> int:
    """Asks about open tickets of which nothing was heard for a while: a message may have got lost. How many steps."""
    quiet = at - rules.SILENT
    waiting = Ticket.objects.filter(
        Q(asked_at=None) | Q(asked_at__lt=quiet), ended_at=None, heard_at__lt=quiet, system__is_on=True
    ).exclude(foreign_number="")
    done = 0
    for pk in waiting.order_by("opened_at").values_list("pk", flat=True)[:ASKED_AT_ONCE]:
        try:
            done += ask_about(ticket_id=pk, by=by, at=at)
        except Refusal:
            continue
    return done
