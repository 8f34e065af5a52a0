"""What stands in the way of a start is said, with a way out."""

import socket

import pytest

from onegrid.config.environment import Environment
from onegrid.console import up


@pytest.fixture
def env(tmp_path):
    return Environment(var=tmp_path, web_port=48_123, live_port=48_124)


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


def test_the_broker_starts_only_when_asked(env):
    asked = env.model_copy(update={"nats": True})
    assert "nats" not in [process.name for process in up.our_processes(env)]
    assert "nats" in [process.name for process in up.our_processes(asked)]
