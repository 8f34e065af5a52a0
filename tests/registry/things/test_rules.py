"""The identifier and what may follow what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.registry.things.queries import shipped_classes
from onegrid.registry.things.rules import NEXT_STATUS, Identifier, identifier, may_become, read_identifier

digits = st.integers(0, 10**6 - 1)


@given(division=digits, code=st.integers(0, 10**5 - 1), serial=st.integers(1, 999_999))
def test_there_and_back(division, code, serial):
    text = identifier(f"{division:06d}", f"{code:05d}", serial)
    assert len(text) == 17
    assert read_identifier(text) == Identifier(f"{division:06d}", f"{code:05d}", serial)


@pytest.mark.parametrize(
    "parts", [("37160", "01001", 1), ("371602", "0101", 1), ("371602", "01001", 0), ("371602", "01001", 10**6),
              ("37160２", "01001", 1)],
)  # fmt: skip
def test_no_identifier_of_such_parts(parts):
    with pytest.raises(ValueError):
        identifier(*parts)


@pytest.mark.parametrize(
    "text", ["", "9901010100100001", "990101010010000011", "99010101001000000", "9901010100100000a"]
)
def test_not_an_identifier(text):
    with pytest.raises(ValueError):
        read_identifier(text)


def test_what_may_follow_what():
    assert may_become("intact", "lost") and may_become("lost", "intact")
    assert not any(may_become("removed", status) for status in NEXT_STATUS)
    assert not any(may_become(status, status) for status in NEXT_STATUS)


def test_the_shipped_catalogue():
    shipped = shipped_classes()
    assert len(shipped["classes"]) == 153 and len(shipped["majors"]) == 5
    assert shipped["classes"]["01001"] == ["供水井盖", "water-supply manhole cover"]
    assert not {"01016", "05001", "05004"} & shipped["classes"].keys()  # missing numbers are not filled in
    assert "secondary" in shipped["source"]
