"""`onegrid up` as a city starts it, in a process of its own; and what is found below it."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from bench.serving import Client
from onegrid.console.processes import die_with_parent

BIN = Path(sys.executable).parent
KNOWN_BY = {
    "web": b"onegrid.config.wsgi",
    "live": b"onegrid.config.live",
    "relay": b"relay",
    "worker": b"procrastinate",
}


class DidNotStart(Exception):
    """The pages do not answer; the message holds the last words of the start."""


class Up:
    """One `onegrid up`. `variables`: its environment; `log`: what it says."""

    def __init__(self, variables: Mapping[str, str], log: Path, cwd: Path | None = None) -> None:
        self.variables, self.log, self.cwd = dict(variables), log, cwd
        self.port = int(self.variables["ONEGRID_WEB_PORT"])
        self._process: subprocess.Popen | None = None

    def start(self, seconds: float = 300) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [BIN / "onegrid", "up"],
                env=self.variables,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        until = time.monotonic() + seconds
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise DidNotStart(
                    f"`onegrid up` does not answer. {self.log}:\n{self.log.read_text()[-1500:]}"
                )
            time.sleep(0.2)

    def start_again(self, every: float = 3, seconds: float = 120) -> float:
        """As systemd would (Restart=always, RestartSec): until it stays. Seconds that it took."""
        begun = time.monotonic()
        while True:
            time.sleep(every)
            try:
                self.start()
            except DidNotStart:
                if time.monotonic() > begun + seconds:
                    raise
            else:
                return time.monotonic() - begun

    def answers(self, path: str = "/health/live") -> bool:
        return self.says(path)[0] == 200

    def says(self, path: str) -> tuple[int, str]:
        client = Client(self.port, timeout=10)
        try:
            status, _location, body = client.ask("GET", path)
            return status, body.decode(errors="replace")[:500]
        except (
            OSError,
            HTTPException,
        ) as trouble:  # also half an answer, from a process that is being killed
            return 0, str(trouble)
        finally:
            client.web.close()

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def kill(self) -> None:
        """kill -9 of `onegrid up` itself; what it started ends with it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def pid_of(self, name: str) -> int | None:
        """Of one of our processes below it; None while it is being started again."""
        assert self._process is not None
        found = [pid for pid in children(self._process.pid) if KNOWN_BY[name] in command_of(pid)]
        return found[0] if found else None

    def tree(self) -> list[int]:
        """Every process below it."""
        assert self._process is not None
        todo, found = [self._process.pid], []
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += children(pid)
        return found


@contextmanager
def up(variables: Mapping[str, str], log: Path) -> Iterator[Up]:
    running = Up(variables, log)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def children(pid: int) -> list[int]:
    """Whom a process started, by any of its threads."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def command_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def any_child_of(pid: int | None) -> int | None:
    """One that serves; Python's own helper beside them does not."""
    found = [child for child in children(pid) if b"resource_tracker" not in command_of(child)] if pid else []
    return random.choice(found) if found else None


def killed(pid: int | None) -> bool:
    """kill -9; whether there was anybody."""
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False
