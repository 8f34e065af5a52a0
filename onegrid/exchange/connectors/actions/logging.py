"""One line of the log for each exchange, and what it says about how the system is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from onegrid.exchange.connectors.models import Exchange, Outcome, OutsideSystem, Ticket, What, sizes


@dataclass
class Line:
    """What the log will say; set while the exchange goes on."""

    outcome: Outcome = Outcome.OK
    code: str = ""
    words: str = ""
    took_ms: int = 0
    said: dict[str, Any] = field(default_factory=dict)


@contextmanager
def timed() -> Iterator[Line]:
    line, begun = Line(), time.monotonic()
    try:
        yield line
    finally:
        line.took_ms = round((time.monotonic() - begun) * 1000)


def log(
    system: OutsideSystem,
    what: What,
    line: Line,
    *,
    ticket: Ticket | None = None,
    key: str = "",
    by: str,
    at: datetime,
) -> Exchange:
    """Sizes of the fields, never what they hold."""
    return Exchange.objects.create(
        system=system,
        ticket=ticket,
        what=what,
        outcome=line.outcome,
        code=line.code[:60],
        words=line.words[:200],
        key=key[:80],
        said=sizes(line.said),
        by=by[:80],
        took_ms=line.took_ms,
        at=at,
    )


def was_well(system: OutsideSystem, at: datetime) -> None:
    OutsideSystem.objects.filter(pk=system.pk).update(last_ok_at=at, failures=0, trouble="")


def was_bad(system: OutsideSystem, trouble: str, at: datetime) -> None:
    OutsideSystem.objects.filter(pk=system.pk).update(
        last_bad_at=at, failures=F("failures") + 1, trouble=trouble[:200]
    )
