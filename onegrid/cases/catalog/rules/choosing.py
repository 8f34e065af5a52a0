"""Which dispatch rule wins and why the others lose; who is nearest; what a list of rules gets wrong. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar


class Ruled(Protocol):
    """What choosing needs to know of a rule: its area ("" = everywhere), one class or all, and its hours."""

    class_code: str

    @property
    def area_path(self) -> str: ...


class Placed(Protocol):
    @property
    def area_path(self) -> str: ...


R = TypeVar("R", bound=Ruled)
P = TypeVar("P", bound=Placed)


def ancestors(path: str) -> list[int]:
    """Ids on the way from the root to the node, both included: "1.7.9." → [1, 7, 9]."""
    return [int(part) for part in path.split(".") if part]


class Outcome(StrEnum):
    """What became of a rule that was looked at."""

    WON = "won"
    OTHER_AREA = "other_area"
    OTHER_CLASS = "other_class"
    OTHER_HOURS = "other_hours"
    NOT_IN_FORCE = "not_in_force"
    NO_UNIT = "no_unit"  # its unit is closed, or there is none of the kind here
    CIRCLE = "circle"  # it says "like that class", and that leads back here
    WIDER_AREA = "wider_area"  # lost against a rule of a smaller area
    WHOLE_MAJOR = "whole_major"  # lost against a rule for the single class
    ANY_HOURS = "any_hours"  # lost against a rule for these hours
    LATER_RULE = "later_rule"  # equal in everything; the first one written holds


def rank(rule: Ruled) -> tuple[int, bool, bool]:
    """Deeper area first, then a single class, then certain hours."""
    return len(ancestors(rule.area_path)), rule.class_code != "", getattr(rule, "hours", "") != ""


def misfit(rule: Ruled, *, class_code: str, path: str, working: bool | None) -> Outcome | None:
    """Why a rule does not speak about this matter at all; None when it does. `working` None: hours do not count."""
    if not path.startswith(rule.area_path):
        return Outcome.OTHER_AREA
    if rule.class_code not in ("", class_code):
        return Outcome.OTHER_CLASS
    hours = getattr(rule, "hours", "")
    if hours and working is not None and (hours == "work") != working:
        return Outcome.OTHER_HOURS
    return None


def ordered(rules: Iterable[R], *, class_code: str, path: str, working: bool | None = None) -> list[R]:
    """The rules that speak about the matter, the one that wins first; equals in the order given."""
    fitting = [
        rule for rule in rules if misfit(rule, class_code=class_code, path=path, working=working) is None
    ]
    return sorted(fitting, key=rank, reverse=True)  # stable: of equals the first given stays first


def best_rule(rules: Iterable[R], *, class_code: str, path: str, working: bool | None = None) -> R | None:
    """The rule of the deepest area around the place; in one area a rule for the single class beats the major's."""
    return next(iter(ordered(rules, class_code=class_code, path=path, working=working)), None)


def why_lost(loser: Ruled, winner: Ruled) -> Outcome:
    """The first point in which the winner is more particular."""
    lost, won = rank(loser), rank(winner)
    if lost[0] != won[0]:
        return Outcome.WIDER_AREA
    if lost[1] != won[1]:
        return Outcome.WHOLE_MAJOR
    return Outcome.ANY_HOURS if lost[2] != won[2] else Outcome.LATER_RULE


def nearest(places: Iterable[P], path: str) -> P | None:
    """What stands deepest on the way to `path`; the first of equals."""
    around = [place for place in places if path.startswith(place.area_path)]
    return max(around, key=lambda place: len(ancestors(place.area_path)), default=None)


# ---- what a list of rules gets wrong


@dataclass(frozen=True)
class Line:
    """A dispatch rule as the checks see it. `until` None: open; `unit_open` None: its unit is not a fixed one."""

    key: Any
    kind: str
    major: str
    class_code: str
    area_path: str
    hours: str
    since: datetime
    until: datetime | None
    like_code: str = ""
    unit_open: bool | None = None

    @property
    def place(self) -> tuple[str, str, str, str, str]:
        return self.kind, self.major, self.class_code, self.area_path, self.hours


