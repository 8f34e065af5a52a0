"""The map page and its card: which layers, which areas, whose phone."""

import json
import re

import pytest
from django.urls import reverse

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.places.areas.models import Area
from tests.streets import FROM, Streets, streets  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


def as_(client, user):
    client.force_login(user, backend="onegrid.accounts.identity.sessions.Accounts")
    return client


def config(answer) -> dict:
    found = re.search(
        r'<script id="map-config" type="application/json">(.*?)</script>', answer.content.decode()
    )
    assert found is not None
    return json.loads(found[1])


def test_a_grid_worker_sees_the_map_framed_on_what_is_theirs(client, streets: Streets):  # noqa: F811
    answer = as_(client, streets.a.staff["grid_worker"]).get(reverse("staff:map"))
    assert answer.status_code == 200
    west, south, east, north = config(answer)["bounds"]
    lon, lat = streets.a.at(grid=0)
    assert west < lon < east and south < lat < north
    other_lon, other_lat = streets.b.at(grid=0)
    assert not (west < other_lon < east and south < other_lat < north)


def test_only_layers_of_ones_permissions_are_asked_for(client, streets: Streets):  # noqa: F811
    user = streets.a.staff["grid_worker"]
    tiles = config(as_(client, user).get(reverse("staff:map")))["tiles"]
    wanted = {"base", "areas"}
    for name, what in (
        ("things", "things.see"),
        ("establishments", "establishments.see"),
        ("party", "orgs.see"),
    ):
        if user.scope(what).reaches:
            wanted.add(name)
    assert set(tiles) == wanted


def test_unit_grids_can_be_drawn_where_there_are_some_of_ones_own(client, streets: Streets):  # noqa: F811
    as_(client, streets.a.staff["grid_worker"])
    assert "units" not in config(client.get(reverse("staff:map")))["tiles"]
    for street, wanted in ((streets.b, False), (streets.a, True)):
        grid = street.grids[0]
        unit = Area(kind="unit_grid", code=grid.code[:9] + "000001", name="unit", parent=grid)
        unit.path, unit.valid_from = f"{grid.path}9{grid.pk}.", grid.valid_from
        unit.save()
        answer = client.get(reverse("staff:map"))
        assert ("units" in config(answer)["tiles"]) is wanted
        assert ('data-layer="units"' in answer.content.decode()) is wanted


def test_the_card_names_who_is_on_duty_with_the_work_phone_only(client, streets: Streets):  # noqa: F811
    grid, worker = streets.a.grids[0], streets.a.staff["grid_worker"]
    worker.phone = "13900000000"
    worker.save()
    worker.postings.update(public_phone="0543-0000001")
    worker.duties.update(posting=worker.postings.get())
    answer = (
        as_(client, streets.a.staff["community_clerk"]).get(reverse("staff:map_card", args=[grid.pk])).json()
    )
    assert (answer["name"], answer["code"]) == (grid.name, grid.code)
    assert answer["area_m2"] > 100_000
    assert streets.a.staff["grid_worker"].display_name in [person["name"] for person in answer["on_duty"]]
    assert answer["on_duty"][0]["phone"] == "0543-0000001"


def test_a_card_of_another_street_does_not_exist(client, streets: Streets):  # noqa: F811
    as_(client, streets.a.staff["community_clerk"])
    url = reverse("staff:map_card", args=[streets.b.grids[0].pk])
    assert client.get(url).status_code == 404


def test_without_signing_in_there_is_no_staff_map(client, streets: Streets):  # noqa: F811
    assert client.get(reverse("staff:map")).status_code == 302
    assert client.get(reverse("staff:map_card", args=[streets.a.grids[0].pk])).status_code == 302


def test_the_public_map_has_public_layers_and_names_nobody(client, streets: Streets):  # noqa: F811
    assert set(config(client.get(reverse("resident:map")))["tiles"]) == {"base", "areas"}
    card = client.get(reverse("resident:map_card", args=[streets.a.grids[0].pk])).json()
    assert card["name"] == streets.a.grids[0].name
    assert card["on_duty"] == [] and card["households"] is None


def test_a_tapped_component_leads_to_its_page(client, streets: Streets):  # noqa: F811
    """The page gives the map the address and the words; with it the worker reports a change."""
    user = streets.a.staff["grid_worker"]
    answer = as_(client, user).get(reverse("staff:map"))
    assert config(answer)["thingUrl"] == reverse("worker:thing", args=["0"])
    assert "<template data-thing>" in answer.content.decode()


def test_who_may_not_see_components_gets_no_way_to_them(client, streets: Streets):  # noqa: F811
    user = User.objects.create(username="a.developer", display_name="某")
    role = Role.objects.get(code="app_developer")
    Grant.objects.create(user=user, role=role, area=streets.a.area, valid_from=FROM)
    answer = as_(client, user).get(reverse("staff:map"))
    assert "thingUrl" not in config(answer) and "data-thing>" not in answer.content.decode()
