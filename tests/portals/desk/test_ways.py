"""The next step and the way back by one address each, the case beside the list, and the list that survives a step."""

from datetime import timedelta

import pytest
from django.conf import settings

from onegrid.cases.flow.actions import put_hold
from tests.cases.conftest import AT, brought_to, reported, town, written  # noqa: F401
from tests.portals.desk.test_pages import filled, path
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    ("state", "role", "way", "verb"),
    [
        ("reported", "community_clerk", "next", "verify"),
        ("verified", "shift_leader", "next", "file"),
        ("filed", "dispatcher", "next", "dispatch"),
        ("dispatched", "department_officer", "next", "handle"),
        ("dispatched", "department_officer", "back", "return"),
        ("dispatched", "dispatcher", "back", "recall"),
        ("checked", "shift_leader", "next", "close"),
        ("checked", "shift_leader", "back", "rework"),
    ],
)
def test_one_address_leads_to_the_step_of_this_person(client, town, state, role, way, verb):  # noqa: F811
    case = brought_to(state, town.a)
    client.force_login(town.a.staff[role])
    assert client.get(path(case, way), {"from": "?state=filed&x=1"}).url == (
        f"/cases/{case.number}/{verb}/?from=%3Fstate%3Dfiled"
    )


@pytest.mark.parametrize(("way", "words"), [("next", "no next step"), ("back", "cannot send this case back")])
def test_where_there_is_no_step_the_case_says_so(client, town, way, words):  # noqa: F811
    case = brought_to("closed", town.a)
    client.force_login(town.a.staff["dispatcher"])
    answer = client.get(path(case, way), follow=True)
    assert answer.redirect_chain == [(path(case), 302)] and words in text_of(answer)


def test_a_held_case_is_let_go_on_first(client, town):  # noqa: F811
    case = brought_to("filed", town.a)
    put_hold(
        case_id=case.pk, reason="等待", until=AT + timedelta(days=2), by=town.a.staff["shift_leader"], at=AT
    )
    client.force_login(town.a.staff["shift_leader"])
    assert client.get(path(case, "next")).url == path(case, "resume")


def test_the_case_stands_beside_the_list_and_the_address_says_so(client, town):  # noqa: F811
    mine, theirs = reported(town.a), reported(town.b)
    client.force_login(town.a.staff["shift_leader"])
    plain = text_of(client.get("/cases/?state=reported"))
    assert 'id="beside-title"' not in plain and "<split-view" in plain
    page = text_of(client.get(f"/cases/?state=reported&case={mine.number}"))
    assert 'id="beside-title"' in page and 'href="/cases/?state=reported" data-close-beside' in page
    assert 'id="beside-title"' not in text_of(client.get(f"/cases/?case={theirs.number}"))
    part = text_of(client.get(path(mine, "beside")))
    assert mine.text in part and "<html" not in part
    assert client.get(path(theirs, "beside")).status_code == 404


def test_the_list_one_came_from_is_there_again_after_the_step(client, town):  # noqa: F811
    case = brought_to("filed", town.a)
    client.force_login(town.a.staff["dispatcher"])
    came = "?state=filed&after=99&case=" + case.number
    page = text_of(client.get(path(case, "dispatch"), {"from": came}))
    assert 'name="from" value="?state=filed&amp;after=99&amp;case=' in page
    given = filled(case, {"unit_id": True}, town.a) | {"from": came}
    assert client.post(path(case, "dispatch"), given).url == "/cases/" + came
    before = written()
    again = client.post(path(case, "dispatch"), given | {"from": "//evil.example/?state=nothing"})
    assert again.url == path(case) + "?from=%3F" and written() == before
