"""How many cases of each state and clock, up to a cap: one query each."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import CharField, Value

from onegrid.cases.flow.models import CaseQuerySet
from onegrid.cases.flow.queries import COUNTED_TO
from onegrid.cases.flow.queries.filters import Clock, Filters
from onegrid.cases.flow.queries.ground import Ground, clock_reads, ground_of, placed_on
from onegrid.cases.flow.queries.ranges import ANY, NOW, Range, ranges, told, united
from onegrid.cases.flow.rules import State
from onegrid.kit.actors import Actor

Kind = TypeVar("Kind", bound=StrEnum)


def state_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[State, int]:
    """How many are in each state among scope, area and holder (the other filters are not counted: no index says how
    many), up to COUNTED_TO + 1 each. One query."""
    ground = ground_of(viewer, _standing(filters))
    return _counted(State, _state_parts(ground, filters.holder), ground.may_repeat)


def clock_counts(*, viewer: Actor, filters: Filters, at: datetime) -> dict[Clock, int]:
    """The same for the clocks of open cases. One query."""
    ground = ground_of(viewer, _standing(filters))
    return _counted(Clock, told(_clock_parts(ground, filters.holder), at), ground.may_repeat)


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
        for part in ranges(_marked(cases.filter(clock_reads(clock, NOW)), clock.value))
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
