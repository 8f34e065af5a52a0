"""The record of a visit as tables."""

from datetime import date, timedelta

import pytest

from onegrid.cases.visits.kinds import kinds_on
from onegrid.cases.visits.rules import EVERY_DAYS_MOST, Outcome, Told, faults, next_visit

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
MET = {"outcome": Outcome.MET, "met": "张三", "words": "身体尚好"}


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        (MET, []),
        (MET | {"met": " "}, ["met_needed"]),
        (MET | {"words": ""}, ["words_needed"]),
        (MET | {"words": "长" * 501}, ["words_too_long"]),
        (MET | {"next_on": TODAY}, ["next_in_the_past"]),
        (MET | {"next_on": TODAY + DAY}, []),
        (MET | {"next_on": TODAY + EVERY_DAYS_MOST * DAY + DAY}, ["next_in_the_past"]),
        ({"outcome": Outcome.NOBODY}, []),
        ({"outcome": Outcome.MOVED, "need": "x"}, ["need_without_visit"]),
    ],
)
def test_what_a_visit_must_say(told, codes):
    assert list(faults(Told(**told), TODAY)) == codes


@pytest.mark.parametrize(
    ("told", "every", "day"),
    [
        (MET, 7, TODAY + 7 * DAY),
        (MET | {"next_on": TODAY + 2 * DAY}, 7, TODAY + 2 * DAY),
        ({"outcome": Outcome.NOBODY}, 30, TODAY + 3 * DAY),
        ({"outcome": Outcome.NOBODY}, 1, TODAY + DAY),
        ({"outcome": Outcome.DECLINED}, 30, TODAY + 30 * DAY),
        ({"outcome": Outcome.MOVED}, 30, None),
    ],
)
def test_when_the_next_one_is_due(told, every, day):
    assert next_visit(Told(**told), every, TODAY) == day


def test_reasons_are_data():
    assert kinds_on(TODAY)["elderly_alone"].every_days == 7 and kinds_on(date(1990, 1, 1))
