"""Given a private cluster whose log is streamed, when a copy is restored, then it is as it was that second."""

import fcntl
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from onegrid.config.cluster import copies, lines, restoring, server
from onegrid.config.cluster.place import place, private_url
from onegrid.config.environment import Environment
from onegrid.config.secrets import change_keyring, fingerprints, fresh_key, secrets, secrets_path
from onegrid.console import backup
from onegrid.console.restore import other_keys

DAY = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(var: Path, value: int) -> datetime:
    """Writes one row; the time after its commit by the server's own clock."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        connection.execute("INSERT INTO told VALUES (%s)", [value])
        return connection.execute("SELECT clock_timestamp()").fetchone()[0]  # type: ignore[index]


def told(var: Path) -> list[int]:
    with psycopg.connect(private_url(var, "postgres")) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM told ORDER BY value")]


def written_down(var: Path) -> bool:
    """Whether the stream has all that was committed."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        found = connection.execute(
            "SELECT bool_and(flush_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication"
        )
        return found.fetchone() == (True,)


@pytest.fixture
def var() -> Iterator[Path]:
    """A cluster that runs, with the table `told`; not below pytest's folder, which only its owner may pass."""
    with tempfile.TemporaryDirectory(prefix="onegrid-copies-") as folder:
        Path(folder).chmod(0o755)
        yield from running(Path(folder) / "var")


def running(var: Path) -> Iterator[Path]:
    server.ensure_running(var)  # durable: what is committed is in the log at once
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE told (value int)")
    yield var
    server.stop(var)


@contextmanager
def streamed(var: Path, folder: Path) -> Iterator[None]:
    """What is committed meanwhile is written down at the end."""
    stream = subprocess.Popen(copies.stream_command(var, folder))
    try:
        yield
        until = time.monotonic() + 60
        while not written_down(var):
            assert time.monotonic() < until, "the stream does not keep up"
            time.sleep(0.05)
    finally:
        stream.terminate()
        stream.wait(60)


def go_on(var: Path, segments: int) -> None:
    """The log goes on by so many segments of 16 MB."""
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as connection:
        for _one in range(segments):
            connection.execute("INSERT INTO told VALUES (0)")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("DELETE FROM told WHERE value = 0")


def test_two_copies_at_once_leave_each_other_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "of_this_cluster", lambda *_given: 1)
    others = tmp_path / "base" / "20261126T030000Z.draft"
    others.mkdir(parents=True)
    with (tmp_path / "taking.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(server.ClusterTrouble, match="Another copy is being taken"):
            copies.take_base(tmp_path / "var", tmp_path)
    assert others.is_dir()
    monkeypatch.setattr(copies, "_taken", lambda *_given: "taken")
    assert copies.take_base(tmp_path / "var", tmp_path) == "taken"


def test_as_it_was_that_second_and_as_it_was_at_the_end_and_again(var, tmp_path):
    folder = tmp_path / "copies"
    with streamed(var, folder):
        row(var, 1)
        base = copies.take_base(var, folder)
        good = row(var, 2)
        time.sleep(0.05)
        row(var, 3)  # the mistake
        go_on(var, 3)
        late = row(var, 4)
        time.sleep(0.05)
        row(var, 6)
    assert copies.way_to(folder, None) == (base, lines.Line(1))
    assert copies.gap_after(base, lines.segments(folder)) is None

    with pytest.raises(server.ClusterTrouble, match="--replace"):
        restoring.restore(var, folder, until=good, replace=False)
    assert told(var) == [1, 2, 3, 4, 6]  # a refusal touches nothing

    done = restoring.restore(var, folder, until=good, replace=True)
    assert (done.base, told(var)) == (base, [1, 2])
    assert done.aside is not None and (done.aside / "PG_VERSION").exists()
    assert not (place(var).pgdata / "recovery.signal").exists()
    assert "being restored" not in (place(var).pgdata / "postgresql.conf").read_text()

    with streamed(var, folder):  # it goes on: another log beside the first, which went further
        row(var, 5)
    _base, line = copies.way_to(folder, None)
    assert (_base, line.number) == (base, 2)
    assert copies.gap_after(base, lines.segments(folder), line) is None

    done = restoring.restore(var, folder, until=None, replace=True)
    assert (told(var), done.gap) == ([1, 2, 5], None)
    assert done.newest is not None and done.newest > late

    restoring.restore(var, folder, until=late, replace=True)  # a second that nobody went on from
    assert told(var) == [1, 2, 3, 4]

    with pytest.raises(server.ClusterTrouble, match="no copy from before"):
        restoring.restore(var, folder, until=DAY.replace(year=2020), replace=True)
    with pytest.raises(server.ClusterTrouble, match="ends before"):
        restoring.restore(var, folder, until=DAY.replace(year=2100), replace=True)
    assert not place(var).pgdata.exists()  # the last but one lies beside, the last one's half too

    (folder / "cluster").write_text("another")
    server.ensure_running(var)
    for use in (copies.take_base, copies.stream_command):
        with pytest.raises(server.ClusterTrouble, match="another database"):
            use(var, folder)


def test_a_disk_that_is_full_leaves_all_as_it_was(tmp_path, monkeypatch):
    var = tmp_path / "var"
    where = place(var)
    where.pgdata.mkdir(parents=True)
    noted(tmp_path / "copies", "a", "000000010000000000000001")

    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring.shutil, "copytree", full)
    with pytest.raises(server.ClusterTrouble, match="nothing was changed"):
        restoring.restore(var, tmp_path / "copies", until=None, replace=True)
    assert [path.name for path in where.pg.iterdir()] == ["data"]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("000000010000000000000001", "000000010000000000000002"),
        ("0000000100000000000000FF", "000000010000000100000000"),
        ("00000002000000AF000000FE", "00000002000000AF000000FF"),
    ],
)
def test_the_segment_after_a_segment(name, after):
    assert lines.Line(lines.number_of(name)).segment(lines.count_of(name) + 1) == after


