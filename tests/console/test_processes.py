"""The supervisor with real processes: it revives, gives up with words, and leaves nobody behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from onegrid.console.processes import GaveUp, Process, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


@pytest.fixture(autouse=True)
def _keep_signals():
    kept = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def wait_for(what, seconds=60.0):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_a_killed_process_comes_back(tmp_path):
    said = []
    supervisor = Supervisor([Process("web", SLEEPER, tmp_path / "web.log")], said.append)
    supervisor.start()
    first = supervisor.processes[0].running
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    def back():
        supervisor.revive(supervisor.processes[0])
        return supervisor.processes[0].running not in (None, first)

    wait_for(back)
    assert "web stopped" in said[0]
    supervisor.stop()


def test_it_gives_up_with_the_last_words_of_the_process(tmp_path, monkeypatch):
    monkeypatch.setattr("onegrid.console.processes.QUICK_DEATHS_ALLOWED", 1)
    broken = [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"]
    supervisor = Supervisor([Process("relay", broken, tmp_path / "relay.log")], lambda words: None)
    supervisor.start()
    with pytest.raises(GaveUp, match="no such table"):
        supervisor.watch()


def test_a_death_while_the_database_is_away_is_no_reason_to_give_up(tmp_path, monkeypatch):
    monkeypatch.setattr("onegrid.console.processes.QUICK_DEATHS_ALLOWED", 0)
    process = Process("worker", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "worker.log")
    away = [True]
    supervisor = Supervisor([process], lambda words: None, excused=lambda: away[0])
    for _death in range(3):
        process.start()
        process.running.wait()
        supervisor.revive(process)
        assert process.next_try_at > time.monotonic() and process.quick_deaths == 0
    away[0] = False
    process.start()
    process.running.wait()
    with pytest.raises(GaveUp):
        supervisor.revive(process)


def test_the_site_outlives_a_process_it_can_be_without(tmp_path, monkeypatch):
    monkeypatch.setattr("onegrid.console.processes.QUICK_DEATHS_ALLOWED", 0)
    broken = [sys.executable, "-c", "raise SystemExit(3)"]
    process = Process("backup", broken, tmp_path / "backup.log", vital=False)
    said = []
    supervisor = Supervisor([process], said.append)
    supervisor.start()
    process.running.wait()
    supervisor.revive(process)
    assert "backup stopped (code 3)" in said[0]
    assert process.next_try_at > time.monotonic()


def test_stop_ends_even_a_process_that_does_not_listen(tmp_path, monkeypatch):
    monkeypatch.setattr("onegrid.console.processes.GRACE_SECONDS", 0.5)
    process = Process("live", STUBBORN, tmp_path / "live.log")
    supervisor = Supervisor([process], lambda words: None)
    supervisor.start()
    wait_for(lambda: "up" in process.last_words())
    supervisor.stop()
    assert process.running.returncode == -signal.SIGKILL


def test_children_die_with_a_killed_supervisor(tmp_path):
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from onegrid.console.processes import *\n"
            f"p = Process('x', {SLEEPER!r}, Path({str(tmp_path / 'x.log')!r})); p.start()\n"
            "print(p.running.pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()

    def gone():
        try:
            return (
                os.readlink(f"/proc/{child}/exe") == ""
                or open(f"/proc/{child}/stat").read().split()[2] == "Z"
            )
        except OSError:
            return True

    wait_for(gone)


def test_while_it_watches_it_tends_what_is_no_process(tmp_path):
    tended = []
    supervisor = Supervisor([], lambda words: None, lambda: (tended.append(1), supervisor.ask_to_stop()))
    supervisor.watch()
    assert tended == [1]


def test_the_workers_of_a_killed_server_do_not_outlive_it(tmp_path):
    """Only the leader is killed; its child has no reason of its own to end."""
    child = (
        "import subprocess, sys, time\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\n"
        "time.sleep(60)"
    )
    process = Process("web", [sys.executable, "-c", child], tmp_path / "web.log")
    supervisor = Supervisor([process], lambda words: None)
    supervisor.start()
    wait_for(lambda: process.last_words().strip().isdecimal())
    orphan = int(process.last_words())
    os.kill(process.running.pid, signal.SIGKILL)
    process.running.wait()
    supervisor.revive(process)

    def gone():
        try:
            return open(f"/proc/{orphan}/stat").read().rsplit(")", 1)[1].split()[0] == "Z"
        except FileNotFoundError:
            return True

    wait_for(gone)
