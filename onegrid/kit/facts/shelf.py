"""What was read for one listener, kept for the others: most of them hear the same facts at about the same time.

Facts of a window whose transactions have all ended never change (positions.py), so a chunk of them read for one
listener is good for every listener in that window. One reading and one decoding then serve all of them.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from onegrid.kit.facts import positions
from onegrid.kit.facts.fact import Heard, fact_of
from onegrid.kit.facts.positions import Position, Row
from onegrid.kit.facts.registry import Listener

CHUNK = 2000  # facts read at once
KEPT = 4  # chunks
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def decoded(row: Row) -> Heard:
    """KeyError for a kind nobody declares, msgspec.ValidationError when fields do not fit."""
    fact_id, kind, payload, at_us, path, org_id = row
    return Heard(fact_of(kind, payload), fact_id, BEGINNING + timedelta(microseconds=at_us), path, org_id)


@dataclass
class Chunk:
    """The facts of `kinds` in window [xid, until) with ids in (after, upto]. `ended`: the window has no more."""

    xid: int
    until: int | None
    after: int
    upto: int
    ended: bool
    kinds: frozenset[str]
    rows: list[Row]
    _heard: dict[int, Heard] = field(default_factory=dict)

    def serves(self, position: Position, kinds: list[str]) -> bool:
        return (
            (self.xid, self.until) == (position.xid, position.until)
            and self.after <= position.last_id < self.upto
            and self.kinds.issuperset(kinds)
        )

    def heard(self, row: Row) -> Heard:
        """Decoded once, whoever asks."""
        known = self._heard.get(row.id)
        if known is None:
            known = self._heard[row.id] = decoded(row)
        return known


@dataclass(frozen=True)
class Page:
    """The next facts for one listener; it is through up to `upto`, and with the window if `ended`."""

    rows: list[Row]
    upto: int
    ended: bool
    decode: Callable[[Row], Heard] = decoded


class Shelf:
    """For one round of the relay. Every transaction below `horizon` has ended; `standing`: where listeners are."""

    def __init__(
        self, listeners: Mapping[str, Listener], horizon: int, standing: dict[str, Position]
    ) -> None:
        self._listeners = listeners
        self._horizon = horizon
        self._standing = {name: self._begun(position) for name, position in standing.items()}
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        self._chunks: list[Chunk] = []

    def window_of(self, position: Position) -> Position:
        """The position with an open window; `max_id` not above `last_id` says that the window is empty."""
        if position.until is not None:
            return position
        window = (position.xid, max(self._horizon, position.xid))
        if window not in self._spans:
            self._spans[window] = positions.span_of(*window)
        first, last = self._spans[window]
        return replace(position, until=window[1], last_id=first, max_id=last)

    def page(self, listener: Listener, position: Position) -> Page:
        """At most `listener.batch` facts."""
        if position.max_id <= position.last_id:
            return Page([], position.max_id, ended=True)
        chunk = self._chunk(listener, position)
        wanted = set(listener.kinds)
        first = bisect_right(chunk.rows, position.last_id, key=lambda row: row.id)
        mine = [row for row in chunk.rows[first:] if row.kind in wanted]
        if len(mine) > listener.batch:
            mine = mine[: listener.batch]
            return Page(mine, mine[-1].id, ended=False, decode=chunk.heard)
        return Page(mine, chunk.upto, chunk.ended, chunk.heard)

    def note(self, listener: Listener, position: Position) -> None:
        self._standing[listener.name] = position

    def _begun(self, position: Position) -> Position:
        return position if position.until is not None else replace(position, until=self._horizon, last_id=0)

    def _chunk(self, listener: Listener, position: Position) -> Chunk:
        for chunk in self._chunks:
            if chunk.serves(position, listener.kinds):
                return chunk
        kinds = self._kinds_here(listener, position)
        rows = positions.next_rows(sorted(kinds), CHUNK, position)
        ended = len(rows) < CHUNK
        upto = position.max_id if ended else rows[-1].id
        read = Chunk(position.xid, position.until, position.last_id, upto, ended, kinds, rows)
        self._chunks = [read, *self._chunks[: KEPT - 1]]
        return read

    def _kinds_here(self, listener: Listener, position: Position) -> frozenset[str]:
        """What this listener hears, and what the others hear that stand here or come by here later."""
        kinds = set(listener.kinds)
        for name, other in self._standing.items():
            here = (other.xid, other.until) == (position.xid, position.until)
            if here and other.last_id <= position.last_id and name in self._listeners:
                kinds.update(self._listeners[name].kinds)
        return frozenset(kinds)
