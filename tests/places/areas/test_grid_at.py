"""Which grid is a point in: inside, on borders, outside, after changes."""

from datetime import date

import numpy as np

from onegrid.places.areas import actions
from onegrid.places.areas.queries import grid_at, grids_at
from tests.places.areas.conftest import AT, BY, STEP


def point(column, row):
    return 118 + column * STEP, 37 + row * STEP


def test_inside(street):
    hit = grid_at(*point(0.5, 1))
    assert (hit.grid_id, hit.path) == (street["g1"].pk, street["g1"].path)
    assert (hit.community_id, hit.street_id) == (street["west"].pk, street["street"].pk)


def test_outside(street):
    assert grid_at(*point(-1, 1)) is None


def test_no_place_is_in_no_grid(street):
    assert grid_at(float("nan"), float("nan")) is None
    points = [(float("nan"), 37.0), point(0.5, 1), (float("inf"), 37.0)]
    assert grids_at(np.array(points)).tolist() == [0, street["g1"].pk, 0]


def test_border_goes_to_the_smallest_code(street):
    assert grid_at(*point(1, 1)).grid_id == street["g1"].pk


def test_exclusive_grid_wins_inside_and_on_its_border(street):
    assert grid_at(*point(2.75, 1)).grid_id == street["park"].pk
    assert grid_at(*point(2.5, 1)).grid_id == street["park"].pk


def test_many_at_once_agree_with_one_by_one(street):
    points = np.array([point(c / 8, r / 8) for c in range(-4, 40) for r in range(-4, 20)])
    one_by_one = [hit.grid_id if (hit := grid_at(*p)) else 0 for p in points]
    assert grids_at(points).tolist() == one_by_one
    assert len(set(one_by_one)) == 6


def test_no_points(street):
    assert grids_at(np.empty((0, 2))).shape == (0,)


def test_a_closed_grid_is_gone_at_once(street):
    assert grid_at(*point(0.5, 1)) is not None
    actions.close_area(area_id=street["g1"].pk, valid_to=date(2026, 2, 1), by=BY, at=AT)
    assert grid_at(*point(0.5, 1)) is None
