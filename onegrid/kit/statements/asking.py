"""One prepared statement at a time, in the running transaction of Django's own connection."""

import time
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

MOST = 200  # statements that stay prepared on one connection; the oldest makes room

_numbers = count()


class Kept:
    """What one connection knows. `statements`: each with its name there and what reads its columns (None: not run
    yet)."""

    def __init__(self, raw: psycopg.Connection) -> None:
        self.connection = raw  # `connection` and `adapters` are what a Transformer asks of its context
        self.adapters = AdaptersMap(raw.adapters)
        self.adapters.register_loader("timestamptz", Moments)
        self.statements: dict[str, tuple[bytes, Any]] = {}


class Moments(TimestamptzLoader):
    """As psycopg's, aware and in the session's zone, which Django keeps at UTC; by Python's own reader, in C."""

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # before Christ, infinity
            return super().load(data)


_kept: WeakKeyDictionary[psycopg.Connection, Kept] = WeakKeyDictionary()


def ask(query: str, given: Sequence[str | None] = ()) -> list[tuple]:
    """The rows of `query`, with `$1`, `$2` … for `given`; an empty list when it returns none.

    The statement stays prepared on the connection: parsed and planned a few times, not every time. Give text and
    None only, and say in the statement what it is (`$1::bigint`): then one shape serves for all values. Errors are
    Django's, as from its cursor, and tests that count queries see it.

    It speaks to libpq itself: a cursor of psycopg, made for statements of any kind, costs more than the statement,
    and would prepare everything anew after each rollback.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    ours.validate_no_broken_transaction()
    begun = time.perf_counter()
    raw = ours.connection
    with ours.wrap_database_errors, raw.lock:
        rows = _answer(raw, query, given)
    if ours.queries_logged:
        ours.queries_log.append({"sql": query, "time": f"{time.perf_counter() - begun:.3f}"})
    return rows


def _answer(raw: psycopg.Connection, query: str, given: Sequence[str | None]) -> list[tuple]:
    wire = raw.pgconn
    if not raw.autocommit and wire.transaction_status == TransactionStatus.IDLE:
        _well(raw, wire.exec_(b"BEGIN"))  # as psycopg's cursors do before the first statement
    kept = _kept.get(raw) or _kept.setdefault(raw, Kept(raw))
    name, reading = kept.statements.get(query) or (_prepare(raw, query, kept), None)
    try:
        found = _well(raw, wire.exec_prepared(name, [_spelt(value) for value in given]))
    except (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported):
        kept.statements.clear()  # gone, or its table has changed: the next asker prepares anew
        raise
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
