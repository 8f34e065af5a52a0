"""Conversions against points published by other projects, and against themselves."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.geo import Datum, convert, convert_geometry, local_metres, metres_between

WGS, GCJ, BD, CGCS = Datum.WGS84, Datum.GCJ02, Datum.BD09, Datum.CGCS2000

# (lon, lat), source, target, (lon, lat). Numbers only, from the tests and READMEs of public libraries:
# the first three googollee/eviltransform (Shanghai, Shenzhen, Beijing); then wandergis/coordtransform; then two of
# geotool-rs; the last from an R package that also notes the answer of a map provider's own service, 0.6 m away.
PUBLISHED = [
    ((121.5272106, 31.1774276), WGS, GCJ, (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), WGS, GCJ, (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), WGS, GCJ, (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), WGS, GCJ, (116.41024449916938, 39.91640428150164)),
    ((116.404, 39.915), GCJ, BD, (116.41036949371029, 39.92133699351021)),
    ((116.404, 39.915), BD, GCJ, (116.39762729119315, 39.90865673957631)),  # the simple inverse: 0.05 m off
    ((121.0917077, 30.6107779), WGS, GCJ, (121.09626935575027, 30.608604331756705)),
    ((121.0917077, 30.6107779), WGS, BD, (121.10271732371203, 30.61484572185035)),
    ((116.39089, 39.90734), WGS, GCJ, (116.39713094, 39.90874107)),
]
SERVICE_ANSWER = ((116.39089, 39.90734), (116.39713623, 39.90874539))

lons = st.floats(73.0, 136.0)
lats = st.floats(3.0, 54.0)
shifted = st.sampled_from([GCJ, BD])


@pytest.mark.parametrize(("point", "source", "target", "published"), PUBLISHED)
def test_published_points(point, source, target, published):
    assert convert(*point, source, target) == pytest.approx(published, abs=5e-7)  # 5 cm


def test_a_map_providers_own_answer_is_within_a_metre():
    point, answer = SERVICE_ANSWER
    assert metres_between(*convert(*point, WGS, GCJ), *answer) < 1


@given(lons, lats, shifted)
def test_there_and_back(lon, lat, datum):
    back = convert(*convert(lon, lat, WGS, datum), datum, WGS)
    assert back == pytest.approx((lon, lat), abs=1e-9)
    assert metres_between(lon, lat, *back) < 0.001


@given(lons, lats, st.sampled_from(Datum), st.sampled_from(Datum), st.sampled_from(Datum))
def test_a_detour_changes_nothing(lon, lat, one, two, three):
    direct = convert(lon, lat, one, three)
    assert convert(*convert(lon, lat, one, two), two, three) == pytest.approx(direct, abs=1e-9)


@given(lons, lats)
def test_the_shift_is_real_and_bounded(lon, lat):
    assert 5 < metres_between(lon, lat, *convert(lon, lat, WGS, GCJ)) < 1500


@pytest.mark.parametrize(
    "point", [(-74.0, 40.7), (2.35, 48.86), (139.69, 35.69), (115.0, -8.0), (float("nan"), 30.0)]
)
@pytest.mark.parametrize("target", [GCJ, BD])
def test_outside_china_nothing_moves(point, target):
    assert convert(*point, WGS, target) == pytest.approx(point, abs=0, nan_ok=True)
    assert convert(*point, target, WGS) == pytest.approx(point, abs=0, nan_ok=True)


@given(lons, lats)
def test_wgs84_counts_as_cgcs2000(lon, lat):
    assert convert(lon, lat, WGS, CGCS) == (lon, lat)
    assert convert(lon, lat, CGCS, GCJ) == convert(lon, lat, WGS, GCJ)


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20), shifted)
def test_arrays_say_the_same_as_single_points(points, datum):
    lon, lat = np.array(points).T
    given_lon = lon.copy()
    many = np.column_stack(convert(lon, lat, WGS, datum))
    single = np.array([convert(x, y, WGS, datum) for x, y in points])
    np.testing.assert_allclose(many, single, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(lon, given_lon)  # the caller's array is not written into


def test_an_empty_array():
    lon, lat = convert(np.array([]), np.array([]), GCJ, WGS)
    assert lon.shape == lat.shape == (0,)


def test_a_word_that_is_no_datum():
    with pytest.raises(ValueError, match="xian80"):
        convert(116.0, 40.0, "xian80", WGS)


def test_geometries_keep_their_shape_and_heights():
    block = shapely.Polygon([(118.0, 37.0, 5.0), (118.01, 37.0, 6.0), (118.01, 37.01, 7.0)])
    moved = convert_geometry(block, WGS, GCJ)
    assert moved.geom_type == "Polygon"
    assert [point[2] for point in moved.exterior.coords] == [5, 6, 7, 5]
    assert moved.exterior.coords[0][:2] == pytest.approx(convert(118.0, 37.0, WGS, GCJ))
    assert shapely.equals_exact(convert_geometry(moved, GCJ, WGS), block, tolerance=1e-9)
    holed = shapely.Point(118, 37).buffer(1).difference(shapely.Point(118, 37).buffer(0.5))
    assert len(convert_geometry(holed, WGS, BD).interiors) == 1


@given(lons, lats, st.floats(-10_000, 10_000), st.floats(-10_000, 10_000))
def test_a_local_plan_keeps_distances(lon, lat, x, y):
    plan = local_metres(lon, lat)
    east, north = plan.to_degrees(x, y)
    assert metres_between(lon, lat, east, north) == pytest.approx(np.hypot(x, y), abs=0.001)
    assert plan.to_metres(east, north) == pytest.approx((x, y), abs=0.001)


def test_metres_between_takes_arrays():
    far = metres_between(
        np.array([118.0, 118.0]), np.array([37.0, 37.0]), np.array([118.0, 118.1]), np.array([37.0, 37.0])
    )
    assert far == pytest.approx([0, 8901.2], abs=0.1)


def test_a_square_kilometre_measures_one():
    plan = local_metres(118.02, 37.38)
    square = plan.geometry_to_degrees(shapely.box(-500, -500, 500, 500))
    assert plan.geometry_to_metres(square).area == pytest.approx(1_000_000, rel=1e-6)
