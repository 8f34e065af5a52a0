"""Organisations by page: the tree, searching, changing, moving, closing with what hangs on it."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from onegrid.accounts.identity.models import Posting
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.audit.models import AuditEntry
from tests.streets import FROM, Streets, streets  # noqa: F401  a fixture

LIST = reverse("operator:orgs")


@pytest.fixture
def operator(client, streets: Streets):  # noqa: F811
    client.force_login(streets.staff["operator"])
    client.cookies["django_language"] = "en"
    return streets.staff["operator"]


def body(answer) -> str:
    return answer.content.decode()


def test_the_tree_is_walked_level_by_level(client, operator, streets):  # noqa: F811
    top = body(client.get(LIST))
    assert streets.department.name in top and streets.a.office.name not in top
    under = body(client.get(LIST, {"under": streets.a.centre.pk}))
    assert streets.a.office.name in under and streets.b.centre.name not in under


def test_a_search_finds_any_level_and_leaves_as_excel(client, operator, streets):  # noqa: F811
    found = body(client.get(LIST, {"q": "甲东"}))
    assert streets.a.stations[0].name in found and streets.a.stations[1].name not in found
    file = b"".join(client.get(reverse("operator:orgs_export"), {"q": "甲东"}).streaming_content)
    rows = list(load_workbook(io.BytesIO(file)).active.values)
    assert [row[1] for row in rows[1:]] == [streets.a.stations[0].name]


def test_a_worker_of_another_street_sees_nothing_of_it(client, streets):  # noqa: F811
    client.force_login(streets.b.staff["leader"])
    assert client.get(reverse("operator:org", args=[streets.a.office.pk])).status_code == 404
    assert streets.a.office.name not in body(client.get(LIST, {"q": streets.a.office.code}))


def test_opening_one(client, operator, streets):  # noqa: F811
    sent = {
        "kind": "street_office",
        "code": "NEW-1",
        "name": "新站所",
        "area": f"{streets.a.area.code} {streets.a.area.name}",
        "parent": f"{streets.a.centre.code} {streets.a.centre.name}",
    }
    answer = client.post(reverse("operator:org_open"), sent, follow=True)
    made = Organisation.objects.get(code="NEW-1")
    assert answer.redirect_chain[-1][0] == reverse("operator:org", args=[made.pk])
    assert (made.area, made.parent) == (streets.a.area, streets.a.centre)
    again = client.post(reverse("operator:org_open"), sent)
    assert again.status_code == 409 and "This code is taken" in body(again)
    nowhere = client.post(reverse("operator:org_open"), {**sent, "code": "X", "area": "nowhere"})
    assert nowhere.status_code == 422 and not Organisation.objects.filter(code="X").exists()


def test_a_new_name_is_told_in_the_history(client, operator, streets):  # noqa: F811
    office = streets.a.office
    client.post(reverse("operator:org_change", args=[office.pk]), {"name": "新名称", "phone": "0543-1"})
    office.refresh_from_db()
    assert (office.name, office.phone) == ("新名称", "0543-1")
    page = body(client.get(reverse("operator:org", args=[office.pk])))
    assert "甲街道城市管理办公室 → 新名称" in page


def test_it_moves_but_never_in_a_circle(client, operator, streets):  # noqa: F811
    station, centre = streets.a.stations[0], streets.a.centre
    url = reverse("operator:org_move", args=[centre.pk])
    round_ = client.post(url, {"parent": station.code, "reason": "x"})
    assert round_.status_code == 409
    centre.refresh_from_db()
    assert centre.parent == streets.department
    client.post(reverse("operator:org_move", args=[station.pk]), {"parent": "", "reason": "撤并"})
    station.refresh_from_db()
    assert station.parent is None
    assert AuditEntry.objects.get(verb="orgs.move").reason == "撤并"


def test_what_hangs_on_it_is_shown_and_stops_the_closing(client, operator, streets):  # noqa: F811
    url = reverse("operator:org_close", args=[streets.a.office.pk])
    page = body(client.get(url))
    assert "1 people still serve there" in page and "Close it" not in page
    answer = client.post(url, {"reason": "x"})
    assert answer.status_code == 409 and "1 people still serve there" in body(answer)
    assert not Organisation.objects.exclude(closed_on=None).exists()
    Posting.objects.filter(organisation=streets.a.office).update(valid_to=FROM)
    client.post(url, {"reason": "机构改革"})
    closed = Organisation.objects.exclude(closed_on=None).get()
    assert closed == streets.a.office
    assert closed.name in body(client.get(LIST, {"show": "closed"}))
    client.post(reverse("operator:org_reopen", args=[closed.pk]), {"reason": "误撤"})
    closed.refresh_from_db()
    assert closed.closed_on is None
