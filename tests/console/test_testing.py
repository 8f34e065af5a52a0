"""What the tests' own cluster is made from."""

import subprocess
import sys

from onegrid.console import testing


def test_a_changed_migration_asks_for_a_new_database_to_copy(tmp_path, monkeypatch):
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text("django==5.2")
    folder = tmp_path / "onegrid" / "places" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("first")
    before = testing.fingerprint()
    assert testing.fingerprint() == before
    (folder / "0001_initial.py").write_text("changed")
    assert testing.fingerprint() != before
    (folder / "0001_initial.py").write_text("first")
    (folder / "0002_trigger.sql").write_text("more")
    assert testing.fingerprint() != before


def test_a_given_database_is_used_as_it_is(monkeypatch):
    class Given:
        database_url = "dbname=elsewhere"

    monkeypatch.setattr(testing, "environment", Given)
    monkeypatch.setenv("ONEGRID_MARK", "kept")
    monkeypatch.delenv("ONEGRID_TEST_TEMPLATE", raising=False)
    with testing.cluster("tests") as variables:
        assert variables["ONEGRID_MARK"] == "kept" and "ONEGRID_TEST_TEMPLATE" not in variables


def test_processes_of_a_run_keep_what_they_compiled(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    testing.keep_bytecode()
    done = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
