"""The private cluster's place: reachable by the server's user, its socket path short enough."""

from pathlib import Path

from onegrid.config.cluster import place as cluster


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
