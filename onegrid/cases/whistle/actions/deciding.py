"""区级裁定: a refusal is decided from above the street."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.whistle.access import DECIDE, stands_above
from onegrid.cases.whistle.actions.answering import end_if_done
from onegrid.cases.whistle.actions.clocks import start_clocks
from onegrid.cases.whistle.actions.writing import (
    locked_whistle,
    noted,
    people_of,
    running,
    said,
    tell,
    told,
)
from onegrid.cases.whistle.facts import RefusalDecided
from onegrid.cases.whistle.models import DeedChoices, Whistle, WhistleCall
from onegrid.cases.whistle.queries import units_to_call
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.cases.whistle.rules import OUT, REACHED, STEPS, CallState, Role
from onegrid.kit.errors import NotAllowed, Refused


@transaction.atomic
def decide_refusal(
    *,
    whistle_id: int,
    call_id: int,
    upheld: bool,
    words: str,
    instead_id: int | None = None,
    by: User,
    at: datetime,
) -> WhistleCall:
    """Upheld: the call stands, its clocks begin anew, and it cannot be refused again. Else the department is excused;
    who leads is excused only when another one is named (`instead_id`: called as well, or a helper who leads now).

    Refused: not_blown, whistle_is_over, not_refused, reason_needed, instead_needed, unit_not_here, instead_is_over.
    """
    whistle = running(locked_whistle(whistle_id, by))
    if not stands_above(by, whistle):
        raise NotAllowed("not_allowed", _("Only the district decides on refusals."), what=DECIDE)
    rows = WhistleCall.objects.select_for_update(of=("self",)).select_related("organisation")
    call = rows.filter(pk=call_id, whistle=whistle).first()
    if call is None:
        raise no_such_whistle()
    if call.state != CallState.REFUSED:
        raise Refused("not_refused", _("There is no refusal to decide on."))
    call.decision = said(words, needed="reason_needed")
    if upheld:
        _stands(whistle, call, at)
    else:
        _excused(whistle, call, instead_id, by, at)
    call.save()
    deed = DeedChoices.UPHOLD if upheld else DeedChoices.EXCUSE
    noted(whistle, deed, by=by, at=at, organisation=call.organisation, words=call.decision)
    told(RefusalDecided(whistle.pk, call.pk, upheld), whistle, call)
    with translation.override(settings.LANGUAGE_CODE):
        outcome = _("the call stands: %(unit)s") if upheld else _("%(unit)s is excused")
        people = [*people_of(call.organisation_id, at), whistle.blown_by]
        tell(whistle, people, outcome % {"unit": call.organisation.name}, at)
    end_if_done(whistle, at)
    return call


def _stands(whistle: Whistle, call: WhistleCall, at: datetime) -> None:
    """Back to where it was, with new clocks."""
    call.state = CallState.CALLED
    for step in STEPS:
        if getattr(call, f"{step}_at") is not None:
            call.state = REACHED[step]
    call.decide_due = None
    start_clocks(whistle, call, at)


def _excused(whistle: Whistle, call: WhistleCall, instead_id: int | None, by: User, at: datetime) -> None:
    if call.role == Role.LEAD and instead_id is None:
        raise Refused("instead_needed", _("Who leads is excused only when another department leads."))
    call.state, call.tell_at, call.decide_due = CallState.EXCUSED, None, None
    if instead_id is None:
        return
    other = WhistleCall.objects.filter(whistle=whistle, organisation=instead_id).first()
    if other is not None:
        if other.state in OUT or other.pk == call.pk:
            raise Refused("instead_is_over", _("This department owes nothing more here."))
        other.role = call.role if call.role == Role.LEAD else other.role
        other.save(update_fields=["role"])
        return
    unit = next((one for one in units_to_call(whistle.area_path, at) if one.pk == instead_id), None)
    if unit is None:
        raise Refused(
            "unit_not_here", _("This organisation cannot be called to this place."), units=[instead_id]
        )
    new = WhistleCall(whistle=whistle, organisation=unit, role=call.role)
    start_clocks(whistle, new, at)
    new.save()
    noted(whistle, DeedChoices.CALL, by=by, at=at, organisation=unit)
    with translation.override(settings.LANGUAGE_CODE):
        tell(whistle, people_of(unit.pk, at), _("calls you: please sign"), at)
