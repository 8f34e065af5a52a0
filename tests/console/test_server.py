"""`onegrid server`: processes as systemd starts them, never beside `onegrid up` or a restore."""

import os
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import ClusterTrouble
from onegrid.config.environment import Environment
from onegrid.console import restore, server, up
from onegrid.console.commands import LOG_AS_JSON, commands


@pytest.fixture
def env(tmp_path):
    return Environment(var=tmp_path, database_url=None, backup=None, nats=False)


@pytest.fixture
def became(env, monkeypatch):
    """What the command turned into."""
    seen = []
    monkeypatch.setattr(server, "environment", lambda: env)
    monkeypatch.setattr(server, "_become", seen.append)
    return seen


def test_a_unit_starts_what_up_starts(env, became):
    for process in up.our_processes(env):
        assert CliRunner().invoke(server.app, ["run", process.name]).exit_code == 0
        assert became.pop() == process.command
    assert CliRunner().invoke(server.app, ["run", "backup"]).exit_code == 1  # no folder of copies was given
    assert not became


def test_logs_as_json_reach_granian_too(env):
    asked = commands(env.model_copy(update={"log_format": "json"}))
    assert str(LOG_AS_JSON) in asked["web"] and str(LOG_AS_JSON) in asked["live"]
    assert str(LOG_AS_JSON) not in commands(env)["web"]


def test_there_is_no_private_database_beside_a_given_one(env, became, monkeypatch):
    own = env.model_copy(update={"database_url": "postgresql://o@db.example.cn/onegrid"})
    monkeypatch.setattr(server, "environment", lambda: own)
    assert CliRunner().invoke(server.app, ["database"]).exit_code == 1
    assert not became and not place(env.var).pg.exists()


def test_services_keep_up_and_restore_away(env):
    """Given two services that run, when `up` or a restore wants the folder, then it is told who is there."""
    held = [server._hold(env.var), server._hold(env.var)]
    try:
        with pytest.raises(SystemExit, match=r"systemctl stop onegrid\.target"):
            up.only_one(env)
        assert restore.services_run(env.var)
    finally:
        for lock in held:
            os.close(lock)
    assert not restore.services_run(env.var)
    with up.only_one(env), pytest.raises(SystemExit, match="comes first"):
        server._hold(env.var)


def test_preparing_goes_on_until_it_is_done(env, monkeypatch):
    """Given a database that comes up late and tables that fail once, then the third try is the last."""
    own = env.model_copy(update={"database_url": "postgresql://o@db.example.cn/onegrid"})
    tries, codes, pauses = [ClusterTrouble("away"), None, None], [1, 0], []

    def ready(*_):
        if trouble := tries.pop(0):
            raise trouble

    monkeypatch.setattr(server, "environment", lambda: own)
    monkeypatch.setattr(server, "_hold", lambda var: None)
    monkeypatch.setattr(server, "wait_until_ready", ready)
    monkeypatch.setattr(server.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=codes.pop(0)))
    monkeypatch.setattr(server.time, "sleep", pauses.append)
    assert CliRunner().invoke(server.app, ["prepare"]).exit_code == 0
    assert (tries, codes, pauses) == ([], [], [10.0, 10.0])
