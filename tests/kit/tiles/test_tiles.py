"""The pyramid, how a tile is answered, a scope as SQL."""

import gzip

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.actors import EVERYTHING, NOTHING, Reach, Scope
from onegrid.kit.errors import NotFound
from onegrid.kit.geo import metres_between
from onegrid.kit.tiles import Tile, degrees_around, scope_condition, tile_answer

TILE = Tile(1, 0, 0)


@pytest.mark.parametrize(
    ("tile", "exists"),
    [
        (Tile(0, 0, 0), True), (Tile(0, 1, 0), False), (Tile(3, 7, 7), True), (Tile(3, 8, 7), False),
        (Tile(3, 7, 8), False), (Tile(22, 0, 0), True), (Tile(23, 0, 0), False), (Tile(-1, 0, 0), False),
        (Tile(2, -1, 0), False),
    ],
)  # fmt: skip
def test_tiles_that_exist(tile, exists):
    assert tile.exists is exists


def test_bounds():
    assert Tile(0, 0, 0).bounds(0) == pytest.approx((-180, -85.0511, 180, 85.0511), abs=1e-4)
    assert Tile(1, 1, 0).bounds(0) == pytest.approx((0, 0, 180, 85.0511), abs=1e-4)
    west, south, east, north = Tile(14, 13563, 6345).bounds(0)
    wider = Tile(14, 13563, 6345).bounds(0.1)
    assert wider[0] < west and wider[1] < south and wider[2] > east and wider[3] > north


@given(lat=st.floats(-80, 80), metres=st.floats(1, 2000))
def test_the_box_holds_the_circle(lat, metres):
    dx, dy = degrees_around(lat, metres)
    assert metres_between(118, lat, 118 + dx, lat) >= metres
    assert metres_between(118, lat, 118, lat + dy) >= metres


def answer(body=b"", stamp=None, path="/", **headers):
    drawn = []
    request = RequestFactory().get(path, headers=headers)
    response = tile_answer(request, TILE, lambda tile: drawn.append(tile) or body, stamp=stamp)
    return response, drawn


def test_nothing_is_204_with_validators():
    response, _ = answer(stamp="7")
    assert response.status_code == 204 and response["ETag"] == 'W/"7"' and not response.content


def test_outside_the_pyramid():
    with pytest.raises(NotFound, match="no_such_tile"):
        tile_answer(RequestFactory().get("/"), Tile(1, 2, 0), lambda tile: b"x")


def test_zipped_only_for_who_can_read_it():
    body = b"tile" * 1000
    plain, _ = answer(body, stamp="7")
    zipped, _ = answer(body, stamp="7", accept_encoding="br, gzip")
    assert plain.content == body and "Content-Encoding" not in plain
    assert zipped["Content-Encoding"] == "gzip" and gzip.decompress(zipped.content) == body
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in zipped["Vary"]


def test_an_unchanged_public_tile_is_not_drawn():
    response, drawn = answer(b"tile", stamp="7", if_none_match='W/"6", W/"7"')
    assert response.status_code == 304 and not drawn
    response, drawn = answer(b"tile", stamp="8", if_none_match='W/"7"')
    assert response.status_code == 200 and drawn == [TILE]


def test_kept_for_ever_only_under_its_own_stamp():
    assert "immutable" in answer(b"tile", stamp="7", path="/?v=7")[0]["Cache-Control"]
    assert "immutable" not in answer(b"tile", stamp="7", path="/?v=6")[0]["Cache-Control"]
    assert "immutable" not in answer(b"tile", stamp="7")[0]["Cache-Control"]


def test_a_viewers_tile_stays_with_the_viewer():
    first, _ = answer(b"mine")
    assert first["Cache-Control"] == "private, no-cache" and "Cookie" in first["Vary"]
    again, _ = answer(b"mine", if_none_match=first["ETag"])
    changed, _ = answer(b"more", if_none_match=first["ETag"])
    assert again.status_code == 304 and changed.status_code == 200


def test_scope_as_sql():
    assert scope_condition(NOTHING) == ("(false)", {})
    assert scope_condition(EVERYTHING) == ("((true))", {})
    condition, values = scope_condition(Scope((Reach("1.2."), Reach(org_id=5))), "t.path", "t.org")
    assert values == {"scope_low_0": "1.2.", "scope_high_0": "1.2/", "scope_org_1": 5}
    assert " OR " in condition and "t.org = %(scope_org_1)s" in condition
    assert scope_condition(Scope((Reach(org_id=5),))) == ("(false)", {})
    both, _ = scope_condition(Scope((Reach("1.", 5),)), "p", "o")
    assert " AND " in both and " OR " not in both
