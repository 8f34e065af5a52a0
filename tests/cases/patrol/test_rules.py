"""Patrols as tables: what an answer must say, when a place is due, whose plan counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.patrol.rules import (
    Result,
    Said,
    Standing,
    faults,
    nearest_plan,
    next_due,
    outcome,
    standing_of,
)

OK, PROBLEM, NOT_SEEN = Result.OK, Result.PROBLEM, Result.NOT_SEEN
SETTLED = {"settled": True, "done": "已清走", "photos": 1, "photos_after": 1}


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (Said("a", OK), []),
        (Said("a", NOT_SEEN), []),
        (Said("a", PROBLEM), ["note_needed"]),
        (Said("a", PROBLEM, "堆货"), []),
        (Said("a", PROBLEM, photos=1), []),
        (Said("a", PROBLEM, "  "), ["note_needed"]),
        (Said("a", PROBLEM, **SETTLED), []),
        (Said("a", PROBLEM, **SETTLED | {"done": " "}), ["done_needed"]),
        (Said("a", PROBLEM, "堆货", **SETTLED | {"photos": 0}), ["photo_before_needed"]),
        (Said("a", PROBLEM, **SETTLED | {"photos_after": 0}), ["photo_after_needed"]),
        (Said("a", OK, **SETTLED), ["not_a_problem"]),
        (Said("a", PROBLEM, "长" * 501), ["note_too_long"]),
        (Said("a", PROBLEM, photos=5), ["too_many_photos"]),
        (Said("z", OK), ["unknown_item", "answer_missing"]),
    ],
)
def test_what_an_answer_must_say(said, codes):
    assert [fault.code for fault in faults(["a"], [said])] == codes


def test_every_item_once():
    found = faults(["a", "b", "c"], [Said("a", OK), Said("a", OK)])
    assert [(one.item, one.code) for one in found] == [
        ("a", "answered_twice"),
        ("b", "answer_missing"),
        ("c", "answer_missing"),
    ]


@pytest.mark.parametrize(
    ("results", "whole"),
    [
        ([OK, OK], OK),
        ([OK, NOT_SEEN], OK),
        ([NOT_SEEN], NOT_SEEN),
        ([OK, PROBLEM, NOT_SEEN], PROBLEM),
        ([], NOT_SEEN),
    ],
)
def test_the_whole_patrol(results, whole):
    assert outcome(results) == whole


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.none() | days, st.integers(1, 366), days)
def test_due_never_before_the_plan_nor_before_its_time(seen_on, every, starts_on):
    due = next_due(seen_on, every, starts_on)
    assert due >= starts_on
    if seen_on is not None:
        assert due >= seen_on + timedelta(days=every)
        assert due in (starts_on, seen_on + timedelta(days=every))
    else:
        assert due == starts_on


TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("next_on", "standing"),
    [
        (None, Standing.UNPLANNED),
        (TODAY + timedelta(days=1), Standing.IN_TIME),
        (TODAY, Standing.DUE),
        (TODAY - timedelta(days=1), Standing.OVERDUE),
    ],
)
def test_how_a_place_stands(next_on, standing):
    assert standing_of(next_on, TODAY) == standing


@pytest.mark.parametrize(
    ("path", "plan"), [("1.2.3.", 30), ("1.2.4.", 20), ("1.5.", 10), ("6.", None), ("1.23.", 10)]
)
def test_the_plan_of_the_smallest_area(path, plan):
    assert nearest_plan([("1.", 10), ("1.2.", 20), ("1.2.3.", 30)], path) == plan
