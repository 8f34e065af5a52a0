"""Requests of Chicago through open_case: counts in = cases + refusals, and a second run makes none."""

import csv
import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from onegrid.cases.catalog.models import CaseClass, CatalogVersion, Scheme
from onegrid.cases.catalog.shipped import content
from onegrid.cases.flow.actions import taking
from onegrid.cases.flow.actions.history import Ended, Ending, close_as_recorded
from onegrid.cases.flow.foreign import Reading, rows_of
from onegrid.cases.flow.foreign.mapping import _filled
from onegrid.cases.flow.models import Case, StageClock, Step
from onegrid.console.imports import read_in
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import Refused
from onegrid.kit.verifications import VERIFICATIONS
from onegrid.places.areas.models import Area
from tests.cases.conftest import AT, BY, reported, town, written  # noqa: F401
from tests.streets import _areas, _box, streets  # noqa: F401

SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared/data"))
FILE = SHARED / "requests/chicago_sanitation_requests.csv.gz"
MAPPING = Path(__file__).parents[3] / "docs/mappings/chicago.yaml"
ROWS = 150


@pytest.fixture
def chicago(town) -> Area:  # noqa: F811
    """A throwaway district far from the two streets, one street of 10 × 10 grids over the south of the city."""
    west, south, step = -87.85, 41.64, 0.04
    (district,) = _areas([("district", "990109", "远方区", None, _box(west, south, 10 * step, 10 * step))])
    (street,) = _areas(
        [("street", "990109001", "远方街道", district, _box(west, south, 10 * step, 10 * step))]
    )
    (community,) = _areas(
        [("community", "990109001001", "远方社区", street, _box(west, south, 10 * step, 10 * step))]
    )
    _areas(
        [
            ("grid", f"F-{x}{y}", f"{x}{y}", community, _box(west + x * step, south + y * step, step, step))
            for x in range(10)
            for y in range(10)
        ]
    )
    return street


@pytest.mark.skipif(not FILE.exists(), reason="../shared/data/requests is not there")
def test_real_requests_become_cases_once(chicago, tmp_path):
    errors = tmp_path / "refused.csv"
    dry = read_in(FILE, MAPPING, errors, ROWS, dry_run=True)
    assert not Case.objects.exists() and not Step.objects.exists() and dry.rows == ROWS
    tally = read_in(FILE, MAPPING, errors, ROWS)
    assert tally == dry
    assert Case.objects.filter(channel="import").count() == tally.cases > 100
    assert tally.rows == ROWS == tally.cases + tally.there_already + tally.refused.total()
    assert tally.refused["too_old"] == 18  # the rows dated January 2000
    closed = Case.objects.filter(state="closed")
    assert closed.count() == tally.closed > 100 and not StageClock.objects.filter(
        stopped_at=None, case__in=closed
    )
    assert not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))
    with errors.open(encoding="utf-8-sig") as lines:
        refused = list(csv.DictReader(lines))
    assert len(refused) == tally.refused.total() and all(
        row["row"] and row["code"] and row["reason"] for row in refused
    )
    again = read_in(FILE, MAPPING, errors, ROWS)
    assert again.cases == 0 and again.there_already == tally.cases and again.refused == tally.refused


HEADER = "service_request_number,status,nature,latitude,longitude,cd,dd"


def a_file(tmp_path, *rows):
    path = tmp_path / "requests.csv"
    path.write_text("\n".join([HEADER, *rows]), "utf-8")
    return path


def a_mapping(tmp_path, **changes) -> Path:
    """Chicago's with other words in it; None takes a word out."""
    given = yaml.safe_load(MAPPING.read_text("utf-8")) | changes
    path = tmp_path / "mapping.yaml"
    path.write_text(
        yaml.safe_dump({name: value for name, value in given.items() if value is not None}), "utf-8"
    )
    return path


GOOD = "1,Open,Garbage in alley,41.8,-87.6,2012-01-01,"
REFUSED = [
    ("1,Open,x,0,0,2012-01-01,", "bad_point"),
    ("1,Open,x,,,2012-01-01,", "bad_point"),
    ("1,Open,x,nan,1,2012-01-01,", "bad_point"),
    ("1,Open,x,41.8,-87.6,yesterday,", "bad_date"),
    (",Open,x,41.8,-87.6,2012-01-01,", "no_id"),
    ("1,Open,x,1.0,1.0,2012-01-01,", "outside_all_grids"),
    ("1,Open,,41.8,-87.6,2012-01-01,", "report_is_empty"),
    ("1,Open,x,41.8,-87.6,2000-01-03,", "too_old"),
    ("1,Lost,x,41.8,-87.6,2012-01-01,", "unknown_status"),
    ("1,Completed,x,41.8,-87.6,2012-01-01,", "closed_without_time"),
    ("1,Open,x,41.8,-87.6,2999-01-01,", "in_the_future"),
    ("1,Completed,x,41.8,-87.6,2012-01-01,2999-01-01", "in_the_future"),
]


