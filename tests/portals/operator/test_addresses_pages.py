"""Addresses by page: finding, what lies inside, renaming with the old name kept, adding, closing."""

import pytest
from django.urls import reverse

from onegrid.places.addresses.actions import open_address
from onegrid.places.addresses.models import Address
from tests.streets import BY, STARTS, Streets, streets  # noqa: F401  a fixture

LIST = reverse("operator:addresses")


def to(name: str, *args: int) -> str:
    return reverse(f"operator:{name}", args=args)


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def compound(client, streets: Streets) -> Address:  # noqa: F811
    """In street A, looked at by the district's data officer."""
    client.force_login(streets.staff["data_officer"])
    client.cookies["django_language"] = "en"
    lon, lat = streets.a.at(grid=0)
    return open_address(kind="compound", name="锦绣苑", parent_id=None, lon=lon, lat=lat, by=BY, at=STARTS)


def test_found_by_initials_and_by_the_former_name(client, compound):
    assert compound.full_name in body(client.get(LIST)) and compound.full_name in body(
        client.get(LIST, {"q": "jxy"})
    )
    client.post(to("address_rename", compound.pk), {"name": "锦绣花园", "reason": "物业更名"})
    compound.refresh_from_db()
    found = body(client.get(LIST, {"q": "锦绣苑"}))
    assert compound.full_name == "锦绣花园" and "formerly 锦绣苑" in found
    page = body(client.get(to("address", compound.pk)))
    assert "物业更名" in page and "Former name" in page
    same = client.post(to("address_rename", compound.pk), {"name": "锦绣花园", "reason": "x"})
    assert same.status_code == 409


def test_adding_inside_and_closing_from_the_inside_out(client, compound):
    url = to("address_open", compound.pk)
    client.post(url, {"kind": "building", "name": "3号楼", "floors": "6"})
    building = Address.objects.get(name="3号楼")
    assert building.parent == compound and building.area_path == compound.area_path
    assert client.post(url, {"kind": "building", "name": "3号楼"}).status_code == 409
    half = client.post(url, {"kind": "building", "name": "4号楼", "lon": "118.02"})
    assert half.status_code == 422 and not Address.objects.filter(name="4号楼").exists()
    assert client.post(to("address_close", compound.pk), {"reason": "拆除"}).status_code == 409
    client.post(to("address_close", building.pk), {"reason": "拆除"})
    client.post(to("address_close", compound.pk), {"reason": "拆除"})
    compound.refresh_from_db()
    client.get(LIST)  # says once what was done
    assert compound.valid_to is not None and "锦绣苑" not in body(client.get(LIST))


def test_another_street_finds_nothing_and_a_worker_changes_nothing(client, compound, streets):  # noqa: F811
    client.force_login(streets.b.staff["leader"])
    assert client.get(to("address", compound.pk)).status_code == 404
    assert compound.full_name not in body(client.get(LIST, {"q": "jxy"}))
    client.force_login(streets.a.staff["grid_worker"])
    assert "Rename" not in body(client.get(to("address", compound.pk)))
    assert client.post(to("address_close", compound.pk), {"reason": "x"}).status_code == 403
    compound.refresh_from_db()
    assert compound.valid_to is None
