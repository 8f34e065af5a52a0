"""Server-sent events for live screens: a raw ASGI callable that lives alone in its process.

    GET /live/stream?kinds=cases.CaseOpened,cases.CaseClosed[&after=<position>][&piece=<name>&lang=<language>]
    GET /live/health

A stream opens for a signed-in viewer and carries the facts asked for whose `seen_with` permission the viewer has
where the fact belongs; of personal facts those that are the viewer's own. It
begins with `ready` (or `reset`: load yourself anew), then one event per fact. With `piece`, of that
piece whenever it was made anew (pieces.py), if the viewer may see it.
"""

import asyncio
import contextlib
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from onegrid.kit.actors import EVERYTHING, Actor, Scope
from onegrid.kit.facts.fact import FACTS
from onegrid.kit.facts.hub import Hub
from onegrid.kit.facts.pieces import Pieces, Shared, shared_by
from onegrid.kit.facts.plugins import PIECES
from onegrid.kit.facts.replay import Missed, missed_since, parse_position
from onegrid.kit.facts.subscription import Event, Subscription

logger = logging.getLogger(__name__)

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
T = TypeVar("T")

HEARTBEAT = 15.0  # seconds: proxies close connections that say nothing
RECHECK = 60.0  # seconds until a stream asks again whether its viewer may still see
UNCHECKED_AT_MOST = 300.0  # seconds a stream lives on while the database cannot be asked
SEND_TIMEOUT = 20.0  # seconds a client may take to accept a piece
STREAMS_PER_VIEWER = 30


