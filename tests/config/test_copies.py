"""Given a private cluster whose log is streamed, when a copy is restored, then it is as it was that second."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from onegrid.config.cluster import copies, restoring, server
from onegrid.config.cluster.place import place, private_url

DAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


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


def test_as_it_was_that_second_and_as_it_was_at_the_end(var, tmp_path):
    folder = tmp_path / "copies"
    stream = subprocess.Popen(copies.stream_command(var, folder))
    try:
        row(var, 1)
        base = copies.take_base(var, folder)
        good = row(var, 2)
        time.sleep(0.05)
        row(var, 3)  # the mistake
        until = time.monotonic() + 60
        while not written_down(var):
            assert time.monotonic() < until, "the stream does not keep up"
            time.sleep(0.05)
    finally:
        stream.terminate()
        stream.wait(60)
    assert copies.gap_after(base, copies.segments(folder)) is None

    with pytest.raises(server.ClusterTrouble, match="--replace"):
        restoring.restore(var, folder, until=good, replace=False)
    assert told(var) == [1, 2, 3]  # a refusal touches nothing

    used, aside = restoring.restore(var, folder, until=good, replace=True)
    assert (used, told(var)) == (base, [1, 2])
    assert aside is not None and (aside / "PG_VERSION").exists()
    row(var, 4)  # it can be written again
    assert not (place(var).pgdata / "recovery.signal").exists()
    assert "being restored" not in (place(var).pgdata / "postgresql.conf").read_text()

    restoring.restore(var, folder, until=None, replace=True)
    assert told(var) == [1, 2, 3]

    with pytest.raises(server.ClusterTrouble, match="no copy from before"):
        restoring.restore(var, folder, until=DAY.replace(year=2020), replace=True)
    with pytest.raises(server.ClusterTrouble, match="ends before"):
        restoring.restore(var, folder, until=DAY.replace(year=2100), replace=True)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("000000010000000000000001", "000000010000000000000002"),
        ("0000000100000000000000FF", "000000010000000100000000"),
        ("00000002000000AF000000FE", "00000002000000AF000000FF"),
    ],
)
def test_the_segment_after_a_segment(name, after):
    assert copies.next_segment(name) == after


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
    assert copies.segments(tmp_path)[0] == "000000010000000000000003"
    assert copies.forget_before(tmp_path, keep=1) == []


def test_files_are_copied_once_and_never_half(tmp_path):
    source, target = tmp_path / "files", tmp_path / "copy"
    (source / "ab").mkdir(parents=True)
    (source / "ab" / "abc").write_bytes(b"photo")
    (source / "ab" / "abd.part").write_bytes(b"ha")
    assert copies.copy_new_files(source, target) == 1
    assert copies.copy_new_files(source, target) == 0
    assert [path.name for path in target.rglob("*") if path.is_file()] == ["abc"]
