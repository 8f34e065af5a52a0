"""Copies of the private cluster: whole ones (bases), and the write-ahead log that leads from one to any later second.

<folder>/base/20261126T030000Z/   a whole copy, checked against its own manifest
<folder>/wal/00000001/            the log since the oldest base, streamed while the server runs (lines.py)
<folder>/files/, <folder>/anchors/   uploaded files and heads of the audit chain
<folder>/cluster                  whose copies these are: another database is refused
<folder>/taking.lock              held while a copy is taken: a second one at the same time is refused
"""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from onegrid.config.cluster.lines import (
    Line,
    files_of_segments,
    folder_for,
    gap,
    line_at,
    lines,
    needed,
    number_of,
    place_in_log,
)
from onegrid.config.cluster.place import place, private_url
from onegrid.config.cluster.server import ClusterTrouble, binaries

SLOT = "onegrid_backup"
JUST_NOW = 2 * 10**9  # ns
KEPT_FOR_A_LOST_STREAM = "8GB"  # of log the server keeps for a stream that is away; then a new base is needed
NOW = "SELECT system_identifier::text, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) FROM pg_control_system()"


@dataclass(frozen=True)
class Base:
    """One whole copy. `done_at`: from then on it can be restored to any second the log covers. `keys`: marks of
    those that it is sealed with."""

    folder: Path
    begun_at: datetime
    done_at: datetime
    first_segment: str
    keys: dict[str, str]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def line(self) -> int:
        return number_of(self.first_segment)

    def is_on(self, line: Line) -> bool:
        return self.line == line.number or line.holds(self.line, _end_of(self.folder))


def bases(folder: Path) -> list[Base]:
    """Whole copies, oldest first; one that was cut off has no note and does not count."""
    notes = sorted((folder / "base").glob("*/onegrid.json"))
    return [_base(note) for note in notes]


def lines_of(folder: Path) -> list[Line]:
    """Every line of time of which there is a copy or a log, oldest first."""
    return lines(folder, {base.line: base.begun_at for base in reversed(bases(folder))})


def way_to(folder: Path, until: datetime | None) -> tuple[Base, Line] | None:
    """The newest copy from which that second can be reached (None: the newest there is), and the line on which it
    lies; None when there is no copy."""
    there = [base for base in bases(folder) if until is None or base.done_at <= until]
    if not there:
        return None
    line = line_at(lines_of(folder), until)
    on_it = [base for base in there if base.is_on(line)]
    return (on_it[-1], line) if on_it else (there[-1], Line(there[-1].line))


def take_base(var: Path, folder: Path, keys: dict[str, str] | None = None) -> Base:
    """A whole copy beside the running server, checked against its manifest before it counts. ClusterTrouble while
    another is taken to the same folder."""
    of_this_cluster(var, folder)
    with _alone(folder):
        return _taken(var, folder, keys or {})


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Whoever takes a copy clears away drafts that were cut off: nobody else's may be among them. The lock goes with
    the process that holds it."""
    with (folder / "taking.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterTrouble(
                f"Another copy is being taken to {folder}, by hand or by the timer. This one was not begun, nothing "
                "was changed: wait until the other is done (`onegrid backup list`)."
            ) from None
        yield


def _taken(var: Path, folder: Path, keys: dict[str, str]) -> Base:
    begun = datetime.now(UTC)
    target = folder / "base" / f"{begun:%Y%m%dT%H%M%SZ}"
    draft = target.with_name(f"{target.name}.draft")
    for cut_off in (folder / "base").glob("*.draft"):
        shutil.rmtree(cut_off)
    draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    programs = binaries(place(var).pgdata)
    _postgres(
        programs / "pg_basebackup", "-d", private_url(var, "postgres"), "-D", draft, "-X", "stream", "-c", "fast",
        "--manifest-checksums=SHA256", "--no-password", failed="The copy could not be taken.",
    )  # fmt: skip
    _postgres(programs / "pg_verifybackup", "-q", draft, failed="The copy does not match its own manifest.")
    done = datetime.now(UTC)
    first = _first_segment(draft)
    note = {
        "begun_at": begun.isoformat(),
        "done_at": done.isoformat(),
        "first_segment": first,
        "keys": keys,
    }
    (draft / "onegrid.json").write_text(json.dumps(note))
    draft.rename(target)
    return Base(target, begun, done, first, keys)


def stream_command(var: Path, folder: Path) -> list[str]:
    """The process that writes the log down as it comes; the server keeps a slot for it: it goes on where it was."""
    wal = folder_for(folder, of_this_cluster(var, folder))
    url = private_url(var, "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        _keep_for_the_stream(connection)
    return [
        str(binaries(place(var).pgdata) / "pg_receivewal"), "-d", url, "-D", str(wal), "--slot", SLOT,
        "--synchronous", "--no-password",
    ]  # fmt: skip


def drop_slot(var: Path) -> None:
    """No stream any more: the server stops keeping log for it."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE slot_name = %s AND NOT active",
            [SLOT],
        )


