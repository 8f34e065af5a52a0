"""The live process's side towards the database: reads new facts once and gives them to all open streams.

Screens do not wait for slow transactions: a committed fact is pushed at once, ahead of the safe position, and
remembered so that it is not pushed again. The event id that a screen keeps is always the safe position.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from onegrid.kit.facts.announcing import CHANNEL, GATHER
from onegrid.kit.facts.fact import FACTS, seen_only_by
from onegrid.kit.facts.positions import ENDED
from onegrid.kit.facts.subscription import Event, Key, Subscription

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds
CHUNK = 1000
LONGEST_PAUSE = 5.0

COLUMNS = "xid::text::bigint, id, kind, payload::text, path, org_id"
HORIZON = f"SELECT {ENDED}::text::bigint, coalesce((SELECT max(id) FROM kit_factrow), 0)"
SETTLED = f"""
SELECT {COLUMNS} FROM kit_factrow
WHERE (xid, id) > (%s::xid8, %s) AND xid < %s::xid8 AND kind = ANY(%s) ORDER BY xid, id LIMIT {CHUNK}
"""
AHEAD = f"""
SELECT {COLUMNS} FROM kit_factrow WHERE id > %s AND xid >= %s::xid8 AND kind = ANY(%s) ORDER BY id LIMIT {CHUNK}
"""


def shown_kinds() -> list[str]:
    """Facts that may appear on screens at all."""
    return [kind for kind, fact in FACTS.items() if fact.seen_with is not None or fact.personal]


@dataclass
class Hub:
    """`run()` for ever in one task. `address` is psycopg's; `connected` is what /live/health says."""

    address: dict
    connected: bool = False

    def __post_init__(self) -> None:
        self.position: Key = (0, 0)  # everything up to here has been pushed
        self._pushed_ahead: set[int] = set()
        self._highest_id = -1  # of any fact pushed; -1: not started
        self._streams: dict[str, set[Subscription]] = {}

    def subscribe(self, stream: Subscription) -> None:
        for kind in stream.scopes:
            self._streams.setdefault(kind, set()).add(stream)

    def unsubscribe(self, stream: Subscription) -> None:
        for streams in self._streams.values():
            streams.discard(stream)

    async def run(self) -> None:
        """Reconnects for ever; what was announced meanwhile is read from the table afterwards."""
        pause = 0.1
        while True:
            try:
                async with await self._connect() as database:
                    self.connected, pause = True, 0.1
                    await self._follow(database)
            except (psycopg.Error, OSError) as lost:
                logger.warning("The database does not answer, next attempt in %.1f s: %s", pause, lost)
            except Exception:
                logger.exception("The hub stumbled")
            self.connected = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _connect(self) -> psycopg.AsyncConnection:
        opened = await psycopg.AsyncConnection.connect(
            **self.address, application_name="onegrid live", autocommit=True, connect_timeout=10
        )
        await opened.execute(f"LISTEN {CHANNEL}")
        return opened

    async def _follow(self, database: psycopg.AsyncConnection) -> None:
        if self._highest_id < 0:
            horizon, self._highest_id = await self._horizon(database)
            self.position = (horizon, 0)
        while True:
            await self._read(database)
            async for _ in database.notifies(timeout=POLL, stop_after=1):
                await asyncio.sleep(GATHER)

    async def _read(self, database: psycopg.AsyncConnection) -> None:
        horizon, _ = await self._horizon(database)
        kinds = shown_kinds()
        while True:
            rows = await _rows(
                database, SETTLED, [str(self.position[0]), self.position[1], str(horizon), kinds]
            )
            for row in rows:
                self._push(row, settled=True)
            if len(rows) < CHUNK:
                break
            await asyncio.sleep(0.01)  # let the streams write
        self.position = max(self.position, (horizon, 0))
        for row in await _rows(database, AHEAD, [self._highest_id, str(horizon), kinds]):
            self._push(row, settled=False)

    async def _horizon(self, database: psycopg.AsyncConnection) -> tuple[int, int]:
        found = await (await database.execute(HORIZON)).fetchone()
        assert found is not None
        return found[0], found[1]

    def _push(self, row: tuple, settled: bool) -> None:
        xid, fact_id, kind, payload, path, org_id = row
        self._highest_id = max(self._highest_id, fact_id)
        if settled:
            self.position = (xid, fact_id)
            if fact_id in self._pushed_ahead:
                self._pushed_ahead.discard(fact_id)
                return
        else:
            self._pushed_ahead.add(fact_id)
        text = event_text(self.position, kind, payload)
        event = Event(fact_id, kind, path, org_id, text, seen_only_by(kind, payload))
        for stream in self._reached(event):
            stream.push(event)

    def _reached(self, event: Event) -> Iterator[Subscription]:
        for stream in tuple(self._streams.get(event.kind, ())):
            if stream.sees(event):
                yield stream


def event_text(position: Key, kind: str, payload: str) -> bytes:
    """One server-sent event (WHATWG HTML, 9.2). JSON from PostgreSQL has no raw line breaks."""
    return f"id: {position[0]}-{position[1]}\nevent: {kind}\ndata: {payload}\n\n".encode()


async def _rows(database: psycopg.AsyncConnection, query: str, values: list) -> list[tuple]:
    return await (await database.execute(query, values)).fetchall()