class Refuse(Exception):
    """Answered instead of a stream: HTTP status and a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Asked(NamedTuple):
    """What the address asks for. `piece`: "" for none."""

    kinds: list[str]
    piece: str
    language: str


class Admitted(NamedTuple):
    """A viewer now: per kind the scope; `shared`: which piece, None where none is asked for or may be seen."""

    viewer: Actor
    scopes: dict[str, Scope]
    shared: Shared | None


class Live:
    """`admit(session_key)` gives the viewer of a valid session or None; it may block and runs in a thread."""

    def __init__(
        self, *, hub: Hub, admit: Callable[[str], Actor | None], cookie: str, origins: frozenset[str]
    ) -> None:
        self.hub, self.admit, self.cookie, self.origins = hub, admit, cookie, origins
        self._threads = ThreadPoolExecutor(2, "live-database")
        self._pieces = Pieces()
        self._following: asyncio.Task | None = None
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            self._follow()
            await self._answer(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.startup":
                self._follow()
            elif self._following is not None:
                self._following.cancel()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    def _follow(self) -> None:
        if self._following is None:
            self._following = asyncio.get_running_loop().create_task(self.hub.run())

    async def _answer(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        cors = self._cors(headers.get("origin"))
        try:
            if headers.get("origin") and not cors:
                raise Refuse(403, "other_origin")
            if scope["method"] == "OPTIONS":
                return await _respond(send, 204, cors, b"")
            if scope["method"] not in ("GET", "HEAD"):
                raise Refuse(405, "method_not_allowed")
            if scope["path"] == "/live/health":
                return await self._health(send, cors)
            if scope["path"] != "/live/stream":
                raise Refuse(404, "not_found")
            await self._stream(scope, headers, cors, receive, send)
        except Refuse as refusal:
            body = {"status": refusal.status, "code": refusal.code}
            await _respond(send, refusal.status, cors, json.dumps(body).encode(), b"application/problem+json")

    async def _health(self, send: Send, cors: list) -> None:
        body = {"database": self.hub.connected, "streams": self._open.total()}
        await _respond(send, 200 if self.hub.connected else 503, cors, json.dumps(body).encode())

    async def _stream(
        self, scope: Mapping[str, Any], headers: dict[str, str], cors: list, receive: Receive, send: Send
    ) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        asked, session = _asked(query), self._session(headers)
        admitted = await self._admitted(session, asked)
        viewer_key = admitted.viewer.actor_key
        after = parse_position(headers.get("last-event-id") or query.get("after", [""])[-1])
        if self._open[viewer_key] >= STREAMS_PER_VIEWER:
            raise Refuse(429, "too_many_streams")
        subscription = Subscription(viewer_key, admitted.scopes)
        self.hub.subscribe(subscription)
        self._open[viewer_key] += 1
        try:
            missed = await self._missed(after, admitted.scopes)
            await _respond(send, 200, cors, None, b"text/event-stream; charset=utf-8")
            self._pieces.follow(subscription, admitted.shared, admitted.viewer)
            await self._carry(subscription, asked, session, missed, receive, send)
        finally:
            self._pieces.leave(subscription)
            self.hub.unsubscribe(subscription)
            self._open[viewer_key] -= 1

    async def _carry(
        self,
        subscription: Subscription,
        asked: Asked,
        session: str,
        missed: Missed,
        receive: Receive,
        send: Send,
    ) -> None:
        """Until the client goes, is too slow, or may not see any more."""
        ends = [
            asyncio.create_task(work)
            for work in (
                self._write(subscription, asked, session, missed, send),
                _gone(receive),
                subscription.too_slow.wait(),
            )
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(ends)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), 1)

    async def _write(
        self, subscription: Subscription, asked: Asked, session: str, missed: Missed, send: Send
    ) -> None:
        first = [event.text for event in missed.events if subscription.sees(event)]
        word = "reset" if missed.reset else "ready"
        first.append(f"id: {missed.position[0]}-{missed.position[1]}\nevent: {word}\ndata: {{}}\n\n".encode())
        await _piece(send, b"retry: 3000\n\n" + b"".join(first))
        replayed = {event.id for event in missed.events}
        checked = time.monotonic()
        check_at = checked + RECHECK * random.uniform(0.5, 1)  # spread, so that not all ask at once
        while True:
            await _piece(send, await self._next_piece(subscription, replayed, check_at))
            if time.monotonic() < check_at:
                continue
            try:
                kinds = list(subscription.scopes)
                admitted = await self._admitted(session, asked._replace(kinds=kinds))
                subscription.scopes = admitted.scopes
                self._pieces.follow(subscription, admitted.shared, admitted.viewer)
                checked = time.monotonic()
            except Refuse as refusal:
                if refusal.status != 503 or time.monotonic() - checked > UNCHECKED_AT_MOST:
                    return await _piece(send, b"event: bye\ndata: {}\n\n")
            replayed.clear()
            check_at = time.monotonic() + RECHECK

    async def _next_piece(self, subscription: Subscription, replayed: set[int], check_at: float) -> bytes:
        """All that waits in the queue. When nothing comes a heartbeat, which moves the client's position on
        without an event."""
        wait = max(0.0, min(HEARTBEAT, check_at - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            events: list[Event] = [await asyncio.wait_for(subscription.queue.get(), wait)]
            while not subscription.queue.empty():
                events.append(subscription.queue.get_nowait())
            return b"".join(subscription.text_of(event) for event in events if event.id not in replayed)
        if subscription.queue.empty():
            return b"id: %d-%d\n\n" % self.hub.position
        return b": still here\n\n"

    async def _admitted(self, session: str, asked: Asked) -> Admitted:
        """Refuse 401 when not signed in, 403 when nothing may be seen."""

        def ask() -> Admitted | None:
            viewer = self.admit(session) if session else None
            if viewer is None:
                return None
            wanted = {
                kind: EVERYTHING if FACTS[kind].personal else viewer.scope(str(FACTS[kind].seen_with))
                for kind in asked.kinds
            }
            scopes = {kind: scope for kind, scope in wanted.items() if scope.reaches}
            return Admitted(viewer, scopes, shared_by(asked.piece, asked.language, viewer))

        found = await self._in_thread(ask)
        if found is None:
            raise Refuse(401, "not_signed_in")
        if not found.scopes:
            raise Refuse(403, "not_allowed")
        return found

    async def _missed(self, after: tuple[int, int] | None, scopes: dict[str, Scope]) -> Missed:
        if after is None:
            return Missed([], self.hub.position)
        return await self._in_thread(lambda: missed_since(after, list(scopes)))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (DatabaseError, InterfaceError) as failure:
            logger.warning("The database did not answer: %s", failure)
            raise Refuse(503, "database_unavailable") from failure

    def _session(self, headers: dict[str, str]) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    def _cors(self, origin: str | None) -> list[tuple[bytes, bytes]]:
        if origin not in self.origins:
            return []
        return [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-headers", b"last-event-id, cache-control"),
        ]


def _asked(query: dict[str, list[str]]) -> Asked:
    """Refuse 400 for what there is not."""
    piece, language = query.get("piece", [""])[-1], query.get("lang", [settings.LANGUAGE_CODE])[-1]
    if piece and (PIECES.get(piece) is None or language not in dict(settings.LANGUAGES)):
        raise Refuse(400, "unknown_piece")
    return Asked(_kinds(query), piece, language)


def _kinds(asked: dict[str, list[str]]) -> list[str]:
    """The kinds asked for; Refuse 400 unless each is a fact that screens may show."""
    kinds = [kind for kind in ",".join(asked.get("kinds", [])).split(",") if kind]
    if not kinds or len(kinds) > 100:
        raise Refuse(400, "kinds_missing")
    if any(kind not in FACTS or not (FACTS[kind].seen_with or FACTS[kind].personal) for kind in kinds):
        raise Refuse(400, "unknown_kind")
    return kinds


async def _end(tasks: list[asyncio.Task]) -> None:
    """Cancels until all have ended: before Python 3.12 `wait_for` may swallow a cancellation that comes together
    with its result, and the stream of a client that is gone would stay open for ever."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=1)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _piece(send: Send, body: bytes) -> None:
    if body:
        await asyncio.wait_for(
            send({"type": "http.response.body", "body": body, "more_body": True}), SEND_TIMEOUT
        )


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _respond(
    send: Send, status: int, cors: list, body: bytes | None, media_type: bytes = b"application/json"
) -> None:
    """Head and body; body None leaves the response open."""
    headers = [
        (b"content-type", media_type),
        (b"cache-control", b"no-store"),
        (b"vary", b"Origin, Cookie"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
        *cors,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if body is not None:
        await send({"type": "http.response.body", "body": body, "more_body": False})
