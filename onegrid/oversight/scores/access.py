"""Permission codes of scores. A scope reaches a score by the area or the organisation of whom it is about.

A person's own score, and an appeal against it, need no permission.
"""

from django.utils.translation import gettext as _

from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotAllowed

SEE = "scores.see"
DECIDE = "scores.decide"
EDIT = "scores.edit"


def require_somewhere(by: Actor, what: str) -> None:
    """Raises NotAllowed for whom may do it nowhere. Rules are the whole platform's: they lie in no area."""
    if not by.scope(what).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
