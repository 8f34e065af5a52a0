"""Work lists: pages both ways, and counts that stop at a cap (what they are narrowed to: filters.py)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Case, CaseQuerySet
from onegrid.cases.flow.queries import (
    PAGE,
    SIGHT,
    helped_ids,
    require_some_reach,
)
from onegrid.cases.flow.queries.filters import Filters, Sort, number
from onegrid.cases.flow.queries.ground import Ground, Seen, bounded, days_asked, ground_of, in_time, narrowed
from onegrid.cases.flow.queries.ranges import ANY, FLOOR, Range, ranges, told, united
from onegrid.cases.flow.rules import number_in
from onegrid.cases.flow.whole import cases_by_id
from onegrid.kit.actors import Actor
from onegrid.kit.statements import ask

SHORT_AMONG = 3_000  # cases of each state and range (decision 0019)
RECENT = (
    1_000,
    10_000,
)  # cases of a state among which a word is looked for before the index of words is asked


@dataclass(frozen=True)
class Page:
    """`later`, `earlier`: keys of the pages after and before, as the address carries them; None: there is none."""

    cases: list[Case]
    later: str | None
    earlier: str | None


@dataclass(frozen=True)
class Keys:
    """The ids of a page in its order, and the keys of the pages beside it."""

    ids: list[int]
    later: str | None = None
    earlier: str | None = None


def case_page(
    *,
    viewer: Actor,
    filters: Filters,
    at: datetime,
    after: str = "",
    before: str = "",
    size: int = PAGE,
    may: str = SEE,
) -> Page:
    """One page of what the viewer may see, and besides may do `may` with. Three queries and those of the scope,
    however many cases there are; with days at most two more."""
    if (alone := _number_alone(filters)) and may == SEE and not (after or before):
        return Page(_by_number(viewer, alone), None, None)
    keys = page_keys(viewer=viewer, filters=filters, at=at, after=after, before=before, size=size, may=may)
    found = cases_by_id(keys.ids) if keys.ids else {}
    return Page([found[pk] for pk in keys.ids if pk in found], keys.later, keys.earlier)


def page_keys(
    *,
    viewer: Actor,
    filters: Filters,
    at: datetime,
    after: str = "",
    before: str = "",
    size: int,
    may: str = SEE,
) -> Keys:
    """Which cases a page shows.

    Each state is one range of an index that has the order of the list, so the page is the first of at most eight
    sorted ranges.
    """
    backwards = bool(before)
    cursor = _cursor(before or after, filters.sort)
    ground = ground_of(viewer, filters, may)
    keys = _recent(ground, filters, cursor, size + 1, at) if _worth_trying(filters, backwards) else None
    if keys is None:
        if days_asked(filters) is None:
            parts = _page_parts(ground, filters, cursor, backwards, size + 1)
        else:
            seen = in_time(narrowed(ground, filters), filters)
            parts = tuple(_keys(seen, filters, cursor, backwards, size + 1))
        keys = united(
            told(parts, at), order=_order(filters, backwards), most=size + 1, distinct=ground.may_repeat
        )
    more = len(keys) > size
    shown = keys[:size][::-1] if backwards else keys[:size]
    if not shown:
        return Keys([])
    has_later = more if not backwards else True
    has_earlier = more if backwards else cursor is not None
    return Keys(
        [key[-1] for key in shown],
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
    return by_index and filters.sort == Sort.NEWEST and days_asked(filters) is None and not backwards


def _recent(
    ground: "Ground", filters: Filters, cursor: tuple | None, most: int, at: datetime
) -> list[tuple] | None:
    """The page when it lies among the newest cases, compared one by one; None: nobody knows, ask the index of words.

    The index finds a rare word at once and sorts all cases of a frequent one to show twenty: at five million cases
    half a second. A frequent word stands in the newest cases anyway; one that some of them have is worth a second
    look, among more of them.
    """
    for among in RECENT:
        edge, parts = _recent_parts(ground, filters, cursor, most, among)
        last = max((pk for (pk,) in united(edge, distinct=False)), default=0)
        keys = united(told(parts, at, floor=last), order="1 DESC", most=most, distinct=ground.may_repeat)
        if len(keys) >= most or not last:
            return keys
        if not keys:
            break
    return None


@lru_cache(maxsize=300)
def _recent_parts(
    ground: "Ground", filters: Filters, cursor: tuple | None, most: int, among: int
) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """What finds the oldest case that is compared (in the fullest state), and what compares the newer ones."""
    seen = narrowed(ground, replace(filters, q=""))
    if cursor is not None:
        seen = seen.filter(pk__lt=cursor[0])
    edge: list[Range] = []
    parts: list[Range] = []
    for cases in seen.parts:
        of_state = cases.filter(state=ANY).order_by("-id")
        edge += ranges(of_state.values_list("pk")[among : among + 1], filters.states)
        newer = of_state.filter(pk__gt=FLOOR).with_words(filters.q, by_index=False)
        parts += ranges(newer.values_list("pk")[:most], filters.states)
    return tuple(edge), tuple(parts)


@lru_cache(maxsize=300)
def _page_parts(
    ground: "Ground", filters: Filters, cursor: tuple | None, backwards: bool, most: int
) -> tuple[Range, ...]:
    """To write the statement costs more than to run it, and people open the same lists: its words are kept."""
    return tuple(_keys(narrowed(ground, filters), filters, cursor, backwards, most))


def _order(filters: Filters, backwards: bool) -> str:
    if filters.sort == Sort.DUE:
        return "1 DESC, 2 DESC" if backwards else "1, 2"
    return "1" if backwards else "1 DESC"


def _keys(seen: Seen, filters: Filters, cursor: tuple | None, backwards: bool, most: int) -> list[Range]:
    """For keys of the first `most` in the order of the list: (id,), or (due, id)."""
    if filters.sort != Sort.DUE:
        return _newest(seen, filters, cursor, backwards, most)
    return [
        part for cases in seen.parts for part in ranges(_by_due(cases, filters, cursor, backwards)[:most])
    ]


def _newest(seen: Seen, filters: Filters, cursor: tuple | None, backwards: bool, most: int) -> list[Range]:
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
