"""Whistles by JSON: the whole way, refusals, retries, two people at once, and what does not go out."""

from io import BytesIO

import pytest
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.cases.whistle.api.shapes import WhistleOut, WhistlePage
from onegrid.cases.whistle.codes import code_holds, street_code
from onegrid.cases.whistle.models import Whistle, WhistleStep
from tests.cases.conftest import brought_to, photo, town  # noqa: F401
from tests.cases.flow.asking import JSON, as_, fits, refused
from tests.cases.whistle.people import (
    blown,
    bureau,
    call_of,
    kinds_published,
    officer,
    person,
    rows,
    supervisor,
)
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(town):  # noqa: F811
    kinds_published()
    return town


def send(client, address, body=None, *, tag="*", key=None):
    headers = ({"If-Match": tag} if tag else {}) | ({"Idempotency-Key": key} if key else {})
    answer = client.post(f"/api/v1{address}", body or {}, content_type=JSON, headers=headers)
    if answer.status_code in (200, 201):
        fits(WhistleOut, answer.json())
    return answer


def wanted(place, **more):
    return {
        "kind": "joint",
        "words": "请到场联合处置",
        "lead": place.department.pk,
        "area_id": place.a.grids[0].pk,
    } | more


def calls(number: str, place, org=None) -> str:
    whistle = Whistle.objects.get(number=number)
    return f"/whistles/{number}/calls/{call_of(whistle, org or place.department).pk}"


def verbs_of(shown: dict) -> list[str]:
    return [verb["verb"] for verb in shown["verbs"]]


def test_a_whistle_goes_its_whole_way_by_json(place):
    case = brought_to("dispatched", place.a)
    leader, department = as_(place.a.staff["leader"]), as_(officer(place))
    kinds = {kind["code"]: kind for kind in leader.get("/api/v1/whistle-kinds").json()}
    assert set(kinds) == {"appeal", "key_work", "joint", "emergency"}
    limits = {limit["step"]: limit for limit in kinds["emergency"]["limits"]}
    assert limits["report_in"]["mark"] == "unverified"
    units = leader.get(f"/api/v1/whistle-units/{place.a.grids[0].pk}").json()
    assert place.department.pk in [unit["id"] for unit in units]
    answer = send(leader, "/whistles", wanted(place, area_id=None, cases=[case.number]))
    assert answer.status_code == 201, answer.content
    number = answer.json()["number"]
    assert answer["Location"] == f"/api/v1/whistles/{number}"
    assert answer.json()["cases"] == [
        {"number": case.number, "state": "dispatched", "held": True, "seen": True}
    ]
    seen = department.get(f"/api/v1/whistles/{number}")
    assert verbs_of(seen.json()["calls"][0]) == ["sign", "report_in", "refuse"]
    assert seen.json()["verbs"] == []
    given = leader.get(f"/api/v1/whistles/{number}/code").json()
    assert code_holds(given["code"], Whistle.objects.get(), timezone.now())
    mine = calls(number, place)
    for who, address, body in (
        (department, f"{mine}/sign", {}),
        (department, f"{mine}/contact", {"words": "九点到"}),
        (department, f"{mine}/report_in", {"code": given["code"]}),
        (leader, f"/whistles/{number}/record", {
            "findings": "护栏缺两处",
            "tasks": [{"words": "补装", "organisation_id": place.department.pk, "due_on": "2099-01-01"}],
        }),
        (department, f"{mine}/attest", {}),
        (department, f"{mine}/finish", {"result": "已清理"}),
        (leader, f"{mine}/rate", {"stars": 5}),
        (department, f"{mine}/rate_whistle", {"stars": 4}),
    ):  # fmt: skip
        tag = who.get(f"/api/v1/whistles/{number}")["ETag"]
        answer = send(who, address, body, tag=tag)
        assert answer.status_code == 200, (address, answer.content)
        assert answer["ETag"] != tag
    shown = answer.json()
    task = shown["record"]["tasks"][0]
    assert shown["record"]["seal_holds"] is True and len(shown["record"]["signatures"]) == 2
    answer = send(department, f"/whistles/{number}/tasks/{task['id']}/finish", {"words": "装好了"})
    assert answer.json()["record"]["tasks"][0]["done_words"] == "装好了"
    assert shown["state"] == "finished" and shown["cases"][0]["held"] is False
    assert [step["deed"] for step in shown["timeline"]] == [
        "blow", "sign", "contact", "report_in", "record", "attest", "finish", "end", "rate", "rate",
    ]  # fmt: skip
    ended = leader.get("/api/v1/whistles?which=ended").json()
    fits(WhistlePage, ended)
    assert [one["number"] for one in ended["items"]] == [number]
    assert leader.get("/api/v1/whistles").json()["items"] == []


