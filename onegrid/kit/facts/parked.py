"""Facts that a listener failed on: hand them over again once the cause is mended."""

import json

from django.db import transaction

from onegrid.kit.facts.delivery import hand_over, short
from onegrid.kit.facts.models import ParkedFact
from onegrid.kit.facts.positions import Row
from onegrid.kit.facts.registry import LISTENERS


def replay(*, listener: str | None = None, fact_id: int | None = None) -> tuple[int, int]:
    """Hands parked facts over one by one, oldest first: (went through, still parked).

    Each in a transaction of its own; one that fails again keeps its place with the new error. Facts parked by a
    listener that no longer exists stay.
    """
    wanted = ParkedFact.objects.filter(listener__in=LISTENERS)
    if listener is not None:
        wanted = wanted.filter(listener=listener)
    if fact_id is not None:
        wanted = wanted.filter(fact_id=fact_id)
    through = [_replay_one(pk) for pk in wanted.order_by("fact_id").values_list("pk", flat=True)]
    return sum(through), len(through) - sum(through)


def _replay_one(pk: int) -> bool:
    with transaction.atomic():
        parked = ParkedFact.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if parked is None:
            return False
        try:
            hand_over(LISTENERS[parked.listener], [_row(parked)])
        except Exception as failure:
            parked.attempts += 1
            parked.error = short(failure)
            parked.save(update_fields=["attempts", "error"])
            return False
        parked.delete()
        return True


def _row(parked: ParkedFact) -> Row:
    payload, at_us = json.dumps(parked.payload), round(parked.announced_at.timestamp() * 1_000_000)
    return Row(parked.fact_id, parked.kind, payload, at_us, parked.path, parked.org_id)
