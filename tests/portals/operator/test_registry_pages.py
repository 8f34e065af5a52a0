"""Pages of whoever keeps the registry: compounds and their management, shops and firms, city components."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onegrid.kit.audit.models import AuditEntry
from onegrid.places.addresses.actions import open_address
from onegrid.registry.dwellings.models import Compound, Dwelling, Management
from onegrid.registry.establishments.models import Establishment
from onegrid.registry.things.actions import place_thing
from onegrid.registry.things.loading import load_classes
from onegrid.registry.things.models import Thing
from tests.compounds import make_compound
from tests.streets import BY, STARTS, Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db
CREDIT = "91110108MA01ABCD2E"  # another check character than its own


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def keeper(client, streets: Streets):  # noqa: F811
    user = streets.staff["data_officer"]
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def test_a_compound_is_taken_over_from_the_address_tree(client, keeper, streets):  # noqa: F811
    lon, lat = streets.a.at(0)
    given = {"lon": lon, "lat": lat, "by": BY, "at": STARTS}
    home = open_address(kind="compound", name="锦绣苑", parent_id=None, **given)
    block = open_address(kind="building", name="1号楼", parent_id=home.pk, floors=6, **given)
    unit = open_address(kind="unit", name="1单元", parent_id=block.pk, **given)
    for room in ("101室", "102室"):
        open_address(kind="room", name=room, parent_id=unit.pk, **given)
    assert "No compound" in body(client.get("/operator/compounds/"))
    assert "Open its address first" in body(client.get("/operator/compounds/new/?q=没有"))
    assert f"?address={home.pk}" in body(client.get("/operator/compounds/new/?q=锦绣"))
    assert client.get(f"/operator/compounds/new/?address={block.pk}").status_code == 404
    url = f"/operator/compounds/new/?address={home.pk}"
    assert "1号楼" in body(client.get(url)) and Compound.objects.count() == 0
    made = client.post(url)
    compound = Compound.objects.get()
    assert made.url == f"/operator/compounds/{compound.pk}/"
    building = compound.buildings.get()
    assert (building.name, building.floors, building.units, building.households) == ("1号楼", 6, 1, 2)
    assert compound.households == 2 and building.address_id == block.pk
    again = client.post(url)
    assert again.status_code == 409 and Compound.objects.count() == 1
    assert "on the record" in body(client.get("/operator/compounds/new/?q=锦绣"))
    assert "Put on the record" in body(client.get(made.url))
    assert "锦绣苑" in body(client.get("/operator/compounds/?q=锦"))


def test_the_management_is_handed_over_and_the_old_firm_sees_it_no_more(client, keeper, streets):  # noqa: F811
    compound, today = make_compound(streets.a), timezone.localdate()
    url = f"/operator/compounds/{compound.pk}/hand-over/"
    assert streets.a.firm.name in body(client.get(url))
    same = {"organisation": streets.a.firm.code, "on": f"{today}", "remark": "合同"}
    assert client.post(url, same).status_code == 409
    assert client.post(url, {**same, "organisation": "nowhere"}).status_code == 422
    assert Management.objects.get().valid_to is None
    to = client.post(url, {"organisation": "", "on": f"{today}", "remark": "合同到期"})
    page = body(client.get(to.url))
    assert Management.objects.get().valid_to == today
    assert "Management handed over" in page and "合同到期" in page and f"from {today} on" in page
    client.force_login(streets.a.staff["property_clerk"])
    assert client.get(f"/property/compounds/{compound.pk}/").status_code == 404
    client.force_login(keeper)
    earlier = {**same, "on": f"{today - timedelta(days=900)}"}
    assert client.post(url, earlier).status_code == 409


def test_doors_are_read_shown_and_then_written_down(client, keeper, streets):  # noqa: F811
    building = make_compound(streets.a).buildings.get(name="1号楼")
    url = f"/operator/buildings/{building.pk}/doors/"
    assert "cannot vote" in body(client.get(url))
    sent = {"doors": "1单元101室 89.5\n\n1单元102室 120.25"}
    page = body(client.post(url, sent))
    assert "209.75" in page and "2 doors" in page and Dwelling.objects.count() == 0
    for wrong in ("1单元101室", "1单元101室 abc", "1单元101室 0", "x 1 2", "x NaN", f"{'长' * 41} 5"):
        answer = client.post(url, {"doors": f"好门 5\n{wrong}", "looked": "on"})
        assert answer.status_code == 422 and "Line 2" in body(answer), wrong
    assert Dwelling.objects.count() == 0
    assert client.post(url, {**sent, "looked": "on"}).url == url
    assert Dwelling.objects.filter(building=building).count() == 2
    assert client.post(url, {**sent, "looked": "on"}).status_code == 409
    assert Dwelling.objects.count() == 2
    assert "1号楼: 2 doors" in body(client.get(f"/operator/compounds/{building.compound_id}/"))


def test_a_shop_is_put_on_the_record_found_and_closed(client, keeper, streets):  # noqa: F811
    lon, lat = streets.a.at(0)
    assert "No shop or firm" in body(client.get("/operator/firms/"))
    sent = {"kind": "shop", "name": "老陈五金店", "lon": lon, "lat": lat}
    assert client.post("/operator/firms/new/", {**sent, "credit_code": CREDIT}).status_code == 409
    assert client.post("/operator/firms/new/", {**sent, "lon": "10"}).status_code == 409
    assert client.post("/operator/firms/new/", {**sent, "name": ""}).status_code == 422
    assert not Establishment.objects.exists()
    own = client.post("/operator/firms/new/", sent).url
    firm = Establishment.objects.get()
    assert own == f"/operator/firms/{firm.pk}/"
    assert "老陈五金店" in body(client.get("/operator/firms/?q=五金&kind=shop"))
    assert "None fits this search" in body(client.get("/operator/firms/?kind=school"))
    assert client.post(f"{own}close/", {"reason": ""}).status_code == 422
    client.post(f"{own}close/", {"reason": "搬走"})
    page = body(client.get(own))
    assert "搬走" in page and "Closed down" in page and "Close…" not in page
    assert client.post(f"{own}close/", {"reason": "x"}).status_code == 409
    client.force_login(streets.a.staff["grid_worker"])
    assert "History" not in body(client.get(own))
    assert client.post("/operator/firms/new/", sent).status_code == 403


def test_a_component_is_placed_moved_and_its_state_changed(client, keeper, streets):  # noqa: F811
    load_classes(by=BY, at=STARTS)
    (lon, lat), (east, north) = streets.a.at(0), streets.a.at(1)
    sent = {
        "thing_class": "01001",
        "lon": lon,
        "lat": lat,
        "position_source": "survey",
        "owner_name": "供水公司",
    }
    assert client.post("/operator/things/new/", {**sent, "thing_class": "99999"}).status_code == 422
    assert client.post("/operator/things/new/", {**sent, "lon": 10}).status_code == 409
    assert not Thing.objects.exists()
    own = client.post("/operator/things/new/", sent).url
    thing = Thing.objects.get()
    assert own == f"/operator/things/{thing.identifier}/" and thing.owner_name == "供水公司"
    assert thing.identifier in body(client.get("/operator/things/?class=01001"))
    assert thing.identifier in body(client.get(f"/operator/things/?q={thing.identifier[:11]}"))
    for nothing in ("12", "abcdefgh", thing.identifier[:12] + "9" * 5):
        assert "No component" in body(client.get(f"/operator/things/?q={nothing}"))
    client.post(f"{own}move/", {"lon": east, "lat": north, "reason": "测量更正"})
    thing.refresh_from_db()
    assert thing.grid_id == streets.a.grids[1].pk
    assert client.post(f"{own}state/", {"status": "intact", "reason": "x"}).status_code == 409
    client.post(f"{own}state/", {"status": "removed", "reason": "拆除"})
    page = body(client.get(own))
    assert "测量更正" in page and "Intact → Removed" in page and "Change its state" not in page
    assert AuditEntry.objects.filter(verb__startswith="things.").count() == 3


def test_another_streets_records_are_not_there(client, streets):  # noqa: F811
    load_classes(by=BY, at=STARTS)
    lon, lat = streets.b.at(0)
    other = place_thing(class_code="01001", lon=lon, lat=lat, by=BY, at=STARTS)
    client.force_login(streets.a.staff["grid_worker"])
    assert client.get(f"/operator/things/{other.identifier}/").status_code == 404
    assert client.get(f"/operator/things/?q={other.identifier}").context["things"] == []
