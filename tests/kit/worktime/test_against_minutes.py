"""Single, bulk and paused clocks against counting minute by minute, 2024–2026 with the real holidays."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.worktime import (
    ClockState,
    Pause,
    Timer,
    Unit,
    WorkCalendar,
    due_at,
    due_many,
    utc_array,
    worked_between,
    worked_many,
)
from tests.kit.worktime.minutes import (
    at_minute,
    counting,
    due_minute,
    local,
    minute,
    real_calendar,
    working_minutes,
)

CALENDAR = real_calendar()
MINUTES = {
    Unit.URGENT_HOUR: 60,
    Unit.URGENT_DAY: 1440,
    Unit.NATURAL_DAY: 1440,
    Unit.WORK_HOUR: 60,
    Unit.WORK_DAY: 480,
}
starts = st.integers(0, minute(local("2027-01-01")) - 1)
units = st.sampled_from(Unit)
amounts = st.integers(0, 40)


@given(starts, amounts, units)
def test_due(start, amount, unit):
    expected = due_minute(start, amount * MINUTES[unit], counting(unit))
    assert due_at(at_minute(start), amount, unit, CALENDAR) == at_minute(expected)


@given(starts, st.integers(1, 40 * 60))
def test_fractions_of_hours(start, minutes):
    expected = due_minute(start, minutes, working_minutes())
    assert due_at(at_minute(start), Fraction(minutes, 60), Unit.WORK_HOUR, CALENDAR) == at_minute(expected)


@given(starts, st.integers(-3000, 60 * 1440))
def test_time_worked_between(start, length):
    start = max(start, 3000)
    expected = int(working_minutes()[start : start + max(length, 0)].sum())
    found = worked_between(at_minute(start), at_minute(start + length), CALENDAR)
    assert found == timedelta(minutes=expected)


@given(st.lists(st.tuples(starts, amounts), min_size=1, max_size=60), units)
def test_many_at_once_are_the_same_as_one_by_one(rows, unit):
    begun = [at_minute(start) for start, _amount in rows]
    dues = due_many(utc_array(begun), [amount for _start, amount in rows], unit, CALENDAR)
    one_by_one = [
        due_at(moment, amount, unit, CALENDAR) for moment, (_start, amount) in zip(begun, rows, strict=True)
    ]
    assert list(dues) == list(utc_array(one_by_one))
    worked = worked_many(utc_array(begun), dues, CALENDAR)
    assert [timedelta(microseconds=int(one.astype(int))) for one in worked] == [
        worked_between(moment, due, CALENDAR) for moment, due in zip(begun, one_by_one, strict=True)
    ]


moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001  the zone is drawn apart
    datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.just(ZoneInfo("Europe/Berlin")),
)


@given(st.lists(st.tuples(moments, st.decimals("0", "30", places=3)), min_size=1, max_size=20), units)
def test_many_at_once_to_the_microsecond_where_summer_time_exists(rows, unit):
    berlin = WorkCalendar(version="b", holidays=frozenset({date(2024, 5, 1)}), zone=ZoneInfo("Europe/Berlin"))
    dues = due_many(
        utc_array([start for start, _amount in rows]), [amount for _start, amount in rows], unit, berlin
    )
    assert list(dues) == list(utc_array([due_at(start, amount, unit, berlin) for start, amount in rows]))


def test_many_at_once_refuse_what_one_refuses():
    begun = utc_array([local("2026-03-03 08:00")] * 2)
    with pytest.raises(ValueError, match="negative"):
        due_many(begun, [1, -1], Unit.WORK_HOUR, CALENDAR)
    with pytest.raises(ValueError, match="not enough workdays"):
        due_many(begun, [1, 2700], Unit.WORK_DAY, CALENDAR)
    with pytest.raises(ValueError, match="aware"):
        utc_array([datetime(2026, 3, 3)])  # noqa: DTZ001  that is the mistake
    assert len(due_many(utc_array([]), [], Unit.WORK_DAY, CALENDAR)) == 0


# ---------------------------------------------------------------- timers


@st.composite
def timers(draw):
    """(timer, start, pauses in minutes): up to four pauses, the last perhaps open, and perhaps an extension."""
    start, unit = draw(starts), draw(units)
    edges = sorted(draw(st.lists(st.integers(0, 40 * 1440), max_size=8)))
    stretches = [
        (start + begins, start + ends) for begins, ends in zip(edges[::2], edges[1::2], strict=False)
    ]
    if len(edges) % 2:
        stretches.append((start + edges[-1], None))
    pauses = tuple(
        Pause(at_minute(begins), None if ends is None else at_minute(ends)) for begins, ends in stretches
    )
    timer = Timer(draw(amounts), unit, at_minute(start), CALENDAR, pauses, draw(st.integers(0, 5)))
    return timer, start, stretches


def running(timer: Timer, stretches: list) -> np.ndarray:
    runs = counting(timer.unit)
    for begins, ends in stretches:
        runs[begins:ends] = False
    return runs


@given(timers())
def test_a_timer_is_due_when_its_minutes_have_run(given_timer):
    timer, start, stretches = given_timer
    runs, wanted = running(timer, stretches), (timer.limit + timer.extra) * MINUTES[timer.unit]
    due = due_minute(start, wanted, runs)
    assert timer.due_at == (None if due is None else at_minute(due))


@given(timers(), st.integers(0, 60 * 1440))
def test_what_a_timer_has_used_and_what_is_left(given_timer, later):
    timer, start, stretches = given_timer
    used = int(running(timer, stretches)[start : start + later].sum())
    total = (timer.limit + timer.extra) * MINUTES[timer.unit]
    at = at_minute(start + later)
    assert timer.elapsed(at) == timedelta(minutes=used)
    assert timer.remaining(at) == timedelta(minutes=total - used)
    assert timer.stands_still(at) == any(
        begins <= start + later and (ends is None or start + later < ends) for begins, ends in stretches
    )


@given(timers(), st.integers(0, 60 * 1440), st.sampled_from([Decimal("0.5"), Decimal("0.8"), 0, 1]))
def test_the_state_of_a_timer(given_timer, later, share):
    timer, start, stretches = given_timer
    runs, total = running(timer, stretches), (timer.limit + timer.extra) * MINUTES[timer.unit]
    used, due = int(runs[start : start + later].sum()), due_minute(start, total, runs)
    if due is not None and start + later > due:
        expected = ClockState.OVERDUE
    elif used >= total * share:
        expected = ClockState.APPROACHING
    else:
        expected = ClockState.NORMAL
    assert timer.state(at_minute(start + later), share) == expected


@given(timers(), st.integers(0, 60 * 1440))
def test_an_extension_moves_the_end_and_takes_nothing_away(given_timer, later):
    timer, start, _stretches = given_timer
    more, at = timer.extended(2), at_minute(start + later)
    if timer.due_at is None:
        assert more.due_at is None
    else:
        assert more.due_at is None or more.due_at > timer.due_at
    assert more.elapsed(at) == timer.elapsed(at)
    assert more.remaining(at) - timer.remaining(at) == timedelta(minutes=2 * MINUTES[timer.unit])


# ---------------------------------------------------------------- another list of the same days

KEPT = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendars" / "chinese-days.json"


@pytest.mark.skipif(not KEPT.is_file(), reason="../shared/data/calendars is not here")
def test_the_list_of_other_people_gives_the_same_due_dates():
    """One limit begun every three hours of 2024 to 2026, in both calendars."""
    kept = json.loads(KEPT.read_text())
    theirs = WorkCalendar(
        version="chinese-days",
        holidays=frozenset(map(date.fromisoformat, kept["holidays"])),
        makeup_days=frozenset(map(date.fromisoformat, kept["workdays"])),
    )
    begun = np.arange("2024-01-01", "2026-12-01", np.timedelta64(3, "h"), dtype="datetime64[us]")
    for amount, unit in ((4, Unit.WORK_HOUR), (5, Unit.WORK_DAY)):
        wanted = np.full(len(begun), amount)
        assert np.array_equal(due_many(begun, wanted, unit, CALENDAR), due_many(begun, wanted, unit, theirs))
