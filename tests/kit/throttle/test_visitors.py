"""What is open to everybody is not open to a machine that walks through it; staff go free."""

from datetime import timedelta

import pytest

from onegrid.cases.catalog import api as classes
from onegrid.kit.throttle import Limit
from onegrid.places.areas import api as areas
from tests.cases.conftest import town  # noqa: F401
from tests.streets import streets  # noqa: F401

NARROW = Limit("narrow", 2, timedelta(minutes=1))


@pytest.mark.parametrize("address", ["/api/v1/areas", "/api/v1/areas/at?lon=118&lat=37", "/api/v1/areas/1"])
def test_areas(streets, client, monkeypatch, address):  # noqa: F811
    monkeypatch.setattr(areas, "VISITORS", NARROW)
    statuses = [client.get(address).status_code for _turn in range(3)]
    assert 429 not in statuses[:2] and statuses[2] == 429
    client.force_login(streets.a.staff["grid_worker"])
    assert client.get(address).status_code != 429


def test_suggestions(town, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr(classes, "SUGGESTIONS", NARROW)
    ask = {"path": "/api/v1/classes/suggest", "data": {"text": "井盖"}, "content_type": "application/json"}
    statuses = [client.post(**ask).status_code for _turn in range(3)]
    assert statuses == [200, 200, 429]
    refusal = client.post(**ask)
    assert refusal.json()["code"] == "too_many_tries" and int(refusal["Retry-After"]) >= 1
    client.force_login(town.a.staff["grid_worker"])
    assert client.post(**ask).status_code == 200
