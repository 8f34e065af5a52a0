"""Planted gaps, overlaps, slivers and what lies outside."""

import numpy as np
import pytest
import shapely

from onegrid.places.areas.fishnet import fishnet
from onegrid.places.areas.topology import misfits

NONE = np.array([], dtype=object)
METRE = 1 / 111_320  # degrees of latitude, and of longitude at the equator, where these squares lie


def box(west, south, east, north):
    return shapely.box(118 + west * METRE, south * METRE, 118 + east * METRE, north * METRE)


def found(*drawn, beside=NONE, above=None, tolerance=1.0):
    over = NONE if above is None else np.array([above])
    owners = np.full(len(drawn), -1 if above is None else 0)
    result = misfits(np.array(drawn), np.array(beside, dtype=object), over, owners, tolerance)
    return [(m.kind, m.numbers, m.area_m2) for m in result]


def test_what_fits_is_silent():
    assert found(box(0, 0, 100, 100), box(100, 0, 200, 100), above=box(0, 0, 200, 100)) == []


def test_an_overlap():
    [(kind, numbers, size)] = found(box(0, 0, 100, 100), box(90, 0, 200, 100))
    assert (kind, numbers) == ("overlap", (0, 1)) and size == pytest.approx(1000, rel=0.02)


def test_an_overlap_with_an_area_that_stays():
    [(kind, numbers, _size)] = found(box(0, 0, 100, 100), beside=[box(90, 0, 200, 100)])
    assert (kind, numbers) == ("overlap", (0,))


def test_a_gap_below_the_area_above():
    [(kind, _numbers, size)] = found(box(0, 0, 100, 100), above=box(0, 0, 150, 100))
    assert kind == "gap" and size == pytest.approx(5000, rel=0.02)


def test_a_hole_in_the_middle_without_an_area_above():
    ring = box(0, 0, 300, 300).difference(box(100, 100, 200, 200))
    [(kind, _numbers, size)] = found(ring)
    assert kind == "gap" and size == pytest.approx(10_000, rel=0.02)


def test_slivers_are_thinner_than_the_tolerance():
    drawn = box(0, 0, 100, 100), box(100.5, 0, 200, 100), box(199.5, 0, 300, 100)
    assert [kind for kind, _n, _s in found(*drawn, above=box(0, 0, 300, 100))] == ["sliver", "sliver"]
    assert {kind for kind, _n, _s in found(*drawn, above=box(0, 0, 300, 100), tolerance=0.1)} == {
        "gap",
        "overlap",
    }


def test_outside():
    [(kind, numbers, size)] = found(box(0, 0, 120, 100), above=box(0, 0, 100, 100))
    assert (kind, numbers) == ("outside", (0,)) and size == pytest.approx(2000, rel=0.02)


def test_a_net_leaves_nothing_out_and_has_no_slivers():
    ground = shapely.Point(118, 37).buffer(0.01)
    net = np.array(fishnet(ground, 200))
    assert misfits(net, NONE, np.array([ground]), np.zeros(len(net), dtype=int), 1.0) == []
    assert len(net) > 50
