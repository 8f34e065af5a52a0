"""A clock that is paused and extended, as tables with dates that somebody can check on a wall calendar."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from onegrid.kit.worktime import ClockState, Pause, Timer, Unit
from tests.kit.worktime.minutes import local, real_calendar

CALENDAR = real_calendar()
SHARE = Decimal("0.8")


def timer(start: str, limit, unit: Unit, *pauses: tuple[str, str | None], extra=0) -> Timer:
    stretches = tuple(Pause(local(begins), local(ends) if ends else None) for begins, ends in pauses)
    return Timer(limit, unit, local(start), CALENDAR, stretches, extra)


# Spring Festival 2026: Saturday 14 February is worked, 15 to 23 February are off, Saturday 28 February is worked.
SPRING_FESTIVAL = [
    # five working days from Thursday 12 February; suspended or not
    ("2026-02-12 10:00", 5, Unit.WORK_DAY, [], "2026-02-26 10:00"),
    # over the holiday: Friday 13, 10:00 to Tuesday 24, 10:00 takes off 2 days (Friday and the made-up Saturday)
    ("2026-02-12 10:00", 5, Unit.WORK_DAY, [("2026-02-13 10:00", "2026-02-24 10:00")], "2026-02-28 10:00"),
    # inside the holiday nothing stands still that would have run
    ("2026-02-12 10:00", 5, Unit.WORK_DAY, [("2026-02-15 00:00", "2026-02-23 23:59")], "2026-02-26 10:00"),
    # the made-up Saturday 14 alone: one day
    ("2026-02-12 10:00", 5, Unit.WORK_DAY, [("2026-02-14 00:00", "2026-02-15 00:00")], "2026-02-27 10:00"),
    # until the made-up Saturday 28: three days are left, the Sunday in between is off
    ("2026-02-12 10:00", 5, Unit.WORK_DAY, [("2026-02-14 10:00", "2026-02-28 10:00")], "2026-03-04 10:00"),
    # twice: half a day before the holiday, one and a half after it
    (
        "2026-02-12 10:00",
        5,
        Unit.WORK_DAY,
        [("2026-02-13 08:00", "2026-02-13 12:00"), ("2026-02-24 14:00", "2026-02-25 18:00")],
        "2026-02-28 10:00",
    ),
    # working hours, suspended on the evening before the holiday until the first evening after it
    ("2026-02-14 16:00", 4, Unit.WORK_HOUR, [("2026-02-14 17:00", "2026-02-24 17:00")], "2026-02-25 10:00"),
    # clock hours and calendar days run through, so every hour of the pause counts
    (
        "2026-02-14 16:00",
        48,
        Unit.URGENT_HOUR,
        [("2026-02-15 16:00", "2026-02-24 08:00")],
        "2026-02-25 08:00",
    ),
    ("2026-02-14 16:00", 3, Unit.URGENT_DAY, [("2026-02-15 16:00", "2026-02-24 08:00")], "2026-02-26 08:00"),
    ("2026-02-14 16:00", 3, Unit.NATURAL_DAY, [("2026-02-15 16:00", "2026-02-24 08:00")], "2026-02-26 08:00"),
]


@pytest.mark.parametrize(("start", "limit", "unit", "pauses", "due"), SPRING_FESTIVAL)
def test_suspension_over_spring_festival_2026(start, limit, unit, pauses, due):
    assert timer(start, limit, unit, *pauses).due_at == local(due)


def test_what_is_left_is_kept_while_it_stands_still():
    suspended = timer("2026-02-12 10:00", 5, Unit.WORK_DAY).paused(local("2026-02-13 10:00"))
    assert suspended.due_at is None and suspended.approaching_at(SHARE) is None
    for later in ("2026-02-13 10:00", "2026-02-20 09:00", "2026-12-24 09:00"):
        assert suspended.remaining(local(later)) == timedelta(hours=32)
        assert suspended.state(local(later), SHARE) == ClockState.NORMAL
        assert suspended.stands_still(local(later))
    resumed = suspended.resumed(local("2026-02-24 10:00"))
    assert resumed.remaining(local("2026-02-24 10:00")) == timedelta(hours=32)
    assert resumed.due_at == local("2026-02-28 10:00")
    assert not resumed.stands_still(local("2026-02-24 10:00"))


def test_what_was_overdue_before_it_was_paused_stays_overdue():
    late = timer("2026-03-03 08:00", 2, Unit.WORK_HOUR).paused(local("2026-03-03 11:00"))
    assert late.due_at == local("2026-03-03 10:00")
    assert late.state(local("2026-03-20 08:00"), SHARE) == ClockState.OVERDUE
    assert late.remaining(local("2026-03-20 08:00")) == timedelta(hours=-1)


def test_a_limit_used_up_exactly_when_the_pause_begins_ends_there():
    full = timer("2026-03-03 08:00", 2, Unit.WORK_HOUR).paused(local("2026-03-03 10:00"))
    assert full.due_at == local("2026-03-03 10:00")


STATES = [  # five working hours from Tuesday 15:00: 80 % are four hours
    ("2026-03-03 15:00", ClockState.NORMAL),
    ("2026-03-04 08:59", ClockState.NORMAL),
    ("2026-03-04 09:00", ClockState.APPROACHING),
    ("2026-03-04 10:00", ClockState.APPROACHING),  # the last moment of the limit is inside it
    ("2026-03-04 10:01", ClockState.OVERDUE),
]


@pytest.mark.parametrize(("at", "state"), STATES)
def test_states(at, state):
    assert timer("2026-03-03 15:00", 5, Unit.WORK_HOUR).state(local(at), SHARE) == state


def test_a_limit_over_on_friday_evening_is_overdue_on_saturday_though_nothing_was_worked_since():
    friday = timer("2026-03-06 08:00", 8, Unit.WORK_HOUR)
    assert friday.due_at == local("2026-03-06 18:00")
    assert friday.remaining(local("2026-03-07 12:00")) == timedelta()
    assert friday.state(local("2026-03-07 12:00"), SHARE) == ClockState.OVERDUE


def test_zero_limits_are_due_at_once():
    for unit in Unit:
        none = timer("2026-02-18 10:00", 0, unit)
        assert none.due_at == none.approaching_at(SHARE) == local("2026-02-18 10:00")
        assert none.state(local("2026-02-18 10:00"), SHARE) == ClockState.APPROACHING
        assert none.state(local("2026-02-18 10:01"), SHARE) == ClockState.OVERDUE
        assert none.paused(local("2026-02-18 10:00")).due_at == local("2026-02-18 10:00")


def test_extensions_add_up():
    once = timer("2026-03-03 10:00", 2, Unit.WORK_DAY).extended(2)
    assert once.due_at == local("2026-03-09 10:00")
    assert once.extended(2).due_at == local("2026-03-11 10:00")
    assert once.extended(2).length == timedelta(hours=48)


def test_an_extended_clock_may_stand_still_as_well():
    both = timer("2026-02-12 10:00", 2, Unit.WORK_DAY, ("2026-02-13 10:00", "2026-02-24 10:00"), extra=2)
    assert both.due_at == local("2026-02-27 10:00")


def test_before_the_start_nothing_has_run():
    assert timer("2026-03-03 10:00", 2, Unit.WORK_DAY).elapsed(local("2026-03-01 10:00")) == timedelta()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: timer("2026-03-03 10:00", -1, Unit.WORK_DAY),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY, extra=-1),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY).extended(-1),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY).resumed(local("2026-03-04 10:00")),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY, ("2026-03-02 10:00", None)),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY, ("2026-03-05 10:00", "2026-03-04 10:00")),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY, ("2026-03-04 10:00", None)).paused(
            local("2026-03-05 10:00")
        ),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY).state(local("2026-03-04 10:00"), 2),
        lambda: timer("2026-03-03 10:00", 1, Unit.WORK_DAY).elapsed(datetime(2026, 3, 4)),  # noqa: DTZ001
        lambda: Timer(1, Unit.WORK_DAY, datetime(2026, 3, 3), CALENDAR),  # noqa: DTZ001
    ],
)
def test_what_makes_no_sense_is_an_error(wrong):
    with pytest.raises(ValueError):
        wrong()


def test_zones_do_not_matter():
    here = timer("2026-02-12 10:00", 5, Unit.WORK_DAY, ("2026-02-13 10:00", "2026-02-24 10:00"))
    elsewhere = Timer(
        5,
        Unit.WORK_DAY,
        here.started_at.astimezone(UTC),
        CALENDAR,
        tuple(Pause(p.begins.astimezone(UTC), p.ends.astimezone(UTC)) for p in here.pauses),
    )
    assert elsewhere.due_at == here.due_at
