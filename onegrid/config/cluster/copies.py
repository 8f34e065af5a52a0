"""Copies of the private cluster: whole ones (bases), and the write-ahead log that leads from one to any later second.

<folder>/base/20261126T030000Z/   a whole copy, checked against its own manifest
<folder>/wal/                     the log since the oldest base, streamed while the server runs
<folder>/files/, <folder>/anchors/   uploaded files and heads of the audit chain
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from onegrid.config.cluster.place import place, private_url
from onegrid.config.cluster.server import ClusterTrouble, binaries

SLOT = "onegrid_backup"
KEPT_FOR_A_LOST_STREAM = "8GB"  # of log the server keeps for a stream that is away; then a new base is needed
SEGMENT = 24  # letters in the name of a segment of the log: timeline, log, segment


@dataclass(frozen=True)
class Base:
    """One whole copy. `done_at`: from then on it can be restored to any second the log covers."""

    folder: Path
    begun_at: datetime
    done_at: datetime
    first_segment: str

    @property
    def name(self) -> str:
        return self.folder.name


def bases(folder: Path) -> list[Base]:
    """Whole copies, oldest first; one that was cut off has no note and does not count."""
    notes = sorted((folder / "base").glob("*/onegrid.json"))
    return [_base(note) for note in notes]


def take_base(var: Path, folder: Path) -> Base:
    """A whole copy beside the running server, checked against its manifest before it counts."""
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
    note = {"begun_at": begun.isoformat(), "done_at": done.isoformat(), "first_segment": first}
    (draft / "onegrid.json").write_text(json.dumps(note))
    draft.rename(target)
    return Base(target, begun, done, first)


def stream_command(var: Path, folder: Path) -> list[str]:
    """The process that writes the log down as it comes; the server keeps a slot for it: it goes on where it was."""
    wal = folder / "wal"
    wal.mkdir(mode=0o700, parents=True, exist_ok=True)
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


def segments(folder: Path) -> list[str]:
    """Names of the log's segments, the one being written too, in order."""
    found = {path.name.removesuffix(".partial") for path in (folder / "wal").glob("*")}
    return sorted(name for name in found if len(name) == SEGMENT)


def gap_after(base: Base, names: list[str]) -> str | None:
    """The first segment that is missing on the way from a base to the newest one; None when nothing is."""
    wanted, newest = base.first_segment, max(names, default="")
    while wanted <= newest:
        if wanted not in names:
            return wanted
        wanted = next_segment(wanted)
    return base.first_segment if not names else None


def next_segment(name: str) -> str:
    """Segments of 16 MB: the last two hexadecimal signs count to FF, then the middle part goes on."""
    timeline, log, segment = name[:8], int(name[8:16], 16), int(name[16:], 16)
    if segment == 0xFF:
        return f"{timeline}{log + 1:08X}{0:08X}"
    return f"{timeline}{log:08X}{segment + 1:08X}"


def forget_before(folder: Path, keep: int) -> list[str]:
    """Removes all bases but the newest few, and the log that only they needed. Names of what went."""
    there = bases(folder)
    gone = there[:-keep] if keep else []
    for base in gone:
        shutil.rmtree(base.folder)
    needed = min((base.first_segment for base in there[len(gone) :]), default="")
    for path in (folder / "wal").glob("*"):
        if len(path.name) == SEGMENT and path.name[8:] < needed[8:]:
            path.unlink()
    return [base.name for base in gone]


def copy_new_files(source: Path, target: Path) -> int:
    """Files by content hash never change: those that are not there yet are copied, whole or not at all."""
    copied = 0
    for path in source.rglob("*") if source.exists() else ():
        there = target / path.relative_to(source)
        if path.is_file() and not path.name.endswith(".part") and not there.exists():
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = there.with_name(f"{there.name}.part")
            shutil.copyfile(path, part)
            os.chmod(part, 0o600)
            os.replace(part, there)
            copied += 1
    return copied


def _base(note: Path) -> Base:
    given = json.loads(note.read_text())
    begun, done = (datetime.fromisoformat(given[name]) for name in ("begun_at", "done_at"))
    return Base(note.parent, begun, done, given["first_segment"])


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
