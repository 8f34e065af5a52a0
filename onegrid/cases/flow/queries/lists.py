"""Work lists: pages both ways, and counts that stop at a cap (what they are narrowed to: filters.py)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import CharField, Count, Max, Min, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.queries import posts_of
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import units_for
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Case, CaseQuerySet, SavedFilter
from onegrid.cases.flow.models.case import short_words
from onegrid.cases.flow.queries import (
    COUNTED_TO,
    LEVEL_COLUMN,
    NOT_IN_ROWS,
    PAGE,
    helped_ids,
    in_scope,
    require_some_reach,
)
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort, Whose, number
from onegrid.cases.flow.queries.ranges import ANY, Range, ranges, united
from onegrid.cases.flow.rules import State, number_in
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

SHORT_AMONG = 5_000  # cases of each state and range (decision 0019)
FEW = 5_000  # reports of a time that are named one by one
SPAN = 100_000  # reports of a time whose first and last are looked for
Kind = TypeVar("Kind", bound=StrEnum)
SHOWN_WITH = ("case_class", "unit", "holder_org", "holder_user", "grid")


def bounded(filters: Filters) -> bool:
    """Whether words are looked for among the newest SHORT_AMONG cases of each state only. By due time only open cases
    are listed, and all of them are looked through."""
    return bool(filters.q) and short_words(filters.q) and filters.sort == Sort.NEWEST


@dataclass(frozen=True)
class Page:
    """`later`, `earlier`: keys of the pages after and before, as the address carries them; None: there is none."""

    cases: list[Case]
    later: str | None
    earlier: str | None


def case_page(
    *,
    viewer: Actor,
    filters: Filters,
    at: datetime,
    after: str = "",
    before: str = "",
    size: int = PAGE,
    may: str = SEE,
    also: tuple[str, ...] = (),
) -> Page:
    """One page of what the viewer may see, and besides may do `may` with; `also`: areas read with it.
    Three queries and those of the scope, however many cases there are; with days at most two more.

    Each state is one range of an index that has the order of the list, so the page is the first of at most eight
    sorted ranges.
    """
    backwards = bool(before)
    cursor = _cursor(before or after, filters.sort)
    seen = _in_time(_narrowed(viewer, filters, at, may), filters)
    keys = _keys(seen, filters, cursor, backwards, size + 1)
    more = len(keys) > size
    shown = keys[:size][::-1] if backwards else keys[:size]
    found = (
        Case.objects.select_related(*SHOWN_WITH, *also)
        .defer(*NOT_IN_ROWS, *(f"{area}__{shape}" for area in also for shape in ("boundary", "centre")))
        .in_bulk([key[-1] for key in shown])
    )
    cases = [found[key[-1]] for key in shown if key[-1] in found]
    if not shown:
        return Page([], None, None)
    has_later = more if not backwards else True
    has_earlier = more if backwards else cursor is not None
    return Page(
        cases,
        _key_words(shown[-1]) if has_later else None,
        _key_words(shown[0]) if has_earlier else None,
    )


def _keys(seen: "Seen", filters: Filters, cursor: tuple | None, backwards: bool, most: int) -> list[tuple]:
    """Keys of the first `most` in the order of the list: (id,), or (due, id)."""
    if filters.sort == Sort.DUE:
        parts = [
            part for cases in seen.parts for part in ranges(_by_due(cases, filters, cursor, backwards)[:most])
        ]
        order = "1 DESC, 2 DESC" if backwards else "1, 2"
    else:
        parts = _newest(seen, filters, cursor, backwards, most)
        order = "1" if backwards else "1 DESC"
    return united(parts, order=order, most=most, distinct=seen.may_repeat)


def _newest(seen: "Seen", filters: Filters, cursor: tuple | None, backwards: bool, most: int) -> list[Range]:
    parts: list[Range] = []
    for place, cases in enumerate(seen.parts):
        if cursor is not None:
            cases = cases.filter(pk__gt=cursor[0]) if backwards else cases.filter(pk__lt=cursor[0])
        keys = cases.order_by("id" if backwards else "-id").values_list("pk")
        if seen.few is not None:
            parts += ranges(_named(keys.filter(state__in=filters.states), seen.few)[:most])
        elif number_in(filters.q):  # one case at most: not a range of each state
            parts += ranges(keys.filter(state__in=filters.states)[:most])
        else:
            part = keys.filter(state=ANY)
            if seen.bounded_by:
                part = part.filter(pk__gt=_floor(seen.bounded_by[place]))
            parts += ranges(part[:most], filters.states)
    return parts


def _named(cases: Any, ids: tuple[int, ...]) -> Any:
    """Those among these. One parameter: written out, some thousand numbers cost more than to find their cases."""
    return cases.extra(where=['"cases_case"."id" = ANY(%s)'], params=[list(ids)])


def _floor(cases: CaseQuerySet) -> Coalesce:
    """Below it a short word is not looked for: the id of the case that stands SHORT_AMONG places down the range."""
    first_beyond = cases.filter(state=ANY).order_by("-id").values("pk")[SHORT_AMONG : SHORT_AMONG + 1]
    return Coalesce(Subquery(first_beyond), 0)


def _by_due(cases: CaseQuerySet, filters: Filters, cursor: tuple | None, backwards: bool) -> Any:
    cases = cases.filter(ended_at=None, due_at__isnull=False)
    if filters.state is not None:
        cases = cases.filter(state__in=filters.states)
    if cursor is not None:
        due, pk = cursor
        if backwards:
            cases = cases.filter(due_at__lte=due).filter(Q(due_at__lt=due) | Q(pk__lt=pk))
        else:
            cases = cases.filter(due_at__gte=due).filter(Q(due_at__gt=due) | Q(pk__gt=pk))
    return cases.order_by(*(("-due_at", "-id") if backwards else ("due_at", "id"))).values_list(
        "due_at", "pk"
    )


def _cursor(given: str, sort: Sort) -> tuple | None:
    moment, _dash, pk = given.rpartition("_")
    row = number(pk)
    if row is None:
        return None
    if sort != Sort.DUE:
        return (row,)
    micros = number(moment)
    if micros is None or micros > 253_402_214_400_000_000:  # the year 9999
        return None
    return datetime.fromtimestamp(0, tz=timezone.get_current_timezone()) + timedelta(microseconds=micros), row


def _key_words(key: tuple) -> str:
    if len(key) == 1:
        return str(key[0])
    since = key[0] - datetime.fromtimestamp(0, tz=timezone.get_current_timezone())
    return f"{since // timedelta(microseconds=1)}_{key[1]}"


@dataclass(frozen=True)
class Seen:
    """What a list is made from: the viewer's scope, and apart from it (so that each keeps its own index) the cases
    that his units help with. A case may stand in both."""

    parts: tuple[CaseQuerySet, ...]
    bounded_by: tuple[
        CaseQuerySet, ...
    ] = ()  # the parts before any word was looked for, when the search is bounded
    few: tuple[int, ...] | None = None  # only these can be meant; no range of a state is needed to find them

    @property
    def may_repeat(self) -> bool:
        return len(self.parts) > 1

    def filter(self, *args: Any, **more: Any) -> "Seen":
        return replace(self, parts=tuple(cases.filter(*args, **more) for cases in self.parts))


def _narrowed(viewer: Actor, filters: Filters, at: datetime, may: str) -> Seen:
    """Everything but state, order and page."""
    cases = _placed(viewer, filters, may)
    placed = cases.parts
    if filters.clock is not None:
        cases = cases.filter(_clock(filters.clock, at), ended_at=None)
    if filters.channel is not None:
        cases = cases.filter(channel=filters.channel)
    if filters.matter is not None:
        cases = cases.filter(case_class=filters.matter)
    if filters.major is not None:
        ids = list(CaseClass.objects.filter(major=filters.major).values_list("pk", flat=True))
        cases = cases.filter(case_class__in=ids)
    if filters.level is not None:
        cases = cases.filter(level=filters.level)
    if filters.urgent:
        cases = cases.filter(urgent=True)
    if (days := _days(filters)) is not None:
        cases = cases.filter(days)
    if not filters.q:
        return cases
    worded = tuple(part.with_words(filters.q) for part in cases.parts)
    return Seen(worded, placed if bounded(filters) else ())


def _days(filters: Filters) -> Q | None:
    days = Q()
    if filters.since is not None:
        days &= Q(opened_at__gte=_midnight(filters.since))
    if filters.until is not None and filters.until < date.max:
        days &= Q(opened_at__lt=_midnight(filters.until + timedelta(days=1)))
    return days or None


def _in_time(seen: Seen, filters: Filters) -> Seen:
    """A time long ago lies far down each state's range, and reading from today back to it would grow with the cases
    since. Few reports are named one by one; of more, the first and last number bound the ranges: nothing outside
    can be meant, whatever order they came in. Read from the index of opening times alone, and never beyond SPAN.
    """
    days = _days(filters)
    if days is None or seen.bounded_by or filters.sort == Sort.DUE:
        return seen
    reports = Case.objects.filter(days).order_by("-opened_at", "-id").values_list("pk", flat=True)
    ids = list(reports[: FEW + 1])
    if len(ids) <= FEW:
        return replace(seen, few=tuple(ids))
    ends = reports[: SPAN + 1].aggregate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    if ends["count"] <= SPAN:
        return seen.filter(pk__gte=ends["first"], pk__lte=ends["last"])
    return seen


def _placed(viewer: Actor, filters: Filters, may: str = SEE) -> Seen:
    """Scope, area and holder. An area that the scope covers whole stands for the scope: one range instead of two."""
    scope = require_some_reach(viewer)
    own = Case.objects.filter(in_scope(scope))
    helped = helped_ids(scope)
    parts = [own, Case.objects.filter(pk__in=helped)] if helped else [own]
    if filters.whose == Whose.HELPING:
        parts = [Case.objects.filter(pk__in=helped_ids(scope, now=True))]
    if filters.area is not None:
        area = Area.objects.filter(pk=filters.area).first()
        if area is None:
            return Seen((own.filter(pk=0),))  # nothing
        if scope.covers(area.path) and filters.whose != Whose.HELPING:
            parts = [Case.objects.filter(_in_area(area))]
        else:
            parts = [part.filter(_in_area(area)) for part in parts]
    seen = Seen(tuple(parts))
    if filters.whose == Whose.MINE:
        seen = seen.filter(holder_user=viewer) if isinstance(viewer, User) else seen.filter(pk=0)
    if filters.holder is not None:
        seen = seen.filter(holder_org=filters.holder)
    if filters.whose == Whose.UNIT:
        seen = seen.filter(holder_org__in=_units_of(viewer))
    return seen if may == SEE else _may(viewer, may, scope, seen)


def _may(viewer: Actor, may: str, scope: Scope, seen: Seen) -> Seen:
    """Only where the viewer has this right too; his units' part in a case counts as theirs."""
    also = viewer.scope(may)
    if not also.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=may)
    if also == scope:
        return seen
    helped = helped_ids(also)
    return seen.filter(in_scope(also) | Q(pk__in=helped) if helped else in_scope(also))