@pytest.mark.parametrize(("row", "code"), REFUSED)
def test_a_bad_row_is_refused_and_counted(chicago, tmp_path, row, code):
    before = written()
    tally = read_in(a_file(tmp_path, row), MAPPING, tmp_path / "refused.csv")
    assert (tally.rows, tally.cases, dict(tally.refused)) == (1, 0, {code: 1})
    assert written() == before


@pytest.mark.parametrize(
    ("row", "changes", "repaired"),
    [
        (GOOD, {}, []),
        ("1,Completed,x,41.8,-87.6,2012-01-02,2012-01-01", {}, ["closed_before_opened: at_opening"]),
        (
            "1,Completed,x,41.8,-87.6,2012-01-02,",
            {"rules": {"closed_without_time": "leave_open"}},
            ["closed_without_time: leave_open"],
        ),
        (
            "1,Lost,x,41.8,-87.6,2012-01-02,",
            {"rules": {"unknown_status": "leave_open"}},
            ["unknown_status: leave_open"],
        ),
        (
            "1,Open,x,0,0,2012-01-02,",
            {"rules": {"no_point": "area"}, "area": {"otherwise": "990109001"}},
            ["no_point: area"],
        ),
    ],
)
def test_a_bad_row_is_repaired_by_the_rule_and_counted(chicago, tmp_path, row, changes, repaired):
    tally = read_in(a_file(tmp_path, row), a_mapping(tmp_path, **changes), tmp_path / "refused.csv")
    assert tally.cases == 1 and list(tally.repaired) == repaired and not tally.refused
    case = Case.objects.get()
    if case.state == "closed":
        assert case.ended_at == case.opened_at
        assert case.steps.last().details["repaired"] == repaired
    if repaired == ["no_point: area"]:
        assert case.point is None and case.grid_id is None and case.street_id == chicago.pk


def test_a_row_without_a_point_lies_in_the_area_of_its_column_or_nowhere(chicago, tmp_path):
    rules = {
        "rules": {"no_point": "area"},
        "area": {"column": "nature", "codes": {"South": "F-35", "Moon": "F-77X"}},
    }
    rows = ["1,Open,South,,,2012-01-01,", "2,Open,Moon,,,2012-01-01,", "3,Open,North,,,2012-01-01,"]
    tally = read_in(a_file(tmp_path, *rows), a_mapping(tmp_path, **rules), tmp_path / "refused.csv")
    assert tally.refused == {"not_found": 1, "bad_point": 1}
    assert Case.objects.get().grid.code == "F-35"


def test_what_was_over_there_is_a_closed_case_that_says_so(chicago, tmp_path):
    row = "1,Completed - Dup,Garbage in alley,41.8,-87.6,2012-01-02,2012-01-05"
    tally = read_in(a_file(tmp_path, row), MAPPING, tmp_path / "refused.csv")
    case = Case.objects.get()
    assert tally.closed == 1 and case.state == "closed" and case.holder_user is None and case.due_at is None
    first, last = case.steps.all()
    assert (last.verb, last.from_state, last.to_state) == ("record", "reported", "closed")
    assert last.details["history"] == {"source": "chicago", "status": "Completed - Dup"}
    assert last.at == case.ended_at == datetime(2012, 1, 5, tzinfo=ZoneInfo("America/Chicago"))
    assert case.clocks.get().stopped_at == first.at  # nobody here was timed
    assert case.case_class.code == "06010"
    assert not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_only_fresh_imported_cases_are_closed_from_history(town):  # noqa: F811
    case = reported(town.a)
    before = written()
    with pytest.raises(Refused, match="step_not_allowed"):
        close_as_recorded([Ended(case, Ending(AT, "x", "Done"))], by=SystemActor("import"))
    assert written() == before


@pytest.mark.parametrize("change", [{"verify_needed": False}, {"priority": "emergency"}])
def test_history_of_a_class_that_needs_no_verification_is_closed_too(chicago, tmp_path, change):
    with connection.cursor() as cursor:  # a published version stands; a city's own has such classes
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE cases_caseclass DISABLE TRIGGER USER")
        CaseClass.objects.filter(code="06010").update(**change)
        cursor.execute("ALTER TABLE cases_caseclass ENABLE TRIGGER cases_class_stands")
    row = "1,Completed,Garbage in alley,41.8,-87.6,2012-01-02,2012-01-05"
    tally = read_in(a_file(tmp_path, row), MAPPING, tmp_path / "refused.csv")
    case = Case.objects.get()
    assert (tally.closed, case.state) == (1, "closed")
    assert [step.from_state for step in case.steps.all()] == ["", "verified"]
    assert not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_an_old_version_of_another_scheme_does_not_put_a_class_out_of_force(chicago, tmp_path):
    """CJ/T 214 was valid when the rows were reported; they are filed under the scheme in use, first valid in 2026."""
    other = Scheme.objects.create(code="old", name="CJ/T 214-2007", for_filing=False)
    CatalogVersion.objects.create(scheme=other, number=1, status="published", valid_from=date(2007, 1, 1))
    tally = read_in(a_file(tmp_path, GOOD), MAPPING, tmp_path / "refused.csv")
    assert (tally.cases, dict(tally.refused)) == (1, {})


