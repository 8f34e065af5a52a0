"""When upkeep is due again, as arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.registry.facilities.periods import periods
from onegrid.registry.facilities.rules import Period, Standing, next_due, standing

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("done_on", "period", "due"),
    [
        (date(2026, 11, 1), Period(days=15), date(2026, 11, 16)),
        (date(2026, 1, 31), Period(months=1), date(2026, 2, 28)),
        (date(2028, 1, 31), Period(months=1), date(2028, 2, 29)),
        (date(2026, 12, 15), Period(months=1), date(2027, 1, 15)),
        (date(2026, 2, 28), Period(months=12), date(2027, 2, 28)),
        (date(2028, 2, 29), Period(months=12), date(2029, 2, 28)),
        (date(2026, 11, 30), Period(months=3), date(2027, 2, 28)),
    ],
)
def test_the_next_day(done_on, period, due):
    assert next_due(done_on, period) == due


@given(DAYS, st.integers(1, 60))
def test_a_month_later_is_in_that_month_and_never_a_later_day(done_on, months):
    due = next_due(done_on, Period(months=months))
    assert (due.year * 12 + due.month) - (done_on.year * 12 + done_on.month) == months
    assert due.day <= done_on.day
    assert due.day == done_on.day or (due + timedelta(days=1)).day == 1


@given(DAYS, DAYS, st.integers(1, 400))
def test_whoever_does_it_later_is_never_due_earlier(one, other, size):
    for period in (Period(days=size), Period(months=size % 60 + 1)):
        first, second = sorted((one, other))
        assert next_due(first, period) <= next_due(second, period)
        assert next_due(first, period) > first


@given(DAYS, st.integers(-40, 40), st.integers(0, 30))
def test_how_it_stands(due_on, off, soon):
    stands = standing(due_on, due_on - timedelta(days=off), soon)
    assert (stands == Standing.OVERDUE) == (off < 0)
    assert (stands == Standing.SOON) == (0 <= off <= soon)


@pytest.mark.parametrize("given_", [{}, {"days": 1, "months": 1}, {"days": -1}, {"months": -2, "days": 3}])
def test_a_period_is_one_of_both(given_):
    with pytest.raises(ValueError, match="number of days or"):
        Period(**given_)


def test_every_shipped_work_says_how_often_and_who_says_so():
    shipped = periods(date(2026, 11, 20))
    assert periods(date(1990, 1, 1)) == shipped
    works = [work for kind in shipped.kinds.values() for work in kind.works.values()]
    assert len(works) >= 7
    assert all(work.mark in ("secondary", "unverified") and work.source for work in works)
    codes = [work.code for work in works]
    assert len(codes) == len(set(codes))
