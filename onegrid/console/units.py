"""The files of deploy/ that a server needs, filled in for one folder, account and database."""

import os
import pwd
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onegrid.config.cluster.place import others_may_pass
from onegrid.config.environment import ROOT

SHIPPED = ROOT / "deploy"
PRIVATE_ONLY = ("onegrid-database.service", "onegrid-backup.service")
COPIES_ONLY = ("onegrid-backup.service", "onegrid-copy.service", "onegrid-copy.timer")
STARTED_BY_OTHERS = ("onegrid-copy.service", "onegrid-tidy.service", "onegrid-verify.service")  # by timers


@dataclass(frozen=True)
class Installation:
    """`root`: the checkout, `command`: its `onegrid`, `settings`: the file of variables, `private`: our database."""

    root: Path
    command: Path
    var: Path
    user: str
    settings: Path
    backup: Path | None
    private: bool

    def units(self) -> list[str]:
        """Names of the units that this installation needs."""
        shipped = sorted(path.name for path in (SHIPPED / "systemd").glob("onegrid[.-]*") if path.is_file())
        left_out = {*(() if self.private else PRIVATE_ONLY), *(() if self.backup else COPIES_ONLY)}
        return [name for name in shipped if name not in left_out]

    def words(self) -> dict[str, str]:
        """What stands between two @ in the shipped files → what it is here."""
        wanted = [one for one in self.units() if one not in (*STARTED_BY_OTHERS, "onegrid.target")]
        return {
            "ROOT": str(self.root),
            "ONEGRID": str(self.command),
            "VAR": str(self.var),
            "USER": self.user,
            "ENVIRONMENT": str(self.settings),
            "BACKUP": str(self.backup or self.var),
            "COPY": "take" if self.private else "files",
            # beside our own database the stream takes new files along; the city's own goes back to any hour too
            "COPIED": "Sun 03:00 Asia/Shanghai" if self.private else "hourly",
            "DATABASE": "onegrid-database.service" if self.private else "",
            "HOME": "read-only" if any(map(_at_home, (self.root, self.python()))) else "yes",
            "WANTED": " ".join(wanted),
        }

    def python(self) -> Path:
        """The interpreter itself: .venv only points to it, and it may lie in somebody's home (pyenv)."""
        return (self.command.parent / "python").resolve()

    def reachable(self) -> None:
        """Ends with words where the services' account could not start what it is told to."""
        for path in (self.root, self.python().parent):
            if not others_may_pass(path):
                sys.exit(
                    f"✗ {self.user} may not enter {path}. Put the checkout into /opt, and make its environment from "
                    "the system's Python: rm -r .venv; make install PYTHON=/usr/bin/python3"
                )

    def own_folder(self) -> None:
        """The folder of data, the service's own; a checkout's bytecode, which services may not write."""
        account = pwd.getpwnam(self.user)
        for folder in (self.var, *((self.backup,) if self.backup else ())):
            folder.mkdir(parents=True, mode=0o750, exist_ok=True)
            if not any(folder.iterdir()):
                os.chown(folder, account.pw_uid, account.pw_gid)
            elif folder.stat().st_uid != account.pw_uid:
                sys.exit(f"✗ {folder} is somebody else's. Hand it over: chown -R {self.user}: {folder}")
        python = self.command.parent / "python"
        subprocess.run([python, "-m", "compileall", "-q", self.root / "onegrid"], check=False)


def _at_home(path: Path) -> bool:
    return path.is_relative_to("/home") or path.is_relative_to("/root")


def write_units(here: Installation, to: Path) -> Iterator[Path]:
    """Writes every file, and removes units that are no longer needed. What an administrator put beside them stays."""
    system, words = to / "etc/systemd/system", here.words()
    for name in here.units():
        yield _write(SHIPPED / "systemd" / name, system / name, words)
    yield _write(
        SHIPPED / "systemd/onegrid-.service.d/onegrid.conf", system / "onegrid-.service.d/onegrid.conf", words
    )
    journal = to / "etc/systemd/journald@onegrid.conf"
    if not journal.exists():  # how long and how much is the city's own to decide
        yield _write(SHIPPED / "systemd/journald@onegrid.conf", journal, words)
    wrapper = _write(SHIPPED / "onegrid.sh", to / "usr/local/bin/onegrid", words)
    wrapper.chmod(0o755)
    yield wrapper
    for name in {*PRIVATE_ONLY, *COPIES_ONLY} - set(here.units()):
        (system / name).unlink(missing_ok=True)


def removed_units(to: Path) -> Iterator[Path]:
    """Takes away what `write_units` wrote, and says what went. journald@onegrid.conf stays: logs outlive services."""
    system = to / "etc/systemd/system"
    shipped = [path.name for path in (SHIPPED / "systemd").glob("onegrid[.-]*") if path.is_file()]
    for path in (
        *(system / name for name in sorted(shipped)),
        system / "onegrid-.service.d/onegrid.conf",
        to / "usr/local/bin/onegrid",
    ):
        if path.exists():
            path.unlink()
            yield path
    beside = system / "onegrid-.service.d"
    if beside.exists() and not any(beside.iterdir()):
        beside.rmdir()


def settings_file(path: Path, user: str | None) -> dict[str, str]:
    """What it sets. One that is missing is made from the shipped one, for root and the account only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o640)
        path.write_text((SHIPPED / "onegrid.env").read_text())
        if user:
            os.chown(path, 0, pwd.getpwnam(user).pw_gid)
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): " ".join(shlex.split(value)) for name, _, value in pairs}


def account_made(user: str) -> None:
    """A system account without a shell."""
    try:
        pwd.getpwnam(user)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        command = [
            useradd,
            "--system",
            "--user-group",
            "--home-dir",
            "/",
            "--shell",
            "/usr/sbin/nologin",
            user,
        ]
        subprocess.run(command, check=True)


def _write(source: Path, target: Path, words: dict[str, str]) -> Path:
    text = source.read_text()
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return target
