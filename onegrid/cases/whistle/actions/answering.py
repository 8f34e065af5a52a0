"""应哨: a department signs, contacts, reports in, finishes, or refuses."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.whistle.actions.clocks import listen, start_decision
from onegrid.cases.whistle.actions.writing import (
    BY,
    deciders,
    locked_call,
    locked_whistle,
    noted,
    release_cases,
    running,
    said,
    tell,
    told,
)
from onegrid.cases.whistle.codes import code_holds
from onegrid.cases.whistle.facts import (
    DepartmentFinished,
    ReportedIn,
    WhistleContacted,
    WhistleFinished,
    WhistleRefused,
    WhistleSigned,
)
from onegrid.cases.whistle.models import DeedChoices, SiteRecord, Whistle, WhistleCall
from onegrid.cases.whistle.refusals import refused
from onegrid.cases.whistle.rules import (
    ON_SITE,
    REACHED,
    REMOTE,
    Broken,
    CallState,
    Step,
    WhistleState,
    all_out,
    may_refuse,
    steps_done_by,
)
from onegrid.kit.errors import Refused
from onegrid.kit.files import Kinds, store_file
from onegrid.kit.geo import metres_between
from onegrid.places.areas.models import CGCS2000


@transaction.atomic
def sign_call(*, whistle_id: int, call_id: int, by: User, at: datetime) -> WhistleCall:
    """签到应哨. Refused: not_blown, whistle_is_over, call_is_over, call_is_refused, step_done."""
    whistle, call = _taken(whistle_id, call_id, Step.SIGN, by, at)
    noted(whistle, DeedChoices.SIGN, by=by, at=at, organisation=call.organisation)
    told(WhistleSigned(whistle.pk, call.pk), whistle, call)
    _tell_street(whistle, call, at)
    return call


@transaction.atomic
def note_contact(*, whistle_id: int, call_id: int, words: str, by: User, at: datetime) -> WhistleCall:
    """联系街道: what was agreed. Refused besides: words_needed, words_too_long."""
    whistle, call = _taken(whistle_id, call_id, Step.CONTACT, by, at)
    text = said(words, needed="words_needed")
    noted(whistle, DeedChoices.CONTACT, by=by, at=at, organisation=call.organisation, words=text)
    told(WhistleContacted(whistle.pk, call.pk), whistle, call)
    return call


@dataclass(frozen=True)
class Arrival:
    """How a department comes. On site: where (`lon`, `lat`), a `photo`, or the street's `code`; at least one of a
    photo and a code. From afar (`remote`): `words`, where the kind allows it."""

    remote: bool = False
    lon: float | None = None
    lat: float | None = None
    code: str = ""
    photo: BinaryIO | bytes | None = None
    words: str = ""


@transaction.atomic
def report_in(*, whistle_id: int, call_id: int, arrival: Arrival, by: User, at: datetime) -> WhistleCall:
    """报到. Who comes without having signed has signed with it.

    Refused besides: remote_not_allowed, words_needed, code_not_good, proof_needed, bad_position.
    """
    whistle, call = _taken(whistle_id, call_id, Step.REPORT_IN, by, at)
    if arrival.remote:
        if not whistle.kind.remote:
            raise Refused("remote_not_allowed", _("For this kind of whistle the department comes on site."))
        words = said(arrival.words, needed="words_needed")
        call.way = REMOTE
    else:
        words = said(arrival.words)
        _on_site(whistle, call, arrival, at)
    call.save()
    noted(
        whistle,
        DeedChoices.REPORT_IN,
        by=by,
        at=at,
        organisation=call.organisation,
        words=words,
        details={"way": call.way, "metres": call.metres, "by_code": call.by_code, "photo": call.photo_id},
    )
    told(ReportedIn(whistle.pk, call.pk), whistle, call)
    _tell_street(whistle, call, at)
    return call


def _on_site(whistle: Whistle, call: WhistleCall, arrival: Arrival, at: datetime) -> None:
    call.way = ON_SITE
    if arrival.code:
        if not code_holds(arrival.code, whistle, at):
            raise Refused("code_not_good", _("The street's code is not good any more. Please scan it again."))
        call.by_code = True
    if arrival.photo is not None:
        call.photo = store_file(arrival.photo, allow=Kinds.PHOTO, at=at).file
    if not call.by_code and call.photo is None:
        raise Refused("proof_needed", _("Please scan the street's code, or take a photo on site."))
    if arrival.lon is None or arrival.lat is None:
        return
    if not (-180 <= arrival.lon <= 180 and -90 <= arrival.lat <= 90):
        raise Refused("bad_position", _("This is no place on earth."))
    call.point = Point(arrival.lon, arrival.lat, srid=CGCS2000)
    if whistle.point is not None:
        call.metres = round(metres_between(arrival.lon, arrival.lat, whistle.point.x, whistle.point.y))


@transaction.atomic
def finish_call(*, whistle_id: int, call_id: int, result: str, by: User, at: datetime) -> WhistleCall:
    """办结反馈. With the last department the whistle has ended, and the clocks of its cases run on.

    Refused besides: report_in_first, words_needed, record_not_signed (a joint record waits for this department).
    """
    whistle, call = _taken(whistle_id, call_id, Step.FINISH, by, at)
    call.result = said(result, needed="words_needed")
    call.save(update_fields=["result"])
    waits = SiteRecord.objects.filter(whistle=whistle, sealed_at=None)
    if waits.exclude(signatures__organisation=call.organisation_id).exists():
        raise Refused("record_not_signed", _("The joint site record waits for your department's signature."))
    noted(whistle, DeedChoices.FINISH, by=by, at=at, organisation=call.organisation, words=call.result)
    told(DepartmentFinished(whistle.pk, call.pk), whistle, call)
    end_if_done(whistle, at)
    if whistle.state == WhistleState.RUNNING:
        _tell_street(whistle, call, at)
    return call


def end_if_done(whistle: Whistle, at: datetime) -> None:
    """With nobody left who owes anything the whistle has ended."""
    states = [CallState(state) for state in whistle.calls.values_list("state", flat=True)]
    if not all_out(states):
        return
    whistle.state, whistle.ended_at = WhistleState.FINISHED, at
    noted(whistle, DeedChoices.END, by=BY, at=at)
    release_cases(whistle, at)
    told(WhistleFinished(whistle.pk), whistle)
    with translation.override(settings.LANGUAGE_CODE):
        tell(whistle, [whistle.blown_by], _("has ended; please rate the departments"), at, "whistle.news")


@transaction.atomic
def refuse_call(*, whistle_id: int, call_id: int, reason: str, by: User, at: datetime) -> WhistleCall:
    """拒哨, with the reason; the district decides, and its clock runs.

    Refused: not_blown, whistle_is_over, call_is_over, call_is_refused, too_late_to_refuse, refused_before,
    reason_needed.
    """
    whistle = running(locked_whistle(whistle_id, by))
    call = locked_call(whistle, call_id, by)
    state = CallState(call.state)
    if state == CallState.REFUSED:
        raise refused("call_is_refused")
    if not may_refuse(state):
        raise refused("too_late_to_refuse" if state == CallState.REPORTED else "call_is_over")
    if call.refusals:
        raise Refused("refused_before", _("The district has decided that this call stands."))
    call.refusal = said(reason, needed="reason_needed")
    call.state, call.refusals = CallState.REFUSED, call.refusals + 1
    start_decision(whistle, call, at)
    call.save()
    noted(whistle, DeedChoices.REFUSE, by=by, at=at, organisation=call.organisation, words=call.refusal)
    told(WhistleRefused(whistle.pk, call.pk), whistle, call)
    with translation.override(settings.LANGUAGE_CODE):
        who = {"unit": call.organisation.name}
        tell(whistle, deciders(whistle, at), _("%(unit)s refuses; please decide") % who, at)
        tell(
            whistle, [whistle.blown_by], _("%(unit)s refuses; the district decides") % who, at, "whistle.news"
        )
    return call


def _taken(whistle_id: int, call_id: int, step: Step, by: User, at: datetime) -> tuple[Whistle, WhistleCall]:
    """The call after the step, saved; what was passed over on the way is done with it."""
    whistle = running(locked_whistle(whistle_id, by))
    call = locked_call(whistle, call_id, by)
    try:
        done = steps_done_by(CallState(call.state), step)
    except Broken as failure:
        raise refused(failure.code) from None
    for one in done:
        setattr(call, f"{one}_at", at)
    call.state = REACHED[step]
    listen(call)
    call.save()
    return whistle, call


def _tell_street(whistle: Whistle, call: WhistleCall, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            CallState.SIGNED: _("%(unit)s has signed"),
            CallState.REPORTED: _("%(unit)s has reported in"),
            CallState.FINISHED: _("%(unit)s has finished its part"),
        }[CallState(call.state)]
        tell(whistle, [whistle.blown_by], words % {"unit": call.organisation.name}, at, "whistle.news")
