"""Walking the trail: every entry against its own hash, its neighbour, its lane's head, and the anchors.

Constant memory: 2,000 entries at a time. Entries written while it walks are left to the next walk.
"""

import hmac
from collections.abc import Iterator

from django.db.models import Max, Sum

from onegrid.kit.audit.anchors import Anchor, broken_anchors, read_anchors
from onegrid.kit.audit.models import LANES, AuditEntry, AuditLane
from onegrid.kit.audit.sealing import HASHED, entry_hash, first_hash, head_seal
from onegrid.kit.verifications import Finding, Progress

CHUNK = 2000
FIELDS = [*HASHED, "at", "id", "seq", "hash"]


def audit_findings(progress: Progress) -> Iterator[Finding]:
    """Every entry that was changed, removed or moved, and every head or anchor that does not fit."""
    anchors = list(read_anchors())
    for name in broken_anchors():
        yield Finding("anchor changed", name, "the anchor file's own seal does not fit")
    total, done = AuditLane.objects.aggregate(total=Sum("seq"))["total"] or 0, 0
    for lane in range(LANES):
        head = AuditLane.objects.filter(lane=lane).first()
        end = head.seq if head else _last_seq(lane)
        for seq, finding in _lane_findings(lane, end):
            if finding is not None:
                yield finding
            if seq % CHUNK == 0:
                progress(done + seq, total)
        yield from _head_findings(lane, head)
        for anchor in anchors:
            yield from _anchor_findings(lane, anchor)
        done += end
        progress(done, total)


def _lane_findings(lane: int, end: int) -> Iterator[tuple[int, Finding | None]]:
    """(place, finding or None) for each entry up to `end`, gaps included."""
    expected, link = 1, first_hash(lane)
    for entry in _entries(lane, end):
        seq = entry["seq"]
        if seq != expected:
            yield seq, _gone(lane, expected, seq - 1)
        yield seq, _entry_finding(entry, None if seq != expected else link)
        expected, link = seq + 1, entry["hash"]
    if expected <= end:
        yield end, _gone(lane, expected, end)


def _entry_finding(entry: dict, link: str | None) -> Finding | None:
    """`link` is the hash of the entry before it, None when that one is missing (reported already)."""
    where = f"lane {entry['lane']} seq {entry['seq']} (id {entry['id']})"
    if not hmac.compare_digest(entry_hash(entry), entry["hash"]):
        return Finding("changed", where, f"{entry['verb']} by {entry['actor_key']}: its content was changed")
    if link is None or entry["prev_hash"] == link:
        return None
    before = AuditEntry.objects.filter(lane=entry["lane"], hash=entry["prev_hash"]).first()
    if before is not None or entry["prev_hash"] == first_hash(entry["lane"]):
        place = f"seq {before.seq}" if before else "the beginning"
        return Finding("reordered", where, f"it belongs right after {place}")
    return Finding("removed", where, "the entry before it is gone, or its hash was changed")


def _head_findings(lane: int, head: AuditLane | None) -> Iterator[Finding]:
    where = f"lane {lane} head"
    if head is None:
        if AuditEntry.objects.filter(lane=lane).exists():
            yield Finding("head removed", where, "there are entries but no head of the lane")
        return
    if not hmac.compare_digest(head_seal(lane, head.seq, head.hash), head.seal):
        yield Finding("head changed", where, "its seal does not fit: entries may be cut off the end")
    last = AuditEntry.objects.filter(lane=lane, seq=head.seq).values_list("hash", flat=True).first()
    if last is not None and last != head.hash:
        yield Finding("head changed", where, f"it does not fit the entry at seq {head.seq}")
    beyond = _last_seq(lane)
    if beyond > head.seq and AuditLane.objects.filter(lane=lane, seq=head.seq).exists():
        yield Finding("head changed", where, f"entries go on to seq {beyond}, the head says {head.seq}")


def _anchor_findings(lane: int, anchor: Anchor) -> Iterator[Finding]:
    seq, expected = anchor.heads.get(lane, (0, ""))
    if not seq:
        return
    found = AuditEntry.objects.filter(lane=lane, seq=seq).values_list("hash", flat=True).first()
    if found is None:
        yield Finding("removed", f"lane {lane} seq {seq}", f"the anchor {anchor.name} knows this entry")
    elif found != expected:
        yield Finding("changed", f"lane {lane} seq {seq}", f"the anchor {anchor.name} knows another hash")


def _entries(lane: int, end: int) -> Iterator[dict]:
    after = 0
    while True:
        wanted = AuditEntry.objects.filter(lane=lane, seq__gt=after, seq__lte=end).order_by("seq")
        chunk = list(wanted.values(*FIELDS)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = chunk[-1]["seq"]


def _gone(lane: int, first: int, last: int) -> Finding:
    places = f"seq {first}" if first == last else f"seq {first} to {last}"
    return Finding("removed", f"lane {lane} {places}", "the trail goes on without them")


def _last_seq(lane: int) -> int:
    return AuditEntry.objects.filter(lane=lane).aggregate(last=Max("seq"))["last"] or 0
