"""The relay as a process: killed in mid-batch, told to stop, cut off from the database."""

import signal
import subprocess
import sys

import pytest
from django.db import connection, transaction

from onegrid.kit.facts import announce_all
from tests.processes import ROOT, environment, wait_for

from .lamps import LampLit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def marks():
    """marks(): the lamps marked so far, in order."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE lamp_marks (id bigserial, lamp int)")

    def read() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lamp FROM lamp_marks ORDER BY id")
            return [lamp for (lamp,) in cursor.fetchall()]

    yield read
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE lamp_marks")


@pytest.fixture
def start_relay():
    started = []

    def start(deadly: int = 0) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.kit.facts.killed_relay", str(deadly)]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment()))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def light(count: int, first: int = 1) -> None:
    with transaction.atomic():
        announce_all((LampLit(lamp), None, None) for lamp in range(first, first + count))


def test_killed_in_mid_batch_the_effects_are_there_once(marks, start_relay):
    light(50)
    first = start_relay(deadly=25)
    assert first.wait(60) == -signal.SIGKILL
    assert marks() == list(range(1, 21))  # two whole batches, nothing of the third
    start_relay()
    wait_for(lambda: len(marks()) >= 50)
    assert marks() == list(range(1, 51))


def test_two_relays_share_the_work_and_repeat_nothing(marks, start_relay):
    light(60)
    start_relay(), start_relay()
    wait_for(lambda: len(marks()) >= 60)
    light(20, first=61)
    wait_for(lambda: len(marks()) >= 80)
    assert marks() == list(range(1, 81))


def test_told_to_stop_it_stops_cleanly(marks, start_relay):
    relay = start_relay()
    light(200)
    wait_for(lambda: marks())
    relay.terminate()
    assert relay.wait(60) == 0
    assert len(marks()) % 10 == 0


def test_it_outlives_the_loss_of_its_connections(marks, start_relay):
    relay = start_relay()
    light(10)
    wait_for(lambda: len(marks()) == 10)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 2
    light(10, first=11)
    wait_for(lambda: len(marks()) == 20)
    assert marks() == list(range(1, 21)) and relay.poll() is None
