"""Reading patrols, always within the viewer's areas."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.duties.queries import duties_of
from onegrid.accounts.identity.models import User
from onegrid.cases.patrol.access import DO, PLAN, SEE
from onegrid.cases.patrol.models import Checklist, Patrol, PatrolAnswer, PatrolPhoto, PatrolPlace, PatrolPlan
from onegrid.cases.patrol.rules import Standing, nearest_plan, standing_of
from onegrid.kit.actors import Actor, Scope, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.queries import deeds_on
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.files.models import StoredFile

UNDRAWN = ("grid__boundary", "grid__centre")  # borders stay in the database where nothing is drawn
PAGE = 50
KEEPING = ("patrols.place", "patrols.place_change", "patrols.place_retire", "patrols.place_take_up")
DUE_MOST = 100
MARK = re.compile(r"(\d{4}-\d\d-\d\d)?\.(\d{1,18})", re.ASCII)
COUNTED_TO = 2_000  # places of one viewer that a summary counts


def checklist_in_force(place_class: str, day: date) -> Checklist | None:
    """The newest version that has begun."""
    rows = Checklist.objects.filter(place_class=place_class, valid_from__lte=day)
    return rows.order_by("-version").first()


def checklists_in_force(day: date) -> list[Checklist]:
    """One for each place class, by its code."""
    rows = Checklist.objects.filter(valid_from__lte=day).order_by("place_class", "-version")
    return list(rows.distinct("place_class"))


def own_places(worker: User, at: datetime) -> QuerySet[PatrolPlace]:
    """Places in the areas the worker has a duty for, and may patrol in."""
    inside = Q(pk__in=[])
    for duty in duties_of(worker, at):
        low, high = path_range(duty.area.path)
        inside |= Q(area_path__gte=low, area_path__lt=high)
    return PatrolPlace.objects.filter(inside, worker.scope(DO).q(), closed_on=None)


def due_places(*, worker: User, at: datetime) -> list[PatrolPlace]:
    """What this worker is to look at by today, the longest overdue first. Two queries."""
    if not worker.scope(DO).reaches:
        return []
    today = timezone.localdate(at)
    rows = own_places(worker, at).filter(next_on__lte=today).select_related("grid").defer(*UNDRAWN)
    return list(rows.order_by("next_on", "id")[:DUE_MOST])


@dataclass(frozen=True)
class Seen:
    """A place and how it stands with its plan."""

    place: PatrolPlace
    standing: Standing


@dataclass(frozen=True)
class Coverage:
    """A page of places, those due longest first; `counts` by standing, of COUNTED_TO places at most; `after`: where
    the next page begins, however many came before."""

    rows: list[Seen]
    counts: Counter[Standing]
    after: str
    whole: bool


def coverage(
    *, viewer: Actor, at: datetime, place_class: str = "", only_due: bool = False, after: str = ""
) -> Coverage:
    """Which places were seen when, in the viewer's areas. `after`: as a page before said it. Three queries."""
    scope = _some_reach(viewer)
    today = timezone.localdate(at)
    rows = PatrolPlace.objects.filter(scope.q(), closed_on=None)
    if place_class:
        rows = rows.filter(place_class=place_class)
    dates = list(rows.order_by().values_list("next_on", flat=True)[: COUNTED_TO + 1])
    counts = Counter(standing_of(next_on, today) for next_on in dates[:COUNTED_TO])
    if only_due:
        rows = rows.filter(next_on__lte=today)
    ordered = rows.select_related("grid").defer(*UNDRAWN).order_by(F("next_on").asc(nulls_last=True), "id")
    page = list(ordered.filter(_behind(after))[: PAGE + 1])
    return Coverage(
        [Seen(place, standing_of(place.next_on, today)) for place in page[:PAGE]],
        counts,
        _mark(page[PAGE - 1]) if len(page) > PAGE else "",
        len(dates) <= COUNTED_TO,
    )


def _mark(place: PatrolPlace) -> str:
    """Where a place stands in the order of the list: its day and id."""
    return f"{place.next_on or ''}.{place.pk}"


def _behind(mark: str) -> Q:
    """What comes after a mark; anything that is none counts as the beginning."""
    found = MARK.fullmatch(mark)
    if found is None:
        return Q()
    pk = int(found[2])
    if not found[1]:
        return Q(next_on=None, pk__gt=pk)
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return Q()
    return Q(next_on__gt=day) | Q(next_on=day, pk__gt=pk) | Q(next_on=None)


