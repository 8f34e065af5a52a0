"""`onegrid catalog import` and `export`: what they print, and that nothing is done unless told to."""

import pytest
from typer.testing import CliRunner

from onegrid.cases.catalog.models import CatalogVersion, ImportState, StandardImport
from onegrid.console.catalog import app
from onegrid.kit.errors import Refused
from tests.cases.catalog.test_importing import workbook


@pytest.fixture
def file(tmp_path, db):
    found = tmp_path / "标准.xlsx"
    found.write_bytes(workbook())
    return found


def ran(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


SAID = ("--scheme", "local-x", "--name", "东岭区标准", "--day", "work_day", "--hour", "work_hour")


def test_problems_are_printed_with_their_place_and_nothing_is_changed(file):
    done = ran("import", file, *SAID[:4], "--yes")
    assert done.exit_code == 1 and "row 4" in done.output and "Nothing was changed." in done.output
    assert not CatalogVersion.objects.exists()
    assert StandardImport.objects.get().state == ImportState.DISCARDED


def test_it_is_taken_when_told_to_and_comes_out_again(file, tmp_path):
    dry = ran("import", file, *SAID, "--dry-run")
    assert (
        dry.exit_code == 0
        and "4 classes, 4 conditions" in dry.output
        and "Nothing was changed." in dry.output
    )
    assert ran("import", file, *SAID, "--yes").exit_code == 0
    draft = CatalogVersion.objects.get()
    assert (str(draft), draft.status) == ("local-x v1", "draft")
    out = tmp_path / "out.xlsx"
    assert ran("export", "local-x", out, "--version", "1").exit_code == 0
    again = ran("import", out, "--scheme", "local-y", "--name", "再来", "--dry-run")  # limits are spelled out
    assert again.exit_code == 0 and "4 classes, 4 conditions" in again.output


def test_a_file_that_is_none_is_refused(tmp_path, db):
    bad = tmp_path / "x.xlsx"
    bad.write_bytes(b"nothing")
    done = ran("import", bad, *SAID)
    assert isinstance(done.exception, Refused) and done.exception.code == "not_excel"
    assert ran("export", "local-none", tmp_path / "y.xlsx").exit_code == 2