class Fault(StrEnum):
    OVERLAP = "overlap"
    CIRCLE = "circle"
    CLOSED_UNIT = "closed_unit"
    GAP = "gap"


T = TypeVar("T")


@dataclass(frozen=True)
class Finding(Generic[T]):
    """`keys`: the rules it is about; `about`: codes in words of the catalogue (a circle, or a class without rule)."""

    fault: Fault
    keys: tuple[T, ...] = ()
    about: tuple[str, ...] = ()


def overlaps(lines: Sequence[Line]) -> list[Finding]:
    """Rules of one rank about the same matter whose times meet: nobody could say which one holds."""
    found = []
    ranked: dict[tuple, list[Line]] = {}
    for line in lines:
        ranked.setdefault(line.place, []).append(line)
    for same in ranked.values():
        same.sort(key=lambda line: line.since)
        last = same[0]  # the one that holds longest so far
        for line in same[1:]:
            if last.until is None or last.until > line.since:
                found.append(Finding(Fault.OVERLAP, (last.key, line.key)))
            if last.until is not None and (line.until is None or line.until > last.until):
                last = line
    return found


def circles(lines: Sequence[Line]) -> list[Finding]:
    """Rules "like that class" that lead back to where they began, within one kind and area.

    A step goes from a rule's own class (or major class) to the code it names; each circle is told once.
    """
    found = []
    steps: dict[tuple[str, str, str], tuple[str, Any]] = {}
    for line in lines:
        if line.like_code:
            steps[line.kind, line.area_path, line.class_code or line.major] = (line.like_code, line.key)
    told: set[tuple[str, str, frozenset[str]]] = set()
    for kind, area, start in list(steps):
        seen, code = [start], _next(steps, kind, area, start)
        while code is not None and code not in seen:
            seen.append(code)
            code = _next(steps, kind, area, code)
        if code is None:
            continue
        ring = seen[seen.index(code) :]
        mark = kind, area, frozenset(ring)
        if mark not in told:
            told.add(mark)
            keys = tuple(key for one in ring if (key := _key(steps, kind, area, one)) is not None)
            found.append(Finding(Fault.CIRCLE, keys, (*ring, code)))
    return found


def _step(steps: dict, kind: str, area: str, code: str) -> tuple[str, Any] | None:
    """A class asks its own rule, then its major class's; the area's own, then the one for everywhere."""
    for where in dict.fromkeys((area, "")):
        for what in dict.fromkeys((code, code[:2])):
            if (kind, where, what) in steps:
                found: tuple[str, Any] = steps[kind, where, what]
                return found
    return None


def _next(steps: dict, kind: str, area: str, code: str) -> str | None:
    step = _step(steps, kind, area, code)
    return step[0] if step else None


def _key(steps: dict, kind: str, area: str, code: str) -> Any:
    step = _step(steps, kind, area, code)
    return step[1] if step else None


def closed_units(lines: Sequence[Line]) -> list[Finding]:
    return [Finding(Fault.CLOSED_UNIT, (line.key,)) for line in lines if line.unit_open is False]


def gaps(lines: Sequence[Line], classes: Iterable[tuple[str, str]], area_path: str = "") -> list[Finding]:
    """Classes (kind, code) that no rule covers at the place at all hours; one finding a major class.

    Rules for working hours and for the rest together cover a class.
    """
    missing: dict[tuple[str, str], list[str]] = {}
    for kind, code in classes:
        hours = {
            line.hours
            for line in lines
            if line.kind == kind
            and line.major == code[:2]
            and line.class_code in ("", code)
            and area_path.startswith(line.area_path)
        }
        if "" not in hours and not {"work", "off"} <= hours:
            missing.setdefault((kind, code[:2]), []).append(code)
    return [Finding(Fault.GAP, about=(kind, major, *codes)) for (kind, major), codes in missing.items()]