def test_a_number_that_comes_twice_is_taken_once(chicago, tmp_path):
    tally = read_in(a_file(tmp_path, GOOD, GOOD.replace("alley", "yard")), MAPPING, tmp_path / "refused.csv")
    assert (tally.cases, dict(tally.refused)) == (1, {"repeated_number": 1})


def test_a_killed_run_goes_on_where_it_was(chicago, tmp_path, monkeypatch):
    monkeypatch.setattr(taking, "CHUNK", 2)
    rows = [GOOD.replace("1,Open", f"{number},Open") for number in range(1, 6)]
    path = a_file(tmp_path, *rows)

    def killed(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taking.take_requests(rows_of(path), Reading.of(MAPPING), by=BY, at=timezone.now(), on_rows=killed)
    assert Case.objects.count() == 2
    tally = read_in(path, MAPPING, tmp_path / "refused.csv")
    assert (tally.cases, tally.there_already) == (3, 2) and Case.objects.count() == 5


def test_an_excel_file_goes_the_same_way(chicago, tmp_path):
    book = Workbook()
    book.active.append(["a cover", "sheet"])
    sheet = book.create_sheet("2012")
    sheet.append(HEADER.split(","))
    sheet.append([1201, "Completed", "Garbage in alley", 41.8, -87.6, date(2012, 1, 1), date(2012, 1, 3)])
    sheet.append([None] * 7)
    sheet.append([1202.0, "Open", "Other", 0, 0, date(2012, 1, 1), None])
    path = tmp_path / "requests.xlsx"
    book.save(path)
    tally = read_in(path, a_mapping(tmp_path, sheet="2012"), tmp_path / "refused.csv")
    assert (tally.rows, tally.cases, dict(tally.refused)) == (2, 1, {"bad_point": 1})
    assert Case.objects.get().source_key == "chicago:1201"
    assert (tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()[1].startswith("4,bad_point,")
    with pytest.raises(Refused, match="no_such_sheet"):
        read_in(path, a_mapping(tmp_path, sheet="2013"), tmp_path / "refused.csv")


def test_a_column_of_the_mapping_that_is_not_there_is_named(tmp_path, db):
    path = tmp_path / "requests.csv"
    path.write_text("service_request_number,latitude,cd\n1,41.8,2012-01-01\n", "utf-8")
    with pytest.raises(Refused, match="column_missing") as refusal:
        read_in(path, MAPPING, tmp_path / "refused.csv", dry_run=True)
    assert "longitude" in str(refusal.value) and "nature" in str(refusal.value)
    assert "latitude" not in str(refusal.value)


def test_files_that_are_none(tmp_path):
    with pytest.raises(Refused, match="file_missing"):
        list(rows_of(tmp_path / "nothing.csv"))
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(Refused, match="not_a_table"):
        list(rows_of(empty))
    chinese = tmp_path / "gbk.csv"
    chinese.write_bytes("编号,内容\n1,井盖".encode("gbk"))
    with pytest.raises(Refused, match="wrong_encoding"):
        list(rows_of(chinese))
    assert [row.cells for row in rows_of(chinese, encoding="gb18030")] == [{"编号": "1", "内容": "井盖"}]
    for name in ("no.csv.gz", "no.xlsx"):
        packed = tmp_path / name
        packed.write_bytes(b"a,b\n")
        with pytest.raises(Refused, match="not_a_table"):
            list(rows_of(packed))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": None}, "mapping_incomplete"),
        ({"colour": "red"}, "mapping_wrong"),
        ({"datum": "mars"}, "mapping_wrong"),
        ({"zone": "Nowhere/At_all"}, "mapping_wrong"),
        ({"rules": {"no_point": "guess"}}, "mapping_wrong"),
        ({"rules": {"no_piont": "refuse"}}, "mapping_wrong"),
        ({"rules": {"first_day": "soon"}}, "mapping_wrong"),
        ({"status": {"column": "status"}}, "mapping_wrong"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused(tmp_path, changes, code):
    with pytest.raises(Refused, match=code):
        Reading.of(a_mapping(tmp_path, **changes))


@pytest.mark.parametrize("path", sorted(MAPPING.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_mappings_name_classes_that_there_are(path):
    codes = {one["code"] for one in content()["classes"] if one["kind"] == "event"}
    assert set(Reading.of(path).classes.codes.values()) <= codes


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("a", "1"),
        ("{a}: {b}", "1: 2"),
        ("{a}: {c}", "1"),
        ("{c}: {b}", "2"),
        ("{c}", ""),
        ("c", ""),
        ("{a.x}", ""),
    ],
)
def test_columns_are_put_together_and_nothing_is_evaluated(piece, words):
    assert _filled(piece, {"a": "1", "b": "2", "c": ""}) == words