def _in_area(area: Area) -> Q:
    column = LEVEL_COLUMN.get(AreaKind(area.kind))
    if column is not None:
        return Q(**{column: area.pk})
    low, high = path_range(area.path)
    return Q(area_path__gte=low, area_path__lt=high)


def _units_of(viewer: Actor) -> list[int]:
    if not isinstance(viewer, User):
        return []
    return sorted({post.organisation_id for post in posts_of(viewer, timezone.now())})


def _clock(clock: Clock, at: datetime) -> Q:
    if clock == Clock.PAUSED:
        return Q(holds_open__gt=0)
    running = Q(holds_open=0)
    if clock == Clock.OVERDUE:
        return running & Q(due_at__lt=at)
    if clock == Clock.SOON:
        return running & Q(due_at__gte=at, approaching_at__lte=at)
    return running & Q(due_at__gte=at) & (Q(approaching_at=None) | Q(approaching_at__gt=at))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def state_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[State, int]:
    """How many are in each state among scope, area and holder (the other filters are not counted: no index says how
    many), up to COUNTED_TO + 1 each. One query."""
    placed = _placed(viewer, filters)
    parts = [
        part for cases in placed.parts for part in ranges(_marked(cases.filter(state=ANY), ANY), tuple(State))
    ]
    return _counted(State, parts, placed.may_repeat)