def noted(folder: Path, name: str, first: str) -> copies.Base:
    base = folder / "base" / name
    base.mkdir(parents=True)
    (base / "onegrid.json").write_text(
        f'{{"begun_at": "{DAY.isoformat()}", "done_at": "{DAY.isoformat()}", "first_segment": "{first}"}}'
    )
    return copies.bases(folder)[-1]


def test_a_gap_is_named(tmp_path):
    base = noted(tmp_path, "a", "0000000100000000000000FE")
    names = [base.first_segment, "0000000100000000000000FF", "000000010000000100000001"]
    assert copies.gap_after(base, names) == "000000010000000100000000"
    assert copies.gap_after(base, names[:2]) is None
    assert copies.gap_after(base, []) == base.first_segment
    before = ["0000000100000000000000FC", "0000000100000000000000FD"]
    assert copies.gap_after(base, before) == base.first_segment  # the stream ended before the copy was taken


def test_the_way_leads_from_line_to_line(tmp_path):
    third = lines.Line(3, left={1: lines.place_in_log("0/3000128"), 2: lines.place_in_log("0/5000000")})
    assert [third.segment(count)[:8] for count in (1, 2, 3, 4, 5, 6)] == ["00000001"] * 2 + [
        "00000002"
    ] * 2 + ["00000003"] * 2
    names = [third.segment(count) for count in (2, 3, 4, 5)]
    assert lines.gap(third, names[0], names) is None
    assert lines.gap(third, names[0], names[:2] + names[3:]) == names[2]
    assert lines.gap(third, names[0], names[:1]) == names[1]  # its own log is not there at all
    assert third.holds(1, lines.place_in_log("0/2000100")) and not third.holds(
        1, lines.place_in_log("0/4000000")
    )


def test_a_second_lies_on_the_line_that_went_on_then():
    there = [lines.Line(1), lines.Line(2, DAY), lines.Line(3, DAY + HOUR)]
    assert [lines.line_at(there, DAY + step * HOUR).number for step in (-1, 0, 0.5, 2)] == [1, 2, 2, 3]
    assert lines.line_at(there, None).number == 3


def test_a_copy_that_was_cut_off_does_not_count(tmp_path):
    (tmp_path / "base" / "x.draft").mkdir(parents=True)
    assert copies.bases(tmp_path) == []


def test_pruning_keeps_what_the_kept_copies_need(tmp_path):
    wal = tmp_path / "wal"
    wal.mkdir()
    for last in range(1, 6):
        (wal / f"00000001000000000000000{last}").touch()
    noted(tmp_path, "a", "000000010000000000000001")
    noted(tmp_path, "b", "000000010000000000000003")
    assert copies.forget_before(tmp_path, keep=1) == ["a"]
    assert lines.segments(tmp_path)[0] == "000000010000000000000003"
    assert copies.forget_before(tmp_path, keep=1) == []


