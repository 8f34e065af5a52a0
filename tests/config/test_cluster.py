"""The private cluster's place: reachable by the server's user, its socket path short enough."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from onegrid.config.cluster import place as cluster
from onegrid.config.cluster import server


def test_inside_var_where_that_works(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "others_may_pass", lambda folder: True)
    assert cluster.place(Path("/srv/og/var")).pgdata == Path("/srv/og/var/pg/data")


def test_outside_var_when_root_keeps_the_clone_where_nobody_else_may_go(monkeypatch):
    monkeypatch.setattr(cluster.os, "geteuid", lambda: 0)
    monkeypatch.setattr(cluster, "others_may_pass", lambda folder: False)
    assert cluster.place(Path("/root/onegrid/var")).pg.parent == Path("/var/lib/onegrid")


def test_two_clones_never_share_a_place(monkeypatch):
    monkeypatch.setattr(cluster.os, "geteuid", lambda: 0)
    monkeypatch.setattr(cluster, "others_may_pass", lambda folder: False)
    assert cluster.place(Path("/root/a/var")) != cluster.place(Path("/root/b/var"))


def test_the_socket_path_fits_however_deep_the_folder(tmp_path):
    deep = Path("/srv") / ("d" * 100) / "var"
    socket = cluster.place(deep).run / f".s.PGSQL.{cluster.PORT}"
    assert len(str(socket)) <= cluster.LONGEST_SOCKET_PATH


def test_a_closed_parent_is_seen(tmp_path):
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    assert not cluster.others_may_pass(closed / "inner")


def test_a_server_that_says_no_is_not_waited_for(monkeypatch):
    def no(*_args, **_more):
        raise psycopg.OperationalError('connection failed: FATAL:  database "x" does not exist')

    monkeypatch.setattr(server.psycopg, "connect", no)
    waited: list[float] = []
    monkeypatch.setattr(server.time, "sleep", waited.append)
    with pytest.raises(server.ClusterTrouble, match="ONEGRID_DATABASE_URL"):
        server.wait_until_ready("dbname=x")
    assert waited == []


def test_a_server_that_is_starting_is_waited_for(monkeypatch):
    answers = [psycopg.OperationalError("FATAL:  the database system is starting up"), None]

    def later(*_args, **_more):
        if (failure := answers.pop(0)) is not None:
            raise failure
        return type("Open", (), {"close": lambda self: None})()

    monkeypatch.setattr(server.psycopg, "connect", later)
    monkeypatch.setattr(server.time, "sleep", lambda seconds: None)
    told: list[str] = []
    server.wait_until_ready("dbname=x", tell=told.append)
    assert len(told) == 1 and not answers


@pytest.mark.parametrize(("pid", "started"), [("dead", True), ("alive", False), ("none", True)])
def test_a_server_whose_process_is_gone_is_started_again(tmp_path, monkeypatch, pid, started):
    """One that lives is left alone, also while it recovers and answers nobody."""
    where = cluster.Place(tmp_path / "pg", tmp_path / "run")
    monkeypatch.setattr(server, "place", lambda var: where)
    monkeypatch.setattr(server, "ensure_running", lambda var: True)
    where.pgdata.mkdir(parents=True)
    ended = subprocess.Popen(["true"])
    ended.wait()
    if pid != "none":
        (where.pgdata / "postmaster.pid").write_text(
            f"{ended.pid if pid == 'dead' else os.getpid()}\n/data\n"
        )
    assert server.revive(tmp_path) is started


@pytest.mark.parametrize("ended_meanwhile", [True, False])
def test_a_server_that_ends_by_itself_before_it_is_told_to_is_stopped(tmp_path, monkeypatch, ended_meanwhile):
    """The control program fails then. Where the server still runs, its failure is one."""
    where = cluster.Place(tmp_path / "pg", tmp_path / "run")
    monkeypatch.setattr(server, "place", lambda var: where)
    where.pgdata.mkdir(parents=True)
    lock = where.pgdata / "postmaster.pid"
    lock.write_text("1\n")

    def control(*_given: object) -> None:
        if ended_meanwhile:
            lock.unlink()
        raise server.ClusterTrouble("did not stop")

    monkeypatch.setattr(server, "_pg_ctl", control)
    if ended_meanwhile:
        server.stop(tmp_path)
    else:
        with pytest.raises(server.ClusterTrouble, match="did not stop"):
            server.stop(tmp_path)


def test_a_cluster_keeps_the_postgresql_that_made_it(tmp_path):
    newest = server.binaries()
    assert server.binaries(tmp_path) == newest  # none there yet
    (tmp_path / "PG_VERSION").write_text(f"{newest.parent.name}\n")
    assert server.binaries(tmp_path) == newest


def test_a_cluster_of_another_postgresql_is_not_touched(tmp_path):
    (tmp_path / "PG_VERSION").write_text("14\n")
    with pytest.raises(server.ClusterTrouble, match="postgresql-14-postgis-3"):
        server.binaries(tmp_path)
