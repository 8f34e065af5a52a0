"""Who may do what with written instructions. One outside somebody's reach is not there at all."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import Posting, User
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.oversight.supervision.models import Errand, Instruction
from onegrid.oversight.supervision.rules import BY_UNIT, Secrecy, Verb

SEE = "instructions.see"
WRITE = "instructions.write"
REPLY = "instructions.reply"
REMIND = "instructions.remind"


def not_there() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))


def require_somewhere(by: Actor, what: str) -> Scope:
    """Refuses only those who may do `what` nowhere."""
    scope = by.scope(what)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    return scope


def by_area(scope: Scope, path: str) -> bool:
    """Whether it reaches the place for itself, not through an organisation."""
    return any(reach.org_id is None and reach.covers(path, None) for reach in scope.reaches)


def own_units(viewer: Actor, at: datetime) -> list[int]:
    """Organisations for which the viewer answers: given to him as such, or in which he holds a post while his right
    reaches them. A centre's shift leader answers for the centre, not for every office of the street."""
    scope = viewer.scope(REPLY)
    if not scope.reaches:
        return []
    own = {reach.org_id for reach in scope.reaches if reach.org_id is not None}
    if isinstance(viewer, User) and any(reach.org_id is None for reach in scope.reaches):
        posts = Posting.objects.serving_on(timezone.localdate(at)).filter(user=viewer)
        rows = posts.values_list("organisation_id", "organisation__area__path")
        own |= {pk for pk, path in rows if scope.covers(path, pk)}
    return sorted(own)


def seen_by(viewer: Actor, at: datetime) -> Q:
    """As a filter of Instruction: open ones about his area, all that he or somebody below him wrote, and those that
    name one of his units. NotAllowed for whoever sees none anywhere."""
    scope = require_somewhere(viewer, SEE)
    found = Q(pk__in=[])
    for reach in scope.reaches:
        if reach.org_id is None:
            found |= _within("area_path", reach.path) & Q(secrecy=Secrecy.OPEN)
    for reach in viewer.scope(WRITE).reaches:
        if reach.org_id is None:
            found |= _within("writer_path", reach.path)
    units = {reach.org_id for reach in scope.reaches if reach.org_id is not None} | set(own_units(viewer, at))
    if units:
        found |= Q(pk__in=Errand.objects.filter(org__in=units).values("instruction"))
    return found


def _within(column: str, path: str | None) -> Q:
    if path is None:
        return ~Q(pk__in=[])
    low, high = path_range(path)
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def supervises(viewer: Actor, instruction: Instruction) -> bool:
    """Whether he reads every unit's part of it, not only his own unit's."""
    if decides(viewer, instruction):
        return True
    return instruction.secrecy == Secrecy.OPEN and by_area(viewer.scope(SEE), instruction.area_path)


def decides(viewer: Actor, instruction: Instruction) -> bool:
    """Whoever may write for the writer's whole area: himself, who stands beside him, and who stands above."""
    return by_area(viewer.scope(WRITE), instruction.writer_path)


def may(viewer: Actor, verb: Verb, errand: Errand, units: Iterable[int]) -> bool:
    if verb in BY_UNIT:
        return errand.org_id in units
    if verb == Verb.REMIND and by_area(viewer.scope(REMIND), errand.instruction.area_path):
        return supervises(viewer, errand.instruction)
    return decides(viewer, errand.instruction)


def needed(verb: Verb) -> str:
    if verb in BY_UNIT:
        return REPLY
    return REMIND if verb == Verb.REMIND else WRITE


def require_may(by: Actor, verb: Verb, errand: Errand, at: datetime) -> None:
    """NotAllowed for whom no such step is; NotFound for what is not his."""
    if verb == Verb.REMIND and by.scope(WRITE).reaches:
        scope = by.scope(WRITE)
    else:
        scope = require_somewhere(by, needed(verb))
    assert scope.reaches
    if not may(by, verb, errand, own_units(by, at)):
        raise not_there()
