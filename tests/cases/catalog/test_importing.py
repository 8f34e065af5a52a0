"""A workbook on its way in: looked at, refused with words, taken whole into a draft or not at all; and out again."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from onegrid.cases.catalog import actions, queries
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    DutyLine,
    MajorClass,
    Scheme,
    StageLimit,
    Standard,
    StandardImport,
)
from onegrid.cases.catalog.queries.imports import city_standard, reading_of, standard_import, standard_imports
from onegrid.cases.catalog.rules.sheet_writing import write_standard
from onegrid.cases.catalog.rules.sheets import COLUMNS
from onegrid.cases.catalog.workbooks import MAX_BYTES, MAX_ROWS, read_workbook, write_workbook
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.catalog.test_catalog import AT, BY, catalog  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401

WHO = {"by": BY, "at": AT}
COMPONENTS = [
    ("01", "公用设施", "01", "上水井盖", "供水公司", "住建局、城管局", "破损", "修复", "2紧急工作时"),
    ("", "", "", "", "", "", "缺失", "补齐", "1天"),
    ("", "", "02", "污水井盖", "排水公司", "住建局", "有异味", "治理", "4小时"),
]
EVENTS = [
    ("01", "部件类", "01", "上水井盖异常", "供水公司", "", "", "", ""),
    ("06", "市容环境", "01", "暴露垃圾", "环卫中心", "城管局", "有垃圾", "清理", "2个工作日内"),
]


def workbook(components=COMPONENTS, events=EVENTS, *, header=COLUMNS, change=lambda book: None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in (("部件", components), ("事件", events)):
        sheet = book.create_sheet(name)
        for row in (("标题",), header, *rows):
            sheet.append([cell or None for cell in row])
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(content: bytes | None = None) -> StandardImport:
    made = actions.start_standard_import(content=content or workbook(), file_name="C:\\立案标准.xlsx", **WHO)
    return made


def said(made: StandardImport, **more) -> StandardImport:
    given = {
        "day": "work_day",
        "hour": "work_hour",
        "scheme_code": "local-dongling",
        "scheme_name": "东岭区标准",
    }
    return actions.choose_meaning(import_id=made.pk, seen=made.edits, **given | more, **WHO)


def taken(content: bytes | None = None, **more) -> CatalogVersion:
    made = said(uploaded(content), **more)
    return actions.take_standard_import(import_id=made.pk, seen=made.edits, **WHO)


def written() -> list:
    tables = (Scheme, CatalogVersion, MajorClass, CaseClass, Standard, StageLimit, DutyLine)
    return [table.objects.count() for table in tables]


def test_nothing_is_in_the_catalogue_before_it_is_taken(catalog):  # noqa: F811
    before = written()
    made = uploaded()
    assert (made.file_name, made.row_count, written()) == ("立案标准.xlsx", 5, before)
    reading = reading_of(made)
    assert {one.code for one in reading.problems} == {"limit_bare_day", "limit_bare_hour"}
    made = said(made)
    assert reading_of(made).problems == [] and written() == before


def test_it_is_taken_whole_into_a_draft_that_is_not_in_force(catalog):  # noqa: F811
    draft = taken(for_filing=True)
    assert (draft.scheme.code, draft.status, draft.number) == ("local-dongling", "draft", 1)
    assert queries.version_in_force(AT.date()) == catalog
    cover = draft.classes.get(kind="component", code="0101")
    assert (cover.lead_unit, cover.mark) == ("供水公司", "local_sample")
    assert [(row.filing_condition, row.limit, row.unit, row.mark) for row in queries.standards_of(cover)] == [
        ("破损", 2, "urgent_hour", "local_sample"), ("缺失", 1, "work_day", "local_sample"),
    ]  # fmt: skip
    assert [line.unit_name for line in cover.duty_lines.filter(part="supervise")] == ["住建局", "城管局"]
    fault = draft.classes.get(kind="event", code="0101")
    assert fault.fault_of == cover and len(queries.standards_of(fault)) == 2
    # limits of the stages come from what is in force, marked as what they are
    assert set(draft.stage_limits.values_list("mark", flat=True)) == {"unverified"}
    actions.publish_draft(version_id=draft.pk, valid_from=AT.date().replace(year=2027), **WHO)
    assert queries.version_in_force(AT.date().replace(year=2028)) == draft


def test_what_the_sheets_do_not_say_is_kept_from_the_version_before(catalog):  # noqa: F811
    first = taken()
    one = first.classes.get(kind="component", code="0101")
    actions.change_class(
        class_id=one.pk, values={"priority": "urgent", "name_en": "cover", "plain_name": "井盖"}, **WHO
    )
    row = queries.standards_of(one)[0]
    actions.change_standard(standard_id=row.pk, values={"filing_condition_en": "broken"}, **WHO)
    actions.set_stage_limit(
        version_id=first.pk, stage="file", limit=3, unit="work_hour", class_id=one.pk, **WHO
    )
    actions.set_stage_limit(
        version_id=first.pk, stage="check", limit=5, unit="work_hour", standard_id=row.pk, **WHO
    )
    actions.publish_draft(version_id=first.pk, valid_from=AT.date(), **WHO)
    second = taken(
        workbook([*COMPONENTS[:2], ("", "", "02", "污水井盖", "新单位", "住建局", "有异味", "治理", "9小时")])
    )
    assert second.based_on == first
    kept = second.classes.get(kind="component", code="0101")
    assert (kept.priority, kept.name_en, kept.plain_name) == ("urgent", "cover", "井盖")
    rows = queries.standards_of(kept)
    assert rows[0].filing_condition_en == "broken"
    assert queries.stage_limit(kept, None, "file").limit == 3
    assert queries.stage_limit(kept, rows[0], "check").limit == 5
    told = [(d.what, d.where, d.fields) for d in queries.draft_differences(second)]
    assert ("standard", ("component", "0102", "1"), (("limit", 4, 9),)) in told
    assert ("class", ("component", "0102"), (("lead_unit", "排水公司", "新单位"),)) in told and len(told) == 2


def test_out_and_in_again_changes_nothing(catalog):  # noqa: F811
    draft = taken()
    actions.publish_draft(version_id=draft.pk, valid_from=AT.date(), **WHO)
    again = taken(write_workbook(write_standard(city_standard(draft))), day="", hour="")
    assert city_standard(again) == city_standard(draft)
    assert queries.draft_differences(again) == []


def test_the_shipped_catalogue_goes_out_and_in_without_loss(catalog):  # noqa: F811
    content = write_workbook(write_standard(city_standard(catalog)))
    copy = taken(content, day="", hour="")
    assert city_standard(copy) == city_standard(catalog)
    faults = copy.classes.exclude(fault_of=None)
    assert faults.count() == catalog.classes.exclude(fault_of=None).count() == 153


# ---- refused, in words, with nothing done


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    return out.getvalue()


def replaced(part: str, change) -> bytes:
    """The good workbook with one part of it rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            body = source.read(entry)
            target.writestr(entry.filename, change(body) if entry.filename == part else body)
    return out.getvalue()


