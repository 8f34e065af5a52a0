"""Reading bulletins. What is put up is public; drafts are read in scope."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from onegrid.hall.boards.access import require_sheet, scope_to_write
from onegrid.hall.boards.models import SheetQuerySet
from onegrid.hall.bulletins.access import EDIT
from onegrid.hall.bulletins.models import Bulletin
from onegrid.hall.bulletins.rules import PINNED_SHOWN
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound

PAGE = 20


def pinned_bulletins(*, day: date, path: str = "") -> list[Bulletin]:
    """What stands on top of the board."""
    return list(_shown(day, path).filter(pinned=True).order_by("-id")[:PINNED_SHOWN])


def bulletin_page(
    *, day: date, path: str = "", before: int | None = None, limit: int = PAGE
) -> list[Bulletin]:
    """The board below what is pinned, the newest first; `path`: what concerns a place."""
    rows = _shown(day, path).filter(pinned=False)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def published_bulletin(bulletin_id: int, *, day: date) -> Bulletin:
    """NotFound: there is none, or it is not shown (any more)."""
    found = _shown(day, "").select_related("area").filter(pk=bulletin_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


def bulletins_to_edit(*, viewer: Actor, before: int | None = None, limit: int = PAGE) -> list[Bulletin]:
    """All in the viewer's reach, drafts too, the newest first."""
    rows = Bulletin.objects.in_scope(scope_to_write(viewer, EDIT)).select_related("area")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def bulletin_to_edit(bulletin_id: int, *, viewer: Actor) -> Bulletin:
    found = Bulletin.objects.select_related("area").filter(pk=bulletin_id).first()
    require_sheet(viewer, EDIT, found)
    assert found is not None
    return found


def _shown(day: date, path: str) -> SheetQuerySet[Bulletin]:
    rows = Bulletin.objects.published().about(path)
    return rows.filter(Q(until=None) | Q(until__gte=day)).defer("body")
