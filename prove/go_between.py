"""Carries bytes between TCP and a Unix socket; it can go silent, and it can cut every connection."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIECE = 65536


class GoBetween:
    """A thread with a loop of its own. `port`: where it listens, on this machine only."""

    def __init__(self, target: Path) -> None:
        self.target, self.port = target, 0
        self._loop = asyncio.new_event_loop()
        self._ready, self._speaks, self._is_cut = threading.Event(), asyncio.Event(), False
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=[self._serve()], daemon=True
        )

    def __enter__(self) -> "GoBetween":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nothing passes, nothing is closed; what was sent meanwhile arrives afterwards."""
        self._loop.call_soon_threadsafe(self._speaks.clear)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._speaks.set)

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Every connection breaks, and no new one comes about."""
        self._loop.call_soon_threadsafe(self._cut)
        try:
            yield
        finally:
            self._is_cut = False

    def _cut(self) -> None:
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        self._speaks.set()
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        self._cut()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            theirs, their_writer = await asyncio.open_unix_connection(str(self.target))
        except OSError:  # the database is not there: neither are we
            writer.transport.abort()
            return
        both = {writer, their_writer}
        self._writers |= both
        try:
            await asyncio.gather(self._pass_on(reader, their_writer), self._pass_on(theirs, writer))
        finally:
            self._writers -= both
            for one in both:
                one.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._speaks.wait()
                writer.write(piece)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()
