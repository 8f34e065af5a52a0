"""Double majority as arithmetic: no rounding, no order, both by area and by number."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.registry.owners.majorities import majorities
from onegrid.registry.owners.queries import told, written
from onegrid.registry.owners.rules import Share, Voiced, result

LAW = majorities(date(2026, 11, 20))
YES, NO, ABSTAIN = 0, 1, 2
VOICES = st.lists(
    st.builds(
        Voiced,
        st.decimals(Decimal("0.01"), Decimal(500), places=2),
        st.one_of(st.none(), st.integers(0, 2)),
    ),
    max_size=40,
)
SPECIAL = st.booleans()


def owners(*groups: tuple[int, int, int | None]) -> list[Voiced]:
    """(how many, m² each, what they chose)"""
    return [Voiced(Decimal(area), option) for count, area, option in groups for _owner in range(count)]


TABLE = [
    # exactly two thirds take part, by both: enough. Exactly half of them agree: not more than half
    ("half is not more than half", owners((3, 100, YES), (3, 100, NO), (3, 100, None)), False, True, None),
    ("one more than half", owners((4, 100, YES), (2, 100, NO), (3, 100, None)), False, True, YES),
    ("less than two thirds", owners((5, 100, YES), (3, 100, None)), False, False, None),
    # three quarters is enough for a special matter, and more than half is not
    ("exactly three quarters", owners((3, 100, YES), (1, 100, NO)), True, True, YES),
    ("less than three quarters", owners((2, 100, YES), (1, 100, NO)), True, True, None),
    # many small doors against few large ones: neither side has both
    ("area without number", owners((1, 1000, YES), (3, 100, NO)), False, True, None),
    ("number without area", owners((3, 100, YES), (1, 1000, NO)), False, True, None),
    ("too few by area only", owners((9, 10, YES), (1, 1000, None)), False, False, None),
    ("too few by number only", owners((1, 1000, YES), (9, 10, None)), False, False, None),
    (
        "an abstention takes part, and agrees to nothing",
        owners((2, 100, YES), (2, 100, ABSTAIN)),
        False,
        True,
        None,
    ),
    ("nobody", [], False, False, None),
    ("nobody took part", owners((3, 100, None)), True, False, None),
]


@pytest.mark.parametrize(
    ("voices", "special", "enough", "chosen"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_what_is_decided(voices, special, enough, chosen):
    found = result(voices, 3, LAW.of(special=special))
    assert (found.enough, found.chosen) == (enough, chosen)


@given(VOICES, SPECIAL)
def test_sums_fit(voices, special):
    found = result(voices, 3, LAW.of(special=special))
    assert found.all.voices == len(voices)
    assert found.all.area == sum(int(one.area * 100) for one in voices)
    assert sum(one.area for one in found.options) == found.part.area <= found.all.area
    assert sum(one.voices for one in found.options) == found.part.voices <= found.all.voices


@given(VOICES, SPECIAL)
def test_what_is_chosen_has_all_four_shares_and_nothing_else_has(voices, special):
    found = result(voices, 3, LAW.of(special=special))
    share = Fraction(3, 4) if special else Fraction(1, 2)
    with_all = []
    for place, one in enumerate(found.options):
        if not found.part.voices or not found.all.area:
            continue
        parts = Fraction(found.part.area, found.all.area), Fraction(found.part.voices, found.all.voices)
        yes = Fraction(one.area, found.part.area), Fraction(one.voices, found.part.voices)
        over = all(part >= share for part in yes) if special else all(part > share for part in yes)
        if over and all(part >= Fraction(2, 3) for part in parts):
            with_all.append(place)
    assert ([] if found.chosen is None else [found.chosen]) == with_all


@given(VOICES, SPECIAL, st.randoms())
def test_the_order_of_the_ballots_decides_nothing(voices, special, random):
    mixed = list(voices)
    random.shuffle(mixed)
    law = LAW.of(special=special)
    assert result(mixed, 3, law) == result(voices, 3, law)


@given(VOICES)
def test_what_passes_as_special_passes_as_ordinary(voices):
    special = result(voices, 3, LAW.special).chosen
    assert special is None or result(voices, 3, LAW.ordinary).chosen == special


@given(VOICES, st.integers(0, 39), SPECIAL)
def test_one_more_in_favour_never_undoes_a_decision(voices, which, special):
    """Somebody who chose otherwise changes to the option that was chosen."""
    law = LAW.of(special=special)
    found = result(voices, 3, law)
    if found.chosen is None or which >= len(voices):
        return
    moved = [Voiced(one.area, found.chosen) if place == which else one for place, one in enumerate(voices)]
    assert result(moved, 3, law).chosen == found.chosen


@given(VOICES, SPECIAL)
def test_what_is_kept_reads_back(voices, special):
    found = result(voices, 3, LAW.of(special=special))
    assert told(written(found)) == found


def test_a_share_of_nothing_is_never_reached():
    assert not Share(Fraction(0), inclusive=True).reached(0, 0)
    assert Share(Fraction(2, 3), inclusive=True).reached(2, 3)
    assert not Share(Fraction(2, 3), inclusive=False).reached(2, 3)


def test_the_shipped_law_says_where_it_comes_from():
    assert majorities(date(1990, 1, 1)) == LAW
    assert LAW.mark == "secondary" and "278" not in LAW.source and "二百七十八" in LAW.source
    assert {code for code, one in LAW.topics.items() if one.special} == {
        "fund_raise",
        "rebuild",
        "common_parts",
    }
    assert all(one.mark in ("secondary", "unverified") for one in LAW.topics.values())
