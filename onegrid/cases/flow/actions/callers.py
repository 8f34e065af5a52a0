"""Who is calling: earlier reports under a phone number, for a purpose that is put on record."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import CONTACT, may_ask_reporter
from onegrid.cases.flow.actions.contact import PURPOSE_MAX
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import visible
from onegrid.kit.audit import record
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotAllowed, Refused

CALLS_SHOWN = 10


@transaction.atomic
def look_up_caller(*, phone: str, purpose: str, by: User, at: datetime) -> list[Case]:
    """The newest reports under this phone that the clerk may see the contact of, with an audit entry either way.

    The number itself is not written down, only its keyed hash. Refused: purpose_needed, no_phone.
    """
    if not by.scope(CONTACT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=CONTACT)
    purpose = purpose.replace("\x00", "").strip()
    if not 0 < len(purpose) <= PURPOSE_MAX:
        words = _("Please say what you need the contact for, in at most %(most)s characters.")
        raise Refused("purpose_needed", words % {"most": PURPOSE_MAX})
    try:
        index = blind_index(phone.replace("\x00", ""), "phone")
    except ValueError:
        raise Refused("no_phone", _("Please give the phone number.")) from None
    rows = visible(by).filter(reporter_phone_index=index).select_related("case_class").order_by("-id")
    found = [case for case in rows[: 3 * CALLS_SHOWN] if may_ask_reporter(by, case)][:CALLS_SHOWN]
    details = {"phone": index, "cases": [case.pk for case in found]}
    record("cases.look_up_caller", by=by, about=by, at=at, reason=purpose, details=details)
    return found
