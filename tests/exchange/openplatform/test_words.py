"""People's words, as applications read them: hidden by default, as written for a purpose (decision 0051)."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from onegrid.exchange.openplatform.actions import give_words, issue_client, revoke_client
from onegrid.exchange.openplatform.queries import purposes_owed
from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotFound, Refused
from tests.cases.conftest import AT, reported, town  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
TEXT = "我叫张三丰，电话13812345678，证号110101199003071239，隔壁李四家漏水，王五也知道"
NAMED = {"contact_name": "王五", "contact_phone": "13812345678"}


@pytest.fixture
def let_in(town):  # noqa: F811
    return issue_client(
        name="某厂平台", organisation=town.a.centre, permissions=["cases.see", "cases.verify"], area=town.a.area,
        by=BY, at=AT,
    )  # fmt: skip


def ask(let_in, address: str):
    return Client().get(f"/api/v1{address}", headers={"authorization": f"Bearer {let_in.key}"})


def said(answer) -> str:
    assert answer.status_code == 200, answer.content
    return json.dumps(answer.json(), ensure_ascii=False)


def test_numbers_and_names_are_hidden_in_everything_it_reads(town, let_in):  # noqa: F811
    case = reported(town.a, text=TEXT, address="幸福路3号 13812345678", **NAMED)
    for address in ("/cases", f"/cases/{case.number}"):
        told = said(ask(let_in, address))
        assert "漏水" in told and "幸福路3号" in told and case.number in told
        for word in ("13812345678", "110101199003071239", "张三丰", "李四", "王五"):
            assert word not in told, (address, word)
    assert ask(let_in, "/caller").json()["words"] is False
    assert json.loads(said(ask(let_in, "/cases")))["items"][0]["text"].count("***") == 5


def test_words_of_steps_are_hidden_too_and_after_a_step_of_its_own(town, let_in):  # noqa: F811
    case = reported(town.a, text=TEXT, **NAMED)
    answer = Client().post(
        f"/api/v1/cases/{case.number}/verify",
        json.dumps({"found": True, "words": "当事人王五，电话 13812345678"}),
        content_type="application/json",
        headers={"authorization": f"Bearer {let_in.key}", "if-match": "*"},
    )
    told = said(answer)
    assert "当事人" in told and "王五" not in told and "13812345678" not in told


def test_people_read_what_was_written(town, let_in, client):  # noqa: F811
    case = reported(town.a, text=TEXT)
    client.force_login(town.a.staff["dispatcher"])
    assert client.get(f"/api/v1/cases/{case.number}").json()["text"] == TEXT
    assert client.get("/api/v1/caller").json()["words"] is True
    assert client.get("/api/v1/cases?q=13812345678").json()["items"][0]["number"] == case.number


def test_a_phone_is_not_guessed_by_searching(town, let_in):  # noqa: F811
    case = reported(town.a, text=TEXT)
    for guess in ("13812345678", "138", "李四", case.number[:-1]):
        answer = ask(let_in, f"/cases?q={guess}")
        assert answer.status_code == 403 and answer.json()["code"] == "words_not_given"
    assert ask(let_in, f"/cases?q={case.number}").json()["items"][0]["number"] == case.number


def test_for_a_purpose_it_reads_them_and_that_is_on_record(town, let_in):  # noqa: F811
    case = reported(town.a, text=TEXT)
    give_words(client_id=let_in.client.pk, purpose=" 派单到某厂工单系统 ", by=BY, at=AT)
    give_words(client_id=let_in.client.pk, purpose="派单到某厂工单系统", by=BY, at=AT)  # again: nothing new
    assert ask(let_in, f"/cases/{case.number}").json()["text"] == TEXT
    assert ask(let_in, "/cases?q=李四").json()["items"]
    give_words(client_id=let_in.client.pk, purpose="", by=BY, at=AT)
    assert "李四" not in said(ask(let_in, f"/cases/{case.number}"))
    entries = AuditEntry.objects.filter(verb="clients.words").order_by("pk")
    assert [(one.reason, one.details["given"]) for one in entries] == [
        ("派单到某厂工单系统", True),
        ("", False),
    ]


def test_what_cannot_be_written_down(town, let_in):  # noqa: F811
    with pytest.raises(Refused, match="purpose_too_long"):
        give_words(client_id=let_in.client.pk, purpose="x" * 301, by=BY, at=AT)
    with pytest.raises(NotFound):
        give_words(client_id=0, purpose="x", by=BY, at=AT)
    revoke_client(client_id=let_in.client.pk, by=BY, at=AT)
    with pytest.raises(Refused, match="client_revoked"):
        give_words(client_id=let_in.client.pk, purpose="x", by=BY, at=AT)
    assert not AuditEntry.objects.filter(verb="clients.words").exists()


def test_a_purpose_that_nobody_wrote_is_none(town, let_in, client):  # noqa: F811
    """After the upgrade they are hidden until somebody has decided, saved empty too; who lets in is told."""
    upgrade = import_module("onegrid.exchange.migrations.0006_applications_owe_a_purpose")
    give_words(client_id=let_in.client.pk, purpose=upgrade.NOBODY_WROTE, by=BY, at=AT)
    upgrade.hide_the_words(apps, None)
    reported(town.a, text=TEXT)
    assert "张三丰" not in said(ask(let_in, "/cases"))
    operator, mark = town.staff["operator"], "Purpose to be written"
    client.force_login(operator)
    pages = ("/staff/", "/operator/clients/")
    assert all(mark in client.get(page, headers={"accept-language": "en"}).content.decode() for page in pages)
    assert purposes_owed(viewer=operator) == 1 and purposes_owed(viewer=town.a.staff["dispatcher"]) == 0
    give_words(client_id=let_in.client.pk, purpose="", by=BY, at=AT)
    assert purposes_owed(viewer=operator) == 0
    assert AuditEntry.objects.filter(verb="clients.words").count() == 2
    assert all(
        mark not in client.get(page, headers={"accept-language": "en"}).content.decode() for page in pages
    )


def test_as_many_statements_for_ten_as_for_one(town, let_in, django_assert_max_num_queries):  # noqa: F811
    for number in range(10):
        reported(town.a, text=f"{number} {TEXT}", contact_name=f"王{number}五", contact_phone="13812345678")
    ask(let_in, "/cases?limit=1")
    with django_assert_max_num_queries(12):
        assert len(ask(let_in, "/cases").json()["items"]) == 10


def test_the_page_where_it_is_written_down(town, let_in, client):  # noqa: F811
    client.force_login(town.staff["operator"])
    address = f"/operator/clients/{let_in.client.pk}/words/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"purpose": "x" * 301}).status_code == 422
    assert client.post(address, {"purpose": "派单"}).status_code == 302
    let_in.client.refresh_from_db()
    assert let_in.client.purpose == "派单" and "派单" in client.get("/operator/clients/").content.decode()
