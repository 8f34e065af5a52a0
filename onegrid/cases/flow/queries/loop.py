"""How the loop stands now, for a screen on the wall: what waits where, clocks, alarms, classes, units, satisfaction.

Every count stops at a cap, every statement reads ranges of an index (decision 0037); nothing here names a reporter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case, CaseQuerySet, Step
from onegrid.cases.flow.queries import in_scope, require_some_reach
from onegrid.cases.flow.queries.filters import OPEN_STATES
from onegrid.cases.flow.queries.ranges import ANY, Range, ranges, united
from onegrid.cases.flow.rules import State, Verb
from onegrid.kit.actors import Actor

MOST = 999  # counts go one further, and are shown as "999+"
ALARMS_MOST = 30  # of one kind
NEXT_SHOWN = 5
RANKED_AMONG = 2_000  # overdue cases, the longest overdue first
TOP = 5
REPORTS_MOST = 20_000  # of today, the newest
RATINGS_MOST = 5_000
RATINGS_DAYS = 7
RATED_LEAST = 5  # fewer ratings say nothing in percent
POINTS_MOST = 600
NEWEST_SHOWN = 12
SHOWN = ("case_class", "community", "unit", "holder_org")


@dataclass(frozen=True)
class Standing:
    """Counts to MOST + 1. `waiting`: open state → how many; `overdue`, `soon`, `held`: of all open ones."""

    waiting: Mapping[State, int]
    overdue: int
    soon: int
    held: int

    @property
    def open(self) -> int:
        return sum(self.waiting.values())


@dataclass(frozen=True)
class Alarm:
    """An open case that asks for somebody: `why` of "urgent", "overdue", "pressed"."""

    case: Case
    why: tuple[str, ...]


@dataclass(frozen=True)
class Satisfaction:
    rated: int
    satisfied: int

    @property
    def percent(self) -> int | None:
        """None of fewer than RATED_LEAST."""
        return round(100 * self.satisfied / self.rated) if self.rated >= RATED_LEAST else None


def standing(*, viewer: Actor, at: datetime) -> Standing:
    """One statement."""
    cases = _seen(viewer)
    running = cases.filter(ended_at=None, holds_open=0)
    parts = [
        *((state.value, cases.filter(state=state.value).order_by("-id")) for state in OPEN_STATES),
        ("overdue", running.filter(due_at__lt=at).order_by("due_at", "id")),
        ("soon", running.filter(due_at__gte=at, approaching_at__lte=at).order_by("due_at", "id")),
        ("held", cases.filter(holds_open__gt=0, ended_at=None).order_by("-id")),
    ]
    found = _counted(parts)
    return Standing(
        {state: found[state.value] for state in OPEN_STATES}, found["overdue"], found["soon"], found["held"]
    )


def alarms(*, viewer: Actor, at: datetime) -> list[Alarm]:
    """Emergencies first, then what was pressed, then what is overdue for longest; each case once. Four statements."""
    open_now = _seen(viewer).filter(ended_at=None)
    loud = open_now.filter(Q(urgent=True) | Q(pressed__gt=0)).order_by("-id")
    late = open_now.filter(holds_open=0, due_at__lt=at).order_by("due_at", "id")
    found = {case.pk: case for rows in (loud, late) for case in _shown(rows, ALARMS_MOST)}
    listed = [Alarm(case, why) for case in found.values() if (why := _why(case, at))]
    return sorted(listed, key=lambda alarm: ("urgent" not in alarm.why, "pressed" not in alarm.why))


def next_due(*, viewer: Actor, at: datetime) -> list[Case]:
    """What is due next."""
    rows = _seen(viewer).filter(ended_at=None, holds_open=0, due_at__gte=at)
    return _shown(rows.order_by("due_at", "id"), NEXT_SHOWN)


def newest(*, viewer: Actor) -> list[Case]:
    """The newest open cases."""
    return _whole(_newest_open(viewer, NEWEST_SHOWN))


def top_classes(*, viewer: Actor, at: datetime) -> list[tuple[CaseClass, int]]:
    """Which matters were reported most today, among those whose class is known."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))
    today = _seen(viewer).filter(opened_at__gte=midnight).order_by("-opened_at", "-id")
    reports = today.values("case_class_id")[:REPORTS_MOST]
    counts: dict[int, int] = {}
    for row in reports:
        if row["case_class_id"] is not None:
            counts[row["case_class_id"]] = counts.get(row["case_class_id"], 0) + 1
    best = sorted(counts, key=lambda pk: (-counts[pk], pk))[:TOP]
    classes = CaseClass.objects.in_bulk(best)
    return [(classes[pk], counts[pk]) for pk in best]


