"""My day as one list: what, where, how far, until when; and the way through it on the map."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.queries import Here
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.in_hand import tasks_in_hand
from onegrid.cases.flow.rules import State
from onegrid.cases.patrol.queries import due_places
from onegrid.cases.visits.queries import due_visits
from onegrid.kit.geo import metres_between, nearest_next
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.shell import page, standing
from onegrid.portals.worker.words import due_words, metres_words

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
STOPS_MOST = 40  # more numbers on one map are read by nobody

KINDS: dict[str, Promise] = {
    "verify": _("Verify"),
    "check": _("Check the result"),
    "handle": _("Handle"),
    "patrol": _("Patrol"),
    "visit": _("Visit"),
}
KIND_OF_STATE = {State.REPORTED: "verify", State.HANDLED: "check", State.DISPATCHED: "handle"}


@dataclass(frozen=True)
class Task:
    """One thing to do. `point`: lon, lat when known; `metres`: from where the worker was seen last."""

    kind: str
    title: str
    where: str
    url: str
    due_at: datetime | None = None
    all_day: bool = False
    late: bool = False
    urgent: bool = False
    point: tuple[float, float] | None = None
    number: str = ""
    metres: float | None = None
    due: str = ""

    @property
    def label(self) -> Promise:
        return KINDS[self.kind]

    @property
    def away(self) -> str:
        return metres_words(self.metres)


Source = Callable[[User, datetime], Iterator[Task]]


def case_tasks(worker: User, at: datetime) -> Iterator[Task]:
    """Cases the worker holds on site, or that his unit is to handle."""
    for case in tasks_in_hand(worker=worker, at=at):
        yield Task(
            kind=KIND_OF_STATE[State(case.state)],
            title=case.text[:80] or case.number,
            where=_where(case),
            url=_first_step(case),
            due_at=case.due_at,
            late=case.due_at is not None and case.due_at < at,
            urgent=case.urgent,
            point=(case.point.x, case.point.y) if case.point else None,
            number=case.number,
        )


def _where(case: Case) -> str:
    return " · ".join(part for part in (case.address, case.grid.name if case.grid else "") if part)


def _first_step(case: Case) -> str:
    return reverse("worker:task", args=[case.number])


def patrol_tasks(worker: User, at: datetime) -> Iterator[Task]:
    """Places that are due for a look."""
    today = timezone.localdate(at)
    for place in due_places(worker=worker, at=at):
        yield Task(
            kind="patrol",
            title=place.name,
            where=" · ".join(part for part in (place.address, place.grid.name) if part),
            url=reverse("worker:patrol", args=[place.pk]),
            due_at=end_of(place.next_on) if place.next_on else None,
            all_day=True,
            late=place.next_on is not None and place.next_on < today,
            point=(place.point.x, place.point.y),
        )


def visit_tasks(worker: User, at: datetime) -> Iterator[Task]:
    """Households that are due: where, never who or why."""
    today = timezone.localdate(at)
    for plan in due_visits(worker=worker, at=at):
        point = plan.address.point
        yield Task(
            kind="visit",
            title=plan.address.full_name,
            where=plan.grid.name,
            url=reverse("worker:visit", args=[plan.pk]),
            due_at=end_of(plan.next_on) if plan.next_on else None,
            all_day=True,
            late=plan.next_on is not None and plan.next_on < today,
            point=(point.x, point.y) if point else None,
        )


def end_of(day: date) -> datetime:
    """The last minute of a day here: what is due on a day comes after what is due at an hour of it."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


SOURCES: list[Source] = [case_tasks, patrol_tasks, visit_tasks]


def tasks_of(worker: User, at: datetime, here: Here | None) -> list[Task]:
    """Everything of today, by the clock: emergencies, then what is due first; with distance and words."""
    found = [task for source in SOURCES for task in source(worker, at)]
    found.sort(key=lambda task: (not task.urgent, task.due_at or NEVER))
    return [
        replace(task, metres=_metres(task, here), due=due_words(task.due_at, at, all_day=task.all_day))
        for task in found
    ]


def _metres(task: Task, here: Here | None) -> float | None:
    if here is None or not here.fresh or task.point is None:
        return None
    return metres_between(here.lon, here.lat, *task.point)


def by_distance(tasks: list[Task]) -> list[Task]:
    """Nearest first; what has no place, or no known distance, keeps the order of the clock behind it."""
    return sorted(tasks, key=lambda task: (task.metres is None, task.metres or 0))


@login_required
@never_cache
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What I have to do, by clock or by distance, all of it or one kind."""
    worker, now = me(request), timezone.now()
    strip = standing(worker, now)
    tasks = tasks_of(worker, now, strip.here)
    counts = Counter(task.kind for task in tasks)
    kind, order = request.GET.get("kind", ""), request.GET.get("order", "")
    shown = [task for task in tasks if task.kind == kind] if kind in KINDS else tasks
    context = {
        "tasks": by_distance(shown) if order == "near" else shown,
        "tabs": [(code, label, counts[code]) for code, label in KINDS.items() if counts[code]],
        "total": len(tasks),
        "kind": kind,
        "order": order,
        "near_known": strip.here is not None and strip.here.fresh,
        "with_place": any(task.point for task in tasks),
    }
    return page(request, "worker/tasks.html", context, strip=strip)


@login_required
@never_cache
@require_GET
def route(request: HttpRequest) -> HttpResponse:
    """The way through today's tasks: always to the nearest one left, numbered, as the crow flies."""
    worker, now = me(request), timezone.now()
    strip = standing(worker, now)
    tasks = tasks_of(worker, now, strip.here)
    placed = [task for task in tasks if task.point]
    start = (strip.here.lon, strip.here.lat) if strip.here and strip.here.fresh else None
    points = [task.point for task in placed if task.point]
    stops = [placed[index] for index in nearest_next(start, points)][:STOPS_MOST]
    context = {
        "stops": _legs(stops, start),
        "unplaced": [task for task in tasks if not task.point],
        "start": start,
        "map": _map(stops, start),
    }
    return page(request, "worker/route.html", context, strip=strip)


def _legs(stops: list[Task], start: tuple[float, float] | None) -> list[tuple[Task, str]]:
    """Each stop with how far it is from the one before."""
    found, before = [], start
    for stop in stops:
        metres = metres_between(*before, *stop.point) if before and stop.point else None
        found.append((stop, metres_words(metres)))
        before = stop.point
    return found


def _map(stops: list[Task], start: tuple[float, float] | None) -> dict[str, Any] | None:
    """As <street-map> takes it; None where there is no map or nothing to show on it."""
    config = point_map_config()
    if config is None or not stops:
        return None
    points = [stop.point for stop in stops if stop.point] + ([start] if start else [])
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    edge = 0.001  # degrees, about a hundred metres
    config["bounds"] = [min(lons) - edge, min(lats) - edge, max(lons) + edge, max(lats) + edge]
    config["stops"] = [
        {
            "at": stop.point,
            "sign": str(number),
            "label": f"{number} {stop.label}: {stop.title}",
            "url": stop.url,
        }
        for number, stop in enumerate(stops, 1)
    ]
    config["way"] = [*([start] if start else []), *(stop.point for stop in stops)]
    config["start"] = start
    return config
