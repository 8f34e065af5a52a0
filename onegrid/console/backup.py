"""`onegrid backup`: copies of the database, its log to the second, and of files. `onegrid restore` is beside it."""

import contextlib
import fcntl
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from onegrid.config.cluster import copies
from onegrid.config.cluster.lines import segments
from onegrid.config.environment import environment
from onegrid.config.secrets import fingerprints
from onegrid.console.processes import die_with_parent

app = typer.Typer(
    help="Copies of everything but the keys (var/secrets.json: keep those apart).", no_args_is_help=True
)
LOCAL = ZoneInfo("Asia/Shanghai")
FILES_EVERY = 60  # seconds between two looks for new files beside the stream
FOLDER = typer.Option(None, "--to", help="the folder of the copies; default: ONEGRID_BACKUP")


@app.callback()
def _backup() -> None:
    """No Django: a copy must also be possible when the application is broken."""


@app.command("take")
def take(to: Path = FOLDER) -> None:
    """A whole copy of the database, checked, and of files that are not copied yet. The site goes on meanwhile."""
    folder, var = _folder(to), _own_var()
    base = copies.take_base(var, folder, our_keys())
    files = copies.copy_new_files(var / "files", folder / "files")
    copies.copy_new_files(var / "anchors", folder / "anchors")
    _note(database_at=base.done_at, files_at=datetime.now(UTC))
    if not _gap(folder):
        _note(gap="")
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
    """Writes the database's log down as it comes, and new files every minute, until stopped. `onegrid up` runs it
    when ONEGRID_BACKUP is set."""
    folder, var = _folder(to), _own_var()
    running = subprocess.Popen(copies.stream_command(var, folder), preexec_fn=die_with_parent)
    asked: list[int] = []

    def end(signal_number: int, _frame: object) -> None:
        asked.append(signal_number)
        running.send_signal(signal.SIGINT)  # then it ends in order

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    kinds = [copies.NewFiles(var / kind, folder / kind) for kind in ("files", "anchors")]
    while running.poll() is None:
        _beside(folder, kinds)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(FILES_EVERY)
    sys.exit(0 if asked else abs(running.returncode))


def _beside(folder: Path, kinds: list[copies.NewFiles]) -> None:
    """New files, and whether the log is whole. What fails here must not end the stream: the next look may succeed."""
    try:
        for kind in kinds:
            kind.copy()
        _note(files_at=datetime.now(UTC), gap=_gap(folder) if copies.bases(folder) else "")
    except OSError as failure:
        print(f"files could not be copied: {failure}", file=sys.stderr, flush=True)


@app.command("list")
def show(to: Path = FOLDER) -> None:
    """The copies, and whether each can be restored to any later second. Exit status 1 when the newest cannot."""
    folder = _folder(to)
    there, names = copies.lines_of(folder), segments(folder)
    for base in copies.bases(folder):
        line = [one for one in there if base.is_on(one)][-1]
        later = next((one.begun_at for one in there if one.number > line.number and one.begun_at), None)
        says = f"to any second until {_local(later)}, when a restore began another log" if later else ""
        says = says or "to any second since"
        if gap := copies.gap_after(base, names, line):
            says = f"alone, or to a second before {gap} of the log, which is missing"
        print(f"{base.name}  whole from {_local(base.done_at)}  {says}")
    if gap := _gap(folder):
        sys.exit(f"✗ {gap}")


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


def _gap(folder: Path) -> str:
    """Why not every second up to now can be restored; "" when it can."""
    found = copies.way_to(folder, None)
    if found is None:
        return "there is no copy"
    base, line = found
    if line != copies.lines_of(folder)[-1]:
        return "there is no copy of the database as it goes on since a restore: onegrid backup take"
    gap = copies.gap_after(base, segments(folder), line)
    return f"the log after {base.name} is not whole: {gap} is missing: onegrid backup take" if gap else ""


def our_keys() -> dict[str, str]:
    env = environment()
    return fingerprints(env.var, env.keyring, env.index_key)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"


def _note(**found: datetime | str) -> None:
    """var/copies.json: when the newest copies were taken, and what is missing. The health page and /metrics read it;
    two who write at once wait for each other."""
    path = environment().var / "copies.json"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = json.loads(path.read_text()) if path.exists() else {}
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(known | {name: str(one) for name, one in found.items()}))
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
