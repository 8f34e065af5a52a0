"""What presses now in somebody's area: numbers, groups of them, and the pressing of each.

Every number is counted over exactly what its list shows: the same filters, the same parts of the same index.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import CharField, Value
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import CaseQuerySet, StateChoices, Step
from onegrid.cases.flow.queries import COUNTED_TO
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort
from onegrid.cases.flow.queries.ground import Ground, ground_of, narrowed
from onegrid.cases.flow.queries.ranges import Range, ranges, told, union, united
from onegrid.cases.flow.rules import Verb
from onegrid.kit.actors import Actor
from onegrid.oversight.supervision.limits import limits
from onegrid.places.areas.models import Area

READ_MOST = (
    5_000  # rows that groups are counted from; beyond it the worst ones are grouped, and the page says so
)
GROUPS_SHOWN = 100


class Kind(StrEnum):
    """A number that leads to a list."""

    OVERDUE = "overdue"
    SOON = "soon"
    PRESSED = "pressed"
    URGENT = "urgent"
    LONG = "long"


KIND_WORDS = {
    Kind.OVERDUE: _("Overdue matters"),
    Kind.SOON: _("Matters due soon"),
    Kind.PRESSED: _("Pressed matters"),
    Kind.URGENT: _("Open emergencies"),
    Kind.LONG: _("Open for long"),
}


def filters_of(kind: Kind, at: datetime, area: int | None = None, **more: Any) -> Filters:
    """The list that a number counts: open matters whose clock runs, the worst first."""
    base = Filters(sort=Sort.DUE, open=True, area=area, **more)
    if kind == Kind.OVERDUE:
        return replace(base, clock=Clock.OVERDUE)
    if kind == Kind.SOON:
        return replace(base, clock=Clock.SOON)
    if kind == Kind.PRESSED:
        return replace(base, pressed=True)
    if kind == Kind.URGENT:
        return replace(base, urgent=True)
    days = limits(timezone.localdate(at)).open_long_days
    return replace(base, until=timezone.localdate(at) - timedelta(days=days))


def kind_counts(*, viewer: Actor, area: int | None, at: datetime) -> dict[Kind, int]:
    """How many of each kind, to COUNTED_TO + 1. One query besides those of the scope."""
    ground = ground_of(viewer, Filters(area=area))
    parts = [
        part
        for kind in Kind
        for cases in _listed(ground, filters_of(kind, at, area))
        for part in ranges(_marked(cases, kind.value))
    ]
    counted: dict[str, int] = defaultdict(int)
    for word, _pk in united(told(parts, at), distinct=ground.may_repeat):
        counted[word] += 1
    return {kind: min(counted[kind.value], COUNTED_TO + 1) for kind in Kind}


def _listed(ground: Ground, filters: Filters) -> tuple[CaseQuerySet, ...]:
    """What cases.flow lists by due time under these filters."""
    return narrowed(ground, filters).filter(ended_at=None, due_at__isnull=False).parts


def _marked(cases: CaseQuerySet, kind: str) -> Any:
    named = cases.order_by().annotate(counted_as=Value(kind, CharField()))
    return named.values_list("counted_as", "pk")[: COUNTED_TO + 1]


class By(StrEnum):
    UNIT = "unit"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    MATTER = "matter"
    STAGE = "stage"


BY_WORDS = {
    By.UNIT: _("By unit"),
    By.STREET: _("By street"),
    By.COMMUNITY: _("By community"),
    By.GRID: _("By grid"),
    By.MATTER: _("By class"),
    By.STAGE: _("By stage"),
}
# what is filtered by to open one group, and the column it is read from
COLUMNS = {
    By.UNIT: "holder_org_id",
    By.STREET: "street_id",
    By.COMMUNITY: "community_id",
    By.GRID: "grid_id",
    By.MATTER: "case_class_id",
    By.STAGE: "state",
}
FILTER = {
    By.UNIT: "holder",
    By.STREET: "area",
    By.COMMUNITY: "area",
    By.GRID: "area",
    By.MATTER: "matter",
    By.STAGE: "state",
}
AREAS = (By.STREET, By.COMMUNITY, By.GRID)


@dataclass(frozen=True)
class Group:
    """`key`: of the unit, area or class; `filters`: of the list that holds exactly these; `worst`: when the first of
    them was due; `more`: there may be more than were counted."""

    key: Any
    name: str
    count: int
    worst: datetime
    filters: Filters
    more: bool

    @property
    def shown(self) -> str:
        return f"{COUNTED_TO}+" if self.count > COUNTED_TO else f"{self.count}{'+' if self.more else ''}"


@dataclass(frozen=True)
class Groups:
    """`rest`: how many belong to no group (a matter that a person on site has is with no unit)."""

    groups: list[Group]
    rest: int
    more: bool


def groups(
    *, viewer: Actor, filters: Filters, by: Iterable[By], at: datetime, most: int = GROUPS_SHOWN
) -> dict[By, Groups]:
    """The matters of a list by unit, area, class or stage, the fullest first, `most` of each. One query for all ways,
    one a way for the names. The database counts: of READ_MOST rows only their sums come here."""
    ground, ways = ground_of(viewer, filters), tuple(by)
    columns = ("pk", "due_at", *COLUMNS.values())
    parts = [
        part
        for cases in _listed(ground, filters)
        for part in ranges(cases.order_by("due_at", "id").values_list(*columns)[: READ_MOST + 1])
    ]
    if not parts or not ways:
        return {one: Groups([], 0, False) for one in ways}
    listed = union(told(parts, at), order="2, 1", most=READ_MOST + 1, distinct=ground.may_repeat)
    sums = _sums(listed, ways)
    more = sum(count for _key, count, _worst in sums[ways[0]]) > READ_MOST
    return {one: _grouped(one, sums[one], filters, more, most) for one in ways}


def _sums(listed: Range, ways: Sequence[By]) -> dict[By, list[tuple[Any, int, datetime]]]:
    """For each way (key, how many, when the first was due) of the rows that are listed."""
    named = [COLUMNS[one] for one in ways]
    sets = ", ".join(f"({name})" for name in named)
    told_apart = ", ".join(f"grouping({name})" for name in named)
    found: dict[By, list[tuple[Any, int, datetime]]] = {one: [] for one in ways}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {told_apart}, {', '.join(named)}, count(*), min(due_at) FROM ({listed.sql}) listed"
            f" GROUP BY GROUPING SETS ({sets})",
            listed.given,
        )
        for row in cursor.fetchall():
            place = row.index(0)  # of the column that this row is grouped by
            found[ways[place]].append((row[len(ways) + place], *row[-2:]))
    return found


def _grouped(
    by: By, sums: Sequence[tuple[Any, int, datetime]], filters: Filters, more: bool, most: int
) -> Groups:
    rest = sum(count for key, count, _worst in sums if key is None)
    known = {key: (count, worst) for key, count, worst in sums if key is not None}
    order = sorted(known, key=lambda key: (-known[key][0], known[key][1]))[:most]
    names = _names(by, order)
    found = [
        Group(key, names[key], *known[key], replace(filters, **{FILTER[by]: key}), more)
        for key in order
        if key in names
    ]
    return Groups(found, rest, more)


def _names(by: By, keys: Sequence[Any]) -> dict[Any, str]:
    if by == By.UNIT:
        return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))
    if by in AREAS:
        return dict(Area.objects.filter(pk__in=keys).values_list("pk", "name"))
    if by == By.MATTER:
        return {one.pk: str(one) for one in CaseClass.objects.filter(pk__in=keys)}
    return {key: str(StateChoices(key).label) for key in keys}


@dataclass(frozen=True)
class Press:
    """The last press of a case. `moved`: something was written in its timeline since."""

    who: str
    words: str
    at: datetime
    reply_by: datetime | None
    moved: bool


def presses(case_ids: Sequence[int]) -> dict[int, Press]:
    """Of cases the viewer was shown. One query."""
    steps = Step.objects.filter(case__in=case_ids).order_by("case_id", "position")
    rows = steps.filter(case__pressed__gt=0).only(
        "case_id", "position", "verb", "actor_label", "words", "details", "at"
    )
    found: dict[int, Press] = {}
    for step in rows:
        if step.verb == Verb.PRESS:
            until = step.details.get("reply_by")
            reply_by = parse_datetime(until) if until else None
            found[step.case_id] = Press(step.actor_label, step.words, step.at, reply_by, False)
        elif step.case_id in found:
            found[step.case_id] = replace(found[step.case_id], moved=True)
    return found
