"""Permission codes of areas. Names and borders are public; changing them is not."""

from onegrid.kit.actors import Actor
from onegrid.places.areas.models import ImportDraft

SEE = "areas.see"
EDIT = "areas.edit"
IMPORT = "areas.import"


def sees_draft(viewer: Actor, draft: ImportDraft) -> bool:
    """One's own drafts, and all of them for who may import everywhere."""
    scope = viewer.scope(IMPORT)
    return bool(scope.reaches) and (draft.made_by == viewer.actor_key or scope.covers())
