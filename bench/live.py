"""From a fact to the wall: how long until a new case stands on an open command screen, and what that costs the lists.

Each screen is what a browser is: one stream of the live process, and one kept connection to the web process, over
which it asks for the figures by the rule of `frontend/islands/command/asking.ts`. A case is opened every GAP seconds;
measured is from the commit to the answer that names it, for every screen. Beside it one client opens the work list
all the time: with no screen (the same cases opened), and with BENCH_SCREENS=1,50,200. All share the machine, the two
hundred clients too.

Needs the demo street (`onegrid demo load`) in the database that it measures in.

`onegrid bench live --cases 10000`
"""

import asyncio
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections
from django.utils import timezone

from bench.report import Report
from bench.serving import Client, served, signed_in
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.queries import visible
from onegrid.console.demo import _fill
from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.places.areas.models import Area
from onegrid.portals.command.screen import HEARD

ROUNDS = 12
GAP = 2.5  # seconds between two reports
SOONEST, SPREAD, LEAST, AGAIN_SPREAD = 0.04, 0.5, 0.9, 0.15  # as in asking.ts
LATE = 10.0  # seconds after which a screen has missed it
VIEWERS = ("leader", "shift", "dispatcher")


def run(report: Report) -> None:
    if not User.objects.filter(username__in=VIEWERS).exists():
        raise SystemExit("There is nobody to look: load the demo street first (onegrid demo load).")
    _fill(int(os.environ.get("BENCH_CASES", "10000")), DEFAULT_SEED)
    people = list(User.objects.filter(username__in=VIEWERS))
    total = Case.objects.count()
    with served() as (port, supervisor):
        live = next(process for process in supervisor.processes if process.name == "live")
        live_port = int(live.command[live.command.index("--port") + 1])
        lists = Lists(port, signed_in(people[0]))
        floor = None
        for count in [0, *map(int, os.environ.get("BENCH_SCREENS", "1,50,200").split(","))]:
            sessions = [signed_in(people[number % len(people)]) for number in range(max(1, count // 20))]
            with lists.timed() as durations:
                seen = asyncio.run(_watched(count, sessions, port, live_port))
            if count:
                late = sum(one >= LATE for one in seen)
                report.add(
                    f"fact to screen, {count} open ({late} later than {LATE:.0f} s)",
                    total,
                    len(seen),
                    "arrivals",
                    seconds=seen,
                )
            row = report.add(
                f"work list, {count} screens open",
                total,
                len(durations) / sum(durations),
                "lists/s",
                floor=floor,
                seconds=durations,
            )
            floor = floor or row.value


class Lists:
    """Somebody who opens the work list again and again."""

    def __init__(self, port: int, session: str) -> None:
        self.client, self.session = Client(port), session

    @contextmanager
    def timed(self) -> Iterator[list[float]]:
        durations: list[float] = []
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.1):
                start = time.perf_counter()
                status, _where, _body = self.client.ask("GET", "/cases/", session=self.session)
                assert status == 200, status
                durations.append(time.perf_counter() - start)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield durations
        finally:
            over.set()
            thread.join()


async def _watched(count: int, sessions: list[str], port: int, live_port: int) -> list[float]:
    screens = [Screen(sessions[number % len(sessions)], port, live_port) for number in range(count)]
    for first in range(0, count, 20):
        await asyncio.gather(*(screen.open() for screen in screens[first : first + 20]))
    await asyncio.sleep(2)
    places = await asyncio.to_thread(_places)
    found: list[float] = []
    for number in range(ROUNDS):
        case, committed = await asyncio.to_thread(_report, places[number % len(places)], number)
        waits = [asyncio.create_task(screen.saw(case)) for screen in screens]
        started = time.perf_counter()
        for wait in waits:
            found.append(await wait - committed)
        await asyncio.sleep(max(0.0, GAP - (time.perf_counter() - started)))
    for screen in screens:
        screen.close()
    return found


def _places() -> list[tuple[float, float]]:
    street = visible(User.objects.get(username=VIEWERS[0])).values_list("street__path", flat=True).first()
    grids = Area.objects.filter(kind="grid", path__startswith=str(street), centre__isnull=False)
    return [(grid.centre.x, grid.centre.y) for grid in grids[:ROUNDS] if grid.centre]


def _report(place: tuple[float, float], number: int) -> tuple[str, float]:
    close_old_connections()
    lon, lat = place
    text = f"路面积水，第{number}处 {random.random()}"
    case = open_case(channel=Channel.RESIDENT, text=text, lon=lon, lat=lat, by=Resident(), at=timezone.now())
    return case.number, time.perf_counter()


class Screen:
    """One open command screen."""

    def __init__(self, session: str, port: int, live_port: int) -> None:
        self.session, self.port, self.live_port = session, port, live_port
        self.heard: float | None = None
        self.began = 0.0
        self.news = asyncio.Event()
        self.waited: dict[str, asyncio.Future[float]] = {}
        self.seen: dict[str, float] = {}
        self.tasks: list[asyncio.Task] = []
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self) -> None:
        reader, writer = await self._connected(self.live_port)
        kinds = ",".join(fact.kind for fact in HEARD)
        writer.write(self._request(f"/live/stream?kinds={kinds}"))
        await reader.readuntil(b"event: ready")
        self.web = await self._connected(self.port)
        await self._ask()
        self.tasks = [asyncio.create_task(self._listen(reader)), asyncio.create_task(self._keep_asking())]

    async def saw(self, number: str) -> float:
        """When the screen had an answer with this case; LATE seconds from now when it never did."""
        if number in self.seen:
            return self.seen[number]
        self.waited[number] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(self.waited[number], LATE)
        except TimeoutError:
            return time.perf_counter() + LATE

    def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        for writer in self.writers:
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"event: cases."):
                self.heard = self.heard or time.perf_counter()
                self.news.set()

    async def _keep_asking(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            soon = SOONEST + random.random() * SPREAD
            await asyncio.sleep(max(soon, self.began + LEAST - time.perf_counter()))
            while self.heard is not None:
                first = self.heard
                self.heard = None
                again = await self._ask(time.perf_counter() - first)
                if again is None:
                    break
                self.heard = first
                await asyncio.sleep(again + random.random() * AGAIN_SPREAD)

    async def _ask(self, heard: float | None = None) -> float | None:
        """In how many seconds to ask again; None: it is in."""
        self.began = time.perf_counter()
        query = "" if heard is None else f"?heard={int(heard * 1000) + 1}"
        reader, writer = self.web
        writer.write(self._request(f"/command/now/{query}"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers["content-length"]))
        assert " 200 " in head.split("\r\n")[0], head
        self._take(body.decode())
        return int(headers["x-again"]) / 1000 if "x-again" in headers else None

    def _take(self, page: str) -> None:
        now = time.perf_counter()
        news = json.loads(page.rsplit('type="application/json">', 1)[1].split("</script>")[0])
        for step in news:
            number = step[2]
            if number not in self.seen:
                self.seen[number] = now
                if number in self.waited and not self.waited[number].done():
                    self.waited[number].set_result(now)

    async def _connected(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        self.writers.append(writer)
        return reader, writer

    def _request(self, path: str) -> bytes:
        cookie = f"Cookie: sessionid={self.session}"
        return f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{cookie}\r\n\r\n".encode()
