"""The pure tables: levels, codes, numbering."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.places.areas import rules


@pytest.mark.parametrize(
    ("kind", "code", "above", "wrong"),
    [
        ("province", "370000", None, None),
        ("province", "370100", None, "province_ends_in_0000"),
        ("city", "371600", ("province", "370000"), None),
        ("city", "370000", ("province", "370000"), "city_ends_in_00"),
        ("city", "371602", ("province", "370000"), "city_ends_in_00"),
        ("district", "371602", ("city", "371600"), None),
        ("district", "370704", ("city", "371600"), "code_not_of_parent"),
        ("district", "371600", ("city", "371600"), "district_part_is_00"),
        ("district", "37160", None, "code_has_wrong_length"),
        ("district", "37160A", None, "code_is_not_digits"),
        ("district", "３７１６０２", None, "code_is_not_digits"),
        ("district", "001602", None, "division_begins_with_00"),
        ("street", "371602001", ("district", "371602"), None),
        ("street", "371602000", ("district", "371602"), "street_part_not_assigned"),
        ("street", "371602600", ("district", "371602"), "street_part_not_assigned"),
        ("street", "371603001", ("district", "371602"), "code_not_of_parent"),
        ("community", "371602001001", ("street", "371602001"), None),
        ("community", "371602001000", ("street", "371602001"), "community_part_is_000"),
        ("unit_grid", "371602001001001", ("community", "371602001001"), None),
        ("unit_grid", "371602001001000", ("community", "371602001001"), "sequence_is_000"),
        ("unit_grid", "371602001000001", ("street", "371602001"), None),
        ("unit_grid", "37160200100101", ("community", "371602001001"), "code_has_wrong_length"),
        ("grid", "YQ-001", ("community", "371602001001"), None),
        ("grid", "网格1", None, "code_has_odd_characters"),
        ("grid", "", None, "code_has_odd_characters"),
    ],
)
def test_codes(kind, code, above, wrong):
    found = rules.code_complaint(kind, code, *(above or ()))
    assert (found.code if found else None) == wrong


@pytest.mark.parametrize(
    ("part", "what"),
    [("000", None), ("001", "street"), ("099", "street"), ("100", "town"), ("199", "town"), ("200", "township"),
     ("399", "township"), ("400", "special"), ("599", "special"), ("600", None)],
)  # fmt: skip
def test_street_parts(part, what):
    assert rules.street_part(part) == what


@pytest.mark.parametrize(
    ("kind", "parent", "wrong"),
    [
        ("district", None, None),
        ("street", "district", None),
        ("grid", "community", None),
        ("grid", "street", "level_not_below"),
        ("grid", None, "level_needs_parent"),
        ("community", "grid", "level_not_below"),
        ("galaxy", None, "level_not_used"),
    ],
)
def test_levels(kind, parent, wrong):
    found = rules.level_complaint(kind, parent)
    assert (found.code if found else None) == wrong


def test_a_city_may_have_other_levels():
    plan = {"street": [""], "grid": ["street"]}
    assert rules.plan_complaint(plan) is None
    assert rules.level_complaint("grid", "street", plan) is None
    assert rules.level_complaint("community", "street", plan).code == "level_not_used"
    assert rules.plan_complaint({"grid": ["street"], "street": ["grid"]}).code == "level_below_itself"
    assert rules.plan_complaint({"grid": ["galaxy"]}).code == "level_unknown"


def test_numbers_run_west_to_east_then_north_to_south():
    centres = [(1, 0), (0, 0), (1, 1), (0, 1.1)]
    assert rules.numbering(centres, row_height=0.5) == [4, 3, 2, 1]


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), unique=True, max_size=30))
def test_numbers_are_one_to_n_and_do_not_depend_on_the_order(centres):
    numbers = rules.numbering(centres, row_height=0.5)
    assert sorted(numbers) == list(range(1, len(centres) + 1))
    again = rules.numbering(centres[::-1], row_height=0.5)
    assert again[::-1] == numbers


def test_paths():
    assert rules.ancestors_of("1.23.456.") == ["1.", "1.23."]
    assert rules.path_steps("1.23.456.") == [1, 23, 456]
