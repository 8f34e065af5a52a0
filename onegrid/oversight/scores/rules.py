"""How points come about: components, caps, minimum sample, ranks. Pure and exact: the same inputs, the same points.

A rule is data: {"sample": {"formula", "least"}, "components": [...], "most": 100, "appeal_days": 7}. A component is a
*rate* (`weight` × formula) or counts *each* (`points` × how many, per 1,000 households or per 100 matters where it
says so, at most `cap` either way). Shares of rates that cannot be measured go to the rates that can. A rule may have
*grades*: {"mark", "source", "bands": [{"least", "zh", "en"}, …]}, the best first, the last from 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from onegrid.oversight.measures.counters import SUMMED
from onegrid.oversight.measures.rules import BadFormula, fraction_of, names_in, value_of


class Subject(StrEnum):
    """Whom a score is about."""

    WORKER = "worker"
    GRID = "grid"
    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"


class Every(StrEnum):
    WEEK = "week"
    MONTH = "month"


class Per(StrEnum):
    """What counting is set in relation to."""

    NOTHING = ""
    HOUSEHOLDS = "households"  # per 1,000
    WORKLOAD = "workload"  # per 100 matters of the sample


IN = {Per.NOTHING: 1, Per.HOUSEHOLDS: 1000, Per.WORKLOAD: 100}
COMPONENTS_MOST = 12
BANDS_MOST = 8
NAME_MOST = 20  # characters of the name of a grade
MARKS = ("national", "local_sample", "unverified")


class BadRule(Exception):
    """The rule cannot be used; `code` says why, `where` in which component."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code, self.where = code, where


@dataclass(frozen=True)
class Line:
    """One component of one score. `points` None: not measured, `why` says it: no_cases, no_base. `above`, `below`:
    what it was reckoned from; `weight`: that counted, after shares were passed on; `capped`: the cap held it."""

    code: str
    points: Fraction | None
    above: int
    below: int | None
    weight: Fraction
    capped: bool = False
    why: str = ""


@dataclass(frozen=True)
class Result:
    """`points` None: too few matters to say anything."""

    points: Fraction | None
    sample: int
    lines: tuple[Line, ...]


def check(definition: Mapping[str, Any]) -> None:
    """Raises BadRule: bad_sample, no_components, too_many, twice, bad_formula, bad_number, bad_counter, bad_mark,
    bad_grades."""
    try:
        sample = definition["sample"]
        _names(sample["formula"], "")
        if not isinstance(sample["least"], int) or sample["least"] < 1:
            raise BadRule("bad_sample")
        components = list(definition["components"])
    except (KeyError, TypeError):
        raise BadRule("bad_sample") from None
    if not components:
        raise BadRule("no_components")
    if len(components) > COMPONENTS_MOST:
        raise BadRule("too_many")
    codes = [str(one.get("code", "")) for one in components]
    if len(set(codes)) < len(codes) or "" in codes:
        raise BadRule("twice")
    for one in components:
        _check_component(one, str(one["code"]))
    if "grades" in definition:
        _check_grades(definition["grades"], Fraction(str(definition.get("most", 100))))


def _check_grades(grades: Any, most: Fraction) -> None:
    try:
        bands = list(grades["bands"])
        least = [Fraction(str(band["least"])) for band in bands]
        named = all(0 < len(band[word].strip()) <= NAME_MOST for band in bands for word in ("zh", "en"))
        falling = all(higher > lower for higher, lower in pairwise(least))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadRule("bad_grades") from None
    if grades.get("mark") not in MARKS:
        raise BadRule("bad_mark")
    if not (2 <= len(bands) <= BANDS_MOST and named and falling and least[-1] == 0 and least[0] <= most):
        raise BadRule("bad_grades")


def _check_component(one: Mapping[str, Any], where: str) -> None:
    if one.get("mark") not in MARKS:
        raise BadRule("bad_mark", where)
    try:
        if one["kind"] == "rate":
            _names(one["formula"], where)
            if fraction_of(one["formula"], dict.fromkeys(SUMMED, 1)) is None:
                raise BadRule("bad_formula", where)
            right = Fraction(str(one["weight"])) > 0
        else:
            right = (
                one["kind"] == "each" and Fraction(str(one["points"])) != 0 and Fraction(str(one["cap"])) > 0
            )
            Per(one.get("per", ""))
            if one["counter"] not in SUMMED:
                raise BadRule("bad_counter", where)
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        raise BadRule("bad_number", where) from None
    if not right:
        raise BadRule("bad_number", where)


def _names(formula: str, where: str) -> None:
    try:
        unknown = [name for name in names_in(formula) if name not in SUMMED]
    except BadFormula:
        raise BadRule("bad_formula", where) from None
    if unknown:
        raise BadRule("bad_counter", where)


