"""The reporter's contact: masked, and in the clear only for a purpose on record."""

import pytest

from onegrid.kit.audit.models import AuditEntry
from tests.cases.conftest import reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401

PHONE = "13900001234"


@pytest.fixture
def case(town):  # noqa: F811
    return reported(town.a, contact_name="张三", contact_phone=PHONE)


def looks():
    return AuditEntry.objects.filter(verb="cases.reveal_contact")


def test_masked_on_the_page_shown_for_a_purpose(client, town, case):  # noqa: F811
    client.force_login(town.a.staff["acceptor"])
    shown = client.get(f"/cases/{case.number}/").content.decode()
    assert PHONE not in shown
    assert "139****1234" in shown
    answer = client.post(f"/cases/{case.number}/contact/", {"purpose": "核对地点"})
    assert PHONE in answer.content.decode()
    entry = looks().get()
    assert (entry.reason, entry.object_id) == ("核对地点", str(case.pk))
    assert PHONE not in f"{entry.details} {entry.reason}"


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 201])
def test_no_purpose_no_contact(client, town, case, purpose):  # noqa: F811
    client.force_login(town.a.staff["acceptor"])
    answer = client.post(f"/cases/{case.number}/contact/", {"purpose": purpose}, follow=True)
    assert PHONE not in answer.content.decode()
    assert not looks().exists()


@pytest.mark.parametrize(("street", "role", "status"), [("a", "leader", 403), ("b", "acceptor", 404)])
def test_not_for_others(client, town, case, street, role, status):  # noqa: F811
    client.force_login(getattr(town, street).staff[role])
    answer = client.post(f"/cases/{case.number}/contact/", {"purpose": "核对地点"})
    assert answer.status_code == status
    assert not looks().exists()
