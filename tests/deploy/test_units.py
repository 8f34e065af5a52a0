"""What `onegrid server install` writes: fitting for this installation, accepted by systemd, kept for six months."""

import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onegrid.config.environment import environment, environment_of
from onegrid.console import server, units
from onegrid.exchange.connectors import rules as connectors
from tests.house.tree import ROOT

SIX_MONTHS = timedelta(days=184)  # the longest six months in a row


@pytest.fixture
def installed(tmp_path):
    """Runs the install into a folder with these settings; gives the folder of units."""

    def run(**variables: str) -> Path:
        settings = tmp_path / "etc/onegrid/onegrid.env"
        settings.parent.mkdir(parents=True, exist_ok=True)
        given = {"ONEGRID_VAR": str(tmp_path / "var"), **variables}
        settings.write_text("".join(f"{name}='{value}'\n" for name, value in given.items()))
        done = CliRunner().invoke(server.app, ["install", "--to", str(tmp_path)])
        assert done.exit_code == 0, f"{done.output}{done.exception}"
        return tmp_path / "etc/systemd/system"

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_private_database_with_copies(installed):
    folder = installed(ONEGRID_BACKUP="/mnt/copies")
    assert {"onegrid-database.service", "onegrid-backup.service", "onegrid-copy.timer"} <= names(folder)
    target = (folder / "onegrid.target").read_text()
    for wanted in (
        "onegrid-web.service",
        "onegrid-live.service",
        "onegrid-copy.timer",
        "onegrid-database.service",
    ):
        assert wanted in target
    assert "onegrid-copy.service" not in target  # its timer starts it
    assert "backup take" in (folder / "onegrid-copy.service").read_text()
    assert "OnCalendar=Sun" in (folder / "onegrid-copy.timer").read_text()


def test_a_database_of_the_citys_own(installed):
    installed(ONEGRID_BACKUP="/mnt/copies")
    folder = installed(
        ONEGRID_BACKUP="/mnt/copies", ONEGRID_DATABASE_URL="postgresql://o:x@db.example.cn/onegrid"
    )
    assert not {"onegrid-database.service", "onegrid-backup.service"} & names(
        folder
    )  # those of before are gone
    assert "backup files" in (folder / "onegrid-copy.service").read_text()
    assert "OnCalendar=hourly" in (folder / "onegrid-copy.timer").read_text()
    assert "example.cn" not in "".join(path.read_text() for path in folder.glob("*.*") if path.is_file())


def test_without_copies_none_is_taken(installed):
    assert not {"onegrid-backup.service", "onegrid-copy.timer"} & names(installed())


def test_what_was_installed_goes_again_and_what_holds_data_is_named(installed, tmp_path):
    """Given an installation with an administrator's own file beside ours, when it is removed, then ours are gone."""
    folder = installed(ONEGRID_BACKUP="/mnt/copies")
    own = folder / "onegrid-.service.d/zz-own.conf"
    own.write_text("[Service]\nNice=5\n")
    (tmp_path / "var").mkdir()
    (tmp_path / "var/secrets.json").write_text("{}")
    done = CliRunner().invoke(server.app, ["remove", "--to", str(tmp_path)])
    assert done.exit_code == 0, done.output
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {
        "etc/onegrid/onegrid.env",
        "etc/systemd/journald@onegrid.conf",  # logs outlive the services
        "etc/systemd/system/onegrid-.service.d/zz-own.conf",
        "var/secrets.json",
    }
    for named in (
        "/mnt/copies",
        f"{tmp_path}/var/pg",
        f"{tmp_path}/var/secrets.json",
        "/etc/onegrid/onegrid.env",
    ):
        assert named in done.output


def test_nothing_is_removed_while_it_runs(installed, tmp_path):
    folder = installed()
    before = names(folder)
    (tmp_path / "var").mkdir()
    held = server._hold(tmp_path / "var")
    try:
        done = CliRunner().invoke(server.app, ["remove", "--to", str(tmp_path)])
    finally:
        os.close(held)
    assert done.exit_code == 1 and "systemctl disable --now" in done.output
    assert names(folder) == before


def test_a_setting_that_does_not_fit_writes_nothing(installed, tmp_path):
    with pytest.raises(AssertionError, match="WEB_PORT"):
        installed(ONEGRID_WEB_PORT="eighty")
    assert not (tmp_path / "etc/systemd").exists()


