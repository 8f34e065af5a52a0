"""Sorted ranges of cases as one statement, written once for all states.

Django takes longer to write a union of eight queries than PostgreSQL to run it. So one range is written, for a
state that stands for each (`ANY`), and its text is repeated with the others' names in its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from onegrid.cases.flow.rules import State
from onegrid.kit.statements import ask

ANY = "<state>"  # never the name of a state, nor what somebody looks for: such words go between percent signs


NOW = datetime(1, 1, 1, 1, 1, 1, 1, tzinfo=UTC)  # stands for the moment that a list is read at (`told`)

FLOOR = -1_357_924_680  # stands for an id, of which none is negative

KEPT_MOST = 200  # parameters of a statement that stays prepared: long lists of ids are each asked once


@dataclass(frozen=True)
class Range:
    """A SELECT and its parameters."""

    sql: str
    given: tuple[Any, ...]


def ranges(rows: QuerySet, states: Sequence[State] = ()) -> list[Range]:
    """`rows`, which ask for ANY, for each of these states; without states just as they are. None of rows that
    nothing can fulfil."""
    try:
        sql, given = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    if not states:
        return [Range(sql, given)]
    return [
        Range(sql, tuple(state.value if isinstance(one, str) and one == ANY else one for one in given))
        for state in states
    ]


def told(parts: Iterable[Range], at: datetime, floor: int = 0) -> list[Range]:
    """The same with the moment in the place of NOW, and an id in that of FLOOR."""

    def said(one: Any) -> Any:
        if isinstance(one, datetime):
            return at if one == NOW else one
        return floor if one.__class__ is int and one == FLOOR else one

    return [Range(part.sql, tuple(map(said, part.given))) for part in parts]


def union(parts: Sequence[Range], *, order: str, most: int | None, distinct: bool) -> Range:
    """Of one part or more: what `united` asks, as a statement that another may count."""
    sql = (" UNION " if distinct else " UNION ALL ").join(f"({part.sql})" for part in parts)
    if len(parts) > 1:  # one alone is sorted and cut already
        sql += f" ORDER BY {order}" if order else ""
        sql += f" LIMIT {most:d}" if most is not None else ""
    return Range(sql, tuple(one for part in parts for one in part.given))


def united(
    parts: Iterable[Range], *, order: str = "", most: int | None = None, distinct: bool, keep: bool = False
) -> list[tuple]:
    """Their rows one after another, each part sorted and cut as the whole. `order`: by place, such as "1 DESC";
    `distinct`: rows that stand in two of them come once; `keep`: the statement stays prepared, for ranges that one
    index serves whatever the values are: to plan eight of them takes longer than to read them."""
    parts = list(parts)
    if not parts:
        return []
    one = union(parts, order=order, most=most, distinct=distinct)
    sql, given = one.sql, list(one.given)
    if keep and len(given) <= KEPT_MOST and (spelt := _spelt(given)) is not None:
        return ask(_numbered(sql), spelt)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


@lru_cache(maxsize=300)
def _numbered(sql: str) -> str:
    """With `$1`, `$2` … in the places of the parameters."""
    first, *rest = sql.split("%s")
    numbered = [first, *(f"${place}{piece}" for place, piece in enumerate(rest, start=1))]
    return "".join(numbered).replace("%%", "%")


def _spelt(given: list[Any]) -> list[str] | None:
    """The values as PostgreSQL reads them, which knows their types from where they stand; None when there is one
    that we do not spell."""
    spelt = []
    for one in given:
        if isinstance(one, datetime):
            spelt.append(one.isoformat())
        elif isinstance(one, str | int):
            spelt.append(str(one))
        else:
            return None
    return spelt
