"""How many cases of each state and clock, up to a cap: one query each, or one for both."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import CharField, Value

from onegrid.cases.flow.models import CaseQuerySet
from onegrid.cases.flow.queries import COUNTED_TO
from onegrid.cases.flow.queries.filters import Clock, Filters
from onegrid.cases.flow.queries.ground import Ground, clock_reads, ground_of, placed_on
from onegrid.cases.flow.queries.ranges import ANY, NOW, Range, ranges, told, united
from onegrid.cases.flow.rules import State
from onegrid.kit.actors import Actor


@dataclass(frozen=True)
class ListCounts:
    """Up to COUNTED_TO + 1 of each, among scope, area and holder: of the other filters no index says how many."""

    states: dict[State, int]
    clocks: dict[Clock, int]


def list_counts(*, viewer: Actor, filters: Filters, at: datetime) -> ListCounts:
    """What the tabs of a list say: cases in each state, open cases by their clock. One query besides the scope's."""
    ground = ground_of(viewer, _standing(filters))
    parts = (*_state_parts(ground, filters.holder), *told(_clock_parts(ground, filters.holder), at))
    counts = _counted(parts, ground.may_repeat)
    return ListCounts(
        {state: counts[state.value] for state in State}, {clock: counts[_word(clock)] for clock in Clock}
    )


def state_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[State, int]:
    """Those of the states alone."""
    ground = ground_of(viewer, _standing(filters))
    counts = _counted(_state_parts(ground, filters.holder), ground.may_repeat)
    return {state: counts[state.value] for state in State}


def clock_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[Clock, int]:
    """Those of the clocks alone."""
    ground = ground_of(viewer, _standing(filters))
    counts = _counted(told(_clock_parts(ground, filters.holder), at), ground.may_repeat)
    return {clock: counts[_word(clock)] for clock in Clock}


def _standing(filters: Filters) -> Filters:
    """What of them says where a list stands."""
    return Filters(whose=filters.whose, holder=filters.holder, area=filters.area)


@lru_cache(maxsize=300)
def _state_parts(ground: Ground, holder: int | None) -> tuple[Range, ...]:
    placed = placed_on(ground, Filters(holder=holder))
    return tuple(
        part for cases in placed.parts for part in ranges(_marked(cases.filter(state=ANY), ANY), tuple(State))
    )


@lru_cache(maxsize=300)
def _clock_parts(ground: Ground, holder: int | None) -> tuple[Range, ...]:
    placed = placed_on(ground, Filters(holder=holder)).filter(ended_at=None)
    return tuple(
        part
        for clock in Clock
        for cases in placed.parts
        for part in ranges(_marked(cases.filter(clock_reads(clock, NOW)), _word(clock)))
    )


def _marked(cases: CaseQuerySet, kind: str) -> Any:
    """Up to COUNTED_TO + 1 of them, each with what it is counted as."""
    named = cases.order_by().annotate(counted_as=Value(kind, CharField()))
    return named.values_list("counted_as", "pk")[: COUNTED_TO + 1]


def _word(clock: Clock) -> str:
    """What its cases are counted as: no state is called so."""
    return f"clock {clock.value}"


def _counted(parts: Iterable[Range], may_repeat: bool) -> Counter[str]:
    return Counter(word for word, _pk in united(parts, distinct=may_repeat, keep=True))
