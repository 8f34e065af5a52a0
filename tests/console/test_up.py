"""What stands in the way of a start is said, with a way out."""

import socket
from types import SimpleNamespace

import pytest

from onegrid.config.environment import Environment
from onegrid.console import up


@pytest.fixture
def env(tmp_path):
    return Environment(var=tmp_path, database_url=None, web_port=48_123, live_port=48_124)


def test_a_busy_port_is_named_with_another_choice(env):
    with socket.socket() as other:
        other.bind(("127.0.0.1", env.web_port))
        other.listen()
        with pytest.raises(SystemExit) as said:
            up.check_ports(env)
    assert "48123" in str(said.value) and "ONEGRID_WEB_PORT=" in str(said.value)


def test_a_second_start_says_who_runs_already(env):
    with up.only_one(env), pytest.raises(SystemExit) as said:
        up.only_one(env)
    assert "already runs" in str(said.value) and "onegrid down" in str(said.value)


def test_a_stale_pid_file_does_not_block(env):
    up.pid_file(env).write_text("999999")
    with up.only_one(env):
        assert up.pid_file(env).read_text() != "999999"


def test_a_stale_pid_is_never_signalled(env, monkeypatch, capsys):
    monkeypatch.setattr(up, "environment", lambda: env)
    monkeypatch.setattr(up.os, "kill", lambda *given: pytest.fail("somebody was signalled"))
    up.down()  # there is no file at all
    up.pid_file(env).write_text(str(up.os.getpid()))  # alive, but not ours: it holds no lock
    up.down()
    assert capsys.readouterr().out.count("nothing is running here") == 2
    with up.only_one(env):
        assert up.who_runs(env) == up.os.getpid()


def test_a_killed_start_is_known_by_its_file(env):
    assert not up.ended_badly(env)
    with up.only_one(env) as lock:
        assert up.ended_badly(env)
        lock.truncate(0)  # what a proper end does
    assert not up.ended_badly(env)


def test_a_full_disk_is_said_before_anything_is_written(env, monkeypatch):
    monkeypatch.setattr(up.shutil, "disk_usage", lambda folder: SimpleNamespace(free=300 * 2**20))
    with pytest.raises(SystemExit) as said:
        up.check_space(env)
    assert "300 MB" in str(said.value) and "ONEGRID_VAR" in str(said.value)
    cluster = up.place(env.var).pgdata
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("15")
    up.check_space(env)  # a cluster that is there needs less


def test_the_broker_starts_only_when_asked(env):
    asked = env.model_copy(update={"nats": True})
    assert "nats" not in [process.name for process in up.our_processes(env)]
    assert "nats" in [process.name for process in up.our_processes(asked)]


def test_a_database_that_died_of_a_full_disk_is_said_once(env, monkeypatch, capsys):
    def refuse(folder):
        raise up.ClusterTrouble("no lock file")

    monkeypatch.setattr(up, "revive", refuse)
    monkeypatch.setattr(up.shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**20))
    up.tend_database(env)
    up.tend_database(env)
    said = capsys.readouterr().out
    assert said.count("is full") == 1 and "no lock file" not in said
    monkeypatch.setattr(up.shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**33))
    up.tend_database(env)
    assert "no lock file" in capsys.readouterr().out


def test_only_a_demo_has_the_outbox_that_sends_nothing(monkeypatch):
    monkeypatch.delenv("ONEGRID_DEMO_CHANNEL", raising=False)
    assert not Environment().demo_channel
    monkeypatch.setenv("ONEGRID_DEMO_CHANNEL", "0")
    up.offer_outbox()
    assert up.os.environ["ONEGRID_DEMO_CHANNEL"] == "0"  # whoever says so has none in the demo either
    monkeypatch.delenv("ONEGRID_DEMO_CHANNEL")
    up.offer_outbox()
    assert Environment().demo_channel and up.environment().demo_channel
    monkeypatch.delenv("ONEGRID_DEMO_CHANNEL")
    up.environment.cache_clear()
