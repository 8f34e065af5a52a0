"""A standard as the two sheets of nine columns that `sheets.read_standard` reads back the same. Pure."""

from collections.abc import Iterable

from onegrid.cases.catalog.rules.sheets import (
    COLUMNS,
    SHEET_NAMES,
    SHEETS,
    TITLES,
    CityStandard,
    Grid,
    SheetClass,
)
from onegrid.cases.catalog.rules.spelling import spell_limit


def write_standard(standard: CityStandard) -> list[Grid]:
    """The two sheets of a standard, with merged cells where something is the same as above."""
    return [_written(kind, standard) for kind in SHEETS]


def _written(kind: str, standard: CityStandard) -> Grid:
    names = {code: name for which, code, name in standard.majors if which == kind}
    rows: list[tuple[str, ...]] = [(TITLES[kind], *[""] * (len(COLUMNS) - 1)), COLUMNS]
    merges = [(1, 1, 1, len(COLUMNS))]
    told: set[str] = set()
    began = 0
    classes = [one for one in standard.classes if one.kind == kind]
    for index, one in enumerate(classes):
        major, first = one.code[:2], len(rows) + 1
        if index == 0 or classes[index - 1].code[:2] != major:
            began = first
        head = (major, names.get(major, "")) if began == first else ("", "")
        told.add(major)
        for number, lines in enumerate(_conditions(one)):
            before = (
                (*head, one.code, one.name, one.unit, "、".join(one.supervisors)) if not number else ("",) * 6
            )
            rows.append((*before, *lines))
        if len(rows) > first:
            merges += [(first, column, len(rows), column) for column in range(3, 7)]
        last = index + 1 == len(classes) or classes[index + 1].code[:2] != major
        if last and len(rows) > began:
            merges += [(began, column, len(rows), column) for column in (1, 2)]
    return Grid(SHEET_NAMES[kind], tuple(rows), tuple(merges))


def _conditions(one: SheetClass) -> Iterable[tuple[str, str, str]]:
    if not one.conditions:
        return [("", "", "")]
    return [(row.filing, row.closing, spell_limit(row.limit.value, row.limit.unit)) for row in one.conditions]
