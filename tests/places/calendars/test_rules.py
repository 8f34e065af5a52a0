"""The more particular row wins; what cannot be counted is refused."""

from datetime import date, time

import pytest

from onegrid.kit.worktime import Period
from onegrid.places.calendars.rules import DayRow, PeriodRow, UnevenWeek, periods_of, special_days

DAY = date(2026, 7, 1)
FULL = [(time(8), time(12)), (time(14), time(18))]


def week(area="", spans=FULL, weekdays=(1, 2, 3, 4, 5), since=None, until=None):
    return [PeriodRow(area, weekday, *span, since, until) for weekday in weekdays for span in spans]


def test_one_week_for_everywhere():
    assert periods_of(week(), "1.2.", DAY) == (Period(time(8), time(12)), Period(time(14), time(18)))


def test_the_smallest_area_with_periods_of_its_own_decides():
    rows = week() + week("1.", [(time(9), time(17))]) + week("1.2.", [(time(7), time(13))])
    assert periods_of(rows, "1.2.3.", DAY) == (Period(time(7), time(13)),)
    assert periods_of(rows, "1.3.", DAY) == (Period(time(9), time(17)),)
    assert periods_of(rows, "2.", DAY)[0] == Period(time(8), time(12))


def test_a_season_before_always_up_to_its_last_day():
    rows = week() + week("", [(time(7), time(11))], since=date(2026, 6, 1), until=date(2026, 9, 1))
    assert periods_of(rows, "", date(2026, 5, 31))[0].start == time(8)
    assert periods_of(rows, "", date(2026, 6, 1)) == (Period(time(7), time(11)),)
    assert periods_of(rows, "", date(2026, 8, 31)) == (Period(time(7), time(11)),)
    assert periods_of(rows, "", date(2026, 9, 1))[0].start == time(8)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        week(weekdays=(1, 2, 3, 4)),
        week(weekdays=(1, 2, 3, 4, 5, 6)),
        week(weekdays=(1, 2, 3, 4)) + week(spans=[(time(8), time(12))], weekdays=(5,)),
        week(spans=[(time(8), time(12)), (time(11), time(18))]),
    ],
    ids=["none", "four days", "six days", "short Friday", "overlap"],
)
def test_weeks_that_cannot_be_counted(rows):
    with pytest.raises(UnevenWeek):
        periods_of(rows, "", DAY)


def test_a_local_row_beats_the_row_for_everywhere():
    rows = [
        DayRow("1.2.", DAY, "makeup"),
        DayRow("", DAY, "holiday"),
        DayRow("1.", date(2026, 7, 2), "holiday"),
    ]
    assert special_days(rows, "1.2.3.") == ({date(2026, 7, 2)}, {DAY})
    assert special_days(rows, "1.3.") == ({DAY, date(2026, 7, 2)}, frozenset())
    assert special_days(rows, "") == ({DAY}, frozenset())
