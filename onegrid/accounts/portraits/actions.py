"""Showing one's own face, and taking it back. Nobody does either for somebody else."""

from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from onegrid.accounts.identity.models import User
from onegrid.accounts.portraits.models import Portrait
from onegrid.accounts.portraits.queries import may_have_portrait
from onegrid.accounts.portraits.rules import SIDE, TERMS, square
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.files import Kinds, cleaned_photo, store_file
from onegrid.kit.files.pruning import remove_unused


def show_portrait(*, photo: bytes, agreed: bool, by: User, at: datetime) -> Portrait:
    """The photo is judged and cleaned like every other, cut square and written anew; the one before goes at once.

    NotAllowed without a duty for a grid. Refused: consent_needed, and those of store_file.
    """
    if not may_have_portrait(by, at):
        raise NotAllowed("no_grid_duty", _("Only who answers for a grid is shown to its residents."))
    if not agreed:
        raise Refused("consent_needed", _("Without your consent no photo of you is kept."))
    cut = _cut(photo)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        _withdraw(by, at)
        made = Portrait.objects.create(
            user=by, file=store_file(cut, allow=Kinds.PHOTO, at=at).file, terms=TERMS, agreed_at=at
        )
        record("portraits.show", by=by, about=made, at=at, details={"terms": TERMS})
    return made


@transaction.atomic
def withdraw_portrait(*, by: User, at: datetime) -> int:
    """Takes consent back: the file is gone with this transaction. How many were withdrawn (0 or 1); never refused."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return _withdraw(by, at)


def _withdraw(user: User, at: datetime) -> int:
    rows = list(Portrait.objects.select_for_update(of=("self",)).filter(user=user, withdrawn_at=None))
    for row in rows:
        file, row.file, row.withdrawn_at = row.file, None, at
        row.save(update_fields=["file", "withdrawn_at"])
        record("portraits.withdraw", by=user, about=row, at=at)
        if file is not None:
            remove_unused(file)
    return len(rows)


def _cut(photo: bytes) -> bytes:
    """A square JPEG of SIDE pixels; what came in is kept nowhere."""
    with Image.open(BytesIO(cleaned_photo(photo).content)) as whole:
        face = whole.convert("RGB").crop(square(*whole.size)).resize((SIDE, SIDE))
    written = BytesIO()
    face.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()
