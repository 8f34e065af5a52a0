"""What comes from outside: proved, once, in order, and then an ordinary step of the case by the system's account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions import handle_case, note_case, return_case
from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.actions.logging import Line, log, timed, was_well
from onegrid.exchange.connectors.actions.telling import note_taken
from onegrid.exchange.connectors.models import Nonce, Outcome, OutsideSystem, Ticket, TicketState, What
from onegrid.exchange.connectors.plugins import CONNECTORS, Event, Incoming, Strange
from onegrid.exchange.connectors.rules import EventKind
from onegrid.kit.errors import NotFound, Refusal, Refused, Unreadable
from onegrid.kit.sendings import Moment, done_once
from onegrid.kit.throttle import Limit, spend

TOGETHER = Limit("connector", 600, timedelta(minutes=1))  # messages of one system
NOW_ENOUGH = timedelta(minutes=2)  # what happened so shortly before needs no time of its own


class NotSigned(Refusal):
    """The signature does not fit, is too old, or was used before; which of them, the log says, not the answer."""

    status = 401


@dataclass(frozen=True)
class Answer:
    """`outcome`: ok, again (said before), older (something newer was said before)."""

    outcome: Outcome
    ticket: str
    case: str
    state: str


def receive(*, system_id: int, incoming: Incoming, at: datetime) -> Answer:
    """A signed message. NotSigned, NotFound, Unreadable, Refused as the step itself; TooMany above the limit."""
    system = OutsideSystem.objects.select_related("organisation").filter(pk=system_id, is_on=True).first()
    if system is None:
        raise NotSigned("not_signed", _("The signature does not open."))
    with timed() as line:
        _prove(system, incoming, at)
        spend(TOGETHER, who=system.actor_key, at=at)
        connector = CONNECTORS.get(system.connector)
        if connector is None:
            raise Refused("no_such_connector", _("There is no such kind of connection."))
        try:
            event = connector.receive(system, incoming)
        except Strange as strange:
            line.outcome, line.code, line.words = Outcome.REFUSED, "unreadable", str(strange)
            log(system, What.RECEIVE, line, by=system.name, at=at)
            raise Unreadable("unreadable", str(strange)) from None
    return take_event(system=system, event=event, at=at)


def _prove(system: OutsideSystem, incoming: Incoming, at: datetime) -> None:
    """Signature and time first, then the nonce, in a transaction of its own: it is used up whatever comes after."""
    told = ""
    if not rules.NONCE.fullmatch(incoming.nonce):
        told = "nonce"
    elif not rules.is_signed(
        incoming.signature,
        system.secrets_at(at),
        timestamp=incoming.timestamp,
        nonce=incoming.nonce,
        method=incoming.method,
        path=incoming.path,
        body=incoming.body,
    ):
        told = "signature"
    elif not rules.in_time(incoming.timestamp, at):
        told = "time"
    else:
        try:
            with transaction.atomic():
                Nonce.objects.create(system=system, nonce=incoming.nonce, at=at)
            return
        except IntegrityError:
            told = "nonce_used"
    if told != "signature":  # a stranger's noise is not worth a row: only who has the secret gets one
        log(system, What.RECEIVE, Line(Outcome.REFUSED, code=told), by=system.name, at=at)
    raise NotSigned("not_signed", _("The signature does not open."))


def take_event(*, system: OutsideSystem, event: Event, at: datetime) -> Answer:
    """Applies it once. Refused besides the steps' own: ticket_ended, key_used_for_another_request."""
    ticket = Ticket.objects.select_related("case", "unit").filter(system=system, key=event.ticket).first()
    said = {"kind": event.kind, "words": event.words, "officer": event.officer, "photos": event.photos or ""}
    with timed() as line:
        line.said = said
        try:
            if ticket is None:
                raise NotFound("no_such_ticket", _("There is no such ticket of this system."))
            with done_once(
                who=system.actor_key, key=event.id, digest=event.digest, moment=_moment(event, at), at=at
            ) as doing:
                again = doing.answer is not None
                if doing.answer is None:
                    doing.answer = {"outcome": _applied(system, ticket.pk, event, at)}
            line.outcome = Outcome.AGAIN if again else Outcome(doing.answer["outcome"])
        except Refusal as refusal:
            line.outcome, line.code = Outcome.REFUSED, refusal.code
            with translation.override(settings.LANGUAGE_CODE):
                line.words = str(refusal.message)
            log(system, What.RECEIVE, line, ticket=ticket, key=event.id, by=system.name, at=at)
            raise
    log(system, What.RECEIVE, line, ticket=ticket, key=event.id, by=system.name, at=at)
    was_well(system, at)
    ticket.case.refresh_from_db(fields=["state"])
    return Answer(line.outcome, ticket.key, ticket.case.number, ticket.case.state)


def _moment(event: Event, at: datetime) -> Moment:
    """When it happened there, where that is worth saying: not in the future, and not just now."""
    if event.at is None or not NOW_ENOUGH < at - event.at < timedelta(days=30):
        return Moment()
    return Moment(event.at)


def _applied(system: OutsideSystem, ticket_id: int, event: Event, at: datetime) -> str:
    """In the transaction of done_once. The case's rules decide; here is only what a ticket knows."""
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=ticket_id)
    if event.seq <= ticket.last_seq:
        return Outcome.OLDER.value
    if ticket.ended_at is not None:
        raise Refused("ticket_ended", _("The case is no longer with this unit."), state=ticket.state)
    note_taken(ticket.pk, event.number, at)
    ticket.refresh_from_db()
    ticket.last_seq, ticket.heard_at = event.seq, at
    ticket.officer = event.officer or ticket.officer
    if event.kind == EventKind.DONE:
        ticket.state, ticket.ended_at = TicketState.DONE, at
        handle_case(case_id=ticket.case_id, words=event.words, photos=list(event.photos), by=system, at=at)
    elif event.kind == EventKind.RETURNED:
        ticket.state, ticket.ended_at = TicketState.RETURNED, at
        return_case(case_id=ticket.case_id, reason=event.words, by=system, at=at)
    else:
        ticket.state = TicketState.ACCEPTED
        note_case(case_id=ticket.case_id, words=_in_words(event), photos=list(event.photos), by=system, at=at)
    ticket.save(update_fields=["last_seq", "heard_at", "officer", "state", "ended_at"])
    return Outcome.OK.value


def _in_words(event: Event) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        begun = event.kind == EventKind.ACCEPTED
        said = _("Officer %(number)s has it in hand.") if begun else _("Officer %(number)s is on site.")
        words = said % {"number": event.officer or "—"}
    return f"{words} {event.words}".strip()[:2000]
