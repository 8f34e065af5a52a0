from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from onegrid.kit.worktime import Period, Unit, WorkCalendar, due_at
from tests.kit.worktime.minutes import local, real_calendar

CALENDAR = real_calendar()


def test_the_spring_festival_of_2026_is_in_the_calendar():
    """15 to 23 February off; Saturdays 14 and 28 February worked instead."""
    assert [d for d in sorted(CALENDAR.holidays) if (d.year, d.month) == (2026, 2) and d.weekday() < 5] == [
        date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)
    ]
    assert [d for d in sorted(CALENDAR.makeup_days) if (d.year, d.month) == (2026, 2)] == [
        date(2026, 2, 14),
        date(2026, 2, 28),
    ]


CASES = [
    # clock units run through night and holiday
    ("2026-02-14 17:00", 2, Unit.URGENT_HOUR, "2026-02-14 19:00"),
    ("2026-02-14 23:30", 1, Unit.URGENT_HOUR, "2026-02-15 00:30"),
    ("2026-02-14 17:00", 1, Unit.URGENT_DAY, "2026-02-15 17:00"),
    ("2026-02-14 17:00", 3, Unit.NATURAL_DAY, "2026-02-17 17:00"),
    ("2026-12-31 12:00", 1, Unit.NATURAL_DAY, "2027-01-01 12:00"),
    # working hours inside one day, over lunch, over night, over the weekend
    ("2026-03-03 08:00", 1, Unit.WORK_HOUR, "2026-03-03 09:00"),
    ("2026-03-03 11:30", 1, Unit.WORK_HOUR, "2026-03-03 14:30"),
    ("2026-03-03 17:30", 1, Unit.WORK_HOUR, "2026-03-04 08:30"),
    ("2026-03-06 17:30", 1, Unit.WORK_HOUR, "2026-03-09 08:30"),
    ("2026-03-03 10:15", Decimal("1.5"), Unit.WORK_HOUR, "2026-03-03 11:45"),
    # begun outside working time: starts with the next period
    ("2026-03-03 06:00", 1, Unit.WORK_HOUR, "2026-03-03 09:00"),
    ("2026-03-03 12:30", 1, Unit.WORK_HOUR, "2026-03-03 15:00"),
    ("2026-03-03 22:00", 1, Unit.WORK_HOUR, "2026-03-04 09:00"),
    ("2026-03-07 10:00", 1, Unit.WORK_HOUR, "2026-03-09 09:00"),
    # ends at the end of a period, not at the start of the next
    ("2026-03-03 08:00", 4, Unit.WORK_HOUR, "2026-03-03 12:00"),
    ("2026-03-03 08:00", 8, Unit.WORK_HOUR, "2026-03-03 18:00"),
    ("2026-03-03 08:00", 1, Unit.WORK_DAY, "2026-03-03 18:00"),
    # working days
    ("2026-03-03 10:00", 1, Unit.WORK_DAY, "2026-03-04 10:00"),
    ("2026-03-06 10:00", 1, Unit.WORK_DAY, "2026-03-09 10:00"),
    ("2026-03-03 10:00", 15, Unit.WORK_DAY, "2026-03-24 10:00"),
    # Spring Festival: worked Saturday 14 February, off 15 to 23, worked Saturday 28
    ("2026-02-13 17:00", 2, Unit.WORK_HOUR, "2026-02-14 09:00"),
    ("2026-02-14 17:00", 2, Unit.WORK_HOUR, "2026-02-24 09:00"),
    ("2026-02-18 10:00", 1, Unit.WORK_HOUR, "2026-02-24 09:00"),
    ("2026-02-13 10:00", 2, Unit.WORK_DAY, "2026-02-24 10:00"),
    ("2026-02-27 10:00", 1, Unit.WORK_DAY, "2026-02-28 10:00"),
    ("2026-02-27 10:00", 2, Unit.WORK_DAY, "2026-03-02 10:00"),
    # nothing to wait for
    ("2026-02-18 10:00", 0, Unit.WORK_DAY, "2026-02-18 10:00"),
    ("2026-02-18 10:00", 0, Unit.URGENT_HOUR, "2026-02-18 10:00"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "due"), CASES)
def test_due(start, amount, unit, due):
    assert due_at(local(start), amount, unit, CALENDAR) == local(due)


def test_a_start_in_another_zone_is_the_same_moment():
    assert due_at(datetime(2026, 3, 3, 0, 0, tzinfo=UTC), 1, Unit.WORK_HOUR, CALENDAR) == local(
        "2026-03-03 09:00"
    )


def test_periods_are_the_citys_own():
    summer = WorkCalendar(
        version="summer", periods=(Period(time(8, 30), time(12)), Period(time(14, 30), time(18, 30)))
    )
    assert summer.day_length == timedelta(hours=7, minutes=30)
    assert due_at(local("2026-07-06 08:00"), 1, Unit.WORK_DAY, summer) == local("2026-07-06 18:30")
    assert due_at(local("2026-07-06 11:30"), 1, Unit.WORK_HOUR, summer) == local("2026-07-06 15:00")


def test_a_day_both_off_and_made_up_is_worked():
    both = WorkCalendar(
        version="x", holidays=frozenset({date(2026, 3, 7)}), makeup_days=frozenset({date(2026, 3, 7)})
    )
    assert both.is_working_day(date(2026, 3, 7))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: due_at(datetime(2026, 3, 3), 1, Unit.WORK_HOUR, CALENDAR),  # noqa: DTZ001  that is the mistake
        lambda: due_at(local("2026-03-03 08:00"), -1, Unit.WORK_HOUR, CALENDAR),
        lambda: Period(time(12), time(8)),
        lambda: WorkCalendar(version="x", periods=()),
        lambda: WorkCalendar(version="x", periods=(Period(time(8), time(12)), Period(time(11), time(18)))),
    ],
)
def test_what_makes_no_sense_is_an_error(wrong):
    with pytest.raises(ValueError):
        wrong()


def test_a_calendar_without_workdays_ends_in_an_error():
    never = WorkCalendar(
        version="never", holidays=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(4000))
    )
    with pytest.raises(ValueError, match="not enough workdays"):
        due_at(local("2026-01-01 08:00"), 1, Unit.WORK_HOUR, never)


def test_a_limit_of_more_than_ten_years_is_an_error():
    assert due_at(local("2026-01-01 08:00"), 2500, Unit.WORK_DAY, CALENDAR).year == 2035
    with pytest.raises(ValueError, match="not enough workdays"):
        due_at(local("2026-01-01 08:00"), 2700, Unit.WORK_DAY, CALENDAR)


# Where summer time exists: clock hours are real hours, working hours are those of the wall clock.
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-03-28T12:00+01:00", 24, Unit.URGENT_HOUR, "2026-03-29T13:00+02:00"),
        ("2026-10-24T12:00+02:00", 1, Unit.URGENT_DAY, "2026-10-25T11:00+01:00"),
        (
            "2026-10-25T00:30+00:00",
            1,
            Unit.URGENT_HOUR,
            "2026-10-25T02:30+01:00",
        ),  # the hour that comes twice
        ("2026-03-27T17:00+01:00", 2, Unit.WORK_HOUR, "2026-03-30T09:00+02:00"),
        ("2026-03-27T10:00+01:00", 1, Unit.WORK_DAY, "2026-03-30T10:00+02:00"),
    ],
)
def test_summer_time(start, amount, unit, due):
    found = due_at(datetime.fromisoformat(start), amount, unit, WorkCalendar(version="berlin", zone=BERLIN))
    assert found.isoformat(timespec="minutes") == due
