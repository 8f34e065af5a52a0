"""The list page: filters in the address, files, and one step with many cases, without script."""

import re

import pytest
from django.conf import settings

from onegrid.cases.flow.models import Case
from onegrid.kit.audit.models import AuditEntry
from tests.cases.conftest import brought_to, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def text_of(answer) -> str:
    return answer.content.decode()


def test_files_carry_the_filter_of_the_list(client, town):  # noqa: F811
    mine, other = reported(town.a), reported(town.a, grid=3, text="树倒了")
    client.force_login(town.a.staff["leader"])
    page = text_of(client.get("/cases/", {"q": "大坑"}))
    address = re.search(r'href="(/cases/export[.]csv[^"]*)"', page)[1].replace("&amp;", "&")
    answer = client.get(address)
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert (
        answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    )
    assert mine.number in content and other.number not in content
    assert AuditEntry.objects.filter(verb="cases.export").count() == 1
    excel = client.get("/cases/export.xlsx")
    assert b"".join(excel.streaming_content)[:2] == b"PK"


def test_files_are_offered_to_whoever_may_take_them(client, town):  # noqa: F811
    reported(town.a)
    client.force_login(town.a.staff["grid_worker"])
    assert "/cases/export." not in text_of(client.get("/cases/"))
    assert client.get("/cases/export.csv").status_code == 403


def test_choose_look_confirm_and_read_what_became_of_each(client, town):  # noqa: F811
    filed, early, theirs = brought_to("filed", town.a), reported(town.a), brought_to("filed", town.b)
    client.force_login(town.a.staff["dispatcher"])
    page = text_of(client.get("/cases/?open=1&marked=1"))
    assert len(re.findall(r'name="case" value="[^"]+" form="together" checked', page)) == 2
    chosen = {"verb": "dispatch", "case": [early.number, filed.number, theirs.number], "query": "?open=1"}
    before = written()
    look = text_of(client.post("/cases/together/", chosen))
    assert "Can be done: 1. Cannot: 2." in look and "does not fit the case" in look
    assert look.index(f">{filed.number}<") < look.index(
        f">{early.number}<"
    )  # what cannot be done stands last
    assert f'value="{filed.number}:{filed.version}"' in look and f"{early.number}:" not in look
    assert text_of(client.post("/cases/together/", chosen | {"verb": "note"})).count("Goes to") == 0
    assert look.count(town.a.office.name) == 2  # in the sum, and beside the case
    assert written() == before
    go = chosen | {"case": [f"{filed.number}:{filed.version}"], "go": "1", "words": ""}
    done = text_of(client.post("/cases/together/", go))
    assert "Done: 1. Refused: 0." in done and 'href="/cases/?open=1"' in done
    filed.refresh_from_db()
    assert filed.state == "dispatched"
    before = written()
    again = text_of(client.post("/cases/together/", go))
    assert "You have done it a moment ago." in again and written() == before


@pytest.mark.parametrize(
    "given", [{}, {"verb": "press"}, {"verb": "verify", "case": ["x"]}, {"verb": "press", "case": ["x"] * 3}]
)
def test_nothing_chosen_leads_back(client, town, given):  # noqa: F811
    client.force_login(town.a.staff["dispatcher"])  # presses nothing
    answer = client.post("/cases/together/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/cases/?")
    assert client.get("/cases/together/").status_code == 302


def test_a_missing_reason_is_asked_for_again(client, town):  # noqa: F811
    case = reported(town.a)
    client.force_login(town.a.staff["leader"])
    answer = client.post(
        "/cases/together/", {"verb": "press", "case": [f"{case.number}:1"], "go": "1", "words": " "}
    )
    assert answer.status_code == 400 and "Please give the reason." in text_of(answer)
    assert Case.objects.get().pressed == 0