def test_a_photo_on_site_comes_as_a_form_and_can_be_looked_at(place):
    whistle = blown(place)
    department, (lon, lat) = as_(officer(place)), place.a.at(0)
    mine = calls(whistle.number, place)
    given = {"lon": lon, "lat": lat, "photos": BytesIO(photo())}
    answer = department.post(f"/api/v1{mine}/report_in", given, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.content
    shown = answer.json()["calls"][0]
    assert "point" not in shown and shown["way"] == "site"
    assert department.get(shown["photo"])["Content-Type"] == "image/jpeg"
    before = rows()
    two = given | {"photos": [BytesIO(photo()), BytesIO(photo())]}
    refused(
        department.post(f"/api/v1{mine}/report_in", two, headers={"If-Match": "*"}), 409, "too_many_photos"
    )
    assert rows() == before


def test_what_is_refused_writes_nothing(place):
    whistle, mine_bureau = blown(place), bureau(place)
    number, mine = whistle.number, calls(whistle.number, place)
    leader, department = as_(place.a.staff["leader"]), as_(officer(place))
    other, worker = as_(place.b.staff["leader"]), as_(place.a.staff["grid_worker"])
    stranger = as_(person("bureau.officer", "department_officer", org=mine_bureau))
    before = rows()
    for client, address, body, status, code in (
        (other, f"/whistles/{number}/withdraw", {"reason": "x"}, 404, "not_found"),
        (stranger, f"{mine}/sign", {}, 404, "not_found"),
        (worker, f"{mine}/sign", {}, 403, "not_allowed"),
        (leader, f"{mine}/sign", {}, 403, "not_allowed"),
        (department, f"/whistles/{number}/withdraw", {"reason": "x"}, 403, "not_allowed"),
        (department, f"{mine}/decide", {"upheld": True, "words": "x"}, 403, "not_allowed"),
        (department, f"/whistles/{number}/calls/0/sign", {}, 404, "not_found"),
        (department, f"/whistles/{number}/tasks/0/finish", {"words": "x"}, 404, "not_found"),
        (department, f"{mine}/finish", {"result": "x"}, 409, "report_in_first"),
        (department, f"{mine}/report_in", {}, 409, "proof_needed"),
        (department, f"{mine}/report_in", {"remote": True, "words": "x"}, 409, "remote_not_allowed"),
        (department, f"{mine}/report_in", {"code": "x"}, 409, "code_not_good"),
        (department, f"{mine}/report_in", {"lat": 91}, 422, "unreadable_input"),
        (department, f"{mine}/refuse", {"reason": "a\x00b"}, 422, "unreadable_input"),
        (department, f"{mine}/refuse", {"reason": "x", "more": 1}, 422, "unreadable_input"),
        (leader, f"{mine}/rate", {"stars": 6}, 422, "unreadable_input"),
        (leader, f"/whistles/{number}/record", {"findings": "x"}, 409, "nobody_there"),
        (leader, "/whistles", wanted(place, cases=["YW0"]), 409, "no_such_case"),
        (leader, "/whistles", wanted(place, lead=10**18), 409, "unit_not_here"),
        (leader, "/whistles", wanted(place, lon=122.5, lat=30.5), 409, "point_elsewhere"),
        (worker, "/whistles", wanted(place), 403, "not_allowed"),
    ):
        refused(send(client, address, body), status, code)
        assert rows() == before, address


def test_whoever_acts_says_what_was_seen_and_the_second_is_told(place):
    whistle = blown(place)
    number, mine = whistle.number, calls(whistle.number, place)
    leader, department = as_(place.a.staff["leader"]), as_(officer(place))
    tag = leader.get(f"/api/v1/whistles/{number}")["ETag"]
    refused(
        send(leader, f"/whistles/{number}/withdraw", {"reason": "x"}, tag=None), 428, "precondition_needed"
    )
    refused(send(leader, f"/whistles/{number}/withdraw", {"reason": "x"}, tag="x"), 400, "bad_if_match")
    assert send(department, f"{mine}/sign").status_code == 200
    before = rows()
    details = refused(
        send(leader, f"/whistles/{number}/withdraw", {"reason": "x"}, tag=tag), 412, "changed_meanwhile"
    )
    assert [step["deed"] for step in details["since"]] == ["sign"] and details["seen"] == 2
    assert rows() == before
    now = leader.get(f"/api/v1/whistles/{number}")["ETag"]
    kept = leader.get(f"/api/v1/whistles/{number}", headers={"If-None-Match": now})
    assert kept.status_code == 304 and kept["ETag"] == now


def test_a_repeated_request_is_answered_like_the_first(place):
    leader, department = as_(place.a.staff["leader"]), as_(officer(place))
    first = send(leader, "/whistles", wanted(place), key="w-1")
    again = send(leader, "/whistles", wanted(place), key="w-1")
    assert first.status_code == again.status_code == 201
    assert again.json()["number"] == first.json()["number"] and Whistle.objects.count() == 1
    refused(
        send(leader, "/whistles", wanted(place, words="别的"), key="w-1"), 409, "key_used_for_another_request"
    )
    mine = calls(first.json()["number"], place)
    assert send(department, f"{mine}/sign", key="s-1").status_code == 200
    assert send(department, f"{mine}/sign", key="s-1").status_code == 200
    refused(send(department, f"{mine}/sign"), 409, "step_done")
    refused(send(department, f"{mine}/report_in", {"code": "x"}, key="r-1"), 409, "code_not_good")
    code = street_code(Whistle.objects.get(), timezone.now())
    # what was refused left no trace under its key
    refused(send(department, f"{mine}/report_in", {"code": "y"}, key="r-1"), 409, "code_not_good")
    assert send(department, f"{mine}/report_in", {"code": code}, key="r-1").status_code == 200
    assert WhistleStep.objects.filter(deed="sign").count() == 1


def test_the_district_decides_by_json(place):
    whistle = blown(place)
    mine = calls(whistle.number, place)
    department, district = as_(officer(place)), as_(supervisor(place))
    assert send(department, f"{mine}/refuse", {"reason": "非我局职责"}).status_code == 200
    refused_ones = district.get("/api/v1/whistles?which=refused").json()["items"]
    assert [one["number"] for one in refused_ones] == [whistle.number]
    shown = district.get(f"/api/v1/whistles/{whistle.number}").json()
    assert verbs_of(shown["calls"][0]) == ["decide"]
    answer = send(district, f"{mine}/decide", {"upheld": True, "words": "属你局"})
    assert answer.status_code == 200 and answer.json()["calls"][0]["state"] == "called"
    refused(send(department, f"{mine}/refuse", {"reason": "还是不归"}), 409, "refused_before")


def test_lists_stand_on_few_queries_and_hold_pages(place, django_assert_max_num_queries):
    for _ in range(3):
        blown(place)
    leader = as_(place.a.staff["leader"])
    with django_assert_max_num_queries(15):
        page = leader.get("/api/v1/whistles?limit=2").json()
    assert len(page["items"]) == 2 and page["next"]
    rest = leader.get(f"/api/v1/whistles?limit=2&before={page['next']}").json()
    assert len(rest["items"]) == 1 and rest["next"] is None
    assert as_(place.b.staff["leader"]).get("/api/v1/whistles").json()["items"] == []


def test_the_case_itself_opens_only_to_whom_it_was_open(place):
    case = brought_to("dispatched", place.a)
    Case.objects.filter(pk=case.pk).update(unit=place.a.office)
    whistle = blown(place, cases=[case])
    shown = as_(officer(place)).get(f"/api/v1/whistles/{whistle.number}").json()
    assert shown["cases"] == [{"number": case.number, "state": "dispatched", "held": True, "seen": False}]