def late_units(*, viewer: Actor, at: datetime) -> list[tuple[str, int]]:
    """The units that have most overdue cases now, among the RANKED_AMONG longest overdue."""
    late = _seen(viewer).filter(ended_at=None, holds_open=0, due_at__lt=at).order_by("due_at", "id")
    ids = late.values_list("pk", flat=True)[:RANKED_AMONG]
    rows = Case.objects.filter(pk__in=list(ids), holder_org__isnull=False).values_list("holder_org__name")
    return list(rows.annotate(late=Count("pk")).order_by("-late", "holder_org__name")[:TOP])


def satisfaction(*, viewer: Actor, at: datetime) -> Satisfaction:
    """Of the reporters who rated in the last RATINGS_DAYS days, how many are satisfied."""
    rated = Step.objects.filter(verb=Verb.RATE.value, at__gte=at - timedelta(days=RATINGS_DAYS))
    within = (
        rated.filter(case__in=_seen(viewer)).order_by("-at").values_list("details", flat=True)[:RATINGS_MOST]
    )
    said = [bool(details.get("satisfied")) for details in within]
    return Satisfaction(len(said), sum(said))


def open_points(*, viewer: Actor, at: datetime) -> list[tuple[Any, ...]]:
    """The newest POINTS_MOST open cases that have a place: (id, number, state, urgent, due, lon, lat)."""
    ids = _newest_open(viewer, POINTS_MOST)
    rows = Case.objects.filter(pk__in=ids, point__isnull=False).order_by("id")
    found: Any = rows.values_list("pk", "number", "state", "urgent", "due_at", "point")
    return [(*row, point.x, point.y) for *row, point in found]


def _seen(viewer: Actor) -> CaseQuerySet:
    """In scope by place or unit; what a unit merely helps with is not on the wall."""
    return Case.objects.filter(in_scope(require_some_reach(viewer)))


def _newest_open(viewer: Actor, most: int) -> list[int]:
    """Each open state is one range that has the order."""
    rows = _seen(viewer).filter(state=ANY).order_by("-id").values_list("pk")[:most]
    return [pk for (pk,) in united(ranges(rows, OPEN_STATES), order="1 DESC", most=most, distinct=False)]


def _shown(rows: CaseQuerySet, most: int) -> list[Case]:
    """First which, by the index alone: with what they name joined in, the database would join all and sort them."""
    return _whole(list(rows.values_list("pk", flat=True)[:most]))


def _whole(ids: Sequence[int]) -> list[Case]:
    """In this order."""
    if not ids:
        return []
    rows = Case.objects.filter(pk__in=ids).select_related(*SHOWN)
    kept = rows.defer("community__boundary", "community__centre", "reporter_name", "reporter_phone")
    found = {case.pk: case for case in kept}
    return [found[pk] for pk in ids if pk in found]


def _why(case: Case, at: datetime) -> tuple[str, ...]:
    late = not case.holds_open and case.due_at is not None and case.due_at < at
    reasons = {"urgent": case.urgent, "pressed": case.pressed > 0, "overdue": late}
    return tuple(name for name, holds in reasons.items() if holds)


def _counted(parts: Iterable[tuple[str, CaseQuerySet]]) -> dict[str, int]:
    """Each counted to MOST + 1, in one statement."""
    words: list[str] = []
    kept: list[Range] = []
    for word, rows in parts:
        found = ranges(rows.values_list("pk")[: MOST + 1])
        kept += found
        words += [word] * len(found)
    sql = " UNION ALL ".join(f"SELECT %s, count(*) FROM ({part.sql}) AS part" for part in kept)
    given: Sequence[Any] = [
        one for word, part in zip(words, kept, strict=True) for one in (word, *part.given)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        counts = dict(cursor.fetchall())
    return {word: counts.get(word, 0) for word in words}
