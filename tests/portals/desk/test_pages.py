"""The desk's pages: every step by GET and POST, refusals in words, scopes, and two at once."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.actions import verify_case
from onegrid.cases.flow.models import Case
from tests.cases.conftest import AT, ORDER, brought_to, photo, reported, road, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401

# the state it is taken in, the step, whose it is, what is filled in, and the state after
STEPS = [
    ("reported", "verify", "community_clerk", {"found": "yes", "words": "属实"}, "verified"),
    ("reported", "settle", "community_clerk", {"words": "已清走", "photos": True}, "checked"),
    ("reported", "cancel", "shift_leader", {"reason": "重复"}, "cancelled"),
    ("verified", "file", "shift_leader", {"class_id": True, "standard_id": True}, "filed"),
    ("filed", "dispatch", "dispatcher", {"unit_id": True}, "dispatched"),
    ("dispatched", "handle", "department_officer", {"words": "已补好", "photos": True}, "handled"),
    ("dispatched", "return", "department_officer", {"reason": "不归我管"}, "filed"),
    ("handled", "check", "community_clerk", {"words": ""}, "checked"),
    ("handled", "rework", "community_clerk", {"reason": "没补平"}, "dispatched"),
    ("checked", "close", "shift_leader", {"words": "谢谢"}, "closed"),
    ("checked", "rework", "shift_leader", {"reason": "没补平"}, "dispatched"),
]


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def filled(case: Case, given: dict, street) -> dict:
    real = {
        "class_id": lambda: road().pk,
        "standard_id": lambda: standards_of(road())[0].pk,
        "unit_id": lambda: street.office.pk,
        "photos": lambda: [SimpleUploadedFile("a.jpg", photo(), "image/jpeg")],
    }
    return {"version": case.version} | {
        name: real[name]() if value is True else value for name, value in given.items()
    }


def path(case: Case, verb: str = "") -> str:
    return f"/cases/{case.number}/{verb + '/' if verb else ''}"


@pytest.mark.parametrize(("state", "verb", "role", "given", "after"), STEPS)
def test_each_step_is_shown_and_taken(client, town, state, verb, role, given, after):  # noqa: F811
    case = brought_to(state, town.a)
    client.force_login(town.a.staff[role])
    assert path(case, verb) in client.get(path(case)).content.decode()
    shown = client.get(path(case, verb))
    assert shown.status_code == 200
    if verb != "file":  # there the class is chosen first
        assert f'value="{case.version}"' in shown.content.decode()
    answer = client.post(path(case, verb), filled(case, given, town.a))
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    assert case.state == after


def test_a_page_asks_only_for_what_the_case_has(client, town):  # noqa: F811
    """Nobody called about it, follows it, left a name or merged it: nothing of the kind is looked up."""
    plain = brought_to("dispatched", town.a)
    asked = {"contact_name": "张三", "contact_phone": "000-0000-1234"}
    more = brought_to("dispatched", town.a, **asked)
    client.force_login(town.a.staff["shift_leader"])
    queries = {}
    for case in (plain, more):
        client.get(path(case))  # what is kept between requests is there now
        with CaptureQueriesContext(connection) as seen:
            shown = client.get(path(case)).content.decode()
        itself = re.compile(rf" = {case.pk}\b")  # similar cases have their own
        queries[case.pk] = [one["sql"] for one in seen.captured_queries if itself.search(one["sql"])]
        assert ("000****1234" in shown) == (case == more)
    for table in ("cases_call", "cases_follower", "cases_caselink"):
        assert not [sql for sql in queries[plain.pk] if f'"{table}"' in sql], table
    own = [
        [sql for sql in queries[case.pk] if sql.endswith(f" = {case.pk} LIMIT 21")] for case in (plain, more)
    ]
    assert [sum("reporter_phone" in sql for sql in one) for one in own] == [0, 1]


def test_who_verifies_at_the_desk_says_who_leads_as_on_site(client, town):  # noqa: F811
    case, clerk = brought_to("reported", town.a), town.a.staff["community_clerk"]
    client.force_login(clerk)
    assert 'name="level" value="community"' in client.get(path(case, "verify")).content.decode()
    given = {"version": case.version, "found": "yes", "level": "community"}
    assert client.post(path(case, "verify"), given).status_code == 302
    case.refresh_from_db()
    assert (case.level, case.holder_org) == ("community", town.a.stations[0])


@pytest.mark.parametrize(
    ("state", "verb", "role", "given", "words"),
    [
        ("reported", "settle", "community_clerk", {"words": "x"}, "required"),
        ("reported", "cancel", "shift_leader", {"reason": " "}, "required"),
        ("verified", "file", "shift_leader", {"class_id": True}, "choose the condition"),
        ("verified", "file", "shift_leader", {"class_id": "999999999"}, "no such class"),
        ("filed", "dispatch", "dispatcher", {"unit_id": "0"}, "not one of the available choices"),
        ("dispatched", "handle", "department_officer", {"words": ""}, "required"),
        ("dispatched", "handle", "department_officer", {"words": "x" * 2001}, "at most 2000"),
        ("handled", "rework", "community_clerk", {"reason": ""}, "required"),
        ("checked", "close", "shift_leader", {"version": "abc"}, ""),
    ],
)
def test_what_does_not_fit_is_said_and_writes_nothing(client, town, state, verb, role, given, words):  # noqa: F811
    case = brought_to(state, town.a)
    before = written()
    client.force_login(town.a.staff[role])
    answer = client.post(path(case, verb), filled(case, given, town.a))
    assert answer.status_code in (400, 404) and words in answer.content.decode()
    assert written() == before


def test_another_unit_than_the_list_names_needs_a_reason(client, town):  # noqa: F811
    case = brought_to("filed", town.a)
    client.force_login(town.a.staff["dispatcher"])
    assert town.a.office.name in client.get(path(case, "dispatch")).content.decode()
    given = {"version": case.version, "unit_id": town.a.centre.pk}
    before = written()
    answer = client.post(path(case, "dispatch"), given)
    assert (
        answer.status_code == 400
        and f"The dispatch list names {town.a.office.name}" in answer.content.decode()
    )
    assert written() == before
    assert client.post(path(case, "dispatch"), given | {"words": "更近"}).status_code == 302


@pytest.mark.parametrize(("state", "verb", "role", "given", "after"), STEPS)
def test_the_other_street_gets_404_and_the_wrong_role_403(client, town, state, verb, role, given, after):  # noqa: F811
    case = brought_to(state, town.a)
    before, sent = written(), filled(case, given, town.a)
    for user, status in ((town.b.staff[role], 404), (town.a.staff["leader"], 403)):
        client.force_login(user)
        answer = client.post(path(case, verb), sent | {"photos": []})
        assert answer.status_code == status
        assert written() == before
    client.force_login(town.b.staff[role])
    assert client.get(path(case)).status_code == client.get(path(case, verb)).status_code == 404


def test_the_second_of_two_is_told_who_did_what(client, town):  # noqa: F811
    case = reported(town.a)
    clerk, worker = town.a.staff["community_clerk"], town.a.staff["grid_worker"]
    client.force_login(clerk)
    client.get(path(case, "verify"))
    verify_case(case_id=case.pk, by=worker, at=AT)
    before = written()
    answer = client.post(path(case, "verify"), {"version": 1, "found": "yes"}, follow=True)
    assert answer.redirect_chain == [(path(case), 302)]
    page = answer.content.decode()
    assert f"Meanwhile {worker.display_name} changed this case (Verify, 10:00)" in page
    assert written() == before


def test_a_step_that_is_over_leads_back_to_the_case(client, town):  # noqa: F811
    case = brought_to("verified", town.a)
    client.force_login(town.a.staff["community_clerk"])
    answer = client.get(path(case, "verify"), follow=True)
    assert "This step is not possible now." in answer.content.decode()
    assert client.get(path(case, "nonsense")).status_code == 404
    assert client.get(path(case, "pass_on")).status_code == 404


@pytest.mark.parametrize("verb", ["dispatch", "close", "file"])
def test_a_step_out_of_turn_is_refused_in_words_before_its_form_is_made(client, town, verb):  # noqa: F811
    case = reported(town.a)  # it has no class yet, which the form of dispatching needs
    before = written()
    client.force_login(town.a.staff["dispatcher" if verb == "dispatch" else "shift_leader"])
    answer = client.post(path(case, verb), {"version": case.version}, follow=True)
    assert answer.redirect_chain == [(path(case), 302)]
    assert "This step does not fit the case" in answer.content.decode()
    assert written() == before


def test_a_photo_of_20_mb_is_refused_by_name(client, town):  # noqa: F811
    case = brought_to("dispatched", town.a)
    client.force_login(town.a.staff["department_officer"])
    before = written()
    big = SimpleUploadedFile("big.jpg", photo() + b"0" * 20 * 1024 * 1024, "image/jpeg")
    answer = client.post(path(case, "handle"), {"version": case.version, "words": "x", "photos": [big]})
    assert answer.status_code == 400 and "“big.jpg” is larger than 15 MB" in answer.content.decode()
    assert written() == before


def test_hostile_words_stay_words(client, town):  # noqa: F811
    case = reported(town.a, text="<script>alert(1)</script> 🕳️ {{ 7|add:7 }}", address="<b>桥</b>")
    client.force_login(town.a.staff["shift_leader"])
    for url in ("/cases/", path(case), path(case, "cancel")):
        page = client.get(url).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; 🕳️" in page and "<script>alert" not in page, url
        assert "<b>桥" not in page


def test_the_queue_shows_the_own_street_and_filters_by_state_and_words(client, town):  # noqa: F811
    ours, done = reported(town.a, text="井盖松动"), brought_to("closed", town.a)
    theirs = reported(town.b)
    client.force_login(town.a.staff["shift_leader"])

    def shown(query: str = "") -> set[Case]:
        page = client.get(f"/cases/{query}").content.decode()
        return {case for case in (ours, done, theirs) if case.number in page}

    assert shown() == {ours, done}
    assert shown("?state=closed") == {done} and shown("?q=井盖") == {ours} and shown("?state=filed") == set()
    assert shown("?after=9999999999999999999999") == shown("?state=nonsense") == {ours, done}


def test_the_queue_knows_where_news_come_from(client, town):  # noqa: F811
    client.force_login(town.a.staff["shift_leader"])
    answer = client.get("/cases/")
    page = answer.content.decode()
    assert f"http://testserver:{settings.LIVE_PORT}/live/stream?kinds=cases.CaseOpened&amp;after=" in page
    policy = answer["Content-Security-Policy"].split("connect-src ")[1].split(";")[0]
    assert f"http://localhost:{settings.LIVE_PORT}" in policy
    client.force_login(town.a.staff["department_officer"])
    assert "kinds=cases.CaseDispatched&amp;after=" in client.get("/cases/").content.decode()


def test_photos_only_for_those_who_see_the_case(client, town):  # noqa: F811
    case = brought_to("handled", town.a)
    url = f"{path(case)}photos/{case.evidence.get().pk}/"
    client.force_login(town.a.staff["shift_leader"])
    assert client.get(url)["Content-Type"] == "image/jpeg"
    client.force_login(town.b.staff["shift_leader"])
    assert client.get(url).status_code == 404
