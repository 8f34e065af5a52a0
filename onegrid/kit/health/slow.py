"""Statements that run long now, and those that take longest on the average."""

import re
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

_SLOW = """
SELECT pid, extract(epoch FROM clock_timestamp() - query_start)::float, coalesce(wait_event_type, ''),
       left(query, 300)
FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
  AND clock_timestamp() - query_start > make_interval(secs => %s) ORDER BY query_start LIMIT 20
"""


def slow_statements(*, longer: timedelta = timedelta(seconds=1)) -> list[dict[str, Any]]:
    """Statements that run now for longer than that, the oldest first. Values are placeholders, never personal data:
    what was sent as text with its values in it is cut to its first words."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOW, [longer.total_seconds()])
        return [
            {"pid": pid, "seconds": seconds, "waits": waits, "text": _without_values(text)}
            for pid, seconds, waits, text in cursor.fetchall()
        ]


_SLOWEST = """
SELECT left(query, 300), calls, mean_exec_time::float, total_exec_time::float FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls >= 5
ORDER BY mean_exec_time DESC LIMIT 10
"""


def slowest_statements() -> list[dict[str, Any]] | None:
    """Those with the longest mean since the server began to count, in milliseconds; None where it does not count
    (the extension pg_stat_statements)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SLOWEST)
            rows = cursor.fetchall()
    except DatabaseError:
        return None
    return [
        {"text": _without_values(text), "calls": calls, "mean": mean, "total": total}
        for text, calls, mean, total in rows
    ]


def _without_values(text: str) -> str:
    """Everything between quotes and every number may be somebody's data."""
    text = re.sub(r"'(?:[^']|'')*'?", "'…'", text)
    return re.sub(r"\b\d+(?:\.\d+)?\b", "…", " ".join(text.split()))
