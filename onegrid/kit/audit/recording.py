"""Writing an entry: take a free lane, chain to its head, move the head."""

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from onegrid.kit.actors import Actor
from onegrid.kit.audit.models import LANES
from onegrid.kit.audit.sealing import canonical, entry_hash, first_hash, head_seal

# The lane this connection used last time, or the next one that nobody holds: writers never wait for one another.
TAKE_LANE = """
SELECT lane, seq, hash, pg_backend_pid() FROM kit_auditlane
ORDER BY (lane + %(lanes)s - pg_backend_pid() %% %(lanes)s) %% %(lanes)s
FOR UPDATE SKIP LOCKED LIMIT 1
"""
# All lanes are held: stand in line for one.
WAIT_FOR_LANE = """
SELECT lane, seq, hash FROM kit_auditlane WHERE lane = pg_backend_pid() %% %(lanes)s FOR UPDATE
"""
MAKE_LANES = """
INSERT INTO kit_auditlane (lane, seq, hash, seal) VALUES (%s, 0, %s, %s) ON CONFLICT DO NOTHING
"""
WRITE = """
WITH head AS (UPDATE kit_auditlane SET seq = %(seq)s, hash = %(hash)s, seal = %(seal)s WHERE lane = %(lane)s)
INSERT INTO kit_auditentry (at, actor_key, actor_label, verb, object_kind, object_id, path, reason, details,
    lane, seq, prev_hash, hash)
VALUES (%(at)s, %(actor_key)s, %(actor_label)s, %(verb)s, %(object_kind)s, %(object_id)s, %(path)s, %(reason)s,
    %(details)s::jsonb, %(lane)s, %(seq)s, %(prev_hash)s, %(hash)s)
"""


@transaction.atomic
def record(
    verb: str,
    *,
    by: Actor,
    about: models.Model,
    at: datetime,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Writes one entry into the caller's transaction: no entry without the act, no act without the entry.

    `details` holds ids and plain values, never the personal text itself: what is written here cannot be removed.
    """
    entry: dict[str, Any] = {
        "at": at,
        "actor_key": by.actor_key,
        "actor_label": by.actor_label[:80],
        "verb": verb,
        "object_kind": about._meta.label_lower,
        "object_id": str(about.pk),
        "path": path_of(about),
        "reason": reason,
        "details": details or {},
    }
    with connection.cursor() as cursor:
        lane, seq, head = _take_lane(cursor)
        entry |= {"lane": lane, "seq": seq + 1, "prev_hash": head}
        entry["hash"] = entry_hash(entry)
        seal = head_seal(lane, seq + 1, entry["hash"])
        cursor.execute(WRITE, entry | {"details": canonical(entry["details"]).decode(), "seal": seal})


def path_of(about: models.Model) -> str:
    """The area path of a thing: its own `area_path` or `path`, else empty."""
    return getattr(about, "area_path", None) or getattr(about, "path", None) or ""


def _take_lane(cursor: Any) -> tuple[int, int, str]:
    for query in (TAKE_LANE, WAIT_FOR_LANE):
        cursor.execute(query, {"lanes": LANES})
        found = cursor.fetchone()
        if found is not None:
            return found[0], found[1], found[2]
    for lane in range(LANES):
        cursor.execute(MAKE_LANES, [lane, first_hash(lane), head_seal(lane, 0, first_hash(lane))])
    return _take_lane(cursor)
