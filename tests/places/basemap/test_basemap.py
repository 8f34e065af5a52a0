"""The base map's tiles: layers, zooms, editions, who may load."""

import psycopg
import pytest
import shapely
from django.db import DatabaseError

from onegrid.kit.errors import NotAllowed
from onegrid.kit.tiles import Tile
from onegrid.places.basemap import queries
from onegrid.places.basemap.loading import FeatureRow, load_features
from onegrid.places.basemap.models import BaseEdition, BaseFeature
from tests.streets import BY, STARTS, streets  # noqa: F401  a fixture
from tests.vector_tiles import read_tile

LON, LAT = 118.0250, 37.3850
HERE_16 = Tile(16, 54253, 25420)  # holds the point


def wkb(shape):
    return shapely.to_wkb(shapely.set_srid(shape, 4490), hex=True, include_srid=True)


def box(metres, east=0.0):
    half = metres / 2 / 100_000
    return shapely.box(LON + east - half, LAT - half, LON + east + half, LAT + half)


ROAD = shapely.LineString([(LON - 0.01, LAT), (LON + 0.01, LAT)])
ROWS = [
    FeatureRow("building", wkb(box(20)), "3号楼", floors=18, height_m=54.0, min_zoom=13),
    FeatureRow(
        "road", wkb(shapely.LineString([(LON - 0.01, LAT), (LON + 0.01, LAT)])), "云桥路", road_class="branch"
    ),
    FeatureRow("water", wkb(box(300, east=0.001)), "清水渠"),
    FeatureRow("label", wkb(shapely.Point(LON, LAT)), "云桥"),
]


@pytest.fixture
def loaded(db):
    assert load_features(ROWS, source="test", by=BY, at=STARTS) == 4


def at_zoom(z):
    shift = 16 - z
    return Tile(z, HERE_16.x >> shift, HERE_16.y >> shift)


def test_the_point_is_in_the_tile():
    west, south, east, north = HERE_16.bounds(0)
    assert west < LON < east and south < LAT < north


def test_layers_in_one_tile(loaded):
    tile = read_tile(queries.base_tile(HERE_16))
    assert list(tile) == ["water", "road", "building", "label"]
    (building,) = tile["building"]
    assert (building["name"], building["floors"], building["height_m"]) == ("3号楼", 18, 54.0)
    assert building["id"] == BaseFeature.objects.get(layer="building").pk
    assert tile["road"][0]["class"] == "branch"
    assert "floors" not in tile["water"][0] and "class" not in tile["water"][0]


def test_far_out_only_what_can_be_seen(loaded):
    assert set(read_tile(queries.base_tile(at_zoom(12)))) == {"water", "road", "label"}
    assert "building" in read_tile(queries.base_tile(at_zoom(15)))
    assert set(read_tile(queries.base_tile(at_zoom(4)))) == {"label"}  # 2 km of road are a dot there


def test_lines_are_thinned_far_out(db):
    wavy = shapely.LineString([(LON - 0.01 + i / 50_000, LAT + (i % 2) / 200_000) for i in range(1000)])
    load_features([FeatureRow("road", wkb(wavy))], source="test", by=BY, at=STARTS)
    far = read_tile(queries.base_tile(at_zoom(12)))["road"][0]["geometry"]
    near = read_tile(queries.base_tile(at_zoom(15)))["road"][0]["geometry"]
    assert len(far) < 20 < len(near)


def test_elsewhere_is_empty(loaded):
    assert queries.base_tile(Tile(16, 0, 0)) == b""


def test_loading_replaces_and_makes_an_edition(loaded):
    before = queries.base_stamp()
    load_features(ROWS[:1], source="test", by=BY, at=STARTS)
    assert BaseFeature.objects.count() == 1 and queries.base_stamp() != before
    load_features(ROWS[1:2], source="test", by=BY, at=STARTS, replace=False)
    assert BaseFeature.objects.count() == 2


def test_one_bad_shape_and_everything_is_as_before(loaded):
    stamp = queries.base_stamp()
    with pytest.raises((psycopg.Error, DatabaseError)):
        load_features([ROWS[0], FeatureRow("water", "no shape")], source="test", by=BY, at=STARTS)
    assert queries.base_stamp() == stamp and BaseFeature.objects.count() == 4


def test_only_who_may(streets):  # noqa: F811
    with pytest.raises(NotAllowed):
        load_features(ROWS, source="test", by=streets.a.staff["leader"], at=STARTS)
    assert not BaseEdition.objects.exists()
    load_features(ROWS, source="test", by=streets.staff["data_officer"], at=STARTS)


def test_over_http(client, loaded):
    url = f"/api/v1/tiles/base/{HERE_16.z}/{HERE_16.x}/{HERE_16.y}.mvt"
    response = client.get(url, headers={"accept-encoding": "gzip"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert client.get(url, headers={"if-none-match": response["ETag"]}).status_code == 304
    assert client.get("/api/v1/tiles/base/16/0/0.mvt").status_code == 204
    load_features(ROWS, source="newer", by=BY, at=STARTS)
    assert client.get(url, headers={"if-none-match": response["ETag"]}).status_code == 200


@pytest.mark.parametrize("place", ["1/2/0", "1/0/2", "23/0/0", "-1/0/0", "1/x/0", "99999999999999999999/0/0"])
def test_no_such_tile(client, db, place):
    assert client.get(f"/api/v1/tiles/base/{place}.mvt").status_code == 404


def test_the_style_names_the_edition(loaded):
    assert queries.base_tiles_url().endswith(f"?v={queries.base_stamp()}")


def test_no_raster_without_a_key(settings):
    settings.TIANDITU_KEY = None
    assert queries.raster_base() is None


def test_raster_with_a_key(settings):
    settings.TIANDITU_KEY = "abc123"
    raster = queries.raster_base()
    assert (
        raster.picture.startswith("https://t0.tianditu.gov.cn/vec_w/wmts?") and "tk=abc123" in raster.picture
    )
    assert "LAYER=cva&" in raster.labels and "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}" in raster.labels
    assert raster.attribution
