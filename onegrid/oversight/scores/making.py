"""From counted cases to scores with their lines, in memory: what a run writes and a preview shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from onegrid.oversight.measures.rules import names_in
from onegrid.oversight.scores.rules import Every, Result, Subject, counters_of, score
from onegrid.oversight.scores.subjects import Scored, scored


@dataclass(frozen=True)
class Made:
    """A subject with its result; `causes`: component → (cases that earned, cases that cost)."""

    whom: Scored
    result: Result
    causes: Mapping[str, tuple[list[int], list[int]]]


def made(
    subject: str, definition: Mapping[str, Any], since: date, until: date, *, only: int | None = None
) -> list[Made]:
    """Scores of everybody of this kind (or one) for these days by this rule; nothing is written."""
    names = counters_of(definition)
    return [
        Made(one, score(definition, one.counters, one.households), causes(definition, one.cases))
        for one in scored(Subject(subject), names, since, until, only=only)
    ]


def causes(
    definition: Mapping[str, Any], cases: Mapping[str, Sequence[int]]
) -> dict[str, tuple[list[int], list[int]]]:
    """Of a rate: what was counted above, and what below stood against it. Of counting: every case of the counter, on
    the side of its sign."""
    found = {}
    for one in definition["components"]:
        if one["kind"] == "rate":
            above, below = (_named(one["formula"], cases, part) for part in (0, 1))
            found[one["code"]] = (above, _less(below, above))
        else:
            counted = list(cases.get(one["counter"], ()))
            lost = Fraction(str(one["points"])) < 0
            found[one["code"]] = ([], counted) if lost else (counted, [])
    return found


def _named(formula: str, cases: Mapping[str, Sequence[int]], part: int) -> list[int]:
    """Cases of the counters before or behind the stroke."""
    pieces = formula.split("/")
    return [case for name in names_in(pieces[part].strip().strip("()")) for case in cases.get(name, ())]


def _less(below: list[int], above: list[int]) -> list[int]:
    return sorted((Counter(below) - Counter(above)).elements())


def period_before(every: str, day: date) -> tuple[date, date]:
    """First and last day of the last whole week or month before `day`."""
    if every == Every.WEEK:
        last = day - timedelta(days=day.weekday() + 1)
        return last - timedelta(days=6), last
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def period_so_far(every: str, day: date) -> tuple[date, date]:
    first = day - timedelta(days=day.weekday()) if every == Every.WEEK else day.replace(day=1)
    return first, day