def test_every_service_may_little(installed):
    folder = installed()
    shared = (folder / "onegrid-.service.d/onegrid.conf").read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=onegrid", "CapabilityBoundingSet=\n"):
        assert line in shared
    for unit in folder.glob("*.service"):
        assert not re.search(r"@[A-Z]+@", unit.read_text()), unit
        assert "User=" not in unit.read_text()  # nobody else than the shared account


def test_whatever_a_timer_starts_says_how_it_came_out(installed):
    folder = installed(ONEGRID_BACKUP="/mnt/copies")
    for timer in folder.glob("*.timer"):
        assert "server ended %N" in timer.with_suffix(".service").read_text(), timer


def at(root: Path, python: Path) -> units.Installation:
    """An installation there, whose environment points to that Python."""
    (root / ".venv/bin").mkdir(parents=True)
    (root / ".venv/bin/python").symlink_to(python)
    var = root / "var"
    return units.Installation(root, root / ".venv/bin/onegrid", var, "onegrid", root / "env", None, True)


@pytest.mark.parametrize(
    ("python", "home"), [("/usr/bin/python3", "yes"), ("/root/.pyenv/versions/3.12/bin/python3", "read-only")]
)
def test_a_python_in_somebodys_home_can_be_started(tmp_path, python, home):
    assert at(tmp_path, Path(python)).words()["HOME"] == home


def test_a_python_that_services_cannot_reach_is_said_at_once(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    tmp_path.chmod(0o755)
    with pytest.raises(SystemExit, match="PYTHON=/usr/bin/python3"):
        at(tmp_path / "open", tmp_path / "closed/bin/python").reachable()


def test_each_process_of_up_has_its_unit():
    there = {path.stem for path in (ROOT / "deploy/systemd").glob("*.service")}
    for name in ("web", "live", "relay", "worker", "backup"):
        assert f"onegrid-{name}" in there
        assert f"server run {name}" in (ROOT / f"deploy/systemd/onegrid-{name}.service").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
def test_systemd_accepts_them(installed):
    folder = installed(ONEGRID_BACKUP="/mnt/copies")
    ours = sorted(str(path) for path in folder.glob("onegrid[-.]*") if path.is_file())
    # its own units below, so that targets they name are known
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *ours],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:/lib/systemd/system", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    ours_only = [line for line in done.stderr.splitlines() if "onegrid" in line]
    assert (done.returncode, ours_only) == (0, [])


def days(text: str) -> list[timedelta]:
    return [
        timedelta(days=int(found)) for found in re.findall(r"(?m)^\s*(?:MaxRetentionSec=|rotate )(\d+)", text)
    ]


def test_logs_are_kept_for_six_months():
    kept = days((ROOT / "deploy/systemd/journald@onegrid.conf").read_text())
    kept += days((ROOT / "deploy/logrotate/onegrid").read_text())
    assert len(kept) == 3 and min(kept) >= SIX_MONTHS
    [files] = re.findall(
        r"(?m)^SystemMaxFiles=(\d+)$", (ROOT / "deploy/systemd/journald@onegrid.conf").read_text()
    )
    assert int(files) > 10 * 200  # one a day, one more with each start and each 128 MB
    assert connectors.KEPT >= SIX_MONTHS  # every exchange with outside systems


def test_the_wrapper_is_a_shell_script_that_runs(installed, tmp_path):
    installed()
    subprocess.run(["sh", "-n", tmp_path / "usr/local/bin/onegrid"], check=True)


def test_settings_are_read_as_systemd_reads_them(tmp_path):
    path = tmp_path / "onegrid.env"
    path.write_text('# words\nONEGRID_VAR=/srv/x\nONEGRID_KEYRING=\'{"k1": "a b"}\'\n\n')
    read = units.settings_file(path, None)
    assert read == {"ONEGRID_VAR": "/srv/x", "ONEGRID_KEYRING": '{"k1": "a b"}'}


def test_the_shipped_settings_fit(tmp_path):
    before = environment()
    shipped = environment_of(units.settings_file(tmp_path / "onegrid.env", None))
    assert shipped.trusted_proxies == 1 and shipped.log_format == "json"
    assert environment() == before
