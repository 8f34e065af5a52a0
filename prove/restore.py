"""A whole copy while the site is there, and the way back to one second of the past, with a stopwatch.

By the commands of the console (`onegrid backup stream`, `backup take`, `restore --until`, `up`, `verify cases`).
`--source FOLDER` is the ONEGRID_VAR of another private cluster, which is only read: beside its databases one of our
own, prove_marks, is made and dropped again. One whose log is streamed already, or whose stream is away for a while,
is refused. `--folder` is where copies and the restored cluster go (var/drill): a folder that is empty or not there
yet, with room for twice the size of the database; it is removed afterwards. `--pages 0` leaves out starting the site
on it. `--lost 1`: the machine is lost in between: the source, which then must be one that was made for this (it holds
a file `for-the-drill`), is removed once its copy is whole, and what comes back has its room.
"""

import os
import shutil
import subprocess
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.sql import SQL, Identifier

from onegrid.config.cluster.copies import SLOT
from onegrid.config.cluster.place import place, private_url
from onegrid.config.cluster.server import ensure_database, ensure_running, stop
from onegrid.config.environment import environment
from prove.ground import ground_of
from prove.proof import Proof
from prove.running import BIN, Up

MARKS = "prove_marks"
CONTENT = "SELECT count(*), coalesce(sum(hashtextextended(whole::text, 0)), 0) FROM {} whole"
GIGABYTE = 2**30
TOO_NEAR = timedelta(milliseconds=100)  # between the time that a mark says and its commit
ZONE = ZoneInfo("Asia/Shanghai")


def run(proof: Proof) -> None:
    source = Path(os.environ.get("PROVE_SOURCE") or environment().var)
    folder = Path(os.environ.get("PROVE_FOLDER") or environment().var.parent / "drill")
    room(proof, source, folder)  # before anything is there to be cleared away
    begun_here = ensure_running(source)
    try:
        not_streamed(source)
        try:
            drill(proof, source, folder)
        finally:
            if place(source).pgdata.exists():
                end_stream(source)
    finally:
        if begun_here and place(source).pgdata.exists():
            stop(source)
        stop(folder / "var")
        shutil.rmtree(folder, ignore_errors=True)
        there = place(folder / "var").pg
        shutil.rmtree(there, ignore_errors=True)


