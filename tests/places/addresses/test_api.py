"""Addresses over HTTP: what visitors may ask, what staff see, how often."""

import pytest
from django.core.cache import cache

from onegrid.accounts.identity.models import Role


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


def names(response):
    assert response.status_code == 200, response.content
    return [one["full_name"] for one in response.json()]


def test_a_visitor_finds_places_and_no_rooms(tree, client):
    answer = client.get("/api/v1/addresses", {"q": "yqlj"}).json()[0]
    assert answer["full_name"] == "云桥路锦绣家园" and answer["kind"] == "compound" and answer["lon"] > 118
    assert names(client.get("/api/v1/addresses", {"q": "锦绣家园3号楼2单元501"})) == []
    assert names(client.get("/api/v1/addresses", {"q": "锦绣家园 501", "mine": True})) == []


def test_staff_find_rooms_in_their_own_area(tree, streets, client):
    client.force_login(streets.a.staff["grid_worker"])
    assert names(client.get("/api/v1/addresses", {"q": "锦绣家园3号楼2单元501"})) == [
        "云桥路锦绣家园3号楼2单元501室"
    ]
    assert names(client.get("/api/v1/addresses", {"q": "锦江花园1号楼101"})) == []
    assert "石桥路锦江花园" in names(client.get("/api/v1/addresses", {"q": "锦江"}))
    assert names(client.get("/api/v1/addresses", {"q": "锦江", "mine": True})) == []


def test_staff_without_the_permission_are_as_visitors(tree, streets, client):
    """A developer of apps has no addresses.see."""
    Role.objects.filter(code="grid_worker").update(permissions=["areas.see"])
    client.force_login(streets.a.staff["grid_worker"])
    assert names(client.get("/api/v1/addresses", {"q": "锦绣家园3号楼2单元501"})) == []


def test_nearest(tree, streets, client):
    lon, lat = streets.a.at(0)
    near = client.get("/api/v1/addresses/near", {"lon": lon + 0.0012, "lat": lat}).json()
    assert near["address"]["full_name"] == "云桥路锦绣家园3号楼" and near["metres"] == 0.0
    far = client.get("/api/v1/addresses/near", {"lon": 100, "lat": 30}).json()
    assert far == {"address": None, "metres": None}


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "云", "limit": 51}, {"q": "云" * 61}])
def test_input_that_does_not_fit(db, client, query):
    response = client.get("/api/v1/addresses", query)
    assert response.status_code == 422 and response.json()["code"] == "unreadable_input"


def test_visitors_are_slowed_and_staff_are_not(tree, streets, client):
    statuses = [client.get("/api/v1/addresses", {"q": "云"}).status_code for _ in range(122)]
    assert statuses[:120] == [200] * 120 and statuses[-1] == 429
    answer = client.get("/api/v1/addresses", {"q": "云"})
    assert answer.json()["code"] == "too_many_tries" and int(answer["Retry-After"]) >= 1
    forged = client.get("/api/v1/addresses", {"q": "云"}, headers={"X-Forwarded-For": "198.51.100.9"})
    assert forged.status_code == 429
    client.force_login(streets.a.staff["grid_worker"])
    assert client.get("/api/v1/addresses", {"q": "云"}).status_code == 200
