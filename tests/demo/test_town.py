"""The shape of the demo street: what a visitor may rely on whatever the seed."""

import numpy as np
import pytest
import shapely

from onegrid.demo.seeds import DEFAULT_SEED, stream
from onegrid.demo.street.areas import area_plans, boundaries
from onegrid.demo.town.buildings import Use
from onegrid.demo.town.compounds import LEAST, MOST
from onegrid.demo.town.partition import divide
from onegrid.demo.town.town import build


@pytest.fixture(scope="module")
def plots(town):
    return town.partition.plots


def test_there_are_92_basic_grids_and_two_park_grids_beside_them(plots):
    assert sum(not p.exclusive for p in plots) == 92
    assert sum(p.exclusive for p in plots) == 2


def test_every_basic_grid_has_300_to_500_households_and_the_parks_have_none(town, plots):
    for plot, count in zip(plots, town.households, strict=True):
        assert (count == 0) if plot.exclusive else (300 <= count <= 500)
    assert (LEAST, MOST) == (303, 497)


def test_there_are_nine_communities_and_each_is_one_piece(town):
    assert len(town.partition.communities) == 9
    assert {c.geom_type for c in town.partition.communities} == {"Polygon"}


def test_grids_fill_communities_and_communities_the_street_exactly(town, plots):
    street = shapely.union_all([p.shape for p in plots], grid_size=0.01)
    assert shapely.coverage_is_valid([p.shape for p in plots])
    assert shapely.coverage_is_valid(list(town.partition.communities))
    assert sum(p.shape.area for p in plots) == pytest.approx(street.area, abs=1e-3)
    for number, community in enumerate(town.partition.communities):
        inside = [p.shape for p in plots if p.community == number]
        assert sum(s.area for s in inside) == pytest.approx(community.area, abs=1e-3)
        assert shapely.union_all(inside).symmetric_difference(community).area < 1e-3


def test_on_earth_the_grids_of_both_streets_still_share_every_corner(town):
    plans = area_plans(town)
    shapes = shapely.from_wkb([bytes.fromhex(wkb) for wkb in boundaries(plans)])
    grids = [s for p, s in zip(plans, shapes, strict=True) if p.kind in ("grid", "exclusive_grid")]
    assert len(grids) == 92 + 2 + 4
    assert shapely.is_valid(grids).all()
    assert shapely.coverage_is_valid(grids)


def test_every_building_stands_inside_one_grid(town, plots):
    for building in town.buildings:
        assert plots[building.plot].shape.contains(building.shape)


def test_there_are_about_two_thousand_buildings_and_none_overlaps_another(town):
    shapes = [b.shape for b in town.buildings]
    assert 1850 <= len(shapes) <= 2150
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert not (left != right).any()


def test_no_building_stands_on_a_road_in_the_canal_or_on_the_railway(town):
    closed = [town.street_surface, town.skeleton.water, town.skeleton.rail_strip]
    tree = shapely.STRtree([b.shape for b in town.buildings])
    for surface in closed:
        assert len(tree.query(surface, predicate="intersects")) == 0


def test_buildings_have_floors_and_believable_heights(town):
    for building in town.buildings:
        assert 1 <= building.floors <= 33
        assert 2.5 * building.floors < building.height_m < 14 * building.floors
        assert building.shape.area > 12
    used = {b.use for b in town.buildings}
    assert used >= {Use.SCHOOL, Use.HOSPITAL, Use.MARKET, Use.HALL, Use.GOVERNMENT, Use.PAVILION}


def test_every_compound_has_a_gate(town):
    assert all(c.gate for c in town.compounds)


def test_equal_seeds_give_equal_towns_and_others_do_not(town):
    again = build(DEFAULT_SEED)
    assert again.fingerprint() == town.fingerprint()
    other = divide(town.skeleton, DEFAULT_SEED + 1)
    assert [p.shape.wkb for p in other.plots] != [p.shape.wkb for p in town.partition.plots]


def test_a_stream_depends_on_seed_and_purpose_only():
    first = stream(7, "plot", 3).integers(1_000_000, size=4)
    assert (first == stream(7, "plot", 3).integers(1_000_000, size=4)).all()
    assert not np.array_equal(first, stream(7, "plot", 4).integers(1_000_000, size=4))
