"""Requests of Chicago through open_case: counts in = cases + refusals, and a second run makes none."""

import csv
from pathlib import Path

import pytest

from onegrid.cases.flow.foreign import Reading, rows_of
from onegrid.cases.flow.models import Case
from onegrid.console.imports import read_in
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area
from tests.cases.conftest import town  # noqa: F401
from tests.streets import _areas, _box, streets  # noqa: F401

FILE = Path(__file__).parents[4] / "shared/data/requests/chicago_sanitation_requests.csv.gz"
MAPPING = Path(__file__).parents[3] / "docs/mappings/chicago.yaml"
ROWS = 1200


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
    counts = read_in(FILE, MAPPING, errors, ROWS, dry_run=True)
    assert not Case.objects.exists() and counts["rows"] == ROWS
    counts = read_in(FILE, MAPPING, errors, ROWS, dry_run=False)
    assert Case.objects.filter(channel="import").count() == counts["cases"] > 1000
    assert counts["rows"] == ROWS == sum(counts.values()) - counts["rows"]
    refused = sum(number for code, number in counts.items() if code not in ("rows", "cases", "there_already"))
    if refused:
        with errors.open(encoding="utf-8") as lines:
            assert len([row for row in csv.DictReader(lines) if row["code"] and row["reason"]]) == refused
    again = read_in(FILE, MAPPING, errors, ROWS, dry_run=False)
    assert again["cases"] == 0 and again["there_already"] == ROWS - refused


def a_file(tmp_path, *rows):
    path = tmp_path / "requests.csv"
    path.write_text("\n".join(["service_request_number,nature,latitude,longitude,cd", *rows]), "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,x,0,0,2012-01-01", "bad_point"),
        ("1,x,,,2012-01-01", "bad_point"),
        ("1,x,41.8,-87.6,yesterday", "bad_date"),
        (",x,41.8,-87.6,2012-01-01", "no_id"),
        ("1,x,1.0,1.0,2012-01-01", "outside_all_grids"),
        ("1,,41.8,-87.6,2012-01-01", "report_is_empty"),
    ],
)
def test_a_bad_row_is_refused_and_counted(chicago, tmp_path, row, code):
    counts = read_in(a_file(tmp_path, row), MAPPING, tmp_path / "refused.csv", 0, dry_run=False)
    assert counts == {"rows": 1, "cases": 0, "there_already": 0, code: 1}
    assert not Case.objects.exists()


def test_a_column_of_the_mapping_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "requests.csv"
    path.write_text("service_request_number,latitude,cd\n1,41.8,2012-01-01\n", "utf-8")
    with pytest.raises(Refused, match="column_missing") as refusal:
        read_in(path, MAPPING, tmp_path / "refused.csv", 0, dry_run=True)
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
    with pytest.raises(Refused, match="not_utf8"):
        list(rows_of(chinese))
    packed = tmp_path / "no.csv.gz"
    packed.write_bytes(b"a,b\n")
    with pytest.raises(Refused, match="not_a_table"):
        list(rows_of(packed))
    mapping = tmp_path / "m.yaml"
    mapping.write_text("source: x\n")
    with pytest.raises(Refused, match="mapping_incomplete"):
        Reading.of(mapping)
