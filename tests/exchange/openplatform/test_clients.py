"""Applications: who lets them in, what they may do, how often, and that a key is shown once."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from onegrid.exchange.openplatform import rules
from onegrid.exchange.openplatform.actions import (
    TooFast,
    count_request,
    issue_client,
    revoke_client,
    rotate_key,
)
from onegrid.exchange.openplatform.models import ApiClient, ClientKey
from onegrid.exchange.openplatform.queries import client_of_key, clients
from onegrid.kit.actors import Actor, SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, brought_to, reported, town  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401  a fixture

BY = SystemActor("test")


def issued(streets, **more):  # noqa: F811
    given = {
        "name": "某厂平台",
        "organisation": streets.a.centre,
        "permissions": ["cases.see", "cases.report"],
        "area": streets.a.area,
        "by": BY,
        "at": AT,
    }
    return issue_client(**given | more)


def bearer(key: str) -> dict:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_opens_and_is_kept_nowhere(streets):  # noqa: F811
    made = issued(streets)
    assert rules.is_key(made.key) and client_of_key(made.key, AT) == made.client
    assert isinstance(made.client, Actor) and made.client.actor_key == f"client:{made.client.pk}"
    row = ClientKey.objects.get()
    assert made.key not in str(row.__dict__) and row.tail == made.key[-4:]
    entry = AuditEntry.objects.get(verb="clients.issue")
    assert made.key not in str(entry.details) and entry.details["permissions"] == [
        "cases.report",
        "cases.see",
    ]
    for wrong in ("", "x", made.key[:-1], made.key.upper(), made.key + "0", "og_" + "0" * 48, "\x00"):
        assert client_of_key(wrong, AT) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "x" * 81}, "name_too_long"),
        ({"permissions": []}, "no_permissions"),
        ({"permissions": ["cases.contact"]}, "not_grantable"),
        ({"permissions": ["users.edit", "cases.see"]}, "not_grantable"),
        ({"per_minute": 0}, "bad_limit"),
        ({"per_minute": 10**12}, "bad_limit"),
    ],
)
def test_an_application_that_does_not_fit(streets, given, code):  # noqa: F811
    with pytest.raises(Refused) as refusal:
        issued(streets, **given)
    assert refusal.value.code == code
    assert not ApiClient.objects.exists() and not AuditEntry.objects.filter(verb="clients.issue").exists()


def test_a_name_stands_once_for_an_organisation(streets):  # noqa: F811
    issued(streets)
    with pytest.raises(Refused, match="name_taken"):
        issued(streets)
    issued(streets, organisation=streets.b.centre, area=streets.b.area)
    assert ApiClient.objects.count() == ClientKey.objects.count() == 2


def test_who_lets_applications_in(streets):  # noqa: F811
    issued(streets, by=streets.staff["operator"])
    with pytest.raises(NotAllowed):
        issued(streets, name="x", by=streets.a.staff["leader"])
    with pytest.raises(NotFound):  # everywhere is more than the operator's district
        issued(streets, name="x", area=None, by=streets.staff["operator"])
    assert ApiClient.objects.count() == 1


def test_a_rotated_key_stays_open_for_its_grace(streets):  # noqa: F811
    first = issued(streets)
    newest = first.client.keys.get()
    second = rotate_key(client_id=first.client.pk, grace=timedelta(hours=2), seen_key=newest.pk, by=BY, at=AT)
    assert second.key != first.key
    for key, later, opens in ((first.key, 1, True), (first.key, 3, False), (second.key, 3, True)):
        assert (client_of_key(key, AT + timedelta(hours=later)) is not None) is opens
    with pytest.raises(Refused, match="key_changed_meanwhile"):
        rotate_key(client_id=first.client.pk, seen_key=newest.pk, by=BY, at=AT)
    for wrong in (timedelta(days=31), timedelta(seconds=-1)):
        with pytest.raises(Refused, match="bad_grace"):
            rotate_key(client_id=first.client.pk, grace=wrong, by=BY, at=AT)
    assert ClientKey.objects.count() == 2


def test_a_revoked_application_is_out_at_once(streets):  # noqa: F811
    made = issued(streets)
    revoke_client(client_id=made.client.pk, reason="合同到期", by=BY, at=AT)
    revoke_client(client_id=made.client.pk, reason="again", by=BY, at=AT)
    assert client_of_key(made.key, AT) is None
    assert ApiClient.objects.get().scope("cases.see").reaches == ()
    assert [entry.reason for entry in AuditEntry.objects.filter(verb="clients.revoke")] == ["合同到期"]
    with pytest.raises(Refused, match="client_revoked"):
        rotate_key(client_id=made.client.pk, by=BY, at=AT)


def test_another_reach_does_not_see_or_touch_it(streets):  # noqa: F811
    made = issued(streets, organisation=streets.department, area=streets.district)
    stranger = issued(streets, permissions=["cases.see"]).client  # any actor without the right
    with pytest.raises(NotAllowed):
        clients(viewer=stranger)
    with pytest.raises(NotAllowed):
        revoke_client(client_id=made.client.pk, by=stranger, at=AT)
    assert ApiClient.objects.get(pk=made.client.pk).is_active
    assert len(clients(viewer=streets.staff["operator"])[0]) == 2


def test_its_limit_and_when_it_was_last_used(streets):  # noqa: F811
    client = issued(streets, per_minute=2).client
    for _number in range(2):
        count_request(client=client, at=AT)
    with pytest.raises(TooFast) as refusal:
        count_request(client=client, at=AT + timedelta(seconds=20))
    assert refusal.value.status == 429 and refusal.value.details["retry_after"] == 40
    count_request(client=client, at=AT + timedelta(seconds=61))
    assert ApiClient.objects.get().last_used_at == AT + timedelta(seconds=61)


# ---- over HTTP


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def test_a_key_opens_what_it_was_given_for(town, client):  # noqa: F811
    made = issued(town, permissions=["cases.see"])
    mine, other = reported(town.a), reported(town.b)
    seen = client.get("/api/v1/cases", headers=bearer(made.key)).json()["items"]
    assert [row["number"] for row in seen] == [mine.number]
    assert client.get(f"/api/v1/cases/{other.number}", headers=bearer(made.key)).status_code == 404
    assert client.get("/api/v1/things", headers=bearer(made.key)).status_code == 403
    body = {"text": "x", "address": "x"}
    answer = client.post("/api/v1/cases", body, content_type="application/json", headers=bearer(made.key))
    assert answer.status_code == 403 and answer.json()["code"] == "not_allowed"
    who = client.get("/api/v1/caller", headers=bearer(made.key)).json()
    assert who["permissions"] == ["cases.see"] and who["area"] == town.a.area.code


def test_a_department_system_sees_and_handles_its_own(town, client):  # noqa: F811
    made = issued(
        town, organisation=town.a.office, permissions=["cases.see", "cases.handle"], area=None, own_cases_only=True
    )  # fmt: skip
    case, _foreign = brought_to("dispatched", town.a), reported(town.a)
    rows = client.get("/api/v1/cases", headers=bearer(made.key)).json()["items"]
    assert [row["number"] for row in rows] == [case.number]
    tag = client.get(f"/api/v1/cases/{case.number}", headers=bearer(made.key))["ETag"]
    answer = client.post(
        f"/api/v1/cases/{case.number}/handle", {"words": "已修"}, content_type="application/json",
        headers=bearer(made.key) | {"If-Match": tag},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert answer.json()["timeline"][-1]["who"] == made.client.actor_label[:80]


def test_its_reports_come_by_its_own_channel(town, client):  # noqa: F811
    made = issued(town, permissions=["cases.report"], channel="sensor")
    lon, lat = town.a.at(grid=0)

    def sent(**more):
        return client.post(
            "/api/v1/cases", {"text": "井盖位移", "lon": lon, "lat": lat} | more, content_type="application/json",
            headers=bearer(made.key) | {"Idempotency-Key": "a1"},
        )  # fmt: skip

    assert sent().status_code == 201
    assert sent().json()["number"] == sent().json()["number"]
    assert sent(channel="hotline").json()["code"] == "channel_not_yours"


def test_a_wrong_key_never_falls_back_to_a_session(town, client):  # noqa: F811
    client.force_login(town.a.staff["leader"])
    assert client.get("/api/v1/cases").status_code == 200
    assert client.get("/api/v1/cases", headers=bearer("og_" + "0" * 48)).status_code == 401
    assert client.get("/api/v1/cases", headers=bearer("键".encode().decode("latin-1"))).status_code == 401


def test_too_many_requests_over_http(town, client):  # noqa: F811
    made = issued(town, per_minute=1)
    assert client.get("/api/v1/caller", headers=bearer(made.key)).status_code == 200
    answer = client.get("/api/v1/caller", headers=bearer(made.key))
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
    assert answer.json()["code"] == "too_many_requests"
