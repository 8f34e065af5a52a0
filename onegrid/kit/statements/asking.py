"""One prepared statement at a time, in the running transaction of Django's own connection."""

import select
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from onegrid.kit.statements.sending import sent_together

FRESH = 5.0  # seconds for which a connection that has answered is taken to live
MOST = 200  # statements that stay prepared on one connection; the oldest makes room

_numbers = count()
Question = tuple[str, Sequence[str | None]]  # a statement with $1, $2 … and what stands for them
Then = Callable[[list[tuple]], object]


class Kept:
    """What one connection knows. `statements`: each with its name there and what reads its columns (None: not run
    yet)."""

    def __init__(self, ours: Any) -> None:
        self.ours, raw = ours, ours.connection
        self.connection = raw  # `connection` and `adapters` are what a Transformer asks of its context
        self.adapters = AdaptersMap(raw.adapters)
        self.adapters.register_loader("timestamptz", Moments)
        self.statements: dict[str, tuple[bytes, Any]] = {}
        self.answered_at = float("-inf")  # on the monotonic clock
        self.gathers = False  # what is told is held until the next question (gathering.py)
        self.held: list[tuple[str, Sequence[str | None], Then | None]] = []
        self.foreseen: dict[tuple[str, tuple[str | None, ...]], list[tuple]] = {}


class Moments(TimestamptzLoader):
    """As psycopg's, aware and in the session's zone, which Django keeps at UTC; by Python's own reader, in C."""

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # before Christ, infinity
            return super().load(data)


def ask(query: str, given: Sequence[str | None] = ()) -> list[tuple]:
    """The rows of `query`, with `$1`, `$2` … for `given`; an empty list when it returns none.

    The statement stays prepared on the connection: parsed and planned a few times, not every time. Give text and
    None only, and say in the statement what it is (`$1::bigint`): then one shape serves for all values. Errors are
    Django's, as from its cursor, and tests that count queries see it.

    It speaks to libpq itself: a cursor of psycopg, made for statements of any kind, costs more than the statement,
    and would prepare everything anew after each rollback.
    """
    kept = kept_now()
    if kept.foreseen and (known := kept.foreseen.pop((query, tuple(given)), None)) is not None:
        return known
    return _asked(kept, [(query, given)])[0]


def ask_all(*asked: Question) -> list[list[tuple]]:
    """The rows of each, as `ask` gives them: sent together, so that the way to the database is gone once.

    They run one after the other, and each sees what those before it have done, and what was committed while they
    waited. Behind one that fails none is run, and its error is raised.
    """
    return _asked(kept_now(), asked)


def tell(query: str, given: Sequence[str | None], then: Then | None = None) -> None:
    """As `ask`, by whoever needs no answer: inside `gathering` it goes with the next question. `then` gets the rows
    once they are there."""
    kept = kept_now()
    if kept.gathers:
        kept.held.append((query, given, then))
        return
    rows = ask(query, given)
    if then is not None:
        then(rows)


def send_held() -> None:
    """What was told and is still here."""
    kept = kept_now()
    if kept.held:
        _asked(kept, [])


def kept_now() -> Kept:
    """Of the connection that this thread uses, which is opened where it is not."""
    ours = connections[DEFAULT_DB_ALIAS]
    if not _is_there(ours):
        ours.close_if_health_check_failed()
        ours.ensure_connection()
    return _known_of(ours) or _begun(ours)


def _known_of(ours: Any) -> Kept | None:
    """What is known of the connection that Django has now: it may be another than before."""
    kept: Kept | None = getattr(ours, "kept_statements", None)
    return kept if kept is not None and kept.connection is ours.connection else None


def _begun(ours: Any) -> Kept:
    ours.kept_statements = kept = Kept(ours)
    return kept


def _is_there(ours: Any) -> bool:
    """Django asks each connection once a request whether it lives. One that answered a moment ago is looked at only:
    if its other end is gone, there is something to be read."""
    raw = ours.connection
    if raw is None:
        return False
    if ours.health_check_enabled and not ours.health_check_done:
        kept, wire = _known_of(ours), raw.pgconn
        fresh = kept is not None and time.monotonic() < kept.answered_at + FRESH
        quiet = wire.status == ConnStatus.OK and wire.transaction_status == TransactionStatus.IDLE
        ours.health_check_done = fresh and quiet and not select.select([wire.socket], [], [], 0)[0]
        return bool(ours.health_check_done)
    return True


def _asked(kept: Kept, asked: Sequence[Question]) -> list[list[tuple]]:
    """What is held goes first."""
    ours = kept.ours
    ours.validate_no_broken_transaction()
    begun = time.perf_counter()
    held, kept.held = kept.held, []
    whole = [(query, given) for query, given, _then in held] + list(asked)
    with ours.wrap_database_errors, kept.connection.lock:
        rows = _answers(kept, whole)
    kept.answered_at = time.monotonic()
    if ours.queries_logged:
        took = f"{time.perf_counter() - begun:.3f}"
        ours.queries_log.extend({"sql": query, "time": took} for query, _given in whole)
    for (_query, _given, then), found in zip(held, rows, strict=False):
        if then is not None:
            then(found)
    return rows[len(held) :]


def _answers(kept: Kept, asked: Sequence[Question]) -> list[list[tuple]]:
    raw = kept.connection
    known = [kept.statements.get(query) or (_prepare(raw, query, kept), None) for query, _given in asked]
    spelt = [[_spelt(value) for value in given] for _query, given in asked]
    begins = not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE
    sent = [(name, values) for (name, _reading), values in zip(known, spelt, strict=True)]
    try:
        if len(sent) == 1 and not begins:
            found = [_well(raw, raw.pgconn.exec_prepared(*sent[0]))]
        else:  # BEGIN stands before the first statement, as psycopg's cursors send it
            found = sent_together(raw.pgconn, sent, begins)
            for one in found:
                _well(raw, one)
    except (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported):
        kept.statements.clear()  # gone, or its table has changed: the next asker prepares anew
        raise
    return [
        _rows(kept, query, name, reading, one)
        for (query, _given), (name, reading), one in zip(asked, known, found, strict=True)
    ]


def _rows(kept: Kept, query: str, name: bytes, reading: Any, found: Any) -> list[tuple]:
    if found.status != ExecStatus.TUPLES_OK:
        return []
    if reading is None:  # the columns of one statement are always the same: what reads them is looked up once
        reading = Transformer(kept)
        reading.set_pgresult(found, set_loaders=True)
        kept.statements[query] = name, reading
    else:
        reading.set_pgresult(found, set_loaders=False)
    rows = reading.load_rows(0, found.ntuples, tuple)
    reading.set_pgresult(None, set_loaders=False)  # an answer is not kept
    return rows


def _spelt(value: str | None) -> Any:
    if value is None:
        return None
    if "\x00" in value:  # libpq would end the text there
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


def _prepare(raw: psycopg.Connection, query: str, kept: Kept) -> bytes:
    if len(kept.statements) >= MOST:
        oldest, _reading = kept.statements.pop(next(iter(kept.statements)))
        _well(raw, raw.pgconn.exec_(b"DEALLOCATE " + oldest))
    name = b"asked_%d" % next(_numbers)
    _well(raw, raw.pgconn.prepare(name, query.encode()))
    kept.statements[query] = name, None
    return name


def _well(raw: psycopg.Connection, found: Any) -> Any:
    """The result itself, or the error that it stands for."""
    if found.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return found
    if raw.pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(raw.pgconn.get_error_message())
    raise psycopg.errors.error_from_result(found, encoding=raw.info.encoding)
