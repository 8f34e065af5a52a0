"""What happens to every kind of sheet: its first row, a change, putting it up, taking it down."""

from datetime import datetime
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.hall.boards.access import require_place, require_sheet
from onegrid.hall.boards.models import Sheet
from onegrid.hall.boards.queries import organisation_of
from onegrid.hall.boards.rules import SheetState, moved
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area

T = TypeVar("T", bound=Sheet)


def keep_sheet(sheet: T, *, area: Area | None, what: str, by: Actor, at: datetime) -> T:
    """A new draft, or a changed sheet, inside the caller's transaction; the right is asked for old and new area."""
    is_new = sheet.pk is None
    if not is_new:
        require_sheet(by, what, sheet)
    require_place(by, what, area)
    sheet.area, sheet.area_path = area, area.path if area else ""
    sheet.written_by, sheet.written_at = by.actor_label[:80], at
    sheet.written_for = organisation_of(by, at) or sheet.written_for
    sheet.version = 1 if is_new else sheet.version + 1
    sheet.save()
    record(f"hall.write_{sheet._meta.model_name}", by=by, about=sheet, at=at)
    return sheet


def move_sheet(model: type[T], sheet_id: int, verb: str, *, what: str, by: Actor, at: datetime) -> T:
    """发布、撤下: `verb` is publish or withdraw. Refused: sheet_not_so (it is up, or down, already)."""
    sheet = locked_sheet(model, sheet_id, what=what, by=by)
    after = moved(SheetState(sheet.state), verb)
    if after is None:
        raise Refused("sheet_not_so", _("It is put up, or taken down, already."), state=sheet.state)
    sheet.state = after
    sheet.version += 1
    if after == SheetState.PUBLISHED:
        sheet.published_at = at
    sheet.save(update_fields=["state", "version", "published_at"])
    record(f"hall.{verb}_{sheet._meta.model_name}", by=by, about=sheet, at=at)
    return sheet


def locked_sheet(
    model: type[T], sheet_id: int, *, what: str, by: Actor, seen_version: int | None = None
) -> T:
    """The row, locked. Refused: changed_meanwhile, when it is no longer the version that was seen."""
    sheet = model._default_manager.select_for_update(of=("self",)).filter(pk=sheet_id).first()
    require_sheet(by, what, sheet)
    assert sheet is not None
    if seen_version is not None and seen_version != sheet.version:
        words = _("%(who)s has changed this at %(time)s. Please look at it as it is now.")
        time = f"{timezone.localtime(sheet.written_at):%H:%M}"
        raise Refused("changed_meanwhile", words % {"who": sheet.written_by, "time": time})
    return sheet


def told(words: str, *, most: int, name: str) -> str:
    """Trimmed words. Refused: words_missing, words_too_long; `name` of what is missing stands in the sentence."""
    words = words.replace("\x00", "").strip()
    if not words:
        raise Refused("words_missing", _("Please fill in: %(name)s.") % {"name": name}, name=name)
    if len(words) > most:
        sentence = _("%(name)s: at most %(most)s characters.") % {"name": name, "most": most}
        raise Refused("words_too_long", sentence, name=name, most=most)
    return words
