"""Photos, films and sound of a form that is not sent yet: kept while somebody decides, named by a signed token."""

from collections.abc import Sequence
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.cases.flow import rules
from onegrid.cases.flow.actions.writing import ATTACHED, Photos
from onegrid.kit.errors import Refused
from onegrid.kit.files import Stored, store_file
from onegrid.kit.files.models import StoredFile

SALT = "cases.photos_aside"
GOOD_FOR = 20 * 3600  # seconds; `onegrid files prune` removes after a day what nothing refers to


@transaction.atomic
def set_photos_aside(photos: Photos, *, at: datetime) -> str:
    """Cleaned and kept, with the time and place that the camera wrote; the token opens them again, "" for none.

    Refused: too_many_photos, and as by store_file.
    """
    if len(photos) > rules.PHOTOS_MAX:
        words = _("At most %(photos)s files.") % {"photos": rules.PHOTOS_MAX}
        raise Refused("too_many_photos", words)
    stored = [
        photo if isinstance(photo, Stored) else store_file(photo, allow=ATTACHED, at=at) for photo in photos
    ]
    return signing.dumps([_written(one) for one in stored], salt=SALT) if stored else ""


def photos_set_aside(token: str) -> list[Stored]:
    """What was set aside, in order; none for "" and for a forged or old token. Refused: photos_gone."""
    try:
        kept = signing.loads(token, salt=SALT, max_age=GOOD_FOR) if token else []
    except signing.BadSignature:
        return []
    rows = StoredFile.objects.in_bulk([file_id for file_id, *_camera in kept])
    if any(file_id not in rows for file_id, *_camera in kept):
        raise Refused("photos_gone", _("The photos are no longer here. Please choose them again."))
    return [_read(rows[file_id], *camera) for file_id, *camera in kept]


def _written(one: Stored) -> list:
    return [one.file.pk, one.taken_at.isoformat() if one.taken_at else "", *(one.taken_point or ())]


def _read(file: StoredFile, taken_at: str, *point: float) -> Stored:
    lon_lat: Sequence[float] = point
    return Stored(
        file,
        datetime.fromisoformat(taken_at) if taken_at else None,
        (lon_lat[0], lon_lat[1]) if lon_lat else None,
    )
