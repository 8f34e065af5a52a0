"""Open live streams: how many one process holds, and how long a fact takes from commit to the last screen."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from bench.live_app import LampSeen
from bench.report import Report
from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.sessions import SessionStore
from onegrid.kit.facts import announce
from onegrid.kit.facts.models import FactRow

STREAMS = 500
ROUNDS = 15
PORT = 8971
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Screens(NamedTuple):
    """`opened`: seconds until all were ready; `spread`: per fact, seconds from commit to each screen."""

    opened: float
    spread: list[list[float]]


def run(report: Report) -> None:
    viewers = [_viewer(number) for number in range(STREAMS // 25)]
    process = _start()
    try:
        screens = asyncio.run(_watch([_session(viewer) for viewer in viewers]))
        report.add("streams opened", STREAMS, STREAMS / screens.opened, "streams/s")
        last = [max(times) for times in screens.spread]
        report.add("commit to the last screen", STREAMS, statistics.median(last) * 1000, "ms", seconds=last)
        report.add("memory of the process", STREAMS, _memory_mb(process.pid), "MB")
    finally:
        process.terminate()
        process.wait(15)
        User.objects.filter(pk__in=[viewer.pk for viewer in viewers]).delete()
        FactRow.objects.filter(kind=LampSeen.kind).delete()


async def _watch(sessions: list[str]) -> Screens:
    start = time.perf_counter()
    screens = await asyncio.gather(*(_open(sessions[number % len(sessions)]) for number in range(STREAMS)))
    opened = time.perf_counter() - start
    spread = []
    for number in range(ROUNDS):
        arrivals = [asyncio.create_task(_arrival(reader, number)) for reader, _ in screens]
        committed = await asyncio.to_thread(_say, number)
        spread.append([moment - committed for moment in await asyncio.gather(*arrivals)])
    return Screens(opened, spread)


async def _open(session: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    # the writer is kept too: without it the connection closes
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    request = (
        f"GET /live/stream?kinds={LampSeen.kind} HTTP/1.1\r\nHost: x\r\nCookie: sessionid={session}\r\n\r\n"
    )
    writer.write(request.encode())
    await reader.readuntil(b"event: ready")
    return reader, writer


async def _arrival(reader: asyncio.StreamReader, number: int) -> float:
    await reader.readuntil(b'"number": %d}' % number)
    return time.perf_counter()


def _say(number: int) -> float:
    with transaction.atomic():
        announce(LampSeen(number))
    return time.perf_counter()


def _viewer(number: int) -> User:
    return User.objects.create(username=f"bench-{os.getpid()}-{number}", is_superuser=True)


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(timezone.now() + timedelta(minutes=5))
    session.create()
    return session.ticket


def _start() -> subprocess.Popen:
    options = ["--interface", "asgi", "--port", str(PORT), "--workers", "1", "--backpressure", "20000"]
    process = subprocess.Popen([sys.executable, "-m", "granian", *options, "bench.live_app:application"])
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/live/health", timeout=1).close()
            return process
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError("the live process does not answer")


def _memory_mb(parent: int) -> float:
    """Resident memory of granian's worker, the largest child."""
    found = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(parent)], capture_output=True, text=True, check=True
    )
    return max(int(size) for size in found.stdout.split()) / 1024
