"""Whom to ask back: masked for whoever sees the case, in the clear only for a purpose that is put on record."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.cases.flow.access import CONTACT, may_ask_reporter, require_case
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.refusals import no_such_case
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, Refused

PURPOSE_MAX = 200  # characters


@dataclass(frozen=True)
class Contact:
    """Name and phone in the clear; either may be empty."""

    number: str
    name: str
    phone: str


@transaction.atomic
def reveal_contact(*, number: str, purpose: str, by: Actor, at: datetime) -> Contact:
    """The reporter's name and phone, with an audit entry that says who looked and what for.

    Refused: purpose_needed (empty or too long).
    """
    if not by.scope(CONTACT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=CONTACT)
    case = Case.objects.filter(number=number.strip().upper()).first()
    if case is None:
        raise no_such_case()
    require_case(by, CONTACT, case)
    if not may_ask_reporter(by, case):
        raise NotAllowed("confidential", _("This report is confidential; only the centre knows who made it."))
    purpose = purpose.replace("\x00", "").strip()
    if not 0 < len(purpose) <= PURPOSE_MAX:
        words = _("Please say what you need the contact for, in at most %(most)s characters.")
        raise Refused("purpose_needed", words % {"most": PURPOSE_MAX})
    record("cases.reveal_contact", by=by, about=case, at=at, reason=purpose)
    return Contact(case.number, case.reporter_name or "", case.reporter_phone or "")
