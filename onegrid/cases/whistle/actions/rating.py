"""双向评价: the street rates each department, each department the whistle."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.whistle.access import ANSWER, BLOW, acts_for_street, answers_for
from onegrid.cases.whistle.actions.writing import locked_whistle, noted, told
from onegrid.cases.whistle.facts import WhistleRated
from onegrid.cases.whistle.models import DeedChoices, WhistleCall, WhistleRating
from onegrid.cases.whistle.refusals import no_such_whistle, refused
from onegrid.cases.whistle.rules import CallState, WhistleState, stars_fault
from onegrid.kit.errors import NotAllowed, Refused


@transaction.atomic
def rate_whistle(
    *, whistle_id: int, call_id: int, of_department: bool, stars: int, words: str, by: User, at: datetime
) -> WhistleRating:
    """Once each way, after the whistle has finished. A low mark needs a reason.

    Refused: not_finished, was_excused, rated_already, bad_stars, reason_needed, words_too_long.
    """
    whistle = locked_whistle(whistle_id, by)
    call = WhistleCall.objects.select_related("organisation").filter(pk=call_id, whistle=whistle).first()
    if call is None:
        raise no_such_whistle()
    allowed = acts_for_street(by, BLOW, whistle) if of_department else answers_for(by, ANSWER, call)
    if not allowed:
        raise NotAllowed(
            "not_allowed", _("Your role does not include this."), what=BLOW if of_department else ANSWER
        )
    if whistle.state != WhistleState.FINISHED:
        raise Refused("not_finished", _("Rating comes after the whistle has finished."))
    if call.state == CallState.EXCUSED:
        raise Refused("was_excused", _("An excused department is not rated."))
    if WhistleRating.objects.filter(
        whistle=whistle, organisation=call.organisation_id, of_department=of_department
    ).exists():
        raise Refused("rated_already", _("This was rated already."))
    text = words.replace("\x00", "").strip()
    fault = stars_fault(stars, text)
    if fault:
        raise refused(fault)
    rating = WhistleRating.objects.create(
        whistle=whistle,
        organisation=call.organisation,
        of_department=of_department,
        stars=stars,
        words=text,
        by=by,
        at=at,
    )
    details = {"stars": stars, "of_department": of_department}
    noted(
        whistle, DeedChoices.RATE, by=by, at=at, organisation=call.organisation, words=text, details=details,
        in_cases=False,
    )  # fmt: skip
    told(WhistleRated(whistle.pk, rating.pk), whistle, call)
    return rating
