"""Permission codes of areas. Names and borders are public; changing them is not."""

from onegrid.kit.actors import Actor, require
from onegrid.places.areas.models import Area, ImportDraft

SEE = "areas.see"
EDIT = "areas.edit"
IMPORT = "areas.import"


def require_everywhere(actor: Actor, what: str) -> None:
    """For what concerns the whole installation (its calendar, its base map): the right must reach every root area.

    A right without any limit does; so does one for the district where the district is all there is.
    """
    if actor.scope(what).covers():
        return
    roots = Area.objects.filter(parent=None, valid_to=None).values_list("path", flat=True)
    paths: list[str | None] = [*roots]
    for path in paths or [None]:
        require(actor, what, path=path)


def sees_draft(viewer: Actor, draft: ImportDraft) -> bool:
    """One's own drafts, and all of them for who may import everywhere."""
    scope = viewer.scope(IMPORT)
    return bool(scope.reaches) and (draft.made_by == viewer.actor_key or scope.covers())
