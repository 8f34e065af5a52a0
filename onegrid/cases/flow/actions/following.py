"""关注: following an open case instead of reporting the same matter again."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onegrid.cases.flow import rules
from onegrid.cases.flow.access import require_report
from onegrid.cases.flow.actions.writing import Photos, Taken, drafted, written
from onegrid.cases.flow.facts import CaseFollowed
from onegrid.cases.flow.models import Case, Channel, Follower
from onegrid.cases.flow.queries import followers_view
from onegrid.cases.flow.refusals import WORDS, broken, no_such_case
from onegrid.cases.flow.rules import Verb
from onegrid.cases.flow.standing import locked
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.files import Kinds, store_file
from onegrid.kit.files.models import StoredFile


def follow_case(
    *,
    case_id: int,
    channel: Channel,
    words: str = "",
    photos: Photos = (),
    idempotency_key: str | None = None,
    by: Actor,
    at: datetime,
) -> Follower:
    """关注: somebody with the same matter is told of this case's way by a code of their own; it moves nothing.

    What they say and show goes into the timeline. The version stays: whoever is working on the case is not disturbed.
    A retry with the same key gives the same follower. A confidential case is not there. Refused: case_is_final,
    words_too_long, too_many_photos, and the refusals of store_file.
    """
    require_report(by)
    found = _known(case_id, channel, idempotency_key)
    if found is not None:
        return found
    try:
        return _followed(case_id, channel, words, photos, idempotency_key, by, at)
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
    case_id: int, channel: Channel, words: str, photos: Photos, key: str | None, by: Actor, at: datetime
) -> Follower:
    case = locked(case_id, by, at)
    if case is None or case.secret:
        raise no_such_case()
    words = words.replace("\x00", "").strip()
    _check(case, words, photos)
    follower = Follower.objects.create(
        case=case, follow_code=_new_code(), channel=channel, source_key=key, words=words, joined_at=at
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
    """不再关注: the code opens nothing any more. What was said stays in the timeline. NotFound: no such follower."""
    seen = followers_view(number, follow_code)
    row = Follower.objects.select_for_update().filter(pk=seen.pk, left_at=None).first()
    if row is None:
        raise no_such_case()
    row.left_at = at
    row.save(update_fields=["left_at"])
    return row


@transaction.atomic
def set_photos_aside(photos: Photos, *, at: datetime) -> list[int]:
    """Photos of a report that somebody has still to decide about, cleaned and kept. Their time and place are not.

    `onegrid files prune` removes them after a day when nothing came of it. Refused as by store_file.
    """
    if len(photos) > rules.PHOTOS_MAX:
        words = _("At most %(photos)s photos.") % {"photos": rules.PHOTOS_MAX}
        raise Refused("too_many_photos", words)
    return [store_file(photo, allow=Kinds.PHOTO, at=at).file.pk for photo in photos]


def photos_set_aside(file_ids: Sequence[int]) -> list[bytes]:
    """Their bytes, in order. For ids that the caller signed: a file's number alone is nobody's right to it."""
    rows = StoredFile.objects.in_bulk(list(file_ids))
    found = []
    for file_id in file_ids:
        if file_id not in rows:
            raise Refused("photos_gone", _("The photos are no longer here. Please choose them again."))
        with default_storage.open(rows[file_id].object_name) as stored:
            found.append(stored.read())
    return found
