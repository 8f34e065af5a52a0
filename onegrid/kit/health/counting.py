"""Requests by route, method and status, and how long they took: over all web processes, in files that they share.

Each process counts in its memory and writes its sums down every two seconds, under a name whose lock it holds as long
as it lives. Whoever reads adds them up; what a process that is gone had counted is put to the sums of the gone, so
that a sum never falls. A process that is killed takes its last two seconds with it.
"""

import fcntl
import json
import logging
import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from onegrid.kit.health.figure import SUFFIX, Figure

WRITTEN_EVERY = 2.0  # seconds
# Upper ends of the classes, in seconds; what took longer is in the last one, without an end.
ENDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
GONE = "gone.json"
logger = logging.getLogger(__name__)


class Sums:
    """`requests`: how many by (route, method, status). `seconds`: by route how many in each class, and their sum."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.seconds: dict[str, list[float]] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        self.requests[route, method, str(status)] += 1
        row = self.seconds.setdefault(route, [0.0] * (len(ENDS) + 2))
        row[bisect_left(ENDS, seconds)] += 1
        row[-1] += seconds

    def take(self, other: "Sums") -> None:
        self.requests.update(other.requests)
        for route, row in other.seconds.items():
            mine = self.seconds.get(route, [0.0] * len(row))
            self.seconds[route] = [one + two for one, two in zip(mine, row, strict=True)]

    def written(self) -> str:
        return json.dumps(
            {"requests": [[*key, n] for key, n in self.requests.items()], "seconds": self.seconds}
        )

    @classmethod
    def read(cls, text: str) -> "Sums":
        found, said = cls(), json.loads(text)
        found.requests.update({(route, method, status): n for route, method, status, n in said["requests"]})
        found.seconds = said["seconds"]
        return found


class Counts:
    """What this process counts; it stays in memory unless `keep_in` says where to write it down (web processes)."""

    def __init__(self) -> None:
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._sums = Sums()
        self._folder: Path | None = None
        self._own: Path | None = None
        self._held: IO | None = None
        self._changed = self._writer_runs = False

    def keep_in(self, folder: Path) -> None:
        self._folder = folder

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self._sums.add(route, method, status, seconds)
            self._changed = True
            begins = self._folder is not None and not self._writer_runs
            self._writer_runs |= begins
        if begins:
            threading.Thread(target=self._write_for_ever, name="metrics", daemon=True).start()

    def total(self) -> Sums:
        """Over all processes."""
        if self._folder is None:
            with self._lock:
                return Sums.read(self._sums.written())
        self._write()
        return added_up(self._folder)

    def figures(self) -> Iterator[Figure]:
        total = self.total()
        yield Figure(
            "onegrid_requests_total", "Requests answered, by route, method and status.", "counter",
            tuple(
                ({"route": route, "method": method, "status": status}, n)
                for (route, method, status), n in sorted(total.requests.items())
            ),
        )  # fmt: skip
        yield Figure(
            "onegrid_request_seconds", "Seconds until the answer began, by route.", "histogram",
            tuple(one for route, row in sorted(total.seconds.items()) for one in _classes(route, row)),
        )  # fmt: skip

    def _write_for_ever(self) -> None:
        while True:
            time.sleep(WRITTEN_EVERY)
            self._write()

    def _write(self) -> None:
        """A full disk loses figures, never a request."""
        with self._writing:
            with self._lock:
                if self._folder is None or not self._changed:
                    return
                text, self._changed = self._sums.written(), False
            try:
                _replace(self._own_file(self._folder), text)
            except OSError as failure:
                logger.warning("figures could not be written down: %s", failure)
                self._changed = True

    def _own_file(self, folder: Path) -> Path:
        """Our file, whose lock we hold from its first use to our end."""
        if self._own is None:
            folder.mkdir(parents=True, exist_ok=True)
            own = folder / f"{os.getpid()}-{token_hex(4)}.json"
            self._held = _lock_file(own).open("w")
            fcntl.flock(self._held, fcntl.LOCK_EX)
            self._own = own
        return self._own


COUNTS = Counts()


class Counted:
    """The outermost middleware: also what another one refuses is counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        COUNTS.count(route_of(request), str(method), response.status_code, time.perf_counter() - begun)
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the address, never the address itself: that may hold a number of a case or a code."""
    match: Any = request.resolver_match
    if match is not None:
        return str(match.view_name or match.route)
    return "(static)" if request.path_info.startswith(settings.STATIC_URL) else "(none)"


def added_up(folder: Path) -> Sums:
    """Sums of processes that live and that are gone; one reader at a time."""
    with _alone(folder):
        gone = folder / GONE
        total = Sums.read(gone.read_text()) if gone.exists() else Sums()
        living, ended = Sums(), []
        for path in folder.glob("*-*.json"):
            sums = Sums.read(path.read_text())
            if _lives(path):
                living.take(sums)
            else:
                total.take(sums)
                ended.append(path)
        if ended:
            _replace(gone, total.written())
        for path in ended:
            path.unlink()
            _lock_file(path).unlink(missing_ok=True)
        total.take(living)
        return total


def _lives(path: Path) -> bool:
    """Whether somebody holds its lock: the kernel lets go of it however a process ends."""
    try:
        with _lock_file(path).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _classes(route: str, row: list[float]) -> Iterator[tuple[dict[str, str], float]]:
    """Prometheus wants each class to hold all smaller ones too."""
    so_far = 0.0
    for end, n in zip((*map(str, ENDS), "+Inf"), row, strict=False):
        so_far += n
        yield {SUFFIX: "_bucket", "route": route, "le": end}, so_far
    yield {SUFFIX: "_sum", "route": route}, row[-1]
    yield {SUFFIX: "_count", "route": route}, so_far


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".reading").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock_file(path: Path) -> Path:
    return path.with_suffix(".lock")


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    os.replace(draft, path)
