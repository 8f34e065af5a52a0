"""One open stream as the hub sees it: what it may see, and a queue of limited length."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from onegrid.kit.actors import Scope

LONGEST_QUEUE = 2000  # events a client may be behind before it is dropped; it comes back and replays

Key = tuple[int, int]  # (xid, id)


@dataclass(frozen=True)
class Event:
    """A fact ready to send: `text` are the bytes for the client. `only_for`: the actor key of its one viewer."""

    id: int
    kind: str
    path: str | None
    org_id: int | None
    text: bytes
    only_for: str | None = None


PIECE = Event(-1, "piece", None, None, b"")  # stands in a queue for the newest piece


@dataclass(eq=False)
class Subscription:
    """`scopes`: per kind asked for, the scope in which the viewer may see it. `heard`: called with each fact."""

    viewer_key: str
    scopes: dict[str, Scope]
    queue: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(LONGEST_QUEUE))
    too_slow: asyncio.Event = field(default_factory=asyncio.Event)
    heard: Callable[[], None] | None = None
    piece: bytes | None = None

    def sees(self, event: Event) -> bool:
        scope = self.scopes.get(event.kind)
        if scope is None or event.only_for is not None:
            return scope is not None and event.only_for == self.viewer_key
        return scope.covers(event.path, event.org_id)

    def push(self, event: Event) -> None:
        if self.heard is not None:
            self.heard()
        self._put(event)

    def offer(self, piece: bytes) -> None:
        """Sent when its turn comes, unless a newer one is there by then."""
        waits, self.piece = self.piece is not None, piece
        if not waits:
            self._put(PIECE)

    def text_of(self, event: Event) -> bytes:
        if event is not PIECE:
            return event.text
        text, self.piece = self.piece or b"", None
        return text

    def _put(self, event: Event) -> None:
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.too_slow.set()
