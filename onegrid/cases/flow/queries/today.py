"""今日流转: how often each step was taken today, and what was taken just now.

A screen asks every second, so what is older than a minute is counted once and kept in the process; each question
reads the newest steps only (decision 0037). A step that was committed late, with a time more than a minute past,
comes in with the next whole count.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from onegrid.cases.flow.queries import require_some_reach
from onegrid.kit.actors import Actor, Scope

SETTLED = timedelta(seconds=60)  # older steps do not change any more
LONGEST_TAIL = timedelta(seconds=180)  # read anew with each question
WHOLE_EVERY = 600.0  # seconds: then the day is counted anew
NEWEST_MOST = 3_000  # steps of the tail

COUNTED = """
SELECT c.area_path, c.unit_id, s.verb, count(*)
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.at >= %s AND s.at < %s GROUP BY 1, 2, 3
"""
NEWEST = f"""
SELECT s.id, s.at, s.verb, c.id, c.number, c.area_path, c.unit_id, c.state, c.urgent, c.due_at,
    ST_X(c.point), ST_Y(c.point)
FROM cases_step s JOIN cases_case c ON c.id = s.case_id
WHERE s.at >= %s ORDER BY s.at DESC LIMIT {NEWEST_MOST}
"""

Place = tuple[str, int | None]  # area path, unit


class Taken(NamedTuple):
    """A step taken just now, with what its case is now. `lon`, `lat`: CGCS2000, None where nobody said where."""

    step_id: int
    at: datetime
    verb: str
    case_id: int
    number: str
    path: str
    unit_id: int | None
    state: str
    urgent: bool
    due_at: datetime | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Today:
    """`steps`: verb → how often since midnight; `newest`: the steps of the last minutes, the newest first."""

    steps: Mapping[str, int]
    newest: list[Taken]


@dataclass
class _Kept:
    """Steps of `day` before `until`, by place and verb; `sums`: of scopes that asked."""

    day: date
    until: datetime
    made: float
    counts: Counter[tuple[str, int | None, str]] = field(default_factory=Counter)
    sums: dict[Scope, Counter[str]] = field(default_factory=dict)


class _Tally:
    """Of one process, for all scopes together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: _Kept | None = None

    def forget(self) -> None:
        self._kept = None

    def today(self, scope: Scope, at: datetime) -> Today:
        with self._lock:
            kept = self._caught_up(at)
            if scope not in kept.sums:
                kept.sums[scope] = _summed(kept, scope)
            steps = Counter(kept.sums[scope])
        newest = [step for step in _newest(kept.until) if scope.covers(step.path, step.unit_id)]
        steps.update(step.verb for step in newest)
        return Today(steps, newest)

    def _caught_up(self, at: datetime) -> _Kept:
        day, now = timezone.localdate(at), time.monotonic()
        midnight = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        settled = max(midnight, at - SETTLED)
        kept = self._kept
        if kept is None or kept.day != day or now - kept.made > WHOLE_EVERY or kept.until > settled:
            kept = self._kept = _Kept(day, settled, now, _counted(midnight, settled))
        elif settled - kept.until > LONGEST_TAIL - SETTLED:
            kept.counts.update(_counted(kept.until, settled))
            kept.until, kept.sums = settled, {}
        return kept


def _summed(kept: _Kept, scope: Scope) -> Counter[str]:
    found: Counter[str] = Counter()
    for (path, unit_id, verb), count in kept.counts.items():
        if scope.covers(path, unit_id):
            found[verb] += count
    return found


def _counted(since: datetime, until: datetime) -> Counter[tuple[str, int | None, str]]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [since, until])
        return Counter({(path, unit_id, verb): count for path, unit_id, verb, count in cursor.fetchall()})


def _newest(since: datetime) -> list[Taken]:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [since])
        return [Taken._make(row) for row in cursor.fetchall()]


TALLY = _Tally()


def steps_today(*, viewer: Actor, at: datetime) -> Today:
    """What was done since midnight where the viewer sees cases. Two statements at most, of the
    newest steps; every ten minutes one over the day."""
    return TALLY.today(require_some_reach(viewer), at)
