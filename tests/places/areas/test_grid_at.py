"""Which grid is a point in: inside, on borders, outside, after changes."""

import os
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.grid_at import ONE
from onegrid.places.areas import actions
from onegrid.places.areas.borders import NEAR
from onegrid.places.areas.queries import GRID_KINDS, grid_at, grids_at
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
    assert grid_at(1e308, -1e308) is None
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


def test_a_change_that_is_rolled_back_is_forgotten(street):
    class Undo(Exception):
        pass

    try:
        with transaction.atomic():
            actions.close_area(area_id=street["g1"].pk, valid_to=date(2026, 2, 1), by=BY, at=AT)
            assert grid_at(*point(0.5, 1)) is None
            raise Undo
    except Undo:
        pass
    assert grid_at(*point(0.5, 1)).grid_id == street["g1"].pk


@given(
    st.lists(
        st.tuples(st.integers(-32, 160), st.integers(-32, 96)).map(lambda t: point(t[0] / 32, t[1] / 32))
        | st.tuples(st.floats(-1, 5), st.floats(-1, 3)).map(lambda t: point(*t)),
        min_size=1,
        max_size=50,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_it_agrees_with_the_database_on_borders_vertices_and_anywhere(street, points):
    for lon, lat in points:
        with connection.cursor() as cursor:
            cursor.execute(ONE, [list(GRID_KINDS), date(2026, 3, 1), date(2026, 3, 1), lon, lat, NEAR])
            row = cursor.fetchone()
        hit = grid_at(lon, lat)
        assert (hit.grid_id if hit else None) == (row[0] if row else None)


ELSEWHERE = """
import django, sys
from datetime import date
django.setup()
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = sys.argv[1]
from django.utils import timezone
from onegrid.kit.actors import SystemActor
from onegrid.places.areas.actions import close_area
close_area(area_id=int(sys.argv[2]), valid_to=date(2026, 2, 1), by=SystemActor("other"), at=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_change_by_another_process_is_seen_at_once(street):
    assert grid_at(*point(0.5, 1)).grid_id == street["g1"].pk
    name = connection.settings_dict["NAME"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "onegrid.config.settings"}
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE, name, str(street["g1"].pk)], check=True, env=environment, timeout=60
    )
    assert grid_at(*point(0.5, 1)) is None