def entities(body: bytes) -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaa">]>' + body.partition(b"?>")[2]


def cells(body: bytes) -> bytes:
    return body.replace(b"</sheetData>", b"<row r='9'>" + b"<c/>" * 400_001 + b"</row></sheetData>")


def many_rows(book: Workbook) -> None:
    for number in range(MAX_ROWS + 10):
        book["事件"].append(["", "", "", "", "", "", str(number), "x", "1工作日"])


HOSTILE = {
    "text": (b"hello, this is no Excel file", "not_excel", "no Excel file"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel", "without a password"),
    "zip": (lambda: bomb().replace(b"workbook.xml", b"workxxxx.xml"), "workbook_too_big", "too big"),
    "bomb": (bomb, "workbook_too_big", "at most 40 MB"),
    "half": (lambda: workbook()[:3000], "not_excel", "damaged"),
    "entities": (lambda: replaced("xl/workbook.xml", entities), "not_excel", "damaged"),
    "broken xml": (lambda: replaced("xl/worksheets/sheet1.xml", lambda body: body[:200]), "not_excel", "damaged"),
    "styles": (lambda: replaced("xl/styles.xml", lambda body: body + b" " * 3_000_000), "workbook_too_big", "40"),
    "cells": (lambda: replaced("xl/worksheets/sheet1.xml", cells), "workbook_too_big", "40 MB"),
    "big": (b"0" * (MAX_BYTES + 1), "file_too_big", "at most 5 MB"),
    "empty": (b"", "file_is_empty", "empty"),
    "rows": (lambda: workbook(change=many_rows), "too_many_rows", "at most 5000"),
    "column": (lambda: workbook(header=COLUMNS[:8]), "missing_column", "处置时限"),
    "header": (lambda: workbook(header=("a", "b")), "missing_header", "部件"),
    "sheet": (lambda: workbook(change=lambda book: book.remove(book["事件"])), "missing_sheet", "事件"),
    "nothing": (lambda: workbook([], []), "no_rows", "no row"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_in_words(db, name):
    content, code, words = HOSTILE[name]
    with pytest.raises(Refused, match=code) as told:
        actions.start_standard_import(
            content=content() if callable(content) else content, file_name="x", **WHO
        )
    assert words in str(told.value.message)
    assert not StandardImport.objects.exists() and not AuditEntry.objects.exists()


def test_a_merge_over_a_million_cells_and_rows_far_below_cost_nothing():
    more = b'<row r="1048576"/></sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    content = replaced("xl/worksheets/sheet1.xml", lambda body: body.replace(b"</sheetData>", more))
    (grid, _events) = read_workbook(content)
    assert len(grid.rows) == 5 and grid.merges == ((3, 1, 1048576, 16384),)


def test_a_formula_is_a_problem_of_its_cell(catalog):  # noqa: F811
    rows = [(*COMPONENTS[0][:6], "=1+1", "修复", "1工作日")]
    made = said(uploaded(workbook(rows)))
    assert [(one.row, one.code) for one in reading_of(made).problems] == [(3, "formula")]


def test_with_a_problem_nothing_is_taken(catalog):  # noqa: F811
    before = written()
    made = said(uploaded(), day="")
    with pytest.raises(Refused, match="import_has_problems") as told:
        actions.take_standard_import(import_id=made.pk, seen=made.edits, **WHO)
    assert "row 4" in str(told.value.message) and written() == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"day": "work_hour"}, "bad_meaning"), ({"hour": "x"}, "bad_meaning"),
        ({"at_once": (0, "work_day")}, "bad_meaning"), ({"scheme_code": "gbt47678.5-2026"}, "not_a_local_scheme"),
        ({"scheme_code": "local-X"}, "not_a_local_scheme"),
        ({"scheme_name": " "}, "scheme_name_needed"),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_fit_is_refused(db, more, code):
    made = uploaded()
    with pytest.raises(Refused, match=code):
        said(made, **more)
    made.refresh_from_db()
    assert (made.edits, made.scheme_code) == (0, "")


def test_who_was_faster_wins_and_the_other_is_told(catalog):  # noqa: F811
    made = uploaded()
    other = StandardImport.objects.get(pk=made.pk)
    said(made)
    with pytest.raises(Refused, match="changed_meanwhile"):
        said(other, day="natural_day")
    with pytest.raises(Refused, match="changed_meanwhile"):
        actions.take_standard_import(import_id=made.pk, seen=0, **WHO)


def test_one_draft_at_a_time_and_an_import_ends_once(catalog):  # noqa: F811
    draft = taken()
    with pytest.raises(Refused, match="draft_exists"):
        taken()
    done = StandardImport.objects.get(version=draft)
    assert done.grids == {}
    for call in (actions.discard_standard_import, actions.take_standard_import):
        more = {"seen": done.edits} if call is actions.take_standard_import else {}
        with pytest.raises(Refused, match="import_ended"):
            call(import_id=done.pk, **more, **WHO)
    open_one = uploaded()
    with pytest.raises(Refused, match="scheme_needed"):
        actions.take_standard_import(import_id=open_one.pk, seen=0, **WHO)
    actions.discard_standard_import(import_id=open_one.pk, **WHO)
    actions.discard_draft(version_id=draft.pk, **WHO)
    assert StandardImport.objects.get(pk=done.pk).version is None


def test_only_who_may_write_the_catalogue_everywhere(streets):  # noqa: F811
    made = uploaded()
    for who in ("dispatcher", "leader"):
        with pytest.raises(NotAllowed, match="not_allowed"):
            actions.start_standard_import(content=workbook(), file_name="x", by=streets.a.staff[who], at=AT)
        with pytest.raises(NotAllowed):
            standard_imports(viewer=streets.a.staff[who])
    officer = streets.staff["data_officer"]
    assert standard_imports(viewer=officer) == [made]
    grant = officer.grants.get()
    grant.area = streets.a.area
    grant.save()
    fresh = type(officer).objects.get(pk=officer.pk)
    with pytest.raises(NotAllowed, match="not_everywhere"):
        standard_import(made.pk, viewer=fresh)
    with pytest.raises(NotFound):
        standard_import(0, viewer=BY)