def of_this_cluster(var: Path, folder: Path) -> int:
    """The server's line of time. ClusterTrouble when the folder holds copies of another database: they would be
    taken for copies of this one, and the older ones would go."""
    with psycopg.connect(private_url(var, "postgres")) as connection:
        identity, line = connection.execute(NOW).fetchone() or ("", "1")
    note = folder / "cluster"
    if not note.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.write_text(identity)
    if note.read_text().strip() != identity:
        raise ClusterTrouble(
            f"{folder} holds copies of another database. Restore it here (`onegrid restore {folder} --replace`), or "
            "name another folder."
        )
    return int(line, 16)


def gap_after(base: Base, names: list[str], line: Line | None = None) -> str | None:
    """The first segment that is missing on the way from a base to the newest one; None when nothing is."""
    return gap(line or Line(base.line), base.first_segment, names)


def forget_before(folder: Path, keep: int) -> list[str]:
    """Removes all bases but the newest few, and the log that only they needed. Names of what went."""
    there = bases(folder)
    gone = there[:-keep] if keep else []
    for base in gone:
        shutil.rmtree(base.folder)
    firsts = [base.first_segment for base in there[len(gone) :]]
    for name, path in files_of_segments(folder).items() if firsts else ():
        if path.name == name and not needed(name, firsts):
            path.unlink()
    return [base.name for base in gone]


def copy_new_files(source: Path, target: Path) -> int:
    """Files by content hash never change: those that are not there yet are copied, whole or not at all."""
    return NewFiles(source, target).copy()


class NewFiles:
    """The same again and again: a folder that did not change since the last time is not read anew."""

    def __init__(self, source: Path, target: Path) -> None:
        self.source, self.target = source, target
        self._seen: dict[Path, tuple[int, list[Path]]] = {}

    def copy(self) -> int:
        """How many were copied."""
        return self._folder(self.source) if self.source.exists() else 0

    def _folder(self, folder: Path) -> int:
        asked, changed = time.time_ns(), folder.stat().st_mtime_ns
        seen, below = self._seen.get(folder, (0, []))
        copied = 0
        if seen != changed:
            there, inside = self.target / folder.relative_to(self.source), list(folder.iterdir())
            below = [path for path in inside if path.is_dir()]
            files = (path for path in inside if path.is_file() and not path.name.endswith(".part"))
            copied = sum(_copied(path, there / path.name) for path in files)
            if asked - changed > JUST_NOW:  # else another may come within the same tick of the clock
                self._seen[folder] = changed, below
        return copied + sum(map(self._folder, below))


def _copied(path: Path, there: Path) -> bool:
    try:
        if there.exists() and there.stat().st_size == path.stat().st_size:
            return False
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = there.with_name(f"{there.name}.part")
        shutil.copyfile(path, part)
    except FileNotFoundError:
        if path.exists():
            raise
        return False  # nobody needs it any more: it was removed meanwhile
    os.chmod(part, 0o600)
    _flush(part)  # else a power cut leaves a name with nothing behind it
    os.replace(part, there)
    return True


def _base(note: Path) -> Base:
    given = json.loads(note.read_text())
    begun, done = (datetime.fromisoformat(given[name]) for name in ("begun_at", "done_at"))
    return Base(note.parent, begun, done, given["first_segment"], given.get("keys", {}))


def _end_of(folder: Path) -> int:
    """The place in the log at which a copy was whole, from its manifest."""
    ranges = json.loads((folder / "backup_manifest").read_text())["WAL-Ranges"]
    return max(place_in_log(one["End-LSN"]) for one in ranges)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _first_segment(draft: Path) -> str:
    """From the label that PostgreSQL leaves in a copy: `START WAL LOCATION: 0/2000028 (file 0000…02)`."""
    first_line = (draft / "backup_label").read_text().splitlines()[0]
    return first_line.partition("(file ")[2].rstrip(")")


def _keep_for_the_stream(connection: psycopg.Connection) -> None:
    connection.execute(f"ALTER SYSTEM SET max_slot_wal_keep_size = '{KEPT_FOR_A_LOST_STREAM}'")
    connection.execute("SELECT pg_reload_conf()")
    row = connection.execute(
        "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
    ).fetchone()
    if row and row[0] == "lost":
        connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        row = None
    if row is None:
        connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])


def _postgres(program: Path, *words: object, failed: str) -> None:
    done = subprocess.run(
        [str(program), *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        last_words = "\n".join(done.stdout.strip().splitlines()[-4:])
        raise ClusterTrouble(f"{failed}\n{last_words}")
