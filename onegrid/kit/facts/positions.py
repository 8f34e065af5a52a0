"""Where listeners are, and the next facts for each.

Facts come in windows. A window holds everything that transactions numbered [xid, until) wrote, where every
transaction below `until` has ended: nothing can be added to it any more. Inside a window facts come by id.
Of two transactions that wrote about the same locked row the later one took the greater id, and if they overlapped
they are in one window: so listeners hear about one thing in the order in which it happened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from onegrid.kit.facts.registry import Listener, Start
from onegrid.kit.statements import ask

ENDED = "pg_snapshot_xmin(pg_current_snapshot())"  # every transaction below it has committed or rolled back

INTRODUCE = f"""
INSERT INTO kit_listenerposition (listener, xid, last_id, max_id)
SELECT name, CASE WHEN now THEN {ENDED} ELSE '0'::xid8 END, 0, 0
FROM unnest($1::varchar[], $2::boolean[]) AS given (name, now)
ON CONFLICT DO NOTHING
"""
# of each listener its kinds, with commas between them
KNOWN = "unnest($1::varchar[], $2::text[]) AS given (listener, kinds)"
TO_HEAR = f"""
EXISTS (SELECT 1 FROM kit_factrow fact
    WHERE fact.xid >= position.xid AND fact.xid < {ENDED} AND fact.kind = ANY(string_to_array(given.kinds, ',')))
"""
RESTED = "(position.retry_at IS NULL OR position.retry_at <= clock_timestamp())"
WAITING = f"""
SELECT position.listener, {ENDED}::text::bigint,
    position.xid::text::bigint, position.until::text::bigint, position.last_id, position.max_id, position.attempts
FROM kit_listenerposition AS position JOIN {KNOWN} ON given.listener = position.listener
WHERE {RESTED} AND (position.until IS NOT NULL OR {TO_HEAR})
"""
# A position that is held by a relay just now is that relay's to move.
PASS_BY = f"""
WITH idle AS (
    SELECT position.listener
    FROM kit_listenerposition AS position JOIN {KNOWN} ON given.listener = position.listener
    WHERE position.until IS NULL AND position.xid < {ENDED} AND {RESTED} AND NOT {TO_HEAR}
    FOR UPDATE OF position SKIP LOCKED
)
UPDATE kit_listenerposition AS position
SET xid = {ENDED}, last_id = 0, max_id = 0, attempts = 0, retry_at = NULL, error = '', moved_at = clock_timestamp()
FROM idle WHERE idle.listener = position.listener
"""
LOCK = """
SELECT xid::text::bigint, until::text::bigint, last_id, max_id, attempts FROM kit_listenerposition
WHERE listener = $1::varchar AND (retry_at IS NULL OR retry_at <= clock_timestamp()) FOR UPDATE SKIP LOCKED
"""
SPAN = "SELECT min(id), max(id) FROM kit_factrow WHERE xid >= %s::xid8 AND xid < %s::xid8"
# Walks the primary key from last_id on; enable_sort is off so that a backlog of millions is never sorted.
NEXT = """
SELECT id, kind, payload, (date_part('epoch', at) * 1000000)::bigint, path, org_id FROM kit_factrow
WHERE id > %s AND id <= %s AND xid >= %s::xid8 AND xid < %s::xid8 AND kind = ANY(%s) ORDER BY id LIMIT %s
"""
MOVE = """
UPDATE kit_listenerposition SET xid = $1::xid8, until = $2::xid8, last_id = $3::bigint, max_id = $4::bigint,
    attempts = 0, retry_at = NULL, error = '', moved_at = clock_timestamp() WHERE listener = $5::varchar
"""
FAIL = """
UPDATE kit_listenerposition SET attempts = attempts + 1, error = %s,
    retry_at = clock_timestamp() + least(%s, 0.5 * 2 ^ attempts) * interval '1 second' WHERE listener = %s
"""
UNSETTLED = f"SELECT EXISTS (SELECT 1 FROM kit_factrow WHERE xid >= {ENDED})"


@dataclass(frozen=True)
class Position:
    """See models.ListenerPosition."""

    xid: int
    until: int | None
    last_id: int
    max_id: int
    attempts: int


class Row(NamedTuple):
    """A fact as stored: `payload` is JSON text, `at_us` microseconds since 1970 (cheaper to read than a time)."""

    id: int
    kind: str
    payload: str
    at_us: int
    path: str | None
    org_id: int | None


def introduce(listeners: list[Listener]) -> None:
    """Stores a first position for those that have none."""
    ask(
        INTRODUCE,
        [_array(one.name for one in listeners), _array(str(one.start is Start.NOW) for one in listeners)],
    )


def waiting(listeners: list[Listener]) -> tuple[int, dict[str, Position]]:
    """The listeners for whom there is something to hear and no back-off to sit out, with their positions, and the
    horizon: every transaction numbered below it has ended."""
    found = ask(WAITING, _known(listeners))
    return (found[0][1] if found else 0), {row[0]: Position(*row[2:]) for row in found}


def pass_by(listeners: list[Listener]) -> None:
    """Moves those past everything that has ended for whom nothing of it is meant: what all have passed may be
    forgotten."""
    ask(PASS_BY, _known(listeners))


def _known(listeners: list[Listener]) -> list[str]:
    return [
        _array(one.name for one in listeners),
        _array('"' + ",".join(one.kinds) + '"' for one in listeners),
    ]


def _array(values: Iterable[str]) -> str:
    """As PostgreSQL reads an array; names and kinds hold neither quotes nor braces."""
    return "{" + ",".join(values) + "}"


def lock(listener: Listener) -> Position | None:
    """The position, held until the transaction ends; None while another relay holds it or it waits for a retry."""
    found = ask(LOCK, [listener.name])
    return Position(*found[0]) if found else None


def span_of(xid: int, until: int) -> tuple[int, int]:
    """The ids of facts in window [xid, until): (before the first, the last); (0, -1) when it holds none."""
    with connection.cursor() as cursor:
        cursor.execute(SPAN, [str(xid), str(until)])
        first, last = cursor.fetchone()
    return (first or 1) - 1, last or -1


def next_rows(kinds: list[str], limit: int, position: Position) -> list[Row]:
    """Facts of an open window behind `last_id`, by id."""
    span: list[Any] = [position.last_id, position.max_id, str(position.xid), str(position.until)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(NEXT, [*span, kinds, limit])
        return [Row._make(found) for found in cursor.fetchall()]


def move(listener: Listener, position: Position, upto: int, ended: bool) -> Position:
    """Past everything up to the id `upto`, or past the whole window."""
    if ended:
        assert position.until is not None
        moved = Position(position.until, None, 0, 0, 0)
    else:
        moved = Position(position.xid, position.until, upto, position.max_id, 0)
    until = None if moved.until is None else str(moved.until)
    ask(MOVE, [str(moved.xid), until, str(moved.last_id), str(moved.max_id), listener.name])
    return moved


def fail(listener: Listener, error: str, longest_wait: float) -> None:
    """Counts the failure; the batch comes again after 0.5, 1, 2, 4 ... seconds, at most `longest_wait`."""
    with connection.cursor() as cursor:
        cursor.execute(FAIL, [error[:2000], longest_wait, listener.name])


def unsettled() -> bool:
    """Whether committed facts wait for an older transaction to end."""
    with connection.cursor() as cursor:
        cursor.execute(UNSETTLED)
        return bool(cursor.fetchone()[0])
