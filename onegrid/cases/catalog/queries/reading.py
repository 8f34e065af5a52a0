"""The catalogue as people read it: schemes, versions, classes, and one class with all that belongs to it.

The catalogue is public: nothing here is about citizens, so nobody's scope is asked.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassMapping,
    DutyLine,
    MajorClass,
    Scheme,
    StageLimit,
    Standard,
)
from onegrid.cases.catalog.queries.editions import (
    Edition,
    class_by_id,
    counterparts,
    edition,
    standards_of,
)
from onegrid.cases.catalog.rules.differences import Difference, differences
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A page of classes of one version, by kind and code; `after`: where the next page begins, None at the end."""

    version: CatalogVersion | None
    classes: list[CaseClass]
    after: str | None
    standards: dict[int, list[Standard]] = field(default_factory=dict)


def schemes() -> list[Scheme]:
    """Those that cases are filed under first."""
    return list(Scheme.objects.order_by("-for_filing", "-code"))


def versions_of(scheme: Scheme) -> list[CatalogVersion]:
    """The history of a scheme, the newest first."""
    return list(scheme.versions.select_related("scheme").order_by("-number"))


def shown_version(scheme: Scheme, day: date) -> CatalogVersion | None:
    """The published version of the day, else the newest published one."""
    published = scheme.versions.filter(status=CatalogVersion.Status.PUBLISHED).select_related("scheme")
    return (
        published.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day).first()
        or published.order_by("-number").first()
    )


def readable_version(version_id: int, *, viewer: Actor) -> CatalogVersion:
    """A published version for everybody; a draft only for whoever may write it. Raises NotFound."""
    found = CatalogVersion.objects.select_related("scheme", "based_on").filter(pk=version_id).first()
    if found is None or (
        found.status != CatalogVersion.Status.PUBLISHED and not access.may_edit_everywhere(viewer)
    ):
        raise NotFound("no_such_version", _("There is no such version."))
    return found


@dataclass(frozen=True)
class Shelf:
    """A major class with how many classes stand in it, and where their names come from."""

    major: MajorClass
    count: int
    marks: tuple[str, ...]


def shelves(version: CatalogVersion | None, *, kind: str = "") -> list[Shelf]:
    """The major classes of a version by kind and code; no query for a published one."""
    if version is None:
        return []
    held: dict[int, list[CaseClass]] = {}
    for row in edition(version.pk).classes.values():
        if not kind or row.kind == kind:
            held.setdefault(row.major_id, []).append(row)
    return [
        Shelf(rows[0].major, len(rows), tuple(sorted({row.mark for row in rows}))) for rows in held.values()
    ]


def class_list(
    version: CatalogVersion | None,
    *,
    kind: str = "",
    major: str = "",
    text: str = "",
    after: str = "",
    size: int = PAGE,
) -> Listed:
    """Classes of a version and, if given, a major class, whose code begins with the text, or whose name holds it; no
    query for a published one."""
    if version is None:
        return Listed(None, [], None)
    known, wanted = edition(version.pk), text.strip().casefold()
    found = [
        row
        for row in known.classes.values()
        if (not kind or row.kind == kind)
        and (not major or row.major.code == major)
        and place_of(row) > after
        and _speaks_of(row, wanted)
    ]
    page = found[:size]
    more = place_of(page[-1]) if len(found) > size else None
    return Listed(version, page, more, {row.pk: standards_of(row) for row in page})


def place_of(row: CaseClass) -> str:
    """Where a class stands in its list: kind, then code."""
    return f"{row.kind}-{row.code}"


def _speaks_of(row: CaseClass, wanted: str) -> bool:
    if not wanted:
        return True
    names = (row.name, row.name_en, row.plain_name, row.major.name)
    return row.code.startswith(wanted) or any(wanted in name.casefold() for name in names)


@dataclass(frozen=True)
class Counterpart:
    """A class of another scheme; `there` None: its scheme has no such class in a published version here."""

    mapping: ClassMapping
    scheme: Scheme
    kind: str
    code: str
    there: CaseClass | None


@dataclass(frozen=True)
class ClassStory:
    """A class with its rows, limits of its own, duty list and counterparts."""

    case_class: CaseClass
    standards: list[Standard]
    limits: list[StageLimit]
    own_limits: list[StageLimit]
    duties: list[DutyLine]
    counterparts: list[Counterpart]


