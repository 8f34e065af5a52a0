"""来电办结: a call that makes no new case is put on record all the same."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import CONTACT
from onegrid.cases.flow.facts import CallEnded
from onegrid.cases.flow.models import Call, CallOutcome
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.rules import NOTE_MAX
from onegrid.kit.audit import record
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts import announce

KEY_MAX = 64


def end_call(
    *, outcome: str, words: str, phone: str = "", number: str = "", key: str, by: User, at: datetime
) -> Call:
    """Who answered, how it ended, and about which case, if any; the same `key` again gives the same call.

    Refused: no_such_outcome, words_needed (what was answered or where the caller was sent), words_too_long,
    case_needed, no_such_case, key_needed.
    """
    reaches = by.scope(CONTACT).reaches
    if not reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=CONTACT)
    if outcome not in CallOutcome.values:
        raise Refused("no_such_outcome", _("Please say how the call ended."))
    words, key = words.replace("\x00", "").strip(), key.strip()
    if not 0 < len(key) <= KEY_MAX:
        raise Refused("key_needed", _("This form is damaged. Please load the page anew."))
    before = _seen(key, by)
    if before is not None:
        return before
    if not words and outcome in (CallOutcome.ANSWERED, CallOutcome.ELSEWHERE):
        raise Refused("words_needed", _("Please note what was asked, and what you said."))
    if len(words) > NOTE_MAX:
        raise Refused(
            "words_too_long", _("The text is longer than %(most)s characters.") % {"most": NOTE_MAX}
        )
    call = Call(
        outcome=outcome, words=words, case=_case(number, by) if outcome == CallOutcome.ABOUT_CASE else None,
        phone_index=_index(phone), area_path=reaches[0].path or "", answered_by=by, ended_at=at, key=key,
    )  # fmt: skip
    try:
        return _written(call, by, at)
    except (
        IntegrityError
    ):  # sent twice at the same moment, and the other one was first; or another clerk's key
        before = _seen(key, by)
        if before is None:
            raise Refused("key_needed", _("This form is damaged. Please load the page anew.")) from None
        return before


def _seen(key: str, by: User) -> Call | None:
    return Call.objects.filter(key=key, answered_by=by).first()


@transaction.atomic
def _written(call: Call, by: User, at: datetime) -> Call:
    call.save(force_insert=True)
    record("cases.end_call", by=by, about=call, at=at, details={"outcome": call.outcome})
    announce(CallEnded(call.pk), path=call.area_path or None)
    return call


def _case(number: str, by: User):
    if not number.strip():
        raise Refused("case_needed", _("Please give the number of the matter."))
    try:
        return case_story(number=number[:40], viewer=by).case
    except NotFound:
        raise Refused("no_such_case", _("There is no case with this number here.")) from None


def _index(phone: str) -> str:
    """Empty for an empty or hidden number: two of them are not one caller."""
    try:
        return blind_index(phone.replace("\x00", ""), "phone")
    except ValueError:
        return ""
