"""Limits as offices write them: read when certain, refused with the reason when not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.catalog.rules.spelling import (
    DAY_UNITS,
    HOUR_UNITS,
    LIMIT_MAX,
    Limit,
    Meaning,
    Unreadable,
    read_limit,
    spell_limit,
)
from onegrid.kit.worktime import Unit

CITY = Meaning(day=Unit.WORK_DAY, hour=Unit.WORK_HOUR)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1天", 1, "work_day"), ("4小时", 4, "work_hour"), ("2紧急工作时", 2, "urgent_hour"),
        ("2个工作日内", 2, "work_day"), ("２紧急工作时", 2, "urgent_hour"), (" 3 个 工作日 ", 3, "work_day"),
        ("半天", 4, "work_hour"), ("半个工作日", 4, "work_hour"), ("1.5天", 12, "work_hour"),
        ("0.5自然日", 12, "urgent_hour"), ("1.0工作日", 1, "work_day"), ("两天", 2, "work_day"),
        ("十五个工作日", 15, "work_day"), ("二十天", 20, "work_day"), ("二十一日", 21, "work_day"),
        ("24h", 24, "work_hour"), ("7自然日", 7, "natural_day"), ("5日历天", 5, "natural_day"),
        ("1紧急工作日", 1, "urgent_day"), ("8工作小时以内", 8, "work_hour"), ("3天内完成。", 3, "work_day"),
        ("时限：2小时", 2, "work_hour"), ("限2个工作日内办结", 2, "work_day"),
    ],
)  # fmt: skip
def test_what_is_certain_is_read(text, value, unit):
    assert read_limit(text, CITY) == Limit(value, Unit(unit))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("  ", "empty"), ("1-3天", "range"), ("1～2小时", "range"), ("3至5个工作日", "range"),
        ("约2天", "range"), ("2天以上", "range"), ("立即", "at_once"), ("及时", "no_number"), ("视情况", "no_number"),
        ("3", "no_unit"), ("3周", "unclear"), ("2个月", "unclear"), ("0天", "zero"), ("1.25天", "fraction"),
        ("1.5小时", "fraction"), ("半小时", "fraction"), ("99999天", "too_long"), ("9999999999天", "too_long"),
        ("2天3小时", "unclear"), ("一二天", "unclear"), ("十十天", "unclear"), ("零天", "zero"),
        ("1天/次", "unclear"),
    ],
)  # fmt: skip
def test_what_is_not_is_refused_with_the_reason(text, code):
    with pytest.raises(Unreadable, match=f"^{code}$"):
        read_limit(text, CITY)


@pytest.mark.parametrize(
    ("text", "code"), [("1天", "bare_day"), ("1日", "bare_day"), ("2小时", "bare_hour"), ("半天", "bare_day")]
)
def test_a_bare_word_means_nothing_until_somebody_says_so(text, code):
    with pytest.raises(Unreadable, match=code):
        read_limit(text)


def test_at_once_is_what_the_city_says():
    assert read_limit("立即", Meaning(at_once=(1, Unit.URGENT_HOUR))) == Limit(1, Unit.URGENT_HOUR)
    assert read_limit("立即处置", Meaning(at_once=(1, Unit.URGENT_HOUR))).value == 1


values, units = st.integers(1, LIMIT_MAX), st.sampled_from(list(Unit))
meanings = st.builds(
    Meaning, day=st.none() | st.sampled_from(DAY_UNITS), hour=st.none() | st.sampled_from(HOUR_UNITS)
)


@given(values, units, meanings)
def test_what_we_write_is_read_back_whatever_a_day_means(value, unit, meaning):
    assert read_limit(spell_limit(value, unit), meaning) == Limit(value, unit)


@given(
    values,
    units,
    st.sampled_from(["", "个"]),
    st.sampled_from(["", "内", "以内", "之内"]),
    st.booleans(),
    st.booleans(),
)
def test_ways_of_writing_do_not_change_the_limit(value, unit, counter, within, wide, spaced):
    written = spell_limit(value, unit).replace(str(value), str(value) + counter, 1) + within
    if wide:
        written = written.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    if spaced:
        written = "　".join(written)
    assert read_limit(written) == Limit(value, unit)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    try:
        limit = read_limit(text, CITY)
    except Unreadable:
        return
    assert 0 < limit.value <= LIMIT_MAX * 24
