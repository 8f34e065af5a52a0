"""Starts our processes, keeps them running, stops them all: the foreground of `onegrid up`."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 12  # between the polite and the rude stop
QUICK_DEATH_SECONDS = 10  # a process that dies sooner did not start properly
QUICK_DEATHS_ALLOWED = 4
EXCUSED_PAUSE_SECONDS = 3.0
PR_SET_PDEATHSIG = 1


@dataclass
class Process:
    """One process of ours and its log file. `vital`: the site cannot be without it."""

    name: str
    command: list[str]
    log: Path
    vital: bool = True
    running: subprocess.Popen | None = None
    started_at: float = 0.0
    quick_deaths: int = 0
    next_try_at: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )  # own session: Ctrl-C reaches only us, and we stop them in order
        self.started_at = time.monotonic()

    def end_group(self) -> None:
        """What a killed process left behind: workers of a killed web server would go on holding its port."""
        assert self.running is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.running.pid, signal.SIGKILL)

    def last_words(self, lines: int = 8) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(f"    {line}" for line in text.strip().splitlines()[-lines:])


class GaveUp(Exception):
    """A process cannot be kept running; the message shows its last words."""


@dataclass
class Supervisor:
    """Runs processes until asked to stop; a process that dies is started again, ever more slowly.

    `tend` is called about once a second: it looks after what is no process of ours, the private database. `excused`:
    whether what they all need is away, so that a death says nothing about the process; it is asked at a quick one.
    """

    processes: list[Process]
    say: Callable[[str], None]
    tend: Callable[[], None] = lambda: None
    excused: Callable[[], bool] = lambda: False
    tended_at: float = field(default=0.0, init=False)
    stopping: bool = field(default=False, init=False)

    def start(self, first: int | None = None) -> None:
        """Starts the first few (default: all) now; `watch` starts the rest."""
        signal.signal(signal.SIGTERM, self.ask_to_stop)
        signal.signal(signal.SIGINT, self.ask_to_stop)
        signal.signal(signal.SIGHUP, self.ask_to_stop)
        for process in self.processes[:first]:
            process.start()

    def ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def watch(self) -> None:
        """Returns when asked to stop; raises GaveUp when a process keeps dying."""
        while not self.stopping:
            if time.monotonic() > self.tended_at + 1:
                self.tend()
                self.tended_at = time.monotonic()
            for process in self.processes:
                self.revive(process)
            time.sleep(0.3)

    def revive(self, process: Process) -> None:
        now = time.monotonic()
        if process.running is not None and process.running.poll() is not None:
            process.end_group()
            quick = now - process.started_at < QUICK_DEATH_SECONDS
            excused = quick and self.excused()
            if not excused:
                process.quick_deaths = process.quick_deaths + 1 if quick else 0
            if process.quick_deaths > QUICK_DEATHS_ALLOWED and process.vital:
                raise GaveUp(
                    f"{process.name} does not stay up. Its last words ({process.log}):\n"
                    f"{process.last_words()}"
                )
            wait = min(8.0 if process.vital else 60.0, 0.5 * 2**process.quick_deaths)
            wait = max(wait, EXCUSED_PAUSE_SECONDS) if excused else wait
            self.say(
                f"{process.name} stopped (code {process.running.returncode}); "
                f"starting it again in {wait:.0f} s"
            )
            process.running = None
            process.next_try_at = now + wait
        elif process.running is None and now >= process.next_try_at:
            process.start()

    def stop(self) -> None:
        """Politely first, last started first; then by force."""
        alive = [
            p.running for p in reversed(self.processes) if p.running is not None and p.running.poll() is None
        ]
        for running in alive:
            running.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for running in alive:
            try:
                running.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()


def die_with_parent() -> None:
    """In the child: ask the kernel for SIGTERM when our parent is gone, so that kill -9 leaves no orphans."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
