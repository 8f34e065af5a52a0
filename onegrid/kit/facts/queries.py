"""How listeners are doing, for the console and health pages."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from onegrid.kit.facts.announcing import RELAY
from onegrid.kit.facts.models import ListenerPosition, ParkedFact
from onegrid.kit.facts.registry import LISTENERS

MOST_COUNTED = 100_000
BEHIND = """
SELECT count(*) FROM (
    SELECT 1 FROM kit_factrow, kit_listenerposition
    WHERE listener = %s AND kit_factrow.xid >= kit_listenerposition.xid AND kind = ANY(%s)
        AND NOT (kit_factrow.xid < coalesce(until, '0'::xid8) AND kit_factrow.id <= last_id) LIMIT %s) AS unheard
"""


@dataclass(frozen=True)
class ListenerState:
    """`behind`: facts not heard yet, counted up to 100,000. `known` is False for a listener no code declares."""

    name: str
    known: bool
    behind: int
    parked: int
    attempts: int
    retry_at: datetime | None
    error: str


def listener_states() -> list[ListenerState]:
    parked = Counter(ParkedFact.objects.values_list("listener", flat=True))
    stored = {row.listener: row for row in ListenerPosition.objects.exclude(listener__startswith="(")}
    return [_state(name, stored.get(name), parked[name]) for name in sorted({*LISTENERS, *stored})]


OLDEST = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - kit_factrow.at), 0)::float
FROM kit_factrow, kit_listenerposition
WHERE listener = %s AND kit_factrow.xid >= kit_listenerposition.xid AND kind = ANY(%s)
    AND NOT (kit_factrow.xid < coalesce(until, '0'::xid8) AND kit_factrow.id <= last_id)
ORDER BY kit_factrow.xid, kit_factrow.id LIMIT 1
"""


def oldest_unheard(name: str) -> float:
    """Seconds since the oldest fact that the listener has not heard; 0.0 when it has heard all."""
    kinds = LISTENERS[name].kinds if name in LISTENERS else []
    with connection.cursor() as cursor:
        cursor.execute(OLDEST, [name, kinds])
        found = cursor.fetchone()
    return float(found[0]) if found else 0.0


def relays_running() -> int:
    """Relays that listen at this moment, by their sessions: one that died is missed at once, not by the next fact."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
            [RELAY],
        )
        return int(cursor.fetchone()[0])


def parked_facts(listener: str | None = None) -> QuerySet[ParkedFact]:
    """Oldest first; of one listener or of all."""
    found = ParkedFact.objects.order_by("fact_id")
    return found if listener is None else found.filter(listener=listener)


def _state(name: str, row: ListenerPosition | None, parked: int) -> ListenerState:
    known = name in LISTENERS
    if row is None:
        return ListenerState(name, known, 0, parked, 0, None, "has not begun: is a relay running?")
    return ListenerState(name, known, _behind(name), parked, row.attempts, row.retry_at, row.error)


def _behind(name: str) -> int:
    kinds = LISTENERS[name].kinds if name in LISTENERS else []
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, [name, kinds, MOST_COUNTED])
        return int(cursor.fetchone()[0])
