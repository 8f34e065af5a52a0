"""Which level may hang below which, which codes fit, how unit grids are numbered. Pure Python.

Sources: GB/T 2260 (division, 6 digits), GB/T 10114 (street part, ranges seen in a public data set [V]), Beijing DB11
unit-grid standard [S] (15 digits, numbering), standards.md 1.2 and 7.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ROOT = ""  # in a level plan: may stand without a parent

# kind → the kinds it may hang below. A city changes it with its own row (LevelPlan), not with code.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "province": (ROOT,),
    "city": ("province", ROOT),
    "district": ("city", "province", ROOT),
    "street": ("district", "city", ROOT),
    "work_area": ("street",),
    "community": ("work_area", "street"),
    "grid": ("community",),
    "exclusive_grid": ("community", "work_area", "street"),
    "unit_grid": ("community", "street"),
}

# How many digits the code of a kind has; a kind that is missing here has a local code.
DIGITS = {"province": 6, "city": 6, "district": 6, "street": 9, "community": 12, "unit_grid": 15}
# How many leading digits a parent of this kind hands down to the codes below it.
HANDED_DOWN = {"province": 2, "city": 4, "district": 6, "street": 9, "community": 12}
LOCAL_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,23}")

# GB/T 10114: (first, last, what it is); 600 and above are not assigned.
STREET_PARTS = ((1, 99, "street"), (100, 199, "town"), (200, 399, "township"), (400, 599, "special"))


@dataclass(frozen=True)
class Complaint:
    """Why something does not fit: a stable code, and the figures a message needs."""

    code: str
    details: Mapping[str, object]


def complaint(code: str, **details: object) -> Complaint:
    return Complaint(code, details)


def street_part(digits: str) -> str | None:
    """What the three digits of a street code say: street, town, township, special; None: not assigned."""
    return next((name for low, high, name in STREET_PARTS if low <= int(digits) <= high), None)


def code_complaint(
    kind: str, code: str, parent_kind: str | None = None, parent_code: str = ""
) -> Complaint | None:
    """None when `code` fits the form of its kind and continues the code of the area above it.

    `parent_kind`, `parent_code`: the nearest area above that has a standard code (not a work area), or None.
    """
    digits = DIGITS.get(kind)
    if digits is None:
        return None if LOCAL_CODE.fullmatch(code) else complaint("code_has_odd_characters", given=code)
    if not (code.isascii() and code.isdigit()):
        return complaint("code_is_not_digits", given=code)
    if len(code) != digits:
        return complaint("code_has_wrong_length", given=code, digits=digits, found=len(code))
    return (
        _division_complaint(kind, code)
        or _street_complaint(code)
        or _prefix_complaint(code, parent_kind, parent_code)
    )


def _division_complaint(kind: str, code: str) -> Complaint | None:
    if code[:2] == "00":
        return complaint("division_begins_with_00", given=code)
    if kind == "province" and code[2:] != "0000":
        return complaint("province_ends_in_0000", given=code)
    if kind == "city" and (code[4:] != "00" or code[2:4] == "00"):
        return complaint("city_ends_in_00", given=code)
    if kind in ("district", "street", "community", "unit_grid") and code[4:6] == "00":
        return complaint("district_part_is_00", given=code)
    return None


def _street_complaint(code: str) -> Complaint | None:
    if len(code) >= 9 and street_part(code[6:9]) is None:
        return complaint("street_part_not_assigned", given=code, part=code[6:9])
    if len(code) == 12 and code[9:] == "000":
        return complaint("community_part_is_000", given=code)
    if len(code) == 15 and code[12:] == "000":
        return complaint("sequence_is_000", given=code)
    return None


def _prefix_complaint(code: str, parent_kind: str | None, parent_code: str) -> Complaint | None:
    handed_down = parent_code[: HANDED_DOWN.get(parent_kind or "", 0)]
    if not code.startswith(handed_down):
        return complaint("code_not_of_parent", given=code, parent=parent_code, begins=handed_down)
    return None


def level_complaint(
    kind: str, parent_kind: str | None, levels: Mapping[str, Sequence[str]] = LEVELS
) -> Complaint | None:
    """None when an area of `kind` may hang below one of `parent_kind` (None: stands alone) in this plan."""
    if kind not in levels:
        return complaint("level_not_used", kind=kind)
    if parent_kind is None:
        return (
            None
            if ROOT in levels[kind]
            else complaint("level_needs_parent", kind=kind, allowed=[*levels[kind]])
        )
    if parent_kind not in levels[kind]:
        return complaint("level_not_below", kind=kind, parent=parent_kind, allowed=[*levels[kind]])
    return None


def plan_complaint(levels: Mapping[str, Sequence[str]]) -> Complaint | None:
    """None when a local plan of levels uses known kinds and has no circle."""
    for kind, parents in levels.items():
        for parent in parents:
            if kind not in LEVELS or (parent != ROOT and parent not in levels):
                return complaint("level_unknown", kind=kind, parent=parent)
    for kind in levels:
        if kind in _above(kind, levels):
            return complaint("level_below_itself", kind=kind)
    return None


def _above(kind: str, levels: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [*levels[kind]]
    while waiting:
        parent = waiting.pop()
        if parent != ROOT and parent not in found:
            found.add(parent)
            waiting.extend(levels[parent])
    return found


def numbering(centres: Sequence[tuple[float, float]], row_height: float) -> list[int]:
    """Sequence numbers 1… of places given by their centres (x east, y north, any one unit), in the order given.

    West to east, then north to south [S: DB11]: the northernmost row from west to east, then the next row. Two
    centres are in one row when they are less than `row_height` apart from the row's northernmost centre.
    """
    order = sorted(range(len(centres)), key=lambda i: -centres[i][1])
    rows: list[list[int]] = []
    for i in order:
        if rows and centres[rows[-1][0]][1] - centres[i][1] < row_height:
            rows[-1].append(i)
        else:
            rows.append([i])
    numbers = [0] * len(centres)
    walk = [i for row in rows for i in sorted(row, key=lambda i: (centres[i][0], -centres[i][1]))]
    for number, i in enumerate(walk, start=1):
        numbers[i] = number
    return numbers


def tint(taken: set[int], count: int = 8) -> int:
    """A colour index 1…count that no neighbour has; when all are taken, still one of them."""
    return next((index for index in range(1, count + 1) if index not in taken), len(taken) % count + 1)


def path_steps(path: str) -> list[int]:
    """The ids in "1.23.456.", root first."""
    return [int(step) for step in path.split(".") if step]


def ancestors_of(path: str) -> list[str]:
    """Paths of everything above "1.23.456.": ["1.", "1.23."]."""
    steps = path.split(".")[:-1]
    return [".".join(steps[:end]) + "." for end in range(1, len(steps))]