def test_pruning_keeps_the_log_of_a_copy_after_a_restore(tmp_path):
    """The newer line left the older one at an earlier place: its log has smaller names."""
    for name in ("000000010000000000000007", "000000010000000000000009", "000000020000000000000003"):
        (tmp_path / "wal" / name[:8]).mkdir(parents=True, exist_ok=True)
        (tmp_path / "wal" / name[:8] / name).touch()
    for name, first in (("a", "07"), ("b", "09")):
        noted(tmp_path, name, f"0000000100000000000000{first}")
    noted(tmp_path, "c", "000000020000000000000003")
    assert copies.forget_before(tmp_path, keep=2) == ["a"]
    assert [name[-2:] for name in lines.segments(tmp_path)] == ["09", "03"]
    assert copies.forget_before(tmp_path, keep=1) == ["b"]
    assert [name[-2:] for name in lines.segments(tmp_path)] == ["03"]


def test_files_are_copied_once_and_never_half(tmp_path):
    source, target = tmp_path / "files", tmp_path / "copy"
    (source / "ab").mkdir(parents=True)
    (source / "ab" / "abc").write_bytes(b"photo")
    (source / "ab" / "abd.part").write_bytes(b"ha")
    assert copies.copy_new_files(source, target) == 1
    assert copies.copy_new_files(source, target) == 0
    assert [path.name for path in target.rglob("*") if path.is_file()] == ["abc"]


def test_a_file_that_came_back_empty_after_a_power_cut_is_copied_again(tmp_path):
    for folder, content in (("files", b"photo"), ("copy", b"")):
        (tmp_path / folder / "ab").mkdir(parents=True)
        (tmp_path / folder / "ab" / "abc").write_bytes(content)
    assert copies.copy_new_files(tmp_path / "files", tmp_path / "copy") == 1
    assert (tmp_path / "copy" / "ab" / "abc").read_bytes() == b"photo"


def test_a_later_look_reads_only_folders_that_changed(tmp_path, monkeypatch):
    source = tmp_path / "files"
    for name in ("ab", "cd"):
        (source / name).mkdir(parents=True)
        (source / name / "old").write_bytes(b"photo")
        os.utime(source / name, (1, 1))
    os.utime(source, (1, 1))
    looks = copies.NewFiles(source, tmp_path / "copy")
    assert looks.copy() == 2
    (source / "cd" / "new").write_bytes(b"photo")
    read: list[str] = []
    inside = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: read.append(path.name) or inside(path))
    assert (looks.copy(), read) == (1, ["cd"])
    assert (looks.copy(), read) == (0, ["cd", "cd"])  # another may have come within the same tick


def test_other_keys_are_named_before_anything_is_restored(tmp_path):
    secrets(tmp_path / "a")
    first = fingerprints(tmp_path / "a", None, None)
    assert sorted(first) == ["audit", "index", "ring k1"]
    change_keyring(secrets_path(tmp_path / "a"), lambda ring: {**ring, "k2": fresh_key()})
    assert other_keys(first, fingerprints(tmp_path / "a", None, None)) == []  # a key came, none went
    secrets(tmp_path / "b")
    assert other_keys(first, fingerprints(tmp_path / "b", None, None)) == ["ring k1", "index", "audit"]
    assert other_keys(first, fingerprints(tmp_path / "nothing", None, None)) == []
    kept = json.loads(secrets_path(tmp_path / "a").read_text())
    assert not {*kept["keyring"].values(), kept["index_key"]} & {*first.values()}


def test_the_stream_takes_new_files_along_and_notes_what_is_missing(tmp_path, monkeypatch):
    var, folder = tmp_path / "var", tmp_path / "copies"
    env = Environment(var=var, database_url=None, backup=folder)
    monkeypatch.setattr(backup, "environment", lambda: env)
    monkeypatch.setattr(copies, "stream_command", lambda _var, _folder: ["sleep", "0.5"])
    monkeypatch.setattr(signal, "signal", lambda *_given: None)
    (var / "files" / "ab").mkdir(parents=True)
    (var / "files" / "ab" / "abc").write_bytes(b"photo")
    noted(folder, "a", "000000010000000000000001")
    assert CliRunner().invoke(backup.app, ["stream"]).exit_code == 0
    assert (folder / "files" / "ab" / "abc").read_bytes() == b"photo"
    note = json.loads((var / "copies.json").read_text())
    assert "000000010000000000000001 is missing" in note["gap"] and "files_at" in note
    shown = CliRunner().invoke(backup.app, ["list"])
    assert (shown.exit_code, "alone" in shown.output) == (1, True)
