"""A piece of a page, made once for all screens that may see the same, and handed out over their streams.

It is made anew soon after one of these screens heard a fact, not more often than PACE, and every CALM seconds when
nothing happened. Whatever a screen heard before the making began is in. One that was not sent yet when the next is
there is not sent any more. Threads of their own make the pieces, so that no stream waits for a statement.
"""

import asyncio
import json
import logging
import time
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import close_old_connections
from django.utils import translation

from onegrid.kit.actors import Actor
from onegrid.kit.facts.plugins import PIECES, Piece
from onegrid.kit.facts.subscription import Subscription

logger = logging.getLogger(__name__)

GATHER = 0.1  # seconds: facts of one action, and of a burst
PACE = 1.0  # seconds from one making to the next
CALM = 30.0  # seconds: clocks run on without facts
AGAIN = 2.0  # seconds until another attempt when it could not be made
THREADS = 2


@dataclass(frozen=True)
class Shared:
    """Which piece, in which language, for whom: screens with equal ones get the same bytes."""

    name: str
    language: str
    sharing: Hashable


def shared_by(name: str, language: str, viewer: Actor) -> Shared | None:
    """None: there is no such piece for the viewer. Reads the viewer's rights, so it may block."""
    piece = PIECES.get(name)
    sharing = piece.sharing(viewer) if piece else None
    return None if sharing is None else Shared(name, language, sharing)


@dataclass(eq=False)
class _Group:
    """Screens that share one. `viewer`: whoever was admitted last; all see the same."""

    piece: Piece
    language: str
    viewer: Actor
    threads: ThreadPoolExecutor
    streams: set[Subscription] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task | None = None

    async def run(self) -> None:
        """Until nobody shares it any more."""
        while self.streams:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), CALM)
            await asyncio.sleep(GATHER)
            if not self.streams:
                return
            self.news.clear()
            began = time.monotonic()
            try:
                text = await asyncio.get_running_loop().run_in_executor(self.threads, self._made)
            except (
                Exception
            ) as failure:  # the database is away, a row is odd: screens ask the pages meanwhile
                logger.warning("A piece could not be made: %r", failure)
                self.news.set()
                await asyncio.sleep(AGAIN)
                continue
            for stream in tuple(self.streams):
                stream.offer(text)
            took = time.monotonic() - began
            await asyncio.sleep(max(0.0, max(PACE, 2 * took) - took))

    def _made(self) -> bytes:
        close_old_connections()
        with translation.override(self.language):
            html = self.piece.make(self.viewer)
        return f"event: piece\ndata: {json.dumps(html, ensure_ascii=False)}\n\n".encode()


class Pieces:
    """Of one live process. Everything but the making happens in its event loop."""

    def __init__(self) -> None:
        self._groups: dict[Shared, _Group] = {}
        self._of: dict[Subscription, Shared] = {}
        self._threads = ThreadPoolExecutor(THREADS, "live-pieces")

    def follow(self, stream: Subscription, shared: Shared | None, viewer: Actor) -> None:
        """From now on the stream gets this one, the first soon; None: it gets none any more."""
        if self._of.get(stream) != shared:
            self.leave(stream)
        if shared is None:
            return
        group = self._groups.get(shared)
        if group is None:
            piece = PIECES.get(shared.name)
            assert piece is not None  # shared_by has found it
            group = self._groups[shared] = _Group(piece, shared.language, viewer, self._threads)
        group.viewer = viewer
        if stream in group.streams:
            return
        self._of[stream] = shared
        group.streams.add(stream)
        stream.heard = group.news.set
        group.news.set()
        if group.task is None:
            group.task = asyncio.get_running_loop().create_task(group.run())

    def leave(self, stream: Subscription) -> None:
        shared = self._of.pop(stream, None)
        if shared is None:
            return
        stream.heard = None
        group = self._groups[shared]
        group.streams.discard(stream)
        if not group.streams:
            del self._groups[shared]
            group.news.set()  # wakes its task, which ends
