"""The firm's repairs as pages."""

import pytest
from django.test import Client

from onegrid.cases.repairs.models import Repair
from tests.cases.conftest import AT, town  # noqa: F401
from tests.cases.repairs.test_repairs import handed
from tests.compounds import furnished_compound
from tests.streets import streets  # noqa: F401


@pytest.fixture
def firm(town):  # noqa: F811
    furnished_compound(town.a, AT)
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.a.staff["property_clerk"])
    return client


def test_a_firm_handles_a_repair(town, firm):  # noqa: F811
    case = handed(town.a, contact_name="张三", contact_phone="000-0000-1234")
    listed = firm.get("/property/repairs/").content.decode()
    assert case.number in listed and "not taken yet" in listed
    page = f"/property/repairs/{case.number}/"
    shown = firm.get(page).content.decode()
    assert "张**" in shown and "1234" in shown and "张三" not in shown
    assert firm.post(f"{page}accept/", {"version": case.version}).status_code == 302
    again = firm.post(f"{page}accept/", {"version": case.version}, follow=True).content.decode()
    assert "not possible now" in again
    worker = town.a.staff["property_clerk"]
    stale = firm.post(f"{page}assign/", {"version": case.version, "worker_id": worker.pk}, follow=True)
    assert "changed this case" in stale.content.decode()
    firm.post(f"{page}assign/", {"version": case.version + 1, "worker_id": worker.pk})
    assert Repair.objects.get().worker == worker
    missing = firm.post(f"{page}feedback/", {"version": case.version + 2})
    assert missing.status_code == 400
    firm.post(f"{page}feedback/", {"version": case.version + 2, "words": "已修好"})
    case.refresh_from_db()
    assert case.state == "handled"
    assert "nothing to do" in firm.get(page).content.decode()
    assert firm.get(f"{page}nothing/").status_code == 404


def test_no_page_for_others(town, firm):  # noqa: F811
    case = handed(town.a)
    other = Client(headers={"accept-language": "en"})
    other.force_login(town.b.staff["property_clerk"])
    assert other.get(f"/property/repairs/{case.number}/").status_code == 404
    assert case.number not in other.get("/property/repairs/").content.decode()
    assert "No repair here" in firm.get("/property/repairs/?ended=1").content.decode()
