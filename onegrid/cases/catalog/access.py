"""Who may do what with the catalogue. The catalogue itself is public: everybody may read what is published."""

from django.utils.translation import gettext as _

from onegrid.kit.actors import Actor, Scope
from onegrid.kit.errors import NotAllowed
from onegrid.places.areas.models import Area

EDIT = "catalog.edit"
"""Writing the catalogue, the dispatch list, and the precedents."""


def covers_everywhere(scope: Scope) -> bool:
    """A version holds in every area, so the right must reach every area that has none above it."""
    if scope.covers():
        return True
    roots = Area.objects.filter(parent=None, valid_to=None).values_list("path", flat=True)
    paths = list(roots[:100])
    return bool(paths) and all(scope.covers(path) for path in paths)


def require_everywhere(by: Actor) -> None:
    """Refused: not_allowed without the right, not_everywhere with the right for a part only."""
    scope = by.scope(EDIT)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=EDIT)
    if not covers_everywhere(scope):
        words = _(
            "The catalogue holds everywhere; your right covers a part only. Ask whoever has it for all areas."
        )
        raise NotAllowed("not_everywhere", words, what=EDIT)


def may_edit_everywhere(viewer: Actor) -> bool:
    """For pages: whether buttons are shown."""
    scope = viewer.scope(EDIT)
    return bool(scope.reaches) and covers_everywhere(scope)
