"""Formulas as a table, and that nothing but arithmetic gets through."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.oversight.measures.counters import COUNTERS, SAME_SUM, SUMMED
from onegrid.oversight.measures.definitions import definitions
from onegrid.oversight.measures.rules import BadFormula, fraction_of, names_in, value_of


@pytest.mark.parametrize(
    ("formula", "counters", "value"),
    [
        ("closed_on_time / close_due", {"closed_on_time": 737, "close_due": 972}, Fraction(737, 972)),
        ("closed / close_due", {"closed": 0, "close_due": 0}, None),
        ("missed / (missed + valid)", {"missed": 1, "valid": 3}, Fraction(1, 4)),
        ("missed / (missed + valid)", {"missed": 0, "valid": 0}, None),
        ("missed / valid", {"valid": 3}, None),
        ("(a - b) * 0.5 + 2", {"a": 5, "b": 1}, Fraction(4)),
        ("a / b / c", {"a": 8, "b": 2, "c": 2}, Fraction(2)),
    ],
)
def test_value(formula, counters, value):
    assert value_of(formula, counters) == value


@pytest.mark.parametrize(
    "formula",
    ["__import__('os')", "a.b", "a[0]", "a ** 9", "a if b else c", "f(a)", "a; b", "", "-a", "lambda: 1", "'a'",
     "True", "a // b", "a % b", "1e99", "(" * 300, "a" * 300, "a, b", "a < b", "[a]", "a := 1", "1j"],
)  # fmt: skip
def test_anything_else_is_refused(formula):
    with pytest.raises(BadFormula):
        names_in(formula)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_ratio_is_exact_or_nothing(above, below):
    found = value_of("a / b", {"a": above, "b": below})
    assert found == (Fraction(above, below) if below else None)
    assert fraction_of("a / b", {"a": above, "b": below}) == (above, below)


def test_every_shipped_formula_reads_and_asks_for_counters_that_are_told():
    shipped = definitions(date(2026, 11, 1))
    for one in shipped.indicators:
        for name in names_in(one.formula):
            word = shipped.counters[name]
            assert word.kept == (name in COUNTERS), name
    assert set(COUNTERS) <= set(shipped.counters)
    assert set(COUNTERS) == set(SUMMED) | set(SAME_SUM)
    assert not [
        one for one in shipped.indicators if one.mark == "national"
    ]  # none was read as the standard's
