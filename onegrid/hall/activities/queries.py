"""Reading activities and sign-ups. What is put up is public; who comes is read in scope, masked."""

from datetime import datetime

from django.utils.translation import gettext as _

from onegrid.hall.activities.access import EDIT
from onegrid.hall.activities.models import Activity, SignUp
from onegrid.hall.boards.access import require_sheet, scope_to_write
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound

PAGE = 20
MOST_COMING = 300


def coming_activities(*, at: datetime, path: str = "", limit: int = PAGE) -> list[Activity]:
    """What has not ended, the next first; public."""
    rows = Activity.objects.published().about(path).filter(ends_at__gte=at)
    return list(rows.order_by("starts_at", "id")[:limit])


def published_activity(activity_id: int) -> Activity:
    found = Activity.objects.published().select_related("area").filter(pk=activity_id).first()
    if found is None:
        raise _nothing()
    return found


def own_sign_up(code: str) -> SignUp:
    """By the code that whoever signed up was given."""
    given = "".join(code.replace("\x00", "").split()).upper()
    found = SignUp.objects.select_related("activity__area").defer("phone").filter(code=given).first()
    if found is None:
        raise _nothing()
    return found


def activities_to_edit(*, viewer: Actor, before: int | None = None, limit: int = PAGE) -> list[Activity]:
    """All in the viewer's reach, drafts too, the last written first."""
    rows = Activity.objects.in_scope(scope_to_write(viewer, EDIT)).select_related("area")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def activity_to_edit(activity_id: int, *, viewer: Actor) -> Activity:
    found = Activity.objects.select_related("area").filter(pk=activity_id).first()
    require_sheet(viewer, EDIT, found)
    assert found is not None
    return found


def who_comes(activity_id: int, *, viewer: Actor) -> list[SignUp]:
    """Who has signed up, to be shown masked; in the clear only by `reveal_sign_ups`."""
    activity_to_edit(activity_id, viewer=viewer)
    return list(SignUp.objects.filter(activity=activity_id, cancelled_at=None).order_by("id")[:MOST_COMING])


def _nothing() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))
