"""From a fact to the wall: how long until a new case stands on an open command screen, and what that costs the lists.

Each screen is what a browser is: one stream of the live process. BENCH_WAY=pushed, as it is: the figures come over
the stream. BENCH_WAY=asked, where they do not come: the screen hears of the fact and asks a web process, over
one kept connection, by the rule of `frontend/islands/command/asking.ts`. A case is opened every GAP seconds; measured
is from commit to the moment at which a screen holds what names it, for every screen. Beside it one client opens
the work list all the time: with no screen (the same cases opened), and with BENCH_SCREENS=1,50,200 of them, on one
live process. The value of a list is its p95, the floor the p95 with no screen: ratio is what the screens cost. All
share the machine, the two hundred clients too.

The demo street is loaded when the database that it measures in holds none.

`onegrid bench live --cases 10000`
"""

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import quantiles

from django.db import close_old_connections
from django.utils import timezone

from bench.report import Report
from bench.serving import Client, served, signed_in
from onegrid.accounts.identity.models import Grant, User
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.console.demo import _fill
from onegrid.demo.loading.state import STREET_CODE, street_is_loaded
from onegrid.demo.loading.street import load_street
from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area
from onegrid.portals.command.screen import HEARD, PIECE

ROUNDS = 12
GAP = 2.5  # seconds between two reports
SOONEST, SPREAD, LEAST, AGAIN_SPREAD = 0.04, 0.5, 0.9, 0.15  # as in asking.ts
REFUSED_AGAIN = 5.0
LATE = 10.0  # seconds after which a screen has missed it
GOAL = 2.0  # seconds from the fact to the screen
LIKE = ("leader", "shift", "dispatcher")
PEOPLE = 12  # who look: one person may open thirty streams
THINGS = 500


def run(report: Report) -> None:
    way = os.environ.get("BENCH_WAY", "pushed")
    _loaded()
    _fill(int(os.environ.get("BENCH_CASES", "10000")), DEFAULT_SEED)
    people, total = _people(), Case.objects.count()
    with served() as (port, supervisor):
        live = next(process for process in supervisor.processes if process.name == "live")
        live_port = int(live.command[live.command.index("--port") + 1])
        lists = Lists(port, signed_in(people[0]))
        floor = None
        for count in [0, *map(int, os.environ.get("BENCH_SCREENS", "1,50,200").split(","))]:
            sessions = [signed_in(people[number % PEOPLE]) for number in range(min(count, PEOPLE))]
            kind = Pushed if way == "pushed" else Asking
            screens = [kind(sessions[number % PEOPLE], port, live_port) for number in range(count)]
            with lists.timed() as durations:
                seen = asyncio.run(_watched(screens))
            if count:
                _arrived(report, f"{count} open, {way}", total, seen)
            p95 = quantiles(durations, n=100, method="inclusive")[94] * 1000
            name = f"p95 of the work list, {count} screens open (load {os.getloadavg()[0]:.1f})"
            report.add(name, total, p95, "ms", floor=floor, seconds=durations)
            floor = floor or p95


def _arrived(report: Report, what: str, total: int, seen: list[float]) -> None:
    p95 = quantiles(seen, n=100, method="inclusive")[94] if len(seen) > 1 else seen[0]
    late = sum(one > GOAL for one in seen)
    report.add(
        f"fact to screen, p95, {what} ({late} of {len(seen)} later than {GOAL:.0f} s)",
        total, p95 * 1000, "ms", seconds=seen,
    )  # fmt: skip


def _loaded() -> None:
    if street_is_loaded():
        return
    try:
        load_street(DEFAULT_SEED, timezone.now(), things=THINGS)
    except Refused as refusal:
        raise SystemExit(
            f"{refusal.message} Measure in an empty database (ONEGRID_DATABASE_URL)."
        ) from refusal


def _people() -> list[User]:
    """With the rights of the demo's own people, some of each."""
    found = []
    for number in range(PEOPLE):
        like = User.objects.get(username=LIKE[number % len(LIKE)])
        name = f"bench-screen-{number}"
        user, _new = User.objects.get_or_create(username=name, defaults={"display_name": like.display_name})
        for grant in like.grants.all():
            Grant.objects.get_or_create(
                user=user, role=grant.role, area=grant.area, organisation=grant.organisation,
                defaults={"valid_from": grant.valid_from},
            )  # fmt: skip
        found.append(user)
    return found


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
                durations.append(self._opened())

        for _ in range(8):  # the first plans of each connection are nobody's cost
            self._opened()
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield durations
        finally:
            over.set()
            thread.join()

    def _opened(self) -> float:
        start = time.perf_counter()
        status, _where, _body = self.client.ask("GET", "/cases/", session=self.session)
        assert status == 200, status
        return time.perf_counter() - start


