"""Beside the main road by JSON: decide, take back, hold, link, merge, help, recall; classes for words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case
from onegrid.exchange.openplatform.actions import issue_client
from tests.cases.conftest import AT, brought_to, reported, written
from tests.cases.flow.asking import as_, refused, send


def test_an_extension_is_asked_for_decided_and_one_taken_back(town):
    sent = brought_to("dispatched", town.a)
    officer, leader = as_(town.a.staff["department_officer"]), as_(town.a.staff["shift_leader"])
    Case.objects.filter(pk=sent.pk).update(due_at=timezone.now() + timedelta(days=1))
    sent.clocks.filter(stopped_at=None).update(due_at=timezone.now() + timedelta(days=1))
    base = f"/cases/{sent.number}"
    asked = send(officer, f"{base}/apply", {"kind": "extension", "reason": "等材料"}).json()
    (row,) = asked["applications"]
    assert (row["kind"], row["state"]) == ("extension", "waiting")
    other = brought_to("dispatched", town.a)
    before = written()
    refused(
        send(leader, f"/cases/{other.number}/decide", {"application_id": row["id"], "granted": True}),
        409,
        "no_such_application",
    )
    assert written() == before
    done = send(leader, f"{base}/decide", {"application_id": row["id"], "granted": True})
    assert done.json()["applications"][0]["state"] == "granted"
    second = send(officer, f"{base}/apply", {"kind": "extension", "reason": "仍缺"}).json()["applications"][1]
    back = send(officer, f"{base}/take_back", {"application_id": second["id"]})
    assert back.json()["applications"][1]["state"] == "taken_back"
    refused(send(leader, f"{base}/take_back", {"application_id": second["id"]}), 403, "not_allowed")


def test_a_clock_is_held_and_runs_on(town):
    case = reported(town.a)
    leader = as_(town.a.staff["shift_leader"])
    base = f"/cases/{case.number}"
    refused(send(leader, f"{base}/resume", {}), 409, "not_held")
    refused(send(leader, f"{base}/hold", {"reason": "等权属"}), 409, "until_needed")
    soon = {"until": (timezone.now() + timedelta(days=3)).isoformat()}
    held = send(leader, f"{base}/hold", {"reason": "等权属"} | soon).json()
    assert (held["clock_state"], held["held"], held["due_at"]) == ("paused", True, None)
    assert held["holds"][0]["kind"] == "by_hand" and held["reading"]["state"] == "paused"
    refused(send(leader, f"{base}/hold", {"reason": "again"} | soon), 409, "held_already")
    ran = send(leader, f"{base}/resume", {}).json()
    assert ran["holds"] == [] and ran["due_at"] is not None
    past = {"reason": "x", "until": "2020-01-01T00:00:00+08:00"}
    refused(send(leader, f"{base}/hold", past), 409, "until_needed")


def test_merge_and_link_by_number(town):
    one, other, abroad = reported(town.a), reported(town.a), reported(town.b)
    leader = as_(town.a.staff["shift_leader"])
    base = f"/cases/{one.number}"
    before = written()
    for verb, word in (("merge", "into"), ("link", "other")):
        refused(send(leader, f"{base}/{verb}", {word: abroad.number, "reason": "x"}), 409, "no_such_case")
    assert written() == before
    assert send(leader, f"{base}/merge", {"into": other.number, "reason": "同一处"}).json()["held"] is True
    assert send(leader, f"{base}/unmerge", {"reason": "不是"}).json()["held"] is False
    body = {"other": other.number, "reason": "同一工地"}
    assert send(leader, f"{base}/link", body).json()["linked"] == [other.number]
    assert send(leader, f"{base}/unlink", body).json()["linked"] == []


def test_a_helping_unit_gives_its_part(town):
    sent = brought_to("dispatched", town.a)
    actions.ask_help(
        case_id=sent.pk, unit_id=town.a.firm.pk, task="围挡", by=town.a.staff["department_officer"], at=AT
    )
    helper = as_(town.a.staff["property_clerk"])
    seen = helper.get(f"/api/v1/cases/{sent.number}").json()
    assert "give_help" in [verb["verb"] for verb in seen["verbs"]] and seen["helpers"][0]["state"] == "asked"
    done = send(helper, f"/cases/{sent.number}/give_help", {"words": "已围挡"}).json()
    assert (done["helpers"][0]["state"], done["helpers"][0]["result"]) == ("done", "已围挡")
    refused(send(helper, f"/cases/{sent.number}/give_help", {"words": "再"}), 409, "not_asked")


def test_a_push_is_taken_back(town):
    sent = brought_to("dispatched", town.a)
    dispatcher = as_(town.a.staff["dispatcher"])
    assert send(dispatcher, f"/cases/{sent.number}/recall", {"words": "派错"}).json()["state"] == "filed"


def test_classes_for_words(client, town):
    ask = {"content_type": "application/json"}
    found = client.post("/api/v1/classes/suggest", {"text": "路面有个大坑"}, **ask).json()["items"]
    assert found[0]["case_class"]["code"] == "06013" and 0 < found[0]["confidence"] <= 1
    assert found[0]["words"] and found[0]["words"][0] in found[0]["reason"]
    assert client.post("/api/v1/classes/suggest", {"text": "🙂"}, **ask).json() == {"items": []}
    for wrong in ({}, {"text": ""}, {"text": "x" * 2001}, {"text": "x", "more": 1}):
        assert client.post("/api/v1/classes/suggest", wrong, **ask).status_code == 422


@pytest.fixture
def sensor(town):
    made = issue_client(
        name="甲街道传感器",
        organisation=town.a.centre,
        permissions=["cases.see", "cases.report"],
        area=town.a.area,
        by=town.staff["operator"],
        at=AT,
    )
    return Client(headers={"Authorization": f"Bearer {made.key}"}), made.client


def test_an_application_reports_in_its_own_area_only(town, sensor):
    client, actor = sensor
    (lon, lat), (far_lon, far_lat) = town.a.at(0), town.b.at(0)
    before = written()
    answer = send(client, "/cases", {"text": "水位超限", "lon": far_lon, "lat": far_lat})
    refused(answer, 409, "outside_your_area")
    assert written() == before
    assert send(client, "/cases", {"text": "水位超限", "lon": lon, "lat": lat}).status_code == 201
    given = {"channel": "node", "text": "水位", "at": AT}
    results = actions.open_cases(
        [given | {"lon": far_lon, "lat": far_lat}, given | {"lon": lon, "lat": lat}], by=actor
    )
    assert results[0].code == "outside_your_area" and isinstance(results[1], str)
    assert Case.objects.count() == 2


def test_the_name_behind_a_confidential_report_stays_with_the_centre(town):
    """Filed by a worker for herself: who made the first step is who reported it."""
    worker = town.a.staff["grid_worker"]
    lon, lat = town.a.at(0)
    case = actions.open_case(
        channel="grid_worker", text="楼上私设赌场", lon=lon, lat=lat, secret=True, by=worker, at=AT
    )

    def first(reader):
        page = f"/api/v1/cases/{case.number}"
        return as_(town.a.staff[reader]).get(page, headers={"accept-language": "en"}).json()["timeline"][0]

    shown = first("community_clerk")
    assert (shown["who"], shown["post"], shown["organisation"]) == ("Reported in confidence", "", "")
    assert first("acceptor")["who"] == first("grid_worker")["who"] == worker.display_name
    clerk = as_(town.a.staff["community_clerk"])
    page = clerk.get(f"/cases/{case.number}/").content.decode()
    assert worker.display_name not in page
    stale = clerk.post(f"/cases/{case.number}/note/", {"version": 99, "words": "看看"}, follow=True)
    assert worker.display_name not in stale.content.decode()
