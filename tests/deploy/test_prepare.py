"""The bare-machine script: what it asks for, and how it says what stands in the way."""

import importlib.util
import re
import shutil
import sys

import pytest

from onegrid.config.cluster.server import OLDEST
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


def test_an_environment_of_another_python_is_seen(prepare, monkeypatch, tmp_path):
    """After a new release of the system .venv/bin/python is a Python that finds nothing of what lies in .venv."""
    assert prepare.environment_works()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(prepare.PYTHON.resolve())
    (tmp_path / "pyvenv.cfg").write_text("include-system-site-packages = false\n")
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "bin/python")
    assert not prepare.environment_works()


def test_uv_trusts_what_the_system_trusts(prepare, monkeypatch):
    """As pip does: where a company's own authority signs what comes in, uv would refuse it."""
    told = ["global.index-url='https://pypi.example.cn/simple'"]
    monkeypatch.setattr(
        prepare.subprocess, "run", lambda *_, **__: type("Done", (), {"stdout": "\n".join(told)})
    )
    for name in ("SSL_CERT_FILE", "UV_SYSTEM_CERTS", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    mirror = {"UV_DEFAULT_INDEX": "https://pypi.example.cn/simple"}
    assert prepare.uv_index() == mirror | {"UV_SYSTEM_CERTS": "1"}
    told.append("global.cert='/etc/ssl/own.crt'")
    assert prepare.uv_index() == mirror | {"SSL_CERT_FILE": "/etc/ssl/own.crt"}


def test_the_demo_and_a_server_get_no_test_tools(prepare):
    lists = {name: (ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt")}
    pinned = {name: set(re.findall(r"(?m)^([a-z0-9._-]+==[^ \\]+)", text)) for name, text in lists.items()}
    assert pinned["requirements.txt"] < pinned["requirements-dev.txt"]  # one environment holds both
    assert not [one for one in pinned["requirements.txt"] if one.startswith(("pytest", "playwright"))]


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


# What `apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$'` prints, by distribution.
OFFERED = {
    "Debian 12": ("postgresql-15-postgis-3 - Geographic objects support for PostgreSQL 15\n", 15),
    "Debian 13": ("postgresql-17-postgis-3 - Geographic objects support for PostgreSQL 17\n", 17),
    "Ubuntu 24.04": ("postgresql-16-postgis-3 - Geographic objects support for PostgreSQL 16\n", 16),
    "with the packages of postgresql.org": (
        "postgresql-14-postgis-3 - Geographic\npostgresql-9-postgis-3 - Geo\npostgresql-18-postgis-3 - Geographic\n",
        18,
    ),
}


@pytest.mark.parametrize("name", OFFERED)
def test_the_newest_postgresql_is_taken(prepare, name):
    listed, wanted = OFFERED[name]
    assert prepare.newest_postgresql(listed) == wanted


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("postgresql-14-postgis-3 - Geographic objects support for PostgreSQL 14\n", "apt.postgresql.org.sh"),
        ("", "add-apt-repository universe"),
    ],
)
def test_none_that_is_new_enough_is_said_with_a_way_out(prepare, listed, words):
    with pytest.raises(prepare.Trouble, match=words) as trouble:
        prepare.newest_postgresql(listed)
    assert "ONEGRID_DATABASE_URL" in str(trouble.value)


def test_a_python_beside_the_systems_has_a_package_of_its_own(prepare, monkeypatch, tmp_path):
    version = type("Version", (tuple,), {})((3, 12, 1))
    monkeypatch.setattr(prepare.sys, "version_info", version)
    monkeypatch.setattr(prepare.sys, "executable", str(tmp_path / "python3.12"))
    assert prepare.venv_package() == "python3.12-venv"
    monkeypatch.setattr(prepare.sys, "executable", "/usr/bin/python3")
    assert prepare.venv_package() == "python3-venv"


def test_ubuntu_is_not_asked_for_a_browser_it_has_as_a_snap_only(prepare, monkeypatch):
    monkeypatch.setattr(prepare.shutil, "which", lambda name: None)
    monkeypatch.setattr(prepare, "is_debian", lambda: False)
    assert not [name for name in prepare.missing_packages("test") if "chromium" in name]
    monkeypatch.setattr(prepare, "is_debian", lambda: True)
    assert "chromium" in prepare.missing_packages("test")


def test_the_versions_here_are_those_of_the_house(prepare):
    assert prepare.OLDEST_POSTGRESQL == OLDEST
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text()
