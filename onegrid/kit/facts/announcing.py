"""Announcing: one row in the caller's transaction, and a wake-up call once it is committed."""

import dataclasses
import time
from collections.abc import Iterable

from django.db import connection, transaction

from onegrid.kit.facts.fact import Fact, payload_of
from onegrid.kit.statements import ask, tell

CHANNEL = "onegrid_facts"
RELAY = "onegrid relay"  # the name of a relay's session, for as long as it listens on the channel
GATHER = (
    0.05  # seconds a listener on the channel lets pass after a call, before it looks: facts come in batches
)
CALM = 0.04  # seconds between two calls of one process; below GATHER, so who is not called for is seen all the same
INSERT = "INSERT INTO kit_factrow (kind, payload, path, org_id) VALUES "
PREPARED = 20  # rows in one statement up to which it is kept prepared
_ROWS = [f"(${n + 1}, ${n + 2}::jsonb, ${n + 3}, ${n + 4}::bigint)" for n in range(0, 4 * PREPARED, 4)]

_called_at = 0.0  # of this process, on the monotonic clock


def announce(fact: Fact, *, path: str | None = None, org_id: int | None = None) -> None:
    """Writes `fact` into the running transaction: it is heard if and only if that transaction commits.

    `path` and `org_id` say where it belongs, so that live screens show it only to those whose scope covers it.
    Outside a transaction it raises TransactionManagementError.
    """
    _write([(fact.kind, payload_of(fact), path, org_id)])


def announce_all(facts: Iterable[tuple[Fact, str | None, int | None]]) -> None:
    """Many facts in one statement, each with its path and organisation: for imports."""
    rows = [(fact.kind, payload_of(fact), path, org_id) for fact, path, org_id in facts]
    for first in range(0, len(rows), 1000):
        _write(rows[first : first + 1000])


def announced_from(kind: type[Fact], rows: str, **fields: str) -> str:
    """The INSERT of one personal fact for each of `rows`, to stand behind WITH in the statement that writes them.

    `fields`: from which column each of the fact's fields comes. Whoever runs the statement calls `will_announce`.
    """
    if set(fields) != {field.name for field in dataclasses.fields(kind)}:
        raise TypeError(f"{kind.__name__} has other fields")
    pairs = ", ".join(f"'{name}', {column}" for name, column in fields.items())
    return f"INSERT INTO kit_factrow (kind, payload) SELECT '{kind.kind}', jsonb_build_object({pairs}) FROM {rows}"


def will_announce() -> None:
    """The running transaction writes facts: once it is committed, those who listen are called."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("announce() belongs inside the action's transaction")
    if not _will_wake():
        transaction.on_commit(_wake, robust=True)


def _write(rows: list[tuple[str, str, str | None, int | None]]) -> None:
    will_announce()
    if len(rows) <= PREPARED:
        given = [_spelt(value) for row in rows for value in row]
        tell(INSERT + ", ".join(_ROWS[: len(rows)]), given)
    else:
        values = ", ".join(["(%s, %s::jsonb, %s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(INSERT + values, [value for row in rows for value in row])


def _spelt(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _wake() -> None:
    """After the commit and not inside it: a committing NOTIFY holds a lock of the whole cluster, and would make
    every announcing transaction wait for the disk one after the other. A call lost here costs one poll (1 s).

    A call costs as much as the fact itself, so a busy process makes one in CALM seconds: whoever hears it looks
    GATHER seconds later and finds what was committed meanwhile.
    """
    global _called_at
    now = time.monotonic()
    if now - _called_at < CALM:
        return
    _called_at = now
    ask(f"NOTIFY {CHANNEL}")


def _will_wake() -> bool:
    """Whether the call is already due, in a savepoint that cannot be rolled back without this one."""
    if not connection.run_on_commit:
        return False
    savepoints, due = connection.run_on_commit[-1][:2]
    return due is _wake and savepoints <= set(connection.savepoint_ids)
