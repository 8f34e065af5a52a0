"""Reading visits in the viewer's areas: where and when, never who or why. Those are opened by an action."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.duties.queries import duties_of
from onegrid.accounts.identity.models import User
from onegrid.cases.visits.access import DO
from onegrid.cases.visits.models import Visit, VisitPlan
from onegrid.kit.actors import Actor, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed, NotFound

MOST = 100
SEALED = ("reason", "name", "phone")  # a list does not even open them
UNDRAWN = ("grid__boundary", "grid__centre")
SEALED_OF_VISIT = ("met", "words")


def visit_plans(*, viewer: Actor, after: int = 0) -> list[VisitPlan]:
    """Open plans in the viewer's areas, those due longest first; without what is sealed."""
    rows = _open_plans(viewer).order_by(F("next_on").asc(nulls_last=True), "id")
    after = min(after, 1_000)
    return list(rows[after : after + MOST])


def due_visits(*, worker: User, at: datetime) -> list[VisitPlan]:
    """What this worker is to visit by today, in the areas of the own duties. Without what is sealed."""
    if not worker.scope(DO).reaches:
        return []
    inside = Q(pk__in=[])
    for duty in duties_of(worker, at):
        low, high = path_range(duty.area.path)
        inside |= Q(area_path__gte=low, area_path__lt=high)
    rows = _open_plans(worker).filter(inside, next_on__lte=timezone.localdate(at))
    return list(rows.order_by("next_on", "id")[:MOST])


def _open_plans(viewer: Actor) -> QuerySet[VisitPlan]:
    scope = viewer.scope(DO)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=DO)
    rows = VisitPlan.objects.filter(scope.q(), ended_at=None).defer(*SEALED)
    return rows.select_related("address", "grid").defer(*UNDRAWN)


def visit_plan(plan_id: int, *, viewer: Actor) -> VisitPlan:
    """One open plan, without what is sealed; NotFound outside the viewer's areas."""
    rows = VisitPlan.objects.defer(*SEALED, *UNDRAWN).select_related("address", "grid")
    found = rows.filter(pk=plan_id, ended_at=None).first()
    require(viewer, DO, path=found.area_path if found else None)
    if found is None:
        raise not_there()
    return found


def visits_of(plan: VisitPlan) -> Sequence[Visit]:
    """The last visits of a plan that the caller has got by `visit_plan`; without who was met and what was said."""
    rows = plan.visits.defer(*SEALED_OF_VISIT).select_related("by", "case")
    return list(rows.order_by("-at")[:10])


def visits_by(worker: User, since: datetime, *, limit: int = 200) -> list[Visit]:
    """One's own visits since then, newest first; without what is sealed."""
    rows = Visit.objects.filter(by=worker, at__gte=since).defer(*SEALED_OF_VISIT)
    rows = rows.select_related("plan__address", "case").defer(
        *(f"plan__{name}" for name in SEALED), *SEALED_OF_VISIT
    )
    return list(rows.order_by("-at")[:limit])


def not_there() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))