def room(proof: Proof, source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty: name another with --folder")
    size, free = bytes_of(place(source).pgdata), shutil.disk_usage(folder).free
    proof.figure("cluster, GB", size / GIGABYTE)
    needed = (1.2 if is_lost(source) else 2.2) * size + GIGABYTE
    if free < needed:
        raise ValueError(f"{folder} has {free / GIGABYTE:.1f} GB; {needed / GIGABYTE:.1f} GB are needed")


def not_streamed(source: Path) -> None:
    """A stream of the city's own keeps its place in the log by a slot: the drill would use it up."""
    with psycopg.connect(private_url(source, "postgres")) as session:
        if session.execute("SELECT 1 FROM pg_replication_slots WHERE slot_name = %s", [SLOT]).fetchone():
            raise ValueError(
                f"the log of {source} is streamed for copies, or was: it is no source for a drill"
                " (`onegrid backup end-stream` where nothing streams any more)"
            )


def is_lost(source: Path) -> bool:
    """Whether it shall be removed in between. Nothing that was not made for that is."""
    if os.environ.get("PROVE_LOST") != "1":
        return False
    if not (source / "for-the-drill").exists():
        raise ValueError(f"{source} was not made for the drill: it holds no file for-the-drill, and stays")
    return True


def drill(proof: Proof, source: Path, folder: Path) -> None:
    copies, target = folder / "copies", folder / "var"
    with_source = {"ONEGRID_VAR": str(source)}
    ensure_database(source, MARKS)
    stream = subprocess.Popen([BIN / "onegrid", "backup", "stream", "--to", copies], env=ours(with_source))
    marks = Marks(source)
    try:
        before = findings(source)
        took = timed(proof, "copy, s", "backup", "take", "--to", copies, **with_source)
        proof.figure("copied a second, MB", bytes_of(copies / "base") / 2**20 / took)
        time.sleep(2.2)
        until = marks.a_second_ago()
        tables, files = counted(source), kept(source)
        proof.figure("rows of all tables read in, s", marks.since(until))
        time.sleep(2.2)
        marks.end()
        written_down(source)
    finally:
        marks.end()
        stream.terminate()
        stream.wait(30)
    target.mkdir(mode=0o755)
    shutil.copy2(source / "secrets.json", target / "secrets.json")
    if is_lost(source):
        stop(source)
        shutil.rmtree(place(source).pg)
    to = {"ONEGRID_VAR": str(target)}
    took = timed(proof, "restore, s", "restore", copies, "--until", f"{until:%Y-%m-%d %H:%M:%S}", **to)
    ensure_running(target)
    marks.judge(proof, target, until)
    judge_tables(proof, tables, counted(target))
    judge_files(proof, files, kept(target))
    if os.environ.get("PROVE_PAGES") != "0":
        answered(proof, target, took)
    ensure_running(target)
    timed(proof, "verify cases, s", "verify", "cases", **to)
    begun = time.monotonic()
    found = findings(target)
    proof.figure("verify audit, s", time.monotonic() - begun)
    proof.figure("findings of `onegrid verify audit` in the source", len(before))
    proof.none("findings of `onegrid verify audit` that the source did not have", len(found - before))


class Marks:
    """Ten rows a second, each with the time of the server's own clock: what must and must not come back."""

    def __init__(self, source: Path) -> None:
        self.rows: list[tuple[int, datetime]] = []
        self._source, self._over = source, threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def _write(self) -> None:
        with psycopg.connect(private_url(self._source, MARKS), autocommit=True) as session:
            session.execute(
                "CREATE TABLE IF NOT EXISTS mark (id serial PRIMARY KEY, at timestamptz NOT NULL)"
            )
            while not self._over.wait(0.1):
                row = session.execute(
                    "INSERT INTO mark (at) VALUES (clock_timestamp()) RETURNING id, at"
                ).fetchone()
                assert row is not None
                self.rows.append((row[0], row[1]))

    def a_second_ago(self) -> datetime:
        """The last whole second; marks lie before and after it."""
        return self.rows[-1][1].astimezone(ZONE).replace(microsecond=0)

    def since(self, moment: datetime) -> float:
        """Seconds, by the clock of the server."""
        return (self.rows[-1][1] - moment).total_seconds()

    def end(self) -> None:
        self._over.set()
        self._thread.join(30)

    def judge(self, proof: Proof, target: Path, until: datetime) -> None:
        with psycopg.connect(private_url(target, MARKS)) as session:
            back = {row[0] for row in session.execute("SELECT id FROM mark")}
        lost = [pk for pk, at in self.rows if at < until - TOO_NEAR and pk not in back]
        later = [pk for pk, at in self.rows if at > until and pk in back]
        early, late = (
            any(at < until - TOO_NEAR for _, at in self.rows),
            any(at > until for _, at in self.rows),
        )
        proof.holds("marks were written before and after that second", early and late)
        proof.none("marks from before that second that are missing", len(lost))
        proof.none("marks from after that second that came back", len(later))
        newest = max((at for pk, at in self.rows if pk in back), default=until)
        proof.figure("newest mark lies before the second by, ms", (until - newest).total_seconds() * 1000)


def answered(proof: Proof, target: Path, took: float) -> None:
    """The site on the restored cluster."""
    running, begun = Up(ground_of(target).variables, target.parent / "up.log"), time.monotonic()
    try:
        running.start(seconds=600)
        proof.figure("restore, start and a page that answers, s", took + time.monotonic() - begun)
    finally:
        running.stop()


def counted(var: Path) -> dict[str, tuple[int, int]]:
    """Of every table of the site its rows, and the sum of the hashes of what stands in them."""
    with psycopg.connect(private_url(var)) as session:
        names = session.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {
            name: session.execute(SQL(CONTENT).format(Identifier(name))).fetchone() or (0, 0)
            for (name,) in names
        }


def kept(var: Path) -> dict[str, int]:
    """Every file and anchor, and its size in bytes."""
    roots = [var / name for name in ("files", "anchors")]
    return {
        str(path.relative_to(var)): path.stat().st_size
        for root in roots
        for path in root.rglob("*")
        if path.is_file()
    }


def judge_tables(proof: Proof, before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> None:
    """They were read soon after that second: where nobody else works they are the same, row for row."""
    proof.figure("cases", after.get("cases_case", (0, 0))[0])
    proof.figure("steps", after.get("cases_step", (0, 0))[0])
    other = changed(before, after)
    proof.holds(f"{len(before)} tables hold what they held then (other: {other or 'none'})", not other)


def judge_files(proof: Proof, before: dict[str, int], after: dict[str, int]) -> None:
    other = changed(before, after)
    proof.figure("files and anchors", len(before))
    proof.holds(f"every file and anchor of then is back (other: {other or 'none'})", not other)


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple]:
    """What was there and is another or gone, with both; at most five."""
    other = [(name, (found, after.get(name))) for name, found in before.items() if after.get(name) != found]
    return dict(other[:5])


def timed(proof: Proof, what: str, *words: object, **variables: str) -> float:
    begun = time.monotonic()
    done = subprocess.run(
        [str(BIN / "onegrid"), *map(str, words)], env=ours(variables), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    seconds = time.monotonic() - begun
    print("".join(f"    {line}\n" for line in done.stdout.strip().splitlines()[-3:]), end="")
    proof.figure(what, seconds)
    command = " ".join(map(str, words[:1] if words[0] == "restore" else words[:2]))
    proof.holds(f"`onegrid {command}`", done.returncode == 0)
    return max(seconds, 0.001)


def findings(var: Path) -> set[str]:
    """What `onegrid verify audit` says is wrong. A restore cannot mend what was so before: entries that were
    written with other keys, say."""
    words = [str(BIN / "onegrid"), "verify", "audit"]
    done = subprocess.run(words, env=ours({"ONEGRID_VAR": str(var)}), text=True, capture_output=True)
    found = {line for line in done.stdout.splitlines() if line.startswith("✗")}
    return found | ({done.stderr[-500:]} if done.returncode and not found else set())


def ours(variables: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **variables}


def written_down(source: Path, seconds: float = 60) -> None:
    """Waits until the stream has all that was committed."""
    until = time.monotonic() + seconds
    with psycopg.connect(private_url(source, "postgres"), autocommit=True) as session:
        session.execute("SELECT pg_switch_wal()")
        asked = "SELECT bool_and(flush_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication"
        while session.execute(asked).fetchone() != (True,):
            if time.monotonic() > until:
                raise TimeoutError("the stream of the log does not keep up")
            time.sleep(0.1)


def end_stream(source: Path) -> None:
    """The slot of the drill and its marks go."""
    subprocess.run([BIN / "onegrid", "backup", "end-stream"], env=ours({"ONEGRID_VAR": str(source)}))
    with psycopg.connect(private_url(source, "postgres"), autocommit=True) as session:
        session.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(MARKS)))


def bytes_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
