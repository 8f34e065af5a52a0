"""What a screen missed: facts after the position it kept."""

import re
from dataclasses import dataclass

from django.db import connection

from onegrid.kit.facts.fact import seen_only_by
from onegrid.kit.facts.hub import COLUMNS, event_text
from onegrid.kit.facts.positions import ENDED
from onegrid.kit.facts.retention import REMOVED
from onegrid.kit.facts.subscription import Event, Key

MOST = 2000  # events; a screen that missed more loads itself anew

BOUNDS = f"""
SELECT {ENDED}::text::bigint,
    coalesce((SELECT xid::text::bigint FROM kit_listenerposition WHERE listener = %s), 0)
"""
MISSED = f"""
SELECT {COLUMNS} FROM kit_factrow
WHERE (xid, id) > (%s::xid8, %s) AND kind = ANY(%s) ORDER BY xid, id LIMIT {MOST + 1}
"""


@dataclass(frozen=True)
class Missed:
    """`events` after the position; `position`: where the screen is then. `reset`: too much was missed."""

    events: list[Event]
    position: Key
    reset: bool = False


def parse_position(text: str) -> Key | None:
    """ "<xid>-<id>" as sent in event ids; None for anything else."""
    found = re.fullmatch(r"(\d{1,18})-(\d{1,18})", text)
    return (int(found[1]), int(found[2])) if found else None


def live_position() -> str:
    """The position to put into a page when it is rendered, so that nothing is lost before its stream opens."""
    return f"{_bounds()[0]}-0"


def missed_since(after: Key, kinds: list[str]) -> Missed:
    horizon, removed_below = _bounds()
    now = (horizon, 0)
    if (
        after[0] < removed_below or after[0] > horizon
    ):  # removed meanwhile; or from another life of the database
        return Missed([], now, reset=True)
    with connection.cursor() as cursor:
        cursor.execute(MISSED, [str(after[0]), after[1], kinds])
        rows = cursor.fetchall()
    if len(rows) > MOST:
        return Missed([], now, reset=True)
    events, position = [], after
    for xid, fact_id, kind, payload, path, org_id in rows:
        position = (xid, fact_id) if xid < horizon else position
        text, only_for = event_text(position, kind, payload), seen_only_by(kind, payload)
        events.append(Event(fact_id, kind, path, org_id, text, only_for))
    return Missed(events, max(position, now))


def _bounds() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, [REMOVED])
        horizon, removed_below = cursor.fetchone()
    return horizon, removed_below