def clock_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[Clock, int]:
    """The same for the clocks of open cases. One query."""
    placed = _placed(viewer, filters).filter(ended_at=None)
    parts = [
        part
        for clock in Clock
        for cases in placed.parts
        for part in ranges(_marked(cases.filter(_clock(clock, at)), clock.value))
    ]
    return _counted(Clock, parts, placed.may_repeat)


def _marked(cases: CaseQuerySet, kind: str) -> Any:
    """Up to COUNTED_TO + 1 of them, each with what it is counted as."""
    named = cases.order_by().annotate(counted_as=Value(kind, CharField()))
    return named.values_list("counted_as", "pk")[: COUNTED_TO + 1]


def _counted(kinds: type[Kind], parts: list[Range], may_repeat: bool) -> dict[Kind, int]:
    counts = dict.fromkeys(kinds, 0)
    for word, _pk in united(parts, distinct=may_repeat):
        counts[kinds(word)] += 1
    return counts


def areas_to_choose(*, viewer: Actor, chosen: int | None) -> list[Area]:
    """Areas directly below the chosen one, or the tops of the viewer's scope; at most sixty."""
    scope = viewer.scope(SEE)
    if chosen is not None:
        above = Area.objects.filter(pk=chosen).first()
        if above is not None and (scope.covers(above.path) or any(r.org_id for r in scope.reaches)):
            below = Area.objects.still_open().filter(parent=above).exclude(kind=AreaKind.UNIT_GRID)
            return list(below.order_by("code")[:60])
    tops = [reach.path for reach in scope.reaches if reach.path]
    everywhere = any(reach.path is None for reach in scope.reaches)
    found = Area.objects.still_open().exclude(kind=AreaKind.UNIT_GRID)
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
