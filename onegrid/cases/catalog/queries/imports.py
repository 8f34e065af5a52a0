"""Imports of filing standards as the page shows them, and a version as the nine columns tell it."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.models import (
    CatalogVersion,
    DutyLine,
    DutyPart,
    MajorClass,
    Scheme,
    StandardImport,
)
from onegrid.cases.catalog.queries.editions import edition
from onegrid.cases.catalog.rules.sheets import (
    CityStandard,
    Condition,
    Grid,
    Reading,
    SheetClass,
    read_standard,
)
from onegrid.cases.catalog.rules.spelling import Limit, Meaning
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound
from onegrid.kit.worktime import Unit

SHOWN = 30  # imports of the list
LOCAL = re.compile(r"local-[a-z0-9][a-z0-9-]{0,25}")


def is_local(scheme_code: str) -> bool:
    """A scheme of a city's own; imports go only there, never over what came along as a standard's."""
    return LOCAL.fullmatch(scheme_code) is not None


def local_schemes() -> list[Scheme]:
    return [scheme for scheme in Scheme.objects.order_by("code") if is_local(scheme.code)]


def standard_imports(*, viewer: Actor) -> list[StandardImport]:
    """The newest first, without their sheets."""
    access.require_everywhere(viewer)
    rows = StandardImport.objects.select_related("version__scheme").defer("grids")
    return list(rows.order_by("-made_at", "-pk")[:SHOWN])


def standard_import(import_id: int, *, viewer: Actor) -> StandardImport:
    access.require_everywhere(viewer)
    found = StandardImport.objects.select_related("version__scheme").filter(pk=import_id).first()
    if found is None:
        raise NotFound("no_such_import", _("There is no such import."))
    return found


def meaning_of(found: StandardImport) -> Meaning:
    """What somebody said that 天, 小时 and 立即 mean in this file."""
    at_once = (
        (found.at_once_limit, Unit(found.at_once_unit))
        if found.at_once_limit and found.at_once_unit
        else None
    )
    return Meaning(Unit(found.day) if found.day else None, Unit(found.hour) if found.hour else None, at_once)


def reading_of(found: StandardImport) -> Reading:
    """The whole workbook by the choices made so far."""
    return read_standard({kind: grid_of(kept) for kind, kept in found.grids.items()}, meaning_of(found))


def kept_grid(grid: Grid) -> dict:
    return {
        "name": grid.name,
        "rows": grid.rows,
        "merges": grid.merges,
        "formulas": sorted(grid.formulas),
        "numbers": sorted(grid.numbers),
    }


def grid_of(kept: dict) -> Grid:
    return Grid(
        kept["name"],
        tuple(tuple(row) for row in kept["rows"]),
        tuple(tuple(merge) for merge in kept["merges"]),
        frozenset((row, column) for row, column in kept["formulas"]),
        frozenset((row, column) for row, column in kept["numbers"]),
    )


@dataclass(frozen=True)
class Tally:
    classes: int
    conditions: int
    majors: int


def tally(standard: CityStandard) -> Tally:
    return Tally(
        len(standard.classes), sum(len(one.conditions) for one in standard.classes), len(standard.majors)
    )


def city_standard(version: CatalogVersion) -> CityStandard:
    """What a version holds of the nine columns, by kind and code. Three queries at most."""
    known = edition(version.pk)
    supervisors: dict[int, list[str]] = {}
    lines = DutyLine.objects.filter(case_class__version=version, part=DutyPart.SUPERVISE)
    for line in lines.order_by("position"):
        supervisors.setdefault(line.case_class_id, []).append(line.unit_name)
    majors = MajorClass.objects.filter(version=version).order_by("kind", "code")
    return CityStandard(
        tuple((major.kind, major.code, major.name) for major in majors),
        tuple(
            SheetClass(
                row.kind,
                row.code,
                row.name,
                row.lead_unit,
                tuple(supervisors.get(row.pk, ())),
                tuple(
                    Condition(
                        standard.filing_condition,
                        standard.closing_condition,
                        Limit(standard.limit, Unit(standard.unit)),
                    )
                    for standard in known.standards.get(row.pk, [])
                ),
            )
            for row in known.classes.values()
        ),
    )
