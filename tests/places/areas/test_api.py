"""Areas as JSON and tiles: public, cached by stamp."""

from datetime import date
from math import asinh, floor, pi, radians, tan

from onegrid.kit.tiles import EXTENT
from onegrid.places.areas import actions
from tests.places.areas.conftest import AT, BY, STEP


def tile_of(lon: float, lat: float, z: int) -> str:

    x = floor((lon + 180) / 360 * 2**z)
    y = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)
    return f"/api/v1/tiles/areas/{z}/{x}/{y}.mvt"


def test_lists_and_details(client, street):
    found = client.get("/api/v1/areas", {"q": "liuyin"}).json()
    assert [a["code"] for a in found] == ["990101001001"]
    below = client.get("/api/v1/areas", {"parent": street["west"].pk}).json()
    assert [a["code"] for a in below] == ["YQ-001", "YQ-002"]
    detail = client.get(f"/api/v1/areas/{street['g1'].pk}").json()
    assert [a["kind"] for a in detail["above"]] == ["district", "street", "community"]
    assert detail["boundary"]["type"] == "MultiPolygon"
    assert client.get("/api/v1/areas/999999999").json()["code"] == "not_found"


def test_what_is_around_a_point(client, street):
    around = client.get("/api/v1/areas/at", {"lon": 118 + STEP / 2, "lat": 37 + STEP}).json()
    assert [a["kind"] for a in around] == ["district", "street", "community", "grid"]
    assert client.get("/api/v1/areas/at", {"lon": 0, "lat": 0}).json() == []


def test_a_tile_holds_communities_and_grids_and_changes_with_its_areas(client, street):
    url = tile_of(118 + STEP, 37 + STEP, 14)
    tile = client.get(url)
    assert tile.status_code == 200 and EXTENT == 4096
    for word in (b"community", b"grid", b"area_label", "柳荫社区".encode(), b"YQ-001", b"tint"):
        assert word in tile.content
    assert client.get(url, headers={"If-None-Match": tile["ETag"]}).status_code == 304
    actions.close_area(area_id=street["g1"].pk, valid_to=date(2026, 2, 1), by=BY, at=AT)
    after = client.get(url, headers={"If-None-Match": tile["ETag"]})
    assert after.status_code == 200 and b"YQ-001" not in after.content


def test_grids_appear_only_when_one_is_near(client, street):
    assert b"YQ-001" not in client.get(tile_of(118 + STEP, 37 + STEP, 11)).content
    assert client.get(tile_of(118 + STEP, 37 + STEP, 5)).status_code == 204
