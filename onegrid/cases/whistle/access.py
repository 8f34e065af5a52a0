"""Who blows, who answers, who decides. Another street's whistle, or one that does not call the unit, is not there."""

from django.db.models import Exists, OuterRef, Q

from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.kit.actors import Actor
from onegrid.kit.actors.scope import Scope, path_range

SEE = "whistles.see"
BLOW = "whistles.blow"
APPROVE = "whistles.approve"  # the street's principal
ANSWER = "whistles.answer"  # for a department, by its organisation
DECIDE = "whistles.decide"  # the district, on refusals
KINDS = "whistles.kinds"  # publishing kinds


def own_orgs(scope: Scope) -> list[int]:
    """Organisations for which somebody holds the right."""
    return [reach.org_id for reach in scope.reaches if reach.org_id is not None]


def in_sight(scope: Scope) -> Q:
    """By area every whistle; for an organisation those that call it, once they are blown."""
    found = Q(pk__in=[])
    for reach in scope.reaches:
        if reach.org_id is None and reach.path is None:
            return Q()
        if reach.org_id is None and reach.path is not None:
            low, high = path_range(reach.path)
            found |= Q(area_path__gte=low, area_path__lt=high)
    if own := own_orgs(scope):
        called = WhistleCall.objects.filter(whistle=OuterRef("pk"), organisation__in=own)
        found |= Q(Exists(called), blown_at__isnull=False)
    return found


def acts_for_street(by: Actor, what: str, whistle: Whistle) -> bool:
    """Whether the right reaches the whistle's place by area."""
    return any(
        reach.org_id is None and reach.covers(whistle.area_path, None) for reach in by.scope(what).reaches
    )


def stands_above(by: Actor, whistle: Whistle) -> bool:
    """Whether somebody decides from above the street: nobody decides about the own street's whistle."""
    street = whistle.street.path
    return any(
        reach.org_id is None
        and (reach.path is None or (street.startswith(reach.path) and reach.path != street))
        for reach in by.scope(DECIDE).reaches
    )


def answers_for(by: Actor, what: str, call: WhistleCall) -> bool:
    """Whether somebody acts for the called department itself."""
    return call.organisation_id in own_orgs(by.scope(what))
