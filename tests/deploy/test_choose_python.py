"""Which Python `make` works with: the system's only where `python3` is slow and the system's will do."""

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.house.tree import ROOT

FILE = ROOT / "deploy" / "choose_python.py"


@pytest.fixture(scope="module")
def choosing():
    spec = importlib.util.spec_from_file_location("choose_python", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def python(tmp_path, answer: int) -> str:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\nexit {answer}\n")
    path.chmod(0o755)
    return str(path)


def test_a_quick_one_is_kept(choosing, tmp_path):
    assert choosing.chosen(quick=True, system=python(tmp_path, 0)) == "python3"


def test_a_slow_one_gives_way_to_a_system_that_will_do(choosing, tmp_path):
    assert choosing.chosen(quick=False, system=python(tmp_path, 0)) == python(tmp_path, 0)


def test_a_system_that_is_too_old_or_has_none_changes_nothing(choosing, tmp_path):
    assert choosing.chosen(quick=False, system=python(tmp_path, 1)) == "python3"
    assert choosing.chosen(quick=False, system=str(tmp_path / "nothing")) == "python3"


def test_this_one_could_make_an_environment(choosing):
    assert choosing.will_do(sys._base_executable)


@pytest.mark.parametrize("args", ["", "'--prefix=/x'", "'--enable-optimizations' '--with-lto'"])
def test_how_it_was_built_is_seen(choosing, monkeypatch, capsys, args):
    monkeypatch.setattr(choosing.sysconfig, "get_config_var", lambda _name: args)
    monkeypatch.setattr(choosing.sys, "executable", "/somewhere/else/python3")
    monkeypatch.setattr(choosing, "will_do", lambda _python: True)
    choosing.main()
    assert capsys.readouterr().out.strip() == ("python3" if "optim" in args else choosing.SYSTEM)


def test_make_asks_it_unless_told_otherwise():
    assert made("PYTHON=mine").startswith("mine deploy/prepare.py")
    asked = subprocess.run(["python3", FILE], capture_output=True, text=True).stdout.strip()
    assert made().startswith(f"{asked} deploy/prepare.py")


def made(*words: str) -> str:
    """What `make setup` would do; not as part of a make that runs this test."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS", "MFLAGS")}
    return subprocess.run(
        ["make", "--no-print-directory", "-n", "setup", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    ).stdout
