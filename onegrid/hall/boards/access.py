"""Who may write sheets, and for which areas."""

from django.utils.translation import gettext_lazy as _

from onegrid.hall.boards.models import Sheet
from onegrid.kit.actors import Actor, Scope, require
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

WRITTEN_FOR = (AreaKind.DISTRICT, AreaKind.STREET, AreaKind.COMMUNITY)  # 区、街道、社区
MOST_AREAS = 300


def scope_to_write(viewer: Actor, what: str) -> Scope:
    """NotAllowed where the right reaches nowhere."""
    scope = viewer.scope(what)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    return scope


def require_sheet(viewer: Actor, what: str, sheet: Sheet | None) -> None:
    """NotAllowed without the right at all, NotFound for another area's sheet and for none."""
    scope_to_write(viewer, what)
    if sheet is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, what, path=sheet.area_path or None)


def require_place(viewer: Actor, what: str, area: Area | None) -> None:
    """Whether something may be put up for this area; None: everywhere."""
    require(viewer, what, path=area.path if area else None)


def areas_to_write_for(viewer: Actor, what: str) -> list[Area]:
    """Open districts, streets and communities in reach, the widest first."""
    scope = scope_to_write(viewer, what)
    rows = Area.objects.still_open().filter(scope.q("path"), kind__in=WRITTEN_FOR)
    return list(rows.defer("boundary").order_by("path")[:MOST_AREAS])
