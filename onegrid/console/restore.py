"""`onegrid restore`: everything as it was at some second, from the folder of `onegrid backup`."""

import fcntl
import sys
import time
from pathlib import Path

import typer

from onegrid.config.cluster.copies import copy_new_files
from onegrid.config.cluster.restoring import restore as restore_cluster
from onegrid.config.cluster.server import stop
from onegrid.config.environment import environment
from onegrid.console.backup import LOCAL, read_time

FOLDER = typer.Argument(help="the folder of the copies")


def add_to(app: typer.Typer) -> None:
    app.command("restore")(restore)


def restore(
    folder: Path = FOLDER,
    until: str = typer.Option(
        "", help='a second, such as "2026-11-26 12:30:00"; default: all the log there is'
    ),
    replace: bool = typer.Option(False, help="put a database that is there beside, and take its place"),
) -> None:
    """The database as it was then, and its files, in ONEGRID_VAR. Stop OneGrid first. Nothing is removed."""
    env = environment()
    if env.database_url:
        sys.exit("✗ ONEGRID_DATABASE_URL names a database that is not ours: restore it with its own tools.")
    if _runs(env.var / "up.pid"):
        sys.exit(
            "✗ OneGrid runs from this folder. Stop it first: .venv/bin/onegrid down, or on a "
            "server: systemctl stop onegrid.target 'onegrid-*'"
        )
    begun, wanted = time.monotonic(), read_time(until) if until else None
    base, aside = restore_cluster(env.var, folder, until=wanted, replace=replace)
    files = copy_new_files(folder / "files", env.var / "files")
    copy_new_files(folder / "anchors", env.var / "anchors")
    stop(env.var)
    when = f"{wanted.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}" if wanted else "the end of the log"
    print(
        f"restored from copy {base.name} to {when} in {time.monotonic() - begun:.0f} s; {files:,} files came back"
    )
    if aside:
        print(f"the old database lies in {aside}; remove it when nothing is missed")
    if not (env.var / "secrets.json").exists() and env.keyring is None:
        print(
            "✗ There are no keys here: put var/secrets.json back before the first start: sealed fields need them."
        )
    print("Then: onegrid up; onegrid verify audit; onegrid verify cases")


def _runs(pid_file: Path) -> bool:
    if not pid_file.exists():
        return False
    with pid_file.open() as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # `up` holds it alone, services together
        except BlockingIOError:
            return True
    return False
