"""Deeds done in a process of their own that is killed with -9 in the middle.

One process with Django started stands by and forks for each deed: starting Django anew would cost seconds each time.
The fork dies before a statement or a commit of the deed, as a worker of ours would.
"""

import base64
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django
from django.db import connection
from django.utils import translation

from tests.processes import ROOT, environment


@dataclass(frozen=True)
class End:
    """How a deed ended: `killed`, or done; `statements`: how many it had sent; `trouble`: what it raised."""

    killed: bool
    statements: int
    trouble: str


class Killer:
    """`with Killer() as killer: killer.kill(deed, commit=1, by=…, at=…)`."""

    def __enter__(self) -> "Killer":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.killing"],
            cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_why: object) -> None:
        self.process.kill()
        self.process.wait()

    def kill(
        self,
        deed: Callable[..., Any],
        *,
        statement: int = 0,
        commit: int = 0,
        first: Callable[[], None] | None = None,
        **given: Any,
    ) -> End:
        """Killed before its nth statement, or before its nth commit. `first`: done in the process before the deed."""
        asked = base64.b64encode(pickle.dumps((deed, given, statement, commit, first))).decode()
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        return End(**json.loads(self.process.stdout.readline()))

    def in_the_middle(self, deed: Callable[..., Any], unchanged: Callable[[], Any], **given: Any) -> None:
        """Killed before it commits, and on the way there: each time everything is as it was."""
        before = unchanged()
        last = self.kill(deed, commit=1, **given)
        assert last.killed, last.trouble
        assert unchanged() == before, "half done: killed before the commit"
        for statement in sorted({max(1, last.statements * part // 4) for part in (1, 2, 3)}):
            end = self.kill(deed, statement=statement, **given)
            assert end.killed, end.trouble
            assert unchanged() == before, f"half done: killed before statement {statement}"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _forked(asked: str, told: int) -> None:
    """In the fork: it counts aloud, so that whoever waits knows how far it came."""
    deed, given, statement, commit, first = pickle.loads(base64.b64decode(asked))
    counted = {"statements": 0, "commits": 0}

    def before_each(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        counted["statements"] += 1
        os.write(told, b".")
        if counted["statements"] == statement:
            _die()
        return execute(sql, params, many, context)

    whole = connection.commit

    def committing() -> None:
        counted["commits"] += 1
        if counted["commits"] == commit:
            _die()
        whole()

    connection.commit = committing  # type: ignore[method-assign]
    if first is not None:
        first()
    with translation.override("en"), connection.execute_wrapper(before_each):
        deed(**given)


def _serve() -> None:
    django.setup()
    for asked in sys.stdin:
        reading, told = os.pipe()
        errors, trouble = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _forked(asked, told)
            except BaseException as failure:
                os.write(trouble, f"{type(failure).__name__}: {failure}"[:500].encode())
            os._exit(0)
        os.close(told)
        os.close(trouble)
        _pid, status = os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as dots, os.fdopen(errors, "rb") as words:
            ended = {
                "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
                "statements": len(dots.read()),
                "trouble": words.read().decode(),
            }
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
