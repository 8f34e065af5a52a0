"""What the filters of a list offer to choose from."""

from datetime import datetime

from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import units_for
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import SavedFilter
from onegrid.kit.actors import Actor
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

BORDERS = ("boundary", "centre")


def areas_to_choose(*, viewer: Actor, chosen: int | None) -> list[Area]:
    """Areas directly below the chosen one, or the tops of the viewer's scope; at most sixty. Their borders,
    which cost more than all the rest of them, are not read."""
    scope = viewer.scope(SEE)
    if chosen is not None:
        above = Area.objects.defer(*BORDERS).filter(pk=chosen).first()
        if above is not None and (scope.covers(above.path) or any(r.org_id for r in scope.reaches)):
            below = Area.objects.still_open().defer(*BORDERS).filter(parent=above)
            below = below.exclude(kind=AreaKind.UNIT_GRID)
            return list(below.order_by("code")[:60])
    tops = [reach.path for reach in scope.reaches if reach.path]
    everywhere = any(reach.path is None for reach in scope.reaches)
    found = Area.objects.still_open().defer(*BORDERS).exclude(kind=AreaKind.UNIT_GRID)
    if everywhere:
        return list(found.filter(parent=None).order_by("code")[:60])
    parents = [int(path.split(".")[-2]) for path in tops]
    return list(found.filter(parent__in=parents).order_by("code")[:60])


def units_to_choose(*, viewer: Actor, at: datetime) -> list[Organisation]:
    """Units that may hold a case in the first area of the viewer's scope; none for whoever sees one unit's cases."""
    path = next((reach.path for reach in viewer.scope(SEE).reaches if reach.path and not reach.org_id), None)
    return units_for(path, timezone.localdate(at)) if path else []


def saved_filters(*, viewer: User) -> list[SavedFilter]:
    """The viewer's own, by name."""
    return list(SavedFilter.objects.filter(user=viewer).order_by("name"))
