"""Facts do not stay for ever: what all listeners have passed and is old enough goes."""

from datetime import datetime

from django.db import connection

from onegrid.kit.facts.positions import ENDED
from onegrid.kit.facts.registry import LISTENERS

CHUNK = 10_000  # rows per statement, so that no lock is held for long
REMOVED = "(removed)"  # as a position: every transaction below its xid may be gone (live screens ask)

# The first transaction that must stay: not passed by all listeners, not ended, or too young.
FLOOR = f"""
SELECT least(
    (SELECT min(xid) FROM kit_listenerposition WHERE listener = ANY(%(names)s)),
    (SELECT xid FROM kit_factrow WHERE at >= %(before)s ORDER BY xid, id LIMIT 1),
    {ENDED})::text
WHERE %(count)s = (SELECT count(*) FROM kit_listenerposition WHERE listener = ANY(%(names)s))
"""
NOTE = """
INSERT INTO kit_listenerposition (listener, xid, last_id, max_id) VALUES (%s, %s::xid8, 0, 0)
ON CONFLICT (listener) DO UPDATE SET xid = greatest(kit_listenerposition.xid, excluded.xid), moved_at = now()
"""
REMOVE = """
DELETE FROM kit_factrow WHERE id IN (
    SELECT id FROM kit_factrow WHERE xid < %s::xid8 ORDER BY xid, id LIMIT %s)
"""


def remove_passed(*, before: datetime) -> int:
    """Removes facts announced before `before` that every listener has passed; how many."""
    removed = 0
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, {"names": list(LISTENERS), "count": len(LISTENERS), "before": before})
        found = cursor.fetchone()
        if found is None:
            return 0  # a listener has not begun yet
        cursor.execute(NOTE, [REMOVED, found[0]])
        while True:
            cursor.execute(REMOVE, [found[0], CHUNK])
            removed += cursor.rowcount
            if cursor.rowcount < CHUNK:
                return removed
