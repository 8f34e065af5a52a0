"""What the street holds before it is written: names, addresses, firms, people, components."""

from collections import Counter

import numpy as np
import pytest
import shapely
from shapely import Point

from onegrid.demo.accounts import ACCOUNTS
from onegrid.demo.names.people import not_dialable, phone
from onegrid.demo.names.places import lane_names
from onegrid.demo.street.addresses import address_plans, addressbook
from onegrid.demo.street.areas import area_plans
from onegrid.demo.street.firms import credit_code, firm_plans
from onegrid.demo.street.staff import roster
from onegrid.demo.street.things import counts, place, placement
from onegrid.demo.town.frame import metres
from onegrid.registry.establishments.rules import is_credit_code


@pytest.fixture(scope="module")
def book(town):
    return addressbook(town)


@pytest.fixture(scope="module")
def people(town):
    return roster(area_plans(town), town.seed)


def test_codes_are_of_divisions_that_are_not_assigned(town):
    plans = area_plans(town)
    assert all(p.code.startswith("99") for p in plans)
    assert len({(p.kind, p.code) for p in plans}) == len(plans)


def test_every_household_has_one_room_in_its_grid(town, book):
    plans = list(address_plans(town, book))
    rooms = Counter(p.plot for p in plans if p.kind == "room")
    assert [rooms[i] for i in range(len(town.households))] == town.households


def test_addresses_come_after_their_parents_and_no_name_twice_below_one(town, book):
    seen, names = set(), set()
    for plan in address_plans(town, book):
        assert plan.parent is None or plan.parent in seen
        assert (plan.parent, plan.kind, plan.name) not in names
        names.add((plan.parent, plan.kind, plan.name))
        seen.add(plan.key)
        if plan.plot is not None:
            assert town.partition.plots[plan.plot].shape.contains(Point(plan.xy))


def test_names_of_lanes_and_compounds_differ(book):
    assert len(set(lane_names(90))) == 90
    assert len(set(book.compounds)) == len(book.compounds)


def test_firms_have_valid_codes_of_their_own_and_stand_in_their_grid(town, book):
    firms = firm_plans(town, book)
    assert 1100 <= len(firms) <= 1350
    assert len({f.credit_code for f in firms}) == len(firms)
    for firm in firms:
        assert is_credit_code(firm.credit_code)
        assert firm.credit_code[2:8] == "990101"
        assert town.partition.plots[firm.plot].shape.contains(Point(firm.xy))


def test_an_organisation_code_has_its_own_check_character():
    """GB 11714: DM000001 with weights 3 7 9 10 5 8 4 2 gives 11 - (39+154+0+0+0+0+0+2) % 11 = 3."""
    assert credit_code(1, "1")[8:17] == "DM0000013"


def test_no_phone_can_be_dialled(people):
    phones = [p.phone for p in people.people] + [o.phone for o in people.orgs]
    assert all(not_dialable(text) for text in phones)
    assert len(set(phones)) == len(phones)


@pytest.mark.parametrize("real", ["13800000000", "010-66000000", "0543-3000000", "12345", "400-800-0000"])
def test_what_could_be_dialled_is_found(real):
    assert not not_dialable(real)


@pytest.mark.parametrize("number", [0, -1, 10**8])
def test_phones_have_eight_free_digits(number):
    with pytest.raises(ValueError):
        phone(number)


def test_every_demo_account_is_somebody_with_a_grant(people):
    by_name = {p.username: p for p in people.people}
    assert len(by_name) == len(people.people)
    for account in ACCOUNTS:
        assert by_name[account.username].grants


def test_every_grid_has_a_worker_a_deputy_and_a_head(town, people):
    plans = [p for p in area_plans(town) if p.plot is not None]
    posts = Counter((p.post[0], p.post[2]) for p in people.people)
    for grid in plans:
        for post in ("grid_worker", "deputy", "grid_head"):
            assert posts[post, grid.code] == 1


@pytest.mark.parametrize("total", [0, 1, 100, 136, 137, 6_250, 20_000, 20_001])
def test_counts_add_up(total):
    assert sum(counts(total).values()) == total


def test_things_stand_in_the_grid_that_is_written_with_them(town):
    placed = place(town, 20_000)
    assert len(placed.code) == 20_000
    assert set(placed.code.tolist()) == set(placement())
    tree = shapely.STRtree([p.shape.buffer(0.02) for p in town.partition.plots])
    which, plot = tree.query(shapely.points(metres(*placed.lonlat.T)), predicate="intersects")
    inside = np.zeros(20_000, dtype=bool)
    inside[which[plot == placed.plot[which]]] = True
    assert inside.all()


def test_serials_are_used_once_in_each_class(town):
    placed = place(town, 3_000)
    assert len(set(zip(placed.code.tolist(), placed.serial.tolist(), strict=True))) == 3_000


def test_lamps_stand_beside_the_road_and_trees_of_the_street_too(town):
    placed = place(town, 5_000)
    for code, near, far in (("01037", 4.0, 14.0), ("04002", 4.5, 15.0)):
        here = shapely.points(metres(*placed.lonlat[placed.code == code].T))
        lines = shapely.union_all([r.line for r in town.partition.roads])
        away = shapely.distance(here, lines)
        assert (away < far).all()
        assert np.median(away) > near


def test_two_runs_place_the_same_things(town):
    first, second = place(town, 2_000), place(town, 2_000)
    assert np.array_equal(first.lonlat, second.lonlat)
    assert np.array_equal(first.state, second.state)