def place_to_patrol(place_id: int, *, viewer: Actor, what: str = SEE) -> PatrolPlace:
    """One open place in the viewer's areas, or NotFound."""
    found = PatrolPlace.objects.select_related("grid").filter(pk=place_id, closed_on=None).first()
    if found is None:
        _some_reach(viewer, what)
        raise not_there()
    require(viewer, what, path=found.area_path)
    return found


def places_to_keep(
    *, viewer: Actor, text: str = "", place_class: str = "", retired: bool = False
) -> QuerySet[PatrolPlace]:
    """Places that the viewer arranges patrols of, newest first; `text`: part of the name or address."""
    rows = PatrolPlace.objects.filter(_some_reach(viewer, PLAN).q(), closed_on__isnull=not retired)
    if place_class:
        rows = rows.filter(place_class=place_class)
    if text:
        rows = rows.filter(Q(name__contains=text) | Q(address__contains=text))
    return rows.select_related("grid").defer(*UNDRAWN).order_by("-id")


def place_to_keep(place_id: int, *, viewer: Actor) -> PatrolPlace:
    """One place, retired or not, that the viewer arranges patrols of, or NotFound."""
    found = PatrolPlace.objects.select_related("grid", "establishment").filter(pk=place_id).first()
    if found is None:
        _some_reach(viewer, PLAN)
        raise not_there()
    require(viewer, PLAN, path=found.area_path)
    return found


def history_of(place: PatrolPlace) -> list[AuditEntry]:
    """What was arranged about a place that the caller has got by `place_to_keep`."""
    return deeds_on(place, verbs=list(KEEPING), limit=PAGE)


def patrols_of(place: PatrolPlace, *, limit: int = 10) -> list[Patrol]:
    """The last patrols of a place that the caller has got by `place_to_patrol`."""
    return list(place.patrols.select_related("by", "checklist").order_by("-at")[:limit])


@dataclass(frozen=True)
class PatrolStory:
    """One patrol with its answers and photos."""

    patrol: Patrol
    answers: list[PatrolAnswer]


def patrol_story(patrol_id: int, *, viewer: Actor) -> PatrolStory:
    """NotFound outside the viewer's areas. Three queries."""
    found = Patrol.objects.select_related("place", "checklist", "by").filter(pk=patrol_id).first()
    if found is None:
        _some_reach(viewer)
        raise not_there()
    require(viewer, SEE, path=found.area_path)
    answers = found.answers.select_related("item", "case").prefetch_related("photos__file")
    return PatrolStory(found, list(answers.order_by("item__position")))


def patrol_photo(photo_id: int, *, viewer: Actor) -> StoredFile:
    """NotFound outside the viewer's areas."""
    found = PatrolPhoto.objects.select_related("file", "answer__patrol").filter(pk=photo_id).first()
    if found is None:
        _some_reach(viewer)
        raise not_there()
    require(viewer, SEE, path=found.answer.patrol.area_path)
    return found.file


def open_cases_of(place: PatrolPlace) -> dict[str, int]:
    """Item code → the open case that a patrol of this place has made of it."""
    rows = PatrolAnswer.objects.filter(patrol__place=place, case__isnull=False, case__ended_at=None)
    return dict(rows.order_by("id").values_list("item__code", "case_id")[:PAGE])


def patrols_by(worker: User, since: datetime, *, limit: int = 200) -> list[Patrol]:
    """One's own patrols since then, newest first."""
    rows = Patrol.objects.filter(by=worker, at__gte=since).select_related("place", "checklist")
    return list(rows.order_by("-at")[:limit])


def plans(*, viewer: Actor) -> list[PatrolPlan]:
    """Plans in force in the viewer's areas and above them."""
    scope = _some_reach(viewer)
    rows = PatrolPlan.objects.filter(ended_on=None).select_related("area")
    rows = rows.defer("area__boundary", "area__centre").order_by("area_path", "place_class")
    return [plan for plan in rows[:500] if _concerns(scope, plan.area_path)]


def _concerns(scope: Scope, path: str) -> bool:
    return scope.covers(path) or any((reach.path or "").startswith(path) for reach in scope.reaches)


def plan_for(place_class: str, path: str) -> PatrolPlan | None:
    """The plan in force for a place there: of several the smallest area's."""
    steps = path.split(".")[:-1]
    above = [".".join(steps[: end + 1]) + "." for end in range(len(steps))]
    rows = PatrolPlan.objects.filter(ended_on=None, place_class=place_class, area_path__in=above)
    around = {plan.pk: plan for plan in rows}
    chosen = nearest_plan([(plan.area_path, plan.pk) for plan in around.values()], path)
    return around.get(chosen) if chosen is not None else None


def not_there() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))


def _some_reach(viewer: Actor, what: str = SEE) -> Scope:
    scope = viewer.scope(what)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    return scope
