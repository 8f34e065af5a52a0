"""Work lists: pages both ways, and counts that stop at a cap (what they are narrowed to: filters.py)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
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
    PAGE,
    SIGHT,
    helped_ids,
    in_scope,
    require_some_reach,
)
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort, Whose, number
from onegrid.cases.flow.queries.ranges import ANY, FLOOR, NOW, Range, ranges, told, united
from onegrid.cases.flow.rules import State, number_in
from onegrid.cases.flow.whole import cases_by_id
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed
from onegrid.kit.statements import ask
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

SHORT_AMONG = 5_000  # cases of each state and range (decision 0019)
RECENT = 1_000  # cases of a state among which a word is looked for before the index of words is asked
FEW = 5_000  # reports of a time that are named one by one
SPAN = 100_000  # reports of a time whose first and last are looked for
Kind = TypeVar("Kind", bound=StrEnum)


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
    if (alone := _number_alone(filters)) and may == SEE and not (after or before):
        return Page(_by_number(viewer, alone), None, None)
    backwards = bool(before)
    cursor = _cursor(before or after, filters.sort)
    ground = _ground(viewer, filters, may)
    keys = _recent(ground, filters, cursor, size + 1, at) if _worth_trying(filters, backwards) else None
    if keys is None:
        if _days(filters) is None:
            parts = _page_parts(ground, filters, cursor, backwards, size + 1)
        else:
            seen = _in_time(_narrowed(ground, filters), filters)
            parts = tuple(_keys(seen, filters, cursor, backwards, size + 1))
        keys = united(
            told(parts, at), order=_order(filters, backwards), most=size + 1, distinct=ground.may_repeat
        )
    more = len(keys) > size
    shown = keys[:size][::-1] if backwards else keys[:size]
    found = cases_by_id([key[-1] for key in shown], also)
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


def _number_alone(filters: Filters) -> str | None:
    """A whole number, looked up among all cases."""
    return number_in(filters.q.strip().upper()) if filters == Filters(q=filters.q) else None


def _by_number(viewer: Actor, number: str) -> list[Case]:
    """The one case, or none that the viewer may see."""
    scope = require_some_reach(viewer)
    found = ask(SIGHT, [number])
    if not found:
        return []
    pk, path, unit_id = found[0]
    seen = scope.covers(path, unit_id) or pk in helped_ids(scope)
    return list(cases_by_id([pk]).values()) if seen else []


def _worth_trying(filters: Filters, backwards: bool) -> bool:
    """A word that the index of words serves, in a list by newness."""
    by_index = bool(filters.q) and not bounded(filters) and not number_in(filters.q.strip().upper())
    return by_index and filters.sort == Sort.NEWEST and _days(filters) is None and not backwards


def _recent(
    ground: "Ground", filters: Filters, cursor: tuple | None, most: int, at: datetime
) -> list[tuple] | None:
    """The page when it lies among the newest cases, compared one by one; None: nobody knows, ask the index of words.

    The index finds a rare word at once and sorts all cases of a frequent one to show twenty. A frequent word stands
    in the newest cases anyway.
    """
    edge, parts = _recent_parts(ground, filters, cursor, most)
    last = max((pk for (pk,) in united(edge, distinct=False)), default=0)
    keys = united(told(parts, at, floor=last), order="1 DESC", most=most, distinct=ground.may_repeat)
    return keys if len(keys) >= most or not last else None


@lru_cache(maxsize=300)
def _recent_parts(
    ground: "Ground", filters: Filters, cursor: tuple | None, most: int
) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """What finds the oldest case that is compared (in the fullest state), and what compares the newer ones."""
    seen = _narrowed(ground, replace(filters, q=""))
    if cursor is not None:
        seen = seen.filter(pk__lt=cursor[0])
    edge: list[Range] = []
    parts: list[Range] = []
    for cases in seen.parts:
        of_state = cases.filter(state=ANY).order_by("-id")
        edge += ranges(of_state.values_list("pk")[RECENT : RECENT + 1], filters.states)
        newer = of_state.filter(pk__gt=FLOOR).with_words(filters.q, by_index=False)
        parts += ranges(newer.values_list("pk")[:most], filters.states)
    return tuple(edge), tuple(parts)


@lru_cache(maxsize=300)
def _page_parts(
    ground: "Ground", filters: Filters, cursor: tuple | None, backwards: bool, most: int
) -> tuple[Range, ...]:
    """To write the statement costs more than to run it, and people open the same lists: its words are kept."""
    return tuple(_keys(_narrowed(ground, filters), filters, cursor, backwards, most))


def _order(filters: Filters, backwards: bool) -> str:
    if filters.sort == Sort.DUE:
        return "1 DESC, 2 DESC" if backwards else "1, 2"
    return "1" if backwards else "1 DESC"


def _keys(seen: "Seen", filters: Filters, cursor: tuple | None, backwards: bool, most: int) -> list[Range]:
    """For keys of the first `most` in the order of the list: (id,), or (due, id)."""
    if filters.sort != Sort.DUE:
        return _newest(seen, filters, cursor, backwards, most)
    return [
        part for cases in seen.parts for part in ranges(_by_due(cases, filters, cursor, backwards)[:most])
    ]


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

    def filter(self, *args: Any, **more: Any) -> "Seen":
        return replace(self, parts=tuple(cases.filter(*args, **more) for cases in self.parts))


def _narrowed(ground: "Ground", filters: Filters) -> Seen:
    """Everything but state, order and page."""
    cases = _placed(ground, filters)
    placed = cases.parts
    if filters.clock is not None:
        cases = cases.filter(_clock(filters.clock, NOW), ended_at=None)
    if filters.channel is not None:
        cases = cases.filter(channel=filters.channel)
    if filters.matter is not None:
        cases = cases.filter(case_class=filters.matter)
    if filters.major is not None:
        cases = cases.filter(case_class__in=ground.classes)
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


@dataclass(frozen=True)
class Ground:
    """What a list stands on: who asks, how far that reaches, and what of it is read from the database. `helped`:
    cases that his units help or helped with; `helping`: with which they do now; `also`, `also_helped`: the reach of
    another right that is asked for as well. Two equal ones make the same statements."""

    me: int | None
    scope: Scope
    helped: tuple[int, ...]
    helping: tuple[int, ...] = ()
    area: tuple[int, str, str] | None = None  # id, kind, path; id 0: there is no such area
    units: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    also: Scope | None = None
    also_helped: tuple[int, ...] = ()
    whose: Whose | None = None

    @property
    def nowhere(self) -> bool:
        return self.area is not None and not self.area[0]

    @property
    def whole_area(self) -> bool:
        """An area that the scope covers whole stands for the scope: one range instead of two."""
        return self.area is not None and self.scope.covers(self.area[2]) and self.whose != Whose.HELPING

    @property
    def may_repeat(self) -> bool:
        """Whether a case may stand in two parts: in scope, and among those that his units help with."""
        apart = self.helped and self.whose != Whose.HELPING
        return bool(apart and not self.whole_area and not self.nowhere)


def _ground(viewer: Actor, filters: Filters, may: str = SEE) -> Ground:
    scope = require_some_reach(viewer)
    area: tuple[int, str, str] | None = None
    if filters.area is not None:
        area = Area.objects.filter(pk=filters.area).values_list("pk", "kind", "path").first() or (0, "", "")
    classes: list[int] = []
    if filters.major is not None:
        classes = list(CaseClass.objects.filter(major=filters.major).values_list("pk", flat=True))
    also = viewer.scope(may)
    if not also.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=may)
    more = also if also != scope else None
    return Ground(
        me=viewer.pk if isinstance(viewer, User) else None,
        scope=scope,
        helped=tuple(helped_ids(scope)),
        helping=tuple(helped_ids(scope, now=True)) if filters.whose == Whose.HELPING else (),
        area=area,
        units=tuple(_units_of(viewer)) if filters.whose == Whose.UNIT else (),
        classes=tuple(classes),
        also=more,
        also_helped=tuple(helped_ids(also)) if more is not None else (),
        whose=filters.whose,
    )


def _placed(ground: Ground, filters: Filters) -> Seen:
    """Scope, area and holder."""
    own = Case.objects.filter(in_scope(ground.scope))
    if ground.nowhere:
        return Seen((own.filter(pk=0),))  # nothing
    parts = [own, Case.objects.filter(pk__in=ground.helped)] if ground.helped else [own]
    if ground.whose == Whose.HELPING:
        parts = [Case.objects.filter(pk__in=ground.helping)]
    if ground.area is not None:
        if ground.whole_area:
            parts = [Case.objects.filter(_in_area(ground.area))]
        else:
            parts = [part.filter(_in_area(ground.area)) for part in parts]
    seen = Seen(tuple(parts))
    if ground.whose == Whose.MINE:
        seen = seen.filter(holder_user=ground.me) if ground.me is not None else seen.filter(pk=0)
    if filters.holder is not None:
        seen = seen.filter(holder_org=filters.holder)
    if ground.whose == Whose.UNIT:
        seen = seen.filter(holder_org__in=ground.units)
    if ground.also is None:
        return seen
    within = in_scope(
        ground.also
    )  # only where the viewer has this right too; a part of his units counts as theirs
    return seen.filter(within | Q(pk__in=ground.also_helped) if ground.also_helped else within)


def _in_area(area: tuple[int, str, str]) -> Q:
    area_id, kind, path = area
    column = LEVEL_COLUMN.get(AreaKind(kind))
    if column is not None:
        return Q(**{column: area_id})
    low, high = path_range(path)
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
    ground = _ground(viewer, _standing(filters))
    return _counted(State, _state_parts(ground, filters.holder), ground.may_repeat)


def clock_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[Clock, int]:
    """The same for the clocks of open cases. One query."""
    ground = _ground(viewer, _standing(filters))
    return _counted(Clock, told(_clock_parts(ground, filters.holder), at), ground.may_repeat)


def _standing(filters: Filters) -> Filters:
    """What of them says where a list stands."""
    return Filters(whose=filters.whose, holder=filters.holder, area=filters.area)


@lru_cache(maxsize=300)
def _state_parts(ground: Ground, holder: int | None) -> tuple[Range, ...]:
    placed = _placed(ground, Filters(holder=holder))
    return tuple(
        part for cases in placed.parts for part in ranges(_marked(cases.filter(state=ANY), ANY), tuple(State))
    )


@lru_cache(maxsize=300)
def _clock_parts(ground: Ground, holder: int | None) -> tuple[Range, ...]:
    placed = _placed(ground, Filters(holder=holder)).filter(ended_at=None)
    return tuple(
        part
        for clock in Clock
        for cases in placed.parts
        for part in ranges(_marked(cases.filter(_clock(clock, NOW)), clock.value))
    )


def _marked(cases: CaseQuerySet, kind: str) -> Any:
    """Up to COUNTED_TO + 1 of them, each with what it is counted as."""
    named = cases.order_by().annotate(counted_as=Value(kind, CharField()))
    return named.values_list("counted_as", "pk")[: COUNTED_TO + 1]


def _counted(kinds: type[Kind], parts: Iterable[Range], may_repeat: bool) -> dict[Kind, int]:
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
