"""The bare-machine script: what it asks for, and how it says what stands in the way."""

import importlib.util
import shutil
import sys

import pytest

from tests.house.tree import ROOT


@pytest.fixture
def prepare(tmp_path, monkeypatch):
    monkeypatch.setenv("ONEGRID_VAR", str(tmp_path / "var"))
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "deploy" / "prepare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "var" / "log").mkdir(parents=True)
    return module


def test_a_step_is_done_once_and_again_when_its_inputs_change(prepare, tmp_path):
    source, done = ROOT / "Makefile", []
    prepare.step("Words", [source], lambda: done.append(1))
    prepare.step("Words", [source], lambda: done.append(1))
    assert len(done) == 1
    prepare.step("Words", [source, ROOT / "pyproject.toml"], lambda: done.append(1))
    assert len(done) == 2


def test_a_step_that_failed_is_done_again(prepare):
    done = []

    def half():
        done.append(1)
        raise prepare.Trouble("cut off")

    for _ in range(2):
        with pytest.raises(prepare.Trouble):
            prepare.step("Words", [], half)
    assert len(done) == 2


def test_without_sudo_it_names_the_packages_to_ask_for(prepare, monkeypatch):
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(prepare.Trouble, match="apt-get install postgresql-15-postgis-3"):
        prepare.become_root(["postgresql-15-postgis-3"])


def test_a_full_disk_is_said_before_anything_is_installed(prepare, monkeypatch, tmp_path):
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "none")
    usage = type("Usage", (), {"free": 10**8})()
    monkeypatch.setattr(prepare.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(prepare.Trouble, match="3 GB are needed"):
        prepare.check_machine()


def test_an_old_python_is_told_how_to_use_another(prepare, monkeypatch):
    monkeypatch.setattr(prepare.sys, "version_info", (3, 9, 1))
    with pytest.raises(prepare.Trouble, match="PYTHON="):
        prepare.check_machine()


def test_a_failing_command_shows_its_last_words(prepare):
    with pytest.raises(prepare.Trouble, match="no such mirror"):
        prepare.run([sys.executable, "-c", "print('no such mirror'); raise SystemExit(1)"], "pip failed")


def test_a_full_disk_in_the_middle_has_a_way_out(prepare):
    assert "disk is full" in prepare.way_out(OSError(28, "No space left on device"))


def test_an_own_database_needs_no_server_package(prepare, monkeypatch):
    monkeypatch.setenv("ONEGRID_DATABASE_URL", "postgresql://elsewhere/onegrid")
    monkeypatch.setattr(prepare, "has_postgis", lambda: False)
    assert "postgresql-postgis" not in prepare.missing_packages("run")
