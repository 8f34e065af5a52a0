"""Duty disputes: what the centre decided is remembered, and offered at the next dispatch."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass, Precedent
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area

REASON_MAX = 2000


@transaction.atomic
def remember_precedent(
    *,
    case_class: CaseClass,
    area: Area,
    organisation: Organisation,
    reason: str,
    case_number: str = "",
    by: Actor,
    at: datetime,
) -> Precedent:
    """The arbitration of a duty dispute is kept: this class in this area is that unit's, and why.

    Whoever decided the dispute asked for the right to do so; nothing is asked again here. Refused: reason_needed,
    reason_too_long, unit_closed.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("reason_needed", _("Please give the reason."))
    if len(reason) > REASON_MAX:
        raise Refused("reason_too_long", _("The reason is too long."), most=REASON_MAX)
    if organisation.closed_on is not None:
        raise Refused("unit_closed", _("This unit no longer exists."), unit=organisation.pk)
    precedent = Precedent.objects.create(
        scheme=case_class.version.scheme,
        kind=case_class.kind,
        class_code=case_class.code,
        area=area,
        organisation=organisation,
        reason=reason,
        decided_by=by.actor_label[:80],
        decided_at=at,
        case_number=case_number[:24],
    )
    record("catalog.remember_precedent", by=by, about=precedent, at=at, details={"case": case_number})
    return precedent
