"""What is hashed is spelt one way only, whatever spells it quickly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.audit.sealing import canonical

PLAIN = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    PLAIN | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('ab中"é', max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_it_is_json_with_sorted_names_and_no_spaces(value):
    spelt = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(value) == spelt.encode()


def test_whole_numbers_are_whole_after_jsonb_too():
    assert canonical({"b": 1.0, 2: [1e20, (True, 0.5)]}) == b'{"2":[100000000000000000000,[true,0.5]],"b":1}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_does_not_know_is_refused(value):
    with pytest.raises(ValueError):
        canonical([value])
