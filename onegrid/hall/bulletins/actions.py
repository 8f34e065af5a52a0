"""Writing bulletins, putting them up, taking them down."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.hall.boards.actions import keep_sheet, locked_sheet, move_sheet, told
from onegrid.hall.bulletins.access import EDIT
from onegrid.hall.bulletins.facts import BulletinPublished
from onegrid.hall.bulletins.models import Bulletin
from onegrid.hall.bulletins.rules import BODY_MAX, TITLE_MAX
from onegrid.kit.actors import Actor
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area


@transaction.atomic
def write_bulletin(
    *,
    bulletin_id: int | None = None,
    seen_version: int | None = None,
    title: str,
    body: str,
    until: date | None = None,
    pinned: bool = False,
    area: Area | None,
    by: Actor,
    at: datetime,
) -> Bulletin:
    """A new draft, or a changed bulletin; what is put up stays up. `area` None: for everywhere.

    Refused: words_missing, words_too_long, changed_meanwhile.
    """
    row = Bulletin() if bulletin_id is None else locked_sheet(
        Bulletin, bulletin_id, what=EDIT, by=by, seen_version=seen_version
    )  # fmt: skip
    row.title = told(title, most=TITLE_MAX, name=_("title"))
    row.body = told(body, most=BODY_MAX, name=_("text"))
    row.until, row.pinned = until, pinned
    return keep_sheet(row, area=area, what=EDIT, by=by, at=at)


@transaction.atomic
def publish_bulletin(*, bulletin_id: int, by: Actor, at: datetime) -> Bulletin:
    row = move_sheet(Bulletin, bulletin_id, "publish", what=EDIT, by=by, at=at)
    announce(BulletinPublished(row.pk), path=row.area_path or None)
    return row


@transaction.atomic
def withdraw_bulletin(*, bulletin_id: int, by: Actor, at: datetime) -> Bulletin:
    return move_sheet(Bulletin, bulletin_id, "withdraw", what=EDIT, by=by, at=at)
