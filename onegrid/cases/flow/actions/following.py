"""关注: following an open case instead of reporting the same matter again."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from onegrid.cases.flow import rules
from onegrid.cases.flow.access import require_report
from onegrid.cases.flow.actions.writing import Photos, Taken, drafted, written
from onegrid.cases.flow.facts import CaseFollowed
from onegrid.cases.flow.models import Case, Channel, Follower
from onegrid.cases.flow.queries.public import followers_view
from onegrid.cases.flow.refusals import WORDS, broken, no_such_case
from onegrid.cases.flow.rules import Verb
from onegrid.cases.flow.standing import locked
from onegrid.kit.actors import Actor
from onegrid.kit.crypto import blind_index
from onegrid.kit.facts import announce

PHONE_MAX = 40


def follow_case(
    *,
    case_id: int,
    channel: Channel,
    words: str = "",
    photos: Photos = (),
    contact_phone: str = "",
    idempotency_key: str | None = None,
    by: Actor,
    at: datetime,
) -> Follower:
    """关注: somebody with the same matter is told of this case's way by a code of their own; it moves nothing.

    What they say and show goes into the timeline. The version stays: whoever is working on the case is not disturbed.
    Who leaves a phone is told what becomes of it; no name is kept.
    A retry with the same key gives the same follower. A confidential case is not there. Refused: case_is_final,
    words_too_long, too_many_photos, and the refusals of store_file.
    """
    require_report(by)
    found = _known(case_id, channel, idempotency_key)
    if found is not None:
        return found
    try:
        return _followed(case_id, channel, words, photos, contact_phone, idempotency_key, by, at)
    except IntegrityError:
        # the same form came twice at the same moment and the other one was first
        found = _known(case_id, channel, idempotency_key)
        if found is None:
            raise
        return found


def _known(case_id: int, channel: Channel, key: str | None) -> Follower | None:
    if key is None:
        return None
    rows = Follower.objects.filter(case=case_id, channel=channel, source_key=key, case__secret=False)
    return rows.select_related("case").first()


@transaction.atomic
def _followed(
    case_id: int,
    channel: Channel,
    words: str,
    photos: Photos,
    phone: str,
    key: str | None,
    by: Actor,
    at: datetime,
) -> Follower:
    case = locked(case_id, by, at)
    if case is None or case.secret:
        raise no_such_case()
    words, phone = words.replace("\x00", "").strip(), phone.replace("\x00", "").strip()[:PHONE_MAX]
    _check(case, words, photos)
    follower = Follower.objects.create(
        case=case,
        follow_code=_new_code(),
        channel=channel,
        source_key=key,
        words=words,
        phone=phone or None,
        phone_index=blind_index(phone, "phone") if any(sign.isdecimal() for sign in phone) else "",
        joined_at=at,
    )
    taken = Taken(Verb.FOLLOW, by, at, words, photos)
    details = {"follower": follower.pk, "channel": channel}
    draft = drafted(case, taken, before=case.state, details=details, to="", clock_runs_on=True)
    step = written(case, draft)
    announce(CaseFollowed(case.pk, step.pk, follower.pk), path=case.area_path, org_id=case.unit_id)
    return follower


def _check(case: Case, words: str, photos: Photos) -> None:
    code = "case_is_final" if case.is_final else ""
    code = code or ("words_too_long" if len(words) > rules.NOTE_MAX else "")
    code = code or ("too_many_photos" if len(photos) > rules.PHOTOS_MAX else "")
    if code:
        assert code in WORDS
        raise broken(rules.Broken(code), case)


def _new_code() -> str:
    return "".join(secrets.choice(rules.CODE_LETTERS) for _place in range(rules.CODE_LENGTH))


@transaction.atomic
def stop_following(*, number: str, follow_code: str, at: datetime) -> Follower:
    """不再关注: the code opens nothing any more, and the phone is forgotten. What was said stays in the timeline.

    NotFound: no such follower.
    """
    seen = followers_view(number, follow_code)
    row = Follower.objects.select_for_update().filter(pk=seen.pk, left_at=None).first()
    if row is None:
        raise no_such_case()
    row.left_at, row.phone, row.phone_index = at, None, ""
    row.save(update_fields=["left_at", "phone", "phone_index"])
    return row
