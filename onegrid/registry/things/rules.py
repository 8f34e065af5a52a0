"""The identifier of a thing, and which status may follow which.

Identifier: 17 digits = 6 division + 2 major class + 3 minor class + 6 serial (GB/T 47678.5-2026, secondary source).
"""

import re
from dataclasses import dataclass

SERIALS = 999_999

_FORM = re.compile(r"(\d{6})(\d{2})(\d{3})(\d{6})", re.ASCII)


@dataclass(frozen=True)
class Identifier:
    """`division`: GB/T 2260, six digits; `class_code`: major and minor class, five digits; `serial` from 1."""

    division: str
    class_code: str
    serial: int

    def __str__(self) -> str:
        return f"{self.division}{self.class_code}{self.serial:06d}"


def identifier(division: str, class_code: str, serial: int) -> str:
    """The 17 digits. Raises ValueError for parts of another length or a serial outside 1 to 999999."""
    if not re.fullmatch(r"\d{6}", division, re.ASCII):
        raise ValueError(f"a division has six digits: {division!r}")
    if not re.fullmatch(r"\d{5}", class_code, re.ASCII):
        raise ValueError(f"a class has five digits: {class_code!r}")
    if not 1 <= serial <= SERIALS:
        raise ValueError(f"a serial is 1 to {SERIALS}: {serial}")
    return str(Identifier(division, class_code, serial))


def read_identifier(text: str) -> Identifier:
    """The parts of 17 digits. Raises ValueError for anything else, serial 000000 included."""
    found = _FORM.fullmatch(text)
    if not found or int(found[4]) == 0:
        raise ValueError(f"not the identifier of a thing: {text!r}")
    return Identifier(found[1], found[2] + found[3], int(found[4]))


# What a status may become. A thing that was removed is history: a new one in its place gets a new identifier.
NEXT_STATUS = {
    "intact": {"damaged", "lost", "abandoned", "removed"},
    "damaged": {"intact", "lost", "abandoned", "removed"},
    "lost": {"intact", "damaged", "abandoned", "removed"},
    "abandoned": {"intact", "damaged", "removed"},
    "removed": set[str](),
}


def may_become(now: str, then: str) -> bool:
    return then in NEXT_STATUS[now]


# What somebody on site may report of a thing, and the status that it has then.
STATUS_AFTER = {"missing": "lost", "broken": "damaged", "mended": "intact"}
KINDS_OF_CHANGE = ("moved", "photo", *STATUS_AFTER)


@dataclass(frozen=True)
class Directness:
    """Kinds of changes that are written at once; a move up to so many metres is as well."""

    kinds: frozenset[str]
    moved_metres: float


def is_direct(kind: str, metres: float | None, rule: Directness) -> bool:
    if kind == "moved":
        return metres is not None and metres <= rule.moved_metres
    return kind in rule.kinds


def change_fault(kind: str, *, words: bool, photo: bool, place: bool) -> str | None:
    """The code of what is missing in a reported change; None: nothing."""
    if kind not in KINDS_OF_CHANGE:
        return "unknown_kind"
    if kind == "moved" and not place:
        return "place_needed"
    if kind == "photo" and not photo:
        return "photo_needed"
    if kind in STATUS_AFTER and not (words or photo):
        return "words_or_photo_needed"
    return None