async def _watched(screens: list["Screen"]) -> list[float]:
    for first in range(0, len(screens), 20):
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
    await asyncio.gather(*(screen.close() for screen in screens))
    return found


def _places() -> list[tuple[float, float]]:
    close_old_connections()
    grids = Area.objects.filter(kind="grid", code__startswith=STREET_CODE, valid_to=None).order_by("code")
    return [(grid.centre.x, grid.centre.y) for grid in grids if grid.centre][:ROUNDS]


def _report(place: tuple[float, float], number: int) -> tuple[str, float]:
    close_old_connections()
    lon, lat = place
    text = f"路面积水，第{number}处 {random.random()}"
    case = open_case(channel=Channel.RESIDENT, text=text, lon=lon, lat=lat, by=Resident(), at=timezone.now())
    return case.number, time.perf_counter()


class Screen:
    """One open command screen: its stream, and what it has seen."""

    asks_for = ""

    def __init__(self, session: str, port: int, live_port: int) -> None:
        self.session, self.port, self.live_port = session, port, live_port
        self.waited: dict[str, asyncio.Future[float]] = {}
        self.last = b""
        self.tasks: list[asyncio.Task] = []
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self) -> None:
        reader, writer = await self._connected(self.live_port)
        kinds = ",".join(fact.kind for fact in HEARD)
        writer.write(self._request(f"/live/stream?kinds={kinds}{self.asks_for}"))
        await reader.readuntil(b"event: ready")
        self.tasks.append(asyncio.create_task(self._listen(reader)))

    async def saw(self, number: str) -> float:
        """When the screen held what names this case; LATE seconds from now when it never did."""
        if number.encode() in self.last:
            return time.perf_counter()
        self.waited[number] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(self.waited[number], LATE)
        except TimeoutError:
            return time.perf_counter() + LATE

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        for writer in self.writers:
            writer.close()
        failed = await asyncio.gather(*self.tasks, return_exceptions=True)
        for one in failed:
            if isinstance(one, Exception):  # a cancelled task is none
                raise one

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        event = b""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                event = line[7:-1]
            elif line.startswith(b"data: "):
                self.hears(event, line)
        raise ConnectionError("the live process ended a stream")

    def hears(self, event: bytes, line: bytes) -> None:
        raise NotImplementedError

    def _take(self, page: bytes) -> None:
        now, self.last = time.perf_counter(), page
        for number in [number for number in self.waited if number.encode() in page]:
            with suppress(asyncio.InvalidStateError):  # it gave up waiting meanwhile
                self.waited.pop(number).set_result(now)

    async def _connected(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        self.writers.append(writer)
        return reader, writer

    def _request(self, path: str) -> bytes:
        cookie = f"Cookie: sessionid={self.session}"
        return f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{cookie}\r\n\r\n".encode()


class Pushed(Screen):
    """The figures come over the stream."""

    asks_for = f"&piece={PIECE}"

    async def open(self) -> None:
        self.first = asyncio.Event()
        await super().open()
        await asyncio.wait_for(self.first.wait(), 60)

    def hears(self, event: bytes, line: bytes) -> None:
        if event == b"piece":
            self.first.set()
            self._take(line)


class Asking(Screen):
    """It hears of facts and asks a web process for the figures."""

    def __init__(self, session: str, port: int, live_port: int) -> None:
        super().__init__(session, port, live_port)
        self.heard: float | None = None
        self.began = 0.0

    async def open(self) -> None:
        self.news = asyncio.Event()
        await super().open()
        self.web = await self._connected(self.port)
        await self._ask()
        self.tasks.append(asyncio.create_task(self._keep_asking()))

    def hears(self, event: bytes, line: bytes) -> None:
        if event.startswith(b"cases."):
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
        if " 429 " in head.split("\r\n")[0]:  # too many ask at once: later, as in command-screen.ts
            return REFUSED_AGAIN
        assert " 200 " in head.split("\r\n")[0], head
        self._take(body)
        return int(headers["x-again"]) / 1000 if "x-again" in headers else None
