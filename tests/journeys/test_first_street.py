"""Given an installation with its starting records and an operator, when the operator goes the way of
docs/first-street.md by the pages, then a resident's report in the new street is closed, and the page says what is
still missing at each stage."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onegrid.accounts.identity.actions import create_user, grant_role
from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.models import Case
from onegrid.places.areas.models import Area, ImportDraft
from tests.cases.conftest import AT, BY, photo, road, town  # noqa: F401
from tests.house.tree import ROOT
from tests.streets import streets  # noqa: F401

FILES = ROOT / "docs" / "first-street"
STREET = "990201001"
IN_GRID_1 = {"lon": "118.115", "lat": "37.404"}
LEVELS = [("1-street", "street"), ("2-communities", "community"), ("3-grids", "grid")]
UNITS = [("street_centre", "ZX", "样板街道中心"), ("street_office", "SZ", "市政站")]
PEOPLE = [
    ("worker", "grid_worker", "ZX", f"{STREET}001-1"),
    ("shift", "shift_leader", "ZX", STREET),
    ("dispatch", "dispatcher", "ZX", STREET),
    ("officer", "department_officer", "SZ", ""),
]
POSTS = {"department_officer": "officer"}


@pytest.fixture
def operator(town) -> Client:  # noqa: F811
    """As `onegrid accounts create boss 王平` makes it."""
    boss = create_user(username="boss", display_name="王平", password="First-2026-x", by=BY, at=AT)
    grant_role(user=boss, role_code="operator", area=None, organisation=None, by=BY, at=AT)
    return signed_in("boss")


def signed_in(username: str) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    user = User.objects.get(username=username)
    user.must_change_password = False  # what everybody does first, on a page of its own
    user.save(update_fields=["must_change_password"])
    client.force_login(user)
    return client


def body(answer) -> str:
    return answer.content.decode()


def start_page(operator: Client) -> tuple[str, list[str]]:
    """The whole page, and the titles of what is not in place yet."""
    street = Area.objects.filter(code=STREET).first()
    page = body(operator.get("/operator/start/", {"street": street.pk if street else ""}))
    cards = re.findall(r"<h2>\d+\. (.*?)</h2>(.*?)</header>", page, re.S)
    assert len(cards) == 8
    return page, [title for title, badge in cards if "in place" not in badge]


def bring_in(operator: Client, name: str, kind: str) -> None:
    """One file of borders by the import page: upload, say what it is, take over."""
    file = SimpleUploadedFile(f"{name}.geojson", (FILES / f"{name}.geojson").read_bytes())
    page = operator.post("/operator/areas/", {"file": file}, follow=True)
    draft = ImportDraft.objects.latest("pk")
    above = Area.objects.filter(code=STREET).values_list("pk", flat=True).first()
    said = {
        "layer": draft.content["layer"],
        "kind": kind,
        "datum": "wgs84",
        "code_column": "code",
        "name_column": "name",
        "parent_id": above or "",
        "valid_from": f"{AT:%Y-%m-%d}",
        "tolerance": "1",
    }
    page = operator.post(page.request["PATH_INFO"], said, follow=True)
    assert "Take over" in body(page), body(page)
    operator.post(f"/operator/areas/{draft.pk}/confirm/", follow=True)
    draft.refresh_from_db()
    assert draft.state == "confirmed"


def open_unit(operator: Client, kind: str, code: str, name: str) -> None:
    given = {"kind": kind, "code": code, "name": name, "area": STREET}
    assert operator.post("/operator/orgs/open/", given).status_code == 302


def add_person(operator: Client, name: str, role: str, unit: str, area: str) -> None:
    given = {
        "username": name,
        "display_name": name,
        "organisation": unit,
        "post": POSTS.get(role, role),
        "area": area,
        "role": role,
    }
    assert "First password" in body(operator.post("/operator/people/new/", given))


def test_from_nothing_to_the_first_matter_closed(operator):
    assert "/operator/start/" in body(operator.get("/staff/"))
    page, missing = start_page(operator)
    for name, kind in LEVELS:
        bring_in(operator, name, kind)
    page, missing = start_page(operator)
    assert "样板街道" in page and "4 grids" in page
    assert missing == [
        "The street&#x27;s centre",
        "Units that handle matters",
        "People who go there",
        "People at the desk",
        "People of the units",
        "The first matter, closed",
    ]
    for unit in UNITS:
        open_unit(operator, *unit)
    for person in PEOPLE:
        add_person(operator, *person)
    page, missing = start_page(operator)
    assert missing == ["People who go there", "The first matter, closed"]
    assert "3 grids have nobody of their own" in page
    for number, grid in enumerate(("001-2", "002-1", "002-2"), start=2):
        add_person(operator, f"worker{number}", "grid_worker", "ZX", STREET + grid)
    assert start_page(operator)[1] == ["The first matter, closed"]

    resident = Client()
    sent = resident.post("/report/", {"text": "路面有个大坑", **IN_GRID_1, "key": "k", "matter": ""})
    assert sent.status_code == 302
    case = Case.objects.get()
    steps = [
        ("worker", f"/work/{case.number}/verify/", {"found": "yes"}),
        ("shift", f"/cases/{case.number}/file/", {"class_id": road().pk, "standard_id": True}),
        ("dispatch", f"/cases/{case.number}/dispatch/", {"unit_id": Organisation.objects.get(code="SZ").pk}),
        ("officer", f"/cases/{case.number}/handle/", {"words": "已补平", "photos": True}),
        ("worker", f"/work/{case.number}/check/", {}),
        ("shift", f"/cases/{case.number}/close/", {}),
    ]
    for who, address, given in steps:
        case.refresh_from_db()
        real = {"standard_id": standard, "photos": picture}
        given = {key: real[key]() if value is True else value for key, value in given.items()}
        done = signed_in(who).post(address, {"version": case.version, **given})
        assert done.status_code == 302, f"{who} {address}: {body(done)}"
    assert start_page(operator)[1] == []
    followed = body(resident.get(f"/follow/{case.number}/{case.follow_code}/"))
    assert "已补平" in followed


def standard() -> int:
    return standards_of(road())[0].pk


def picture() -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile("done.jpg", photo("green"), "image/jpeg")]


def test_without_a_file_the_street_is_opened_by_name(operator):
    page = body(operator.get("/operator/areas/tree/open/"))
    assert 'value="street" selected' in page and 'value="grid"' not in page
    given = {"kind": "street", "code": STREET, "name": "样板街道", "valid_from": f"{AT:%Y-%m-%d}"}
    assert operator.post("/operator/areas/tree/open/", given).status_code == 302
    street = Area.objects.get(code=STREET)
    below = body(operator.get(f"/operator/areas/tree/{street.pk}/open/"))
    assert 'value="community"' in below and 'value="district"' not in below
    page, missing = start_page(operator)
    assert missing[0] == "Street, communities and grids" and "样板街道" in page
