from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.worktime import Period, Unit, WorkCalendar, due_at, working_minutes_between

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def calendar_of_2026() -> WorkCalendar:
    """The State Council's days off and make-up days as chinesecalendar has them."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    return WorkCalendar(
        version="2026",
        holidays=frozenset(d for d in days if d.weekday() < 5 and not chinese_calendar.is_workday(d)),
        makeup_days=frozenset(d for d in days if d.weekday() >= 5 and chinese_calendar.is_workday(d)),
    )


CALENDAR = calendar_of_2026()


def test_the_spring_festival_of_2026_is_in_the_calendar():
    """15 to 23 February off; Saturdays 14 and 28 February worked instead."""
    assert [d for d in sorted(CALENDAR.holidays) if d.month == 2] == [
        date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)
    ]
    assert [d for d in sorted(CALENDAR.makeup_days) if d.month == 2] == [date(2026, 2, 14), date(2026, 2, 28)]


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
    with pytest.raises(ValueError, match="no workday"):
        due_at(local("2026-01-01 08:00"), 1, Unit.WORK_HOUR, never)


# ---------------------------------------------------------------- against counting minute by minute


def naive_due(start: datetime, minutes: int, calendar: WorkCalendar) -> datetime:
    """Walks minute by minute: slow, and hard to get wrong."""
    now = start
    while minutes:
        minutes -= is_work(now, calendar)
        now += timedelta(minutes=1)
    return now


def is_work(moment: datetime, calendar: WorkCalendar) -> bool:
    in_period = any(period.start <= moment.time() < period.end for period in calendar.periods)
    return in_period and calendar.is_working_day(moment.date())


# around the Spring Festival, where every kind of day lies close together
starts = st.integers(0, 25 * 24 * 60).map(
    lambda minute: local("2026-02-08 00:00") + timedelta(minutes=minute)
)


@given(starts, st.integers(1, 20 * 60))
def test_working_hours_as_counted_by_hand(start, minutes):
    hours = Decimal(minutes) / 60
    assert abs(
        due_at(start, hours, Unit.WORK_HOUR, CALENDAR) - naive_due(start, minutes, CALENDAR)
    ) < timedelta(seconds=1)


@given(starts, st.integers(1, 4))
def test_working_days_as_counted_by_hand(start, days):
    assert due_at(start, days, Unit.WORK_DAY, CALENDAR) == naive_due(start, days * 480, CALENDAR)


@given(starts, st.integers(-300, 4 * 24 * 60))
def test_minutes_between_as_counted_by_hand(start, minutes):
    end = start + timedelta(minutes=minutes)
    counted = sum(is_work(start + timedelta(minutes=n), CALENDAR) for n in range(minutes))
    assert working_minutes_between(start, end, CALENDAR) == counted


@given(starts, st.integers(1, 60), st.sampled_from([Unit.WORK_HOUR, Unit.WORK_DAY]))
def test_the_limit_holds_exactly_its_working_time(start, amount, unit):
    due = due_at(start, amount, unit, CALENDAR)
    assert working_minutes_between(start, due, CALENDAR) == amount * (60 if unit == Unit.WORK_HOUR else 480)


@given(starts, st.integers(0, 30), st.sampled_from(Unit))
def test_more_time_is_never_due_earlier(start, amount, unit):
    assert start <= due_at(start, amount, unit, CALENDAR) <= due_at(start, amount + 1, unit, CALENDAR)
