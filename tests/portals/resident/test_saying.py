"""Days, hours and spans as people say them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.flow.models import Case, ClassPace
from onegrid.portals.resident.saying import due_words, moment_words, pace_words, span_words

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)  # Friday, 10:00 in Shanghai


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "1 hour"),
        (0.2, "1 hour"),
        (1, "1 hour"),
        (1.1, "2 hours"),
        (36, "36 hours"),
        (36.1, "2 days"),
        (48, "2 days"),
        (49, "3 days"),
    ],
)
def test_spans(hours, words):
    assert span_words(hours) == words


@given(st.floats(min_value=0, max_value=20_000))
def test_nobody_waits_longer_than_was_said(hours):
    count, unit = span_words(hours).split()
    said = int(count) * (24 if unit.startswith("day") else 1)
    assert hours - 1e-6 <= said < hours + 25


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=8), "today 18:00"),
        (timedelta(hours=14), "tomorrow 00:00"),
        (timedelta(days=-1), "yesterday 10:00"),
        (timedelta(days=3), "Monday, November 23 10:00"),
    ],
)
def test_moments(ahead, words):
    assert moment_words(NOW + ahead, NOW) == words


def test_what_is_said_of_a_clock():
    assert due_words(Case(state="closed", due_at=NOW), NOW) == ""
    assert due_words(Case(state="filed", due_at=None), NOW) == ""
    assert "does not run" in due_words(Case(state="filed", holds_open=1, due_at=NOW), NOW)
    assert "is late" in due_words(Case(state="filed", due_at=NOW - timedelta(hours=1)), NOW)
    assert due_words(Case(state="filed", due_at=NOW + timedelta(hours=1)), NOW) == "until today 11:00"


def test_what_is_said_of_a_pace():
    assert "Too few" in pace_words(None)
    words = pace_words(ClassPace(half_hours=30, most_hours=100, closed=57))
    assert "30 hours" in words and "5 days" in words and "57" in words
