"""What of a hand-off stands on the case's own timeline."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.cases.flow.actions import note_case
from onegrid.exchange.connectors.models import Ticket, TicketState
from onegrid.kit.errors import Refusal


def note_taken(ticket_id: int, number: str, at: datetime) -> None:
    """Once: the system has it, under its own number. In the caller's transaction."""
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("system", "unit").get(pk=ticket_id)
    if ticket.taken_at is not None:
        return
    ticket.taken_at = ticket.heard_at = at
    ticket.foreign_number = ticket.foreign_number or number
    if ticket.state in (TicketState.WAITING, TicketState.DEAD):
        ticket.state = TicketState.TAKEN
    ticket.save(update_fields=["taken_at", "heard_at", "foreign_number", "state"])
    if ticket.ended_at is not None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Taken for %(unit)s, number there %(number)s.")
        said = words % {"unit": ticket.unit.name, "number": ticket.foreign_number or "—"}
    try:
        with transaction.atomic():
            note_case(case_id=ticket.case_id, words=said, by=ticket.system, at=at)
    except Refusal:  # switched off, or no longer the unit's: the log has it
        pass
