"""A city's filing standard from Excel: uploaded, looked at, then taken whole into a draft or not at all."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.actions.loading import fill_version
from onegrid.cases.catalog.findings import unfit, whole_sentence
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    DutyLine,
    DutyPart,
    ImportState,
    Mark,
    Scheme,
    StageLimit,
    Standard,
    StandardImport,
)
from onegrid.cases.catalog.queries import edition, version_in_force
from onegrid.cases.catalog.queries.imports import is_local, kept_grid, reading_of
from onegrid.cases.catalog.rules.sheets import (
    FAULT,
    CityStandard,
    SheetClass,
    Unfit,
    chosen_sheets,
    header_of,
)
from onegrid.cases.catalog.rules.spelling import DAY_UNITS, HOUR_UNITS, LIMIT_MAX
from onegrid.cases.catalog.workbooks import read_workbook
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.worktime import Unit


def start_standard_import(*, content: bytes, file_name: str, by: Actor, at: datetime) -> StandardImport:
    """Reads an uploaded workbook and keeps its sheets to be looked at. Nothing enters the catalogue.

    Refused: as `read_workbook`, and missing_sheet, sheet_twice, missing_header, missing_column, no_rows.
    """
    access.require_everywhere(by)
    found = {grid.name: grid for grid in read_workbook(content)}
    try:
        grids = {kind: found[name] for kind, name in chosen_sheets(list(found)).items()}
        below = {kind: len(grid.rows) - header_of(grid)[0] for kind, grid in grids.items()}
    except Unfit as refused:
        raise unfit(refused) from None
    if not any(count > 0 for count in below.values()):
        raise Refused("no_rows", _("There is no row below the names of the columns."))
    with transaction.atomic():
        made = StandardImport.objects.create(
            file_name=_shown_name(file_name),
            grids={kind: kept_grid(grid) for kind, grid in grids.items()},
            row_count=sum(below.values()),
            made_by=by.actor_key[:60],
            made_by_name=by.actor_label[:80],
            made_at=at,
        )
        record("catalog.start_import", by=by, about=made, at=at, details={"rows": made.row_count})
    return made


def _shown_name(name: str) -> str:
    return "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())[-200:]


@transaction.atomic
def choose_meaning(
    *,
    import_id: int,
    seen: int,
    day: str = "",
    hour: str = "",
    at_once: tuple[int, str] | None = None,
    scheme_code: str,
    scheme_name: str = "",
    for_filing: bool = False,
    by: Actor,
    at: datetime,
) -> StandardImport:
    """What a bare 天, a bare 小时 and 立即 mean in this file, and which local scheme it is for.

    A scheme that is there keeps its own name. Refused: import_ended, changed_meanwhile, bad_meaning,
    not_a_local_scheme, scheme_name_needed.
    """
    found = _open_import(import_id, seen, by)
    if day not in ("", *DAY_UNITS) or hour not in ("", *HOUR_UNITS):
        raise Refused("bad_meaning", _("A day cannot mean this."))
    if at_once is not None and (at_once[1] not in set(Unit) or not 1 <= at_once[0] <= LIMIT_MAX):
        raise Refused("bad_meaning", _("“At once” needs a number and a unit."))
    if not is_local(scheme_code):
        words = _(
            "A city's standard goes into a scheme of its own: local- and then small letters, digits and hyphens."
        )
        raise Refused("not_a_local_scheme", words)
    there = Scheme.objects.filter(code=scheme_code).first()
    name = there.name if there else scheme_name.strip()[:80]
    if not name:
        raise Refused("scheme_name_needed", _("Please give the new scheme a name."))
    found.day, found.hour = day, hour
    found.at_once_limit, found.at_once_unit = at_once or (None, "")
    found.scheme_code, found.scheme_name = scheme_code, name
    found.for_filing = there.for_filing if there else for_filing
    found.edits += 1
    found.save()
    record("catalog.choose_meaning", by=by, about=found, at=at, details={"day": day, "hour": hour})
    return found


@transaction.atomic
def take_standard_import(*, import_id: int, seen: int, by: Actor, at: datetime) -> CatalogVersion:
    """All of the workbook into a draft of its scheme, or nothing. Never straight into force.

    What the nine columns do not say (plain names, priority, photos, stage limits …) is kept from the version that
    stands. Refused: import_ended, changed_meanwhile, scheme_needed, import_has_problems, draft_exists.
    """
    found = _open_import(import_id, seen, by)
    if not found.scheme_code:
        raise Refused("scheme_needed", _("Please say first what the words mean and which scheme it is for."))
    reading = reading_of(found)
    problems = reading.problems
    if problems:
        words = _("%(count)s problems stand in the way. The first: %(first)s")
        raise Refused(
            "import_has_problems",
            words % {"count": len(problems), "first": whole_sentence(problems[0])},
            count=len(problems),
        )
    draft = _draft_of(found, by, at)
    base = edition(draft.based_on_id) if draft.based_on_id else None
    old = {(row.kind, row.code): row for row in base.classes.values()} if base else {}
    content = _content(reading.standard, old, draft.based_on_id, f"{found.file_name}"[:120])
    content["stage_limits"] = _version_limits(draft, at)
    made = fill_version(draft, content)
    if base is not None:
        _keep_organisations(made, old)
        _keep_limits(draft, made, old, base.own_limits, base.standards)
    found.state, found.ended_at, found.version, found.grids = ImportState.TAKEN, at, draft, {}
    found.save()
    record(
        "catalog.take_import",
        by=by,
        about=draft,
        at=at,
        details={"file": found.file_name, "classes": len(made)},
    )
    return draft


@transaction.atomic
def discard_standard_import(*, import_id: int, by: Actor, at: datetime) -> StandardImport:
    """The sheets are forgotten; that there was an import stays. Refused: import_ended."""
    found = _open_import(import_id, None, by)
    found.state, found.ended_at, found.grids = ImportState.DISCARDED, at, {}
    found.save()
    record("catalog.discard_import", by=by, about=found, at=at)
    return found


def _open_import(import_id: int, seen: int | None, by: Actor) -> StandardImport:
    access.require_everywhere(by)
    found = StandardImport.objects.select_for_update(of=("self",)).filter(pk=import_id).first()
    if found is None:
        raise NotFound("no_such_import", _("There is no such import."))
    if found.state != ImportState.READ:
        raise Refused("import_ended", _("This import has ended already."))
    if seen is not None and seen != found.edits:
        raise Refused("changed_meanwhile", _("Somebody changed this meanwhile. Please look at it again."))
    return found


def _draft_of(found: StandardImport, by: Actor, at: datetime) -> CatalogVersion:
    scheme, _new = Scheme.objects.get_or_create(
        code=found.scheme_code,
        defaults={"name": found.scheme_name, "name_en": "", "for_filing": found.for_filing},
    )
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    if scheme.versions.filter(status=CatalogVersion.Status.DRAFT).exists():
        raise Refused("draft_exists", _("This scheme has a draft already. Publish it or discard it first."))
    last = scheme.versions.order_by("-number").first()
    return CatalogVersion.objects.create(
        scheme=scheme,
        number=(last.number if last else 0) + 1,
        valid_from=timezone.localdate(at),
        note=found.file_name,
        based_on=last,
        made_by=by.actor_label[:80],
        made_at=at,
    )


KEPT = ("priority", "evidence", "verify_needed", "check_needed", "close_level", "default_org_kind",
        "plain_name", "plain_name_en")  # fmt: skip
KIND_CODE = tuple[str, str]


def _content(
    standard: CityStandard, old: dict[KIND_CODE, CaseClass], base_id: int | None, source: str
) -> dict[str, Any]:
    """The sheets in the form of shipped/*.yaml, with what they do not say from the version before."""
    lines: dict[int, list[DutyLine]] = {}
    english: dict[tuple[int, str], str] = {}
    if base_id:
        for line in DutyLine.objects.filter(case_class__version=base_id):
            lines.setdefault(line.case_class_id, []).append(line)
        for told in Standard.objects.filter(case_class__version=base_id):
            english[told.case_class_id, told.filing_condition] = told.filing_condition_en
            english[told.case_class_id, told.closing_condition] = told.closing_condition_en
    names = {(one.kind, one.code): one.name for one in standard.classes}
    majors = {(row.major.kind, row.major.code): row.major for row in old.values()}
    classes = []
    for one in standard.classes:
        before = old.get((one.kind, one.code))
        row: dict[str, Any] = {
            "kind": one.kind, "code": one.code, "name": one.name, "lead_unit": one.unit,
            "mark": Mark.LOCAL_SAMPLE, "source": source,
            "standards": _rows(one, before, english, source),
            "duties": _duties(one, lines.get(before.pk, []) if before else []),
        }  # fmt: skip
        if before is not None:
            row |= {name: getattr(before, name) for name in KEPT}
            row["name_en"] = before.name_en if before.name == one.name else ""
        component = names.get(("component", one.code))
        if one.kind == "event" and component is not None and one.name == component + FAULT:
            row["fault_of"] = one.code
        elif (
            before is not None
            and before.fault_of is not None
            and ("component", before.fault_of.code) in names
        ):
            row["fault_of"] = before.fault_of.code
        classes.append(row)
    return {
        "majors": [
            {
                "kind": kind,
                "code": code,
                "name": name,
                "name_en": was.name_en if (was := majors.get((kind, code))) and was.name == name else "",
            }
            for kind, code, name in standard.majors
        ],
        "classes": classes,
    }


def _rows(
    one: SheetClass, before: CaseClass | None, english: dict[tuple[int, str], str], source: str
) -> list[dict[str, Any]]:
    key = before.pk if before else 0
    return [
        {
            "filing_condition": row.filing,
            "filing_condition_en": english.get((key, row.filing), ""),
            "closing_condition": row.closing,
            "closing_condition_en": english.get((key, row.closing), ""),
            "limit": row.limit.value,
            "unit": row.limit.unit,
            "mark": Mark.LOCAL_SAMPLE,
            "source": source,
        }
        for row in one.conditions
    ]


def _duties(one: SheetClass, before: list[DutyLine]) -> list[dict[str, Any]]:
    """主管部门 are lines that supervise; what leads or helps is kept as it was."""
    kept = [line for line in before if line.part != DutyPart.SUPERVISE]
    known = {line.unit_name: line for line in before if line.part == DutyPart.SUPERVISE}
    lines = [_line(line) for line in kept]
    for unit in one.supervisors:
        was = known.get(unit)
        new = {"part": DutyPart.SUPERVISE, "unit_name": unit, "mark": Mark.LOCAL_SAMPLE}
        lines.append(_line(was) if was else new)
    return lines


def _line(line: DutyLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("part", "unit_name", "duty", "basis", "mark")}


def _version_limits(draft: CatalogVersion, at: datetime) -> list[dict[str, Any]]:
    """Limits of the stages: the version's before, else those in force here, then marked as unverified."""
    source_id = draft.based_on_id
    mine = source_id is not None
    if source_id is None:
        try:
            source_id = version_in_force(timezone.localdate(at)).pk
        except Refused:
            return []
    return [
        {
            "stage": row.stage,
            "limit": row.limit,
            "unit": row.unit,
            "mark": row.mark if mine else Mark.UNVERIFIED,
            "source": row.source if mine else "",
        }
        for row in edition(source_id).limits.values()
    ]


def _keep_organisations(made: dict[KIND_CODE, CaseClass], old: dict[KIND_CODE, CaseClass]) -> None:
    for key, row in made.items():
        before = old.get(key)
        if before is not None and before.default_organisation_id is not None:
            row.default_organisation_id = before.default_organisation_id
            row.save(update_fields=["default_organisation"])


def _keep_limits(
    draft: CatalogVersion,
    made: dict[KIND_CODE, CaseClass],
    old: dict[KIND_CODE, CaseClass],
    limits: dict[tuple[str, int], dict[str, StageLimit]],
    standards: dict[int, list[Standard]],
) -> None:
    """Limits of single classes, and of rows whose condition is still there."""
    rows: dict[tuple[int, str], Standard] = {}
    for row in Standard.objects.filter(case_class__version=draft).order_by("-position"):
        rows[row.case_class_id, row.filing_condition] = row
    kept = []
    for key, now in made.items():
        before = old.get(key)
        if before is None:
            continue
        for limit in limits.get(("class", before.pk), {}).values():
            kept.append(_limit(draft, limit, case_class=now))
        for standard in standards.get(before.pk, []):
            there = rows.get((now.pk, standard.filing_condition))
            for limit in limits.get(("standard", standard.pk), {}).values() if there else ():
                kept.append(_limit(draft, limit, standard=there))
    StageLimit.objects.bulk_create(kept, ignore_conflicts=True)


def _limit(draft: CatalogVersion, row: StageLimit, **owner: Any) -> StageLimit:
    return StageLimit(
        version=draft,
        stage=row.stage,
        limit=row.limit,
        unit=row.unit,
        mark=row.mark,
        source=row.source,
        **owner,
    )
