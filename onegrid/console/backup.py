"""`onegrid backup`: copies of the database, its log to the second, and of files. `onegrid restore` is beside it."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from onegrid.config.cluster import copies
from onegrid.config.environment import environment

app = typer.Typer(
    help="Copies of everything but the keys (var/secrets.json: keep those apart).", no_args_is_help=True
)
LOCAL = ZoneInfo("Asia/Shanghai")
FOLDER = typer.Option(None, "--to", help="the folder of the copies; default: ONEGRID_BACKUP")


@app.callback()
def _backup() -> None:
    """No Django: a copy must also be possible when the application is broken."""


@app.command("take")
def take(to: Path = FOLDER) -> None:
    """A whole copy of the database, checked, and of files that are not copied yet. The site goes on meanwhile."""
    folder, var = _folder(to), _own_var()
    base = copies.take_base(var, folder)
    files = copies.copy_new_files(var / "files", folder / "files")
    copies.copy_new_files(var / "anchors", folder / "anchors")
    _note(database_at=base.done_at, files_at=datetime.now(UTC))
    seconds = (base.done_at - base.begun_at).total_seconds()
    print(
        f"copy {base.name}: {_megabytes(base.folder):,} MB in {seconds:.0f} s, checked; {files:,} new files"
    )


@app.command("files")
def files(to: Path = FOLDER) -> None:
    """Only files and anchors that are not copied yet: for a database that is copied with its own tools."""
    folder, var = _folder(to), environment().var
    new = copies.copy_new_files(var / "files", folder / "files")
    copies.copy_new_files(var / "anchors", folder / "anchors")
    _note(files_at=datetime.now(UTC))
    print(f"{new:,} new files copied")


@app.command("done")
def done() -> None:
    """Note that your own tool copied the database just now: the last line of its job, for the health page."""
    _note(database_at=datetime.now(UTC))


@app.command("stream")
def stream(to: Path = FOLDER) -> None:
    """Writes the database's log down as it comes, until stopped. `onegrid up` runs it when ONEGRID_BACKUP is set."""
    command = copies.stream_command(_own_var(), _folder(to))
    os.execv(command[0], command)


@app.command("list")
def show(to: Path = FOLDER) -> None:
    """The copies, and whether each can be restored to any later second. Exit status 1 when the newest cannot."""
    folder = _folder(to)
    names, broken = copies.segments(folder), "there is no copy"
    for base in copies.bases(folder):
        gap = copies.gap_after(base, names)
        broken = f"the log after {base.name} is not whole: {gap} is missing" if gap else ""
        says = f"alone: {gap} of the log is missing" if gap else "to any second since"
        print(f"{base.name}  whole from {base.done_at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}  {says}")
    if broken:
        sys.exit(f"✗ {broken}")


@app.command("prune")
def prune(
    to: Path = FOLDER, keep: int = typer.Option(2, min=1, help="how many of the newest copies stay")
) -> None:
    """Removes older copies and the log that only they needed. Files stay: a copy that is kept may name them."""
    gone = copies.forget_before(_folder(to), keep)
    print(f"removed: {', '.join(gone)}" if gone else "nothing to remove")


@app.command("end-stream")
def end_stream() -> None:
    """The server stops keeping log for a stream that will not come back."""
    copies.drop_slot(_own_var())


def _folder(given: Path | None) -> Path:
    folder = given or environment().backup
    if folder is None:
        sys.exit("✗ Where to? Give --to FOLDER, or set ONEGRID_BACKUP.")
    if folder.resolve().is_relative_to(environment().var.resolve()):
        sys.exit(
            f"✗ {folder} lies inside {environment().var}: the disk that dies would take the copy with it."
        )
    return folder


def _note(**times: datetime) -> None:
    """var/copies.json: when the newest copies were taken. The health page and /metrics read it."""
    path = environment().var / "copies.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(known | {name: at.isoformat() for name, at in times.items()}))
    draft.replace(path)


def _own_var() -> Path:
    if environment().database_url:
        sys.exit(
            "✗ ONEGRID_DATABASE_URL names a database that is not ours: copy it with tools such as pgBackRest."
        )
    return environment().var


def _megabytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 2**20


def read_time(words: str) -> datetime:
    """A second in the words of a person; without a zone it is Beijing time."""
    try:
        given = datetime.fromisoformat(words.strip())
    except ValueError:
        raise typer.BadParameter("write it like 2026-11-26 12:30:00") from None
    return given if given.tzinfo else given.replace(tzinfo=LOCAL)
