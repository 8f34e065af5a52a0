"""`onegrid restore`: everything as it was at some second, from the folder of `onegrid backup`."""

import fcntl
import sys
import time
from datetime import datetime
from pathlib import Path

import typer

from onegrid.config.cluster.copies import copy_new_files
from onegrid.config.cluster.restoring import Restored, base_for
from onegrid.config.cluster.restoring import restore as restore_cluster
from onegrid.config.cluster.server import stop
from onegrid.config.environment import environment
from onegrid.console.backup import LOCAL, our_keys, read_time

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
    if services_run(env.var):
        sys.exit(
            "✗ OneGrid runs from this folder. Stop it first: .venv/bin/onegrid down, or on a "
            "server: systemctl stop onegrid.target 'onegrid-*'"
        )
    begun, wanted = time.monotonic(), read_time(until) if until else None
    base, _line = base_for(folder, wanted)
    if other := other_keys(base.keys, our_keys()):
        sys.exit(
            f"✗ The keys here are not those of copy {base.name} ({', '.join(other)}): what is sealed in it could "
            "not be read. Put var/secrets.json of that time back first, or move this one away."
        )
    done = restore_cluster(env.var, folder, until=wanted, replace=replace)
    files = copy_new_files(folder / "files", env.var / "files")
    copy_new_files(folder / "anchors", env.var / "anchors")
    stop(env.var)
    print(
        f"restored from copy {done.base.name} {reached(done, wanted)} in {time.monotonic() - begun:.0f} s; ",
        end="",
    )
    print(f"{files:,} files came back")
    if done.gap:
        print(f"✗ The log is not whole: {done.gap} is missing. What was written after it did not come back.")
    if done.aside:
        print(f"the old database lies in {done.aside}; remove it when nothing is missed")
    if not (env.var / "secrets.json").exists():
        print(
            "✗ There are no keys here: put var/secrets.json back before the first start: sealed fields need them."
        )
    print("Then: onegrid up; onegrid verify audit; onegrid verify cases")


def other_keys(sealed: dict[str, str], here: dict[str, str]) -> list[str]:
    """Names of keys that the copy needs and that are others here. Where there are none at all they may come later."""
    return [name for name, mark in sealed.items() if here and here.get(name) != mark]


def reached(done: Restored, wanted: datetime | None) -> str:
    if wanted:
        return f"to {wanted.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
    newest = done.newest or done.base.done_at
    return (
        f"to the end of the log; the last that came back is of {newest.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
    )


def services_run(var: Path) -> bool:
    """Whether `up` or any of the services runs from this folder."""
    pid_file = var / "up.pid"
    if not pid_file.exists():
        return False
    with pid_file.open() as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # `up` holds it alone, services together
        except BlockingIOError:
            return True
    return False