def counters_of(definition: Mapping[str, Any]) -> list[str]:
    """Every counter that the rule asks for."""
    found = names_in(definition["sample"]["formula"])
    for one in definition["components"]:
        found += names_in(one["formula"]) if one["kind"] == "rate" else [one["counter"]]
    return list(dict.fromkeys(found))


def score(definition: Mapping[str, Any], counters: Mapping[str, int], households: int | None) -> Result:
    """Points by this rule. Each component is rounded to a hundredth, so that what is shown adds up."""
    sample = int(value_of(definition["sample"]["formula"], counters) or 0)
    if sample < definition["sample"]["least"]:
        return Result(None, sample, ())
    rates = [one for one in definition["components"] if one["kind"] == "rate"]
    measured = [one for one in rates if value_of(one["formula"], counters) is not None]
    whole = sum((Fraction(str(one["weight"])) for one in rates), Fraction())
    counted = sum((Fraction(str(one["weight"])) for one in measured), Fraction())
    share = whole / counted if counted else Fraction(1)
    lines = tuple(
        _rate(one, counters, share) if one["kind"] == "rate" else _each(one, counters, households, sample)
        for one in definition["components"]
    )
    told = [line.points for line in lines if line.points is not None]
    if not told:
        return Result(None, sample, lines)
    most = Fraction(str(definition.get("most", 100)))
    return Result(min(max(sum(told, Fraction()), Fraction()), most), sample, lines)


def _rate(one: Mapping[str, Any], counters: Mapping[str, int], share: Fraction) -> Line:
    value, weight = value_of(one["formula"], counters), Fraction(str(one["weight"])) * share
    parts = fraction_of(one["formula"], counters)
    above, below = (int(parts[0]), int(parts[1])) if parts else (0, 0)
    if value is None:
        return Line(one["code"], None, above, below, Fraction(), why="no_cases")
    return Line(one["code"], rounded(value * weight), above, below, weight)


def _each(one: Mapping[str, Any], counters: Mapping[str, int], households: int | None, sample: int) -> Line:
    count, each, cap = (
        counters.get(one["counter"], 0),
        Fraction(str(one["points"])),
        Fraction(str(one["cap"])),
    )
    per = Per(one.get("per", ""))
    base = {Per.NOTHING: 1, Per.HOUSEHOLDS: households, Per.WORKLOAD: sample}[per]
    below = base if per else None
    if not base:
        return Line(one["code"], None, count, below, cap, why="no_base")
    points = each * count * IN[per] / base
    held = min(max(points, -cap), cap)
    return Line(one["code"], rounded(held), count, below, cap, capped=held != points)


def rounded(value: Fraction) -> Fraction:
    """To a hundredth, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * Fraction(int(abs(value) * 100 + Fraction(1, 2)), 100)


def ranks(points: Sequence[Fraction | None]) -> list[int | None]:
    """The highest is 1; equals share a rank and the next one is left out; who has no score has no rank."""
    told = sorted((one for one in points if one is not None), reverse=True)
    first = {value: told.index(value) + 1 for value in set(told)}
    return [None if one is None else first[one] for one in points]


def grade(definition: Mapping[str, Any], points: Fraction | Decimal | None) -> int | None:
    """等次: which band of the rule the points are in, from 0 for the best. None: there are no points, or the version
    has no grades. Points below 0 (after a correction) are in the last."""
    if points is None or "grades" not in definition:
        return None
    bands = definition["grades"]["bands"]
    reached = (n for n, band in enumerate(bands) if Fraction(points) >= Fraction(str(band["least"])))
    return next(reached, len(bands) - 1)


@dataclass(frozen=True)
class Change:
    """What two versions say differently. `where`: code of a component, "grades", or "" for the whole; `what`: its
    key, or "" for a component that came or went; `before`, `after`: None where it is not said."""

    where: str
    what: str
    before: Any
    after: Any


UNSAID = ("code", "kind", "zh", "en", "source", "source_en")  # names of what is compared, not what it says


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference that changes points or grades, or where a component comes from; in the order of a rule."""
    old, new = _said(before), _said(after)
    parts = {where for where, _what in old}, {where for where, _what in new}
    found: list[Change] = []
    for where, what in dict.fromkeys([*new, *old]):
        if where not in ("", "grades") and (where not in parts[0] or where not in parts[1]):
            change = Change(
                where, "", where if where in parts[0] else None, where if where in parts[1] else None
            )
        else:
            change = Change(where, what, old.get((where, what)), new.get((where, what)))
        if change.before != change.after and change not in found:
            found.append(change)
    return found


def _said(definition: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    said = {
        ("", "sample"): definition["sample"]["formula"],
        ("", "least"): definition["sample"]["least"],
        ("", "most"): definition.get("most", 100),
        ("", "appeal_days"): definition.get("appeal_days", 7),
    }
    for one in definition["components"]:
        said |= {(one["code"], key): value for key, value in one.items() if key not in UNSAID}
    if "grades" in definition:
        said |= {("grades", band["zh"]): band["least"] for band in definition["grades"]["bands"]}
    return said
