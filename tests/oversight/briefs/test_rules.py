"""Means of weekdays, shares, masked words."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.oversight.briefs.rules import mean_of, same_weekdays, share, without_numbers

DAY = date(2026, 11, 26)


def test_the_same_weekday_before():
    days = same_weekdays(DAY, 3)
    assert days == [date(2026, 11, 19), date(2026, 11, 12), date(2026, 11, 5)]
    assert {day.weekday() for day in days} == {DAY.weekday()}


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_a_mean_is_the_mean(counts):
    days = same_weekdays(DAY, len(counts))
    assert mean_of(dict(zip(days, counts, strict=True)), days) == Fraction(sum(counts), len(counts))


def test_a_day_without_a_row_counts_nothing_and_no_row_at_all_is_not_known():
    days = same_weekdays(DAY, 4)
    assert mean_of({days[0]: 6}, days) == Fraction(3, 2)
    assert mean_of({DAY: 6}, days) is None
    assert share(1, 0) is None
    assert share(1, 4) == Fraction(1, 4)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("电话13800001234找老王", "电话138••••••••找老王"),
        ("身份证11010119900307123X。", "身份证110•••••••••••••••。"),
        ("座机0543-3321234", "座机054••••••••"),
        ("3号楼2单元101室积水12厘米", "3号楼2单元101室积水12厘米"),
        ("2026-11-25报", "202•••••报"),  # a long run is masked even where it is a day
        ("", ""),
    ],
)
def test_numbers_of_people_are_masked(words, shown):
    assert without_numbers(words) == shown
