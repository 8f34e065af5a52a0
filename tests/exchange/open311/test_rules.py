"""The span of a search, and lists of values."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.exchange.open311.forms import xml_of
from onegrid.exchange.open311.rules import SPAN, BadSpan, parts, span

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, (NOW - SPAN, NOW)),
        (NOW - 100 * DAY, None, (NOW - 100 * DAY, NOW - 10 * DAY)),
        (None, NOW - 100 * DAY, (NOW - 190 * DAY, NOW - 100 * DAY)),
        (NOW - 90 * DAY, NOW, (NOW - 90 * DAY, NOW)),
    ],
)
def test_what_is_searched(start, end, found):
    assert span(start, end, NOW) == found


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [(NOW - 91 * DAY, NOW, "span_too_long"), (NOW, NOW - DAY, "dates_reversed")],
)
def test_what_is_no_span(start, end, code):
    with pytest.raises(BadSpan) as failure:
        span(start, end, NOW)
    assert failure.value.code == code


@given(st.none() | st.integers(-500, 500), st.none() | st.integers(-500, 500))
def test_a_span_is_never_longer_than_allowed(start, end):
    moments = [NOW + DAY * days if days is not None else None for days in (start, end)]
    try:
        since, until = span(*moments, NOW)
    except BadSpan:
        return
    assert timedelta(0) <= until - since <= SPAN


def test_parts():
    assert parts(" a, b,,c ") == ["a", "b", "c"] and parts("") == []


@given(st.text())
def test_any_text_is_well_formed_xml(text):
    assert ElementTree.fromstring(xml_of("x", text)).tag == "x"
