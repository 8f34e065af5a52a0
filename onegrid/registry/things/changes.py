"""Reading reported changes, within the viewer's areas."""

from django.utils.translation import gettext as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.files.models import StoredFile
from onegrid.registry.things.access import DECIDE, SEE
from onegrid.registry.things.models import ChangeState, Thing, ThingChange

MOST = 100


def changes_of(thing: Thing) -> list[ThingChange]:
    """The last reports of a thing that the caller has got by `queries.thing`."""
    return list(thing.changes.select_related("by", "file").order_by("-id")[:10])


def waiting_changes(*, viewer: Actor) -> list[ThingChange]:
    """What waits for a decision in the viewer's areas, the oldest first."""
    scope = viewer.scope(DECIDE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=DECIDE)
    rows = ThingChange.objects.filter(scope.q(), state=ChangeState.WAITING)
    return list(rows.select_related("thing__thing_class", "thing__grid", "by", "file").order_by("id")[:MOST])


def change_photo(change_id: int, *, viewer: Actor) -> StoredFile:
    """NotFound outside what the viewer may see of things."""
    found = ThingChange.objects.select_related("file").filter(pk=change_id).exclude(file=None).first()
    require(viewer, SEE, path=found.area_path if found else None)
    if found is None or found.file is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found.file
