"""One prepared statement at a time, in the running transaction of Django's own connection."""

import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def ask(query: str, given: Sequence[Any] = ()) -> list[tuple]:
    """The rows of `query`, with `$1`, `$2` … for `given`; an empty list when it returns none.

    The statement stays prepared on the connection: parsed and planned a few times, not every time. Give text and
    None only, and say in the statement what it is (`$1::bigint`): then one shape serves for all values. Errors are
    Django's, as from its cursor, and tests that count queries see it.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    begun = time.perf_counter()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(query.encode(), given, prepare=True)
        # asked of the result itself: `cursor.description` makes an object of every column
        rows = cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": query, "time": f"{time.perf_counter() - begun:.3f}"})
    return rows
