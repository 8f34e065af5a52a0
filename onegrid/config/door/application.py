"""The WSGI application around Django's: line, place, answer."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Any

from django.http import HttpResponseBase

from onegrid.config.door.later import later
from onegrid.config.door.line import Line
from onegrid.config.door.places import Place
from onegrid.config.door.rules import PASSES, kind_of
from onegrid.kit.health.counting import COUNTS

logger = logging.getLogger("onegrid.door")
TOLD_EVERY = 10.0  # seconds
TURNED_AWAY = "(turned away)"  # among the routes of /metrics

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Any]


class Door:
    """Lets `inside` work on as many requests as there are places, and lets the line say who is next."""

    def __init__(self, inside: App, line: Line) -> None:
        self._inside, self._line = inside, line
        self._told_at, self._told, self._telling = 0.0, 0, Lock()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == PASSES:
            return self._inside(environ, start)
        kind = kind_of(environ["REQUEST_METHOD"], path)
        if not self._line.enter(kind):
            return self._turned_away(environ, start)
        place = Place(self._line, kind)
        try:
            with place.used():
                answer = self._inside(environ, start)
                if not answer.streaming:
                    body = b"".join(answer)
                    answer.close()
        except BaseException:
            place.leave()
            raise
        if answer.streaming and not answer.has_header("Content-Length"):
            return Streamed(answer, place)
        place.leave()  # a file too: its bytes come from the store, not from the database
        return answer if answer.streaming else [body]

    def _turned_away(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        answer = later(environ, self._line.seconds)
        COUNTS.count(TURNED_AWAY, "any", 429, 0.0)
        start("429 Too Many Requests", list(answer.items()))
        self._tell_now_and_then()
        return [answer.content]

    def _tell_now_and_then(self) -> None:
        if time.monotonic() <= self._told_at + TOLD_EVERY or not self._telling.acquire(blocking=False):
            return  # told lately, or another thread tells it
        try:
            count = self._line.turned_away.total()
            logger.warning("busy: %d requests were told to come back", count - self._told)
            self._told_at, self._told = time.monotonic(), count
        finally:
            self._telling.release()


class Streamed:
    """An answer that is made while it is sent, such as an export: it keeps its place until it ends or is given up."""

    def __init__(self, answer: HttpResponseBase, place: Place) -> None:
        self._answer, self._place = answer, place
        self._pieces = iter(answer)
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._place.used():
            return next(self._pieces)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            with self._place.used():
                self._answer.close()
        finally:
            self._place.leave()

    __del__ = close  # a server that forgets to close must not keep the place for ever
