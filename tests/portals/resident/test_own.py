"""By number and code: taking a report back, rating the result, adding something. Without account, without script."""

import pytest
from django.conf import settings

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.actions import check_case, close_case, dispatch_case, handle_case, note_case
from onegrid.cases.flow.models import Case
from onegrid.kit.throttle import Limit
from onegrid.portals.resident.limits import DEEDS_OF_ONE
from tests.cases.conftest import AT, brought_to, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def way(case: Case, verb: str = "") -> str:
    return f"/follow/{case.number}/{case.follow_code}/{verb}"


def test_a_report_is_taken_back_with_a_reason_and_a_second_thought(client, town):  # noqa: F811
    case = reported(town.a)
    assert way(case, "withdraw/") in client.get(way(case)).content.decode()
    before = written()
    for given in ({"sure": "on"}, {"reason": "看错了"}, {"reason": " ", "sure": "on"}):
        assert client.post(way(case, "withdraw/"), given).status_code == 400
    assert written() == before
    done = client.post(way(case, "withdraw/"), {"reason": "看错了", "sure": "on"}, follow=True)
    page = done.content.decode()
    case.refresh_from_db()
    assert case.state == "cancelled" and "You took it back" in page and "看错了" in page
    assert "withdraw/" not in page and "note/" not in page


def test_what_a_unit_has_is_not_taken_back(client, town):  # noqa: F811
    case = brought_to("dispatched", town.a)
    before = written()
    for answer in (
        client.get(way(case, "withdraw/"), follow=True),
        client.post(way(case, "withdraw/"), {"reason": "x", "sure": "on"}, follow=True),
    ):
        assert "cannot be taken back any more" in answer.content.decode()
    assert written() == before and "withdraw/" not in client.get(way(case)).content.decode()


@pytest.mark.parametrize(
    ("verdict", "details"),
    [
        ("satisfied", {"stars": 5, "satisfied": True}),
        ("basically", {"stars": 3, "satisfied": True}),
        ("not", {"stars": 1, "satisfied": False}),
    ],
)
def test_a_rating_is_kept_once(client, town, verdict, details):  # noqa: F811
    case = brought_to("closed", town.a)
    assert 'name="verdict"' in client.get(way(case)).content.decode()
    given = {"verdict": verdict, "words": "说明"}
    page = client.post(way(case, "rate/"), given, follow=True).content.decode()
    step = case.steps.last()
    assert step.verb == "rate" and details.items() <= step.details.items()
    assert "You rated the result" in page and 'name="verdict"' not in page
    before = written()
    assert "rated already" in client.post(way(case, "rate/"), given, follow=True).content.decode()
    assert written() == before


def test_who_is_not_satisfied_says_why_and_gets_one_redo(client, town):  # noqa: F811
    case, staff = brought_to("closed", town.a), town.a.staff
    before = written()
    assert client.post(way(case, "rate/"), {"verdict": "not", "redo": "on"}).status_code == 400
    assert client.post(way(case, "rate/"), {"verdict": "perhaps"}).status_code == 400
    assert written() == before
    page = client.post(way(case, "rate/"), {"verdict": "not", "words": "又坏了", "redo": "on"}, follow=True)
    case.refresh_from_db()
    assert case.state == "filed" and "You asked to have it done once more" in page.content.decode()
    dispatch_case(case_id=case.pk, by=staff["dispatcher"], at=AT)
    handle_case(case_id=case.pk, words="重修", by=staff["department_officer"], at=AT)
    check_case(case_id=case.pk, by=staff["grid_worker"], at=AT)
    close_case(case_id=case.pk, by=staff["shift_leader"], at=AT)
    again = client.get(way(case)).content.decode()
    assert 'name="verdict"' in again and 'name="redo"' not in again
    client.post(way(case, "rate/"), {"verdict": "not", "words": "还是坏", "redo": "on"})
    case.refresh_from_db()
    assert case.state == "closed" and case.steps.last().verb == "rate"  # rated; the box was not on offer


def test_a_satisfied_person_does_not_reopen_by_a_stray_box(client, town):  # noqa: F811
    case = brought_to("closed", town.a)
    client.post(way(case, "rate/"), {"verdict": "satisfied", "redo": "on"})
    case.refresh_from_db()
    assert case.state == "closed"


def test_what_the_reporter_adds_reaches_whoever_has_it_and_inner_notes_stay_inside(client, town):  # noqa: F811
    case, worker = reported(town.a), town.a.staff["grid_worker"]
    note_case(case_id=case.pk, words="内部意见", by=worker, at=AT)
    assert client.post(way(case, "note/"), {"words": ""}).status_code == 400
    page = client.post(way(case, "note/"), {"words": "在三号楼后面"}, follow=True).content.decode()
    assert "You added" in page and "在三号楼后面" in page and "内部意见" not in page
    assert case.steps.last().actor_key == "public:resident"
    assert Notice.objects.filter(recipient=worker, kind="case.reporter_note").count() == 1
    client.force_login(worker)
    assert "在三号楼后面" in client.get(f"/cases/{case.number}/").content.decode()


def test_a_note_whose_button_was_pressed_twice_is_one(client, town):  # noqa: F811
    case = brought_to("verified", town.a)
    for words in ("在三号楼后面", "在三号楼后面 ", "还在漏水", "在三号楼后面"):
        assert client.post(way(case, "note/"), {"words": words}).status_code == 302
    said = case.steps.filter(verb="note").order_by("position").values_list("words", flat=True)
    assert list(said) == ["在三号楼后面", "还在漏水", "在三号楼后面"]


@pytest.mark.parametrize("verb", ["withdraw/", "rate/", "note/"])
def test_a_wrong_code_opens_none_of_it(client, town, verb):  # noqa: F811
    case = reported(town.a)
    before = written()
    answer = client.post(
        f"/follow/{case.number}/WRONG222/{verb}", {"words": "x", "reason": "x", "sure": "on"}
    )
    assert answer.status_code == 404 and written() == before


def test_a_flood_of_notes_ends_in_a_wait(client, town, monkeypatch):  # noqa: F811
    monkeypatch.setattr(
        "onegrid.portals.resident.limits.DEEDS_OF_ONE", Limit("own_report_case", 2, DEEDS_OF_ONE.per)
    )
    case, other = reported(town.a), reported(town.a)
    assert [client.post(way(case, "note/"), {"words": "又"}).status_code for _ in range(3)] == [302, 302, 429]
    assert client.post(way(other, "note/"), {"words": "又"}).status_code == 302
