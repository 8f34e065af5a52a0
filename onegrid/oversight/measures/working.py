"""Working minutes of many stretches at once, by the calendar each clock was started with, without its pauses."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np

from onegrid.kit.worktime import WorkCalendar, utc_array, worked_many
from onegrid.places.calendars.queries import areas_with_days_of_their_own, calendar_of_version

Row = tuple[
    int, str, str, datetime, datetime, str
]  # clock, calendar version, area path, from, to, pauses (JSON)


def worked_minutes(rows: Iterable[Row]) -> Iterator[tuple[int, int]]:
    """(clock, whole working minutes) of each row."""
    stretches: dict[WorkCalendar, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    known: dict[tuple[str, str, object], WorkCalendar] = {}
    own = areas_with_days_of_their_own()
    for clock, version, path, started, stopped, paused in rows:
        place = max((area for area in own if path.startswith(area)), key=len, default="")
        key = (version, place, started.date())
        if key not in known:
            known[key] = calendar_of_version(int(version), started, place)
        stretches[known[key]] += [(clock, begins, ends) for begins, ends in runs(started, stopped, paused)]
    total: dict[int, int] = defaultdict(int)
    for calendar, found in stretches.items():
        lengths = (
            worked_many(utc_array([one[1] for one in found]), utc_array([one[2] for one in found]), calendar)
            .astype("timedelta64[us]")
            .astype(np.int64)
        )
        for (clock, _begins, _ends), length in zip(found, lengths.tolist(), strict=True):
            total[clock] += length
    for clock, length in total.items():
        yield clock, length // 60_000_000


def runs(started: datetime, stopped: datetime, paused: str) -> list[tuple[datetime, datetime]]:
    """The stretches between the pauses, at least one (it may be empty)."""
    begins, found = started, []
    for since, until in json.loads(paused):
        found.append((begins, min(datetime.fromisoformat(since), stopped)))
        begins = min(datetime.fromisoformat(until), stopped)
    return [*found, (begins, stopped)]