def class_story(class_id: int, *, viewer: Actor) -> ClassStory:
    """Raises NotFound, also for a class of a draft to whoever may not write it. Queries do not grow with rows."""
    one = class_by_id(class_id)
    if one.version.status != CatalogVersion.Status.PUBLISHED and not access.may_edit_everywhere(viewer):
        raise NotFound("no_such_class", _("There is no such class."))
    known = edition(one.version_id)
    return ClassStory(
        one,
        standards_of(one),
        list(known.limits.values()),
        list(known.own_limits.get(("class", one.pk), {}).values()),
        list(one.duty_lines.all()),
        _counterparts(one),
    )


def _counterparts(one: CaseClass) -> list[Counterpart]:
    rows = counterparts(one.version.scheme.code, one.kind, one.code)
    keys = [
        (row, row.to_scheme, row.to_kind, row.to_code)
        if row.from_scheme_id == one.version.scheme_id and row.from_code == one.code
        else (row, row.from_scheme, row.from_kind, row.from_code)
        for row in rows
    ]
    wanted = Q(pk__in=[])
    for _row, scheme, kind, code in keys:
        wanted |= Q(version__scheme=scheme, kind=kind, code=code)
    found = CaseClass.objects.filter(wanted, version__status=CatalogVersion.Status.PUBLISHED)
    there = {
        (row.version.scheme_id, row.kind, row.code): row
        for row in found.select_related("version").order_by("version__number")
    }
    return [
        Counterpart(row, scheme, kind, code, there.get((scheme.pk, kind, code)))
        for row, scheme, kind, code in keys
    ]


COMPARED = (
    "name", "name_en", "plain_name", "plain_name_en", "priority", "evidence", "verify_needed", "check_needed",
    "close_level", "lead_unit", "default_organisation_id", "default_org_kind", "mark",
)  # fmt: skip
COMPARED_ROW = (
    "filing_condition", "filing_condition_en", "limit", "unit", "closing_condition", "closing_condition_en", "mark",
    "source",
)  # fmt: skip


def draft_differences(draft: CatalogVersion) -> list[Difference]:
    """What a draft changes against the version it was begun from: classes, rows, limits of stages, duty lines."""
    if draft.based_on_id is None:
        return []
    before, now = edition(draft.based_on_id), edition(draft.pk)
    return [
        *differences("class", _class_rows(before), _class_rows(now)),
        *differences("standard", _standard_rows(before), _standard_rows(now)),
        *differences("limit", _limit_rows(before), _limit_rows(now)),
        *differences("duty", _duty_rows(draft.based_on_id, before), _duty_rows(draft.pk, now)),
    ]


def _duty_rows(version_id: int, known: Edition) -> dict[tuple[str, ...], dict[str, object]]:
    found: dict[tuple[str, ...], dict[str, object]] = {}
    for line in DutyLine.objects.filter(case_class__version=version_id):
        one = known.classes[line.case_class_id]
        found[one.kind, one.code, str(line.position)] = {
            name: getattr(line, name) for name in ("part", "unit_name", "duty", "basis", "mark")
        }
    return found


def _class_rows(known: Edition) -> dict[tuple[str, ...], dict[str, object]]:
    return {(r.kind, r.code): {name: getattr(r, name) for name in COMPARED} for r in known.classes.values()}


def _standard_rows(known: Edition) -> dict[tuple[str, ...], dict[str, object]]:
    return {
        (r.case_class.kind, r.case_class.code, str(r.position)): {
            name: getattr(r, name) for name in COMPARED_ROW
        }
        for rows in known.standards.values()
        for r in rows
    }


def _limit_rows(known: Edition) -> dict[tuple[str, ...], dict[str, object]]:
    """Keys: stage; of a class kind, code, stage; of a row its position besides."""
    told: dict[tuple[str, ...], StageLimit] = {(stage,): row for stage, row in known.limits.items()}
    places = {row.pk: row for rows in known.standards.values() for row in rows}
    for (owner, pk), rows in known.own_limits.items():
        one = known.classes[pk] if owner == "class" else places[pk].case_class
        more = () if owner == "class" else (str(places[pk].position),)
        told |= {(one.kind, one.code, *more, stage): row for stage, row in rows.items()}
    return {key: {"limit": row.limit, "unit": row.unit, "mark": row.mark} for key, row in told.items()}
