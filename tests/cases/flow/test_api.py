"""Cases as JSON: what is shown, opened and done; refusals, retries, and two people at once."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import cancel_case, follow_case, verify_case
from onegrid.cases.flow.api.shapes import CaseOut, CasePage
from onegrid.cases.flow.api.table import DEEDS
from onegrid.cases.flow.models import Case, Step
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.rules import STEPS
from tests.cases.conftest import AT, brought_to, photo, reported, road, written

JSON = "application/json"


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, address: str, body: object = None, *, tag: str | None = "*", key: str | None = None):
    """POST as JSON with If-Match (none: without) and Idempotency-Key."""
    headers = ({"If-Match": tag} if tag else {}) | ({"Idempotency-Key": key} if key else {})
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    answer = client.post(f"/api/v1{address}", content, content_type=JSON, headers=headers)
    if answer.status_code == 200:
        fits(CaseOut, answer.json())
    return answer


def refused(answer, status: int, code: str) -> dict:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    found = answer.json()
    assert (answer.status_code, found["code"], found["status"]) == (status, code, status)
    return found["details"]


# ---- reading


def fits(shape, shown: dict) -> None:
    """Made without the schema's help, and just as it says: every name, no other, values of its kinds."""
    assert _names(shape.model_validate(shown).model_dump()) == _names(shown)


def _names(shown):
    if isinstance(shown, dict):
        return {name: _names(value) for name, value in shown.items()}
    return [_names(value) for value in shown] if isinstance(shown, list) else None


def test_a_list_pages_through_everything_once(town):
    cases = [reported(town.a) for _number in range(5)]
    client, seen, after = as_(town.a.staff["shift_leader"]), [], ""
    while after is not None:
        page = client.get("/api/v1/cases", {"limit": 2, "after": after}).json()
        seen += [row["number"] for row in page["items"]]
        after = page["next"]
    assert seen == [case.number for case in reversed(cases)]


def test_lists_stay_in_scope_and_filter(town):
    reported(town.b)
    mine, verified = reported(town.a, text="井盖丢失"), brought_to("verified", town.a)
    client = as_(town.a.staff["shift_leader"])
    everything = client.get("/api/v1/cases").json()["items"]
    assert {row["number"] for row in everything} == {mine.number, verified.number}
    by_state = client.get("/api/v1/cases", {"state": "verified"}).json()["items"]
    assert [row["number"] for row in by_state] == [verified.number]
    for wanted, numbers in (
        (
            {"since": "2026-11-20", "until": "2026-11-20", "channel": "resident"},
            {mine.number, verified.number},
        ),
        ({"until": "2026-11-19"}, set()),
        ({"area": town.a.grids[0].pk, "open": "true"}, {mine.number, verified.number}),
        ({"area": town.b.area.pk}, set()),
        ({"holder": everything[0]["holder_org"]["id"]}, {verified.number}),
        ({"whose": "mine"}, set()),
        ({"urgent": "true"}, set()),
        ({"level": "city"}, set()),
        ({"matter": 10**9}, set()),
        ({"q": mine.number.lower()}, {mine.number}),
        ({"sort": "due"}, {mine.number, verified.number}),
    ):
        assert {row["number"] for row in client.get("/api/v1/cases", wanted).json()["items"]} == numbers, (
            wanted
        )
    by_words = client.get("/api/v1/cases", {"q": "井盖"}).json()["items"]
    assert [row["number"] for row in by_words] == [mine.number]


def test_a_list_asks_the_same_number_of_queries_however_long(town):
    client, asked = as_(town.a.staff["shift_leader"]), []
    for length in (1, 2, 3):
        brought_to("dispatched", town.a)
        with CaptureQueriesContext(connection) as context:
            assert len(client.get("/api/v1/cases").json()["items"]) == length
        asked.append(len(context))
    assert asked[1] == asked[2]


def test_a_step_asks_as_little_as_it_did(town, django_assert_max_num_queries):
    """What each may cost, sign-in and answer included: a query that comes back is noticed."""
    case, staff = reported(town.a), town.a.staff
    for who, verb, most in (("grid_worker", "verify", 20), ("shift_leader", "cancel", 17)):
        client = as_(staff[who])
        client.get("/api/v1/cases")  # who was seen is written once a minute
        with django_assert_max_num_queries(most):
            done = send(
                client, f"/cases/{case.number}/{verb}", {"reason": "不符合"} if verb == "cancel" else {}
            )
        assert done.status_code == 200


def test_pages_lead_back_by_due_time_too(town):
    for _number in range(3):
        reported(town.a)
    client = as_(town.a.staff["shift_leader"])
    ask = {"limit": 2, "sort": "due"}
    first = client.get("/api/v1/cases", ask).json()
    second = client.get("/api/v1/cases", ask | {"after": first["next"]}).json()
    assert (len(first["items"]), len(second["items"])) == (2, 1)
    assert second["next"] is first["previous"] is None
    assert client.get("/api/v1/cases", ask | {"before": second["previous"]}).json()["items"] == first["items"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"clock": "x"},
        {"whose": "x"},
        {"area": "x"},
        {"since": "2026-13-01"},
        {"after": "1_x"},
        {"after": "x"},
        {"after": "9" * 40},
        {"limit": 0},
        {"limit": 10**30},
        {"state": "x"},
    ],
)
def test_a_filter_that_does_not_fit(town, wrong):
    refused(as_(town.a.staff["leader"]).get("/api/v1/cases", wrong), 422, "unreadable_input")


def test_one_case_with_all_that_is_known(town):
    case = brought_to("handled", town.a, photos=[photo()])
    found = as_(town.a.staff["grid_worker"]).get(f"/api/v1/cases/{case.number}").json()
    assert [step["verb"] for step in found["timeline"]] == ["open", "verify", "file", "dispatch", "handle"]
    assert [clock["stage"] for clock in found["clocks"]] == ["verify", "file", "dispatch", "handle", "check"]
    assert [photo["kind"] for photo in found["evidence"]] == ["scene", "after"]
    assert {verb["verb"] for verb in found["verbs"]} >= {"check", "rework"}
    fits(CaseOut, found)
    picture = as_(town.a.staff["grid_worker"]).get(found["evidence"][0]["url"])
    assert picture["Content-Type"] == "image/jpeg"


def test_nothing_of_the_reporter_is_shown(town):
    case = reported(town.a, contact_name="王小明", contact_phone="138-0000-1234")
    shown = as_(town.a.staff["shift_leader"]).get(f"/api/v1/cases/{case.number}").content.decode()
    assert (
        "王" not in shown and "1234" not in shown.replace(case.number, "") and case.follow_code not in shown
    )


def test_another_streets_case_is_not_there(town):
    case = reported(town.b)
    client = as_(town.a.staff["shift_leader"])
    refused(client.get(f"/api/v1/cases/{case.number}"), 404, "not_found")
    before = written()
    refused(send(client, f"/cases/{case.number}/cancel", {"reason": "x"}), 404, "not_found")
    assert written() == before


def test_not_modified_until_something_changes(town):
    case = reported(town.a)
    client, address = as_(town.a.staff["shift_leader"]), f"/api/v1/cases/{case.number}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": f'"other", {first["ETag"]}'})
    assert again.status_code == 304 and again.content == b"" and again["ETag"] == first["ETag"]
    verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


# ---- opening


def test_a_report_by_json(town):
    lon, lat = town.a.at(grid=0)
    body = {"text": "路灯不亮", "lon": lon, "lat": lat, "class_id": road().pk, "contact_phone": "139"}
    answer = send(as_(town.a.staff["grid_worker"]), "/cases", body)
    case = Case.objects.get()
    assert answer.status_code == 201 and answer["Location"] == f"/api/v1/cases/{case.number}"
    assert answer.json()["number"] == case.number and answer.json()["follow_code"] == case.follow_code
    assert (case.channel, case.text, case.grid, case.case_class) == (
        "grid_worker", "路灯不亮", town.a.grids[0], road(),
    )  # fmt: skip


def test_a_report_as_a_form_with_photos(town):
    lon, lat = town.a.at(grid=0)
    picture = SimpleUploadedFile("x.jpg", photo(), "image/jpeg")
    given = {
        "text": "",
        "lon": lon,
        "lat": lat,
        "channel": "hotline",
        "photos": [picture, BytesIO(photo("blue"))],
    }
    answer = as_(town.a.staff["acceptor"]).post("/api/v1/cases", given)
    assert answer.status_code == 201, answer.content
    case = Case.objects.get()
    assert case.evidence.count() == 2 and case.channel == "hotline"


def test_a_repeated_report_is_one_case(town):
    lon, lat = town.a.at(grid=0)
    body = {"text": "路灯不亮", "lon": lon, "lat": lat}
    client, other = as_(town.a.staff["grid_worker"]), as_(town.a.staff["acceptor"])
    first, again = send(client, "/cases", body, key="k1"), send(client, "/cases", body, key="k1")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    details = refused(
        send(client, "/cases", body | {"text": "别的"}, key="k1"), 409, "key_used_for_another_report"
    )
    assert details and Case.objects.count() == 1
    assert (
        send(other, "/cases", body, key="k1").json()["number"] != first.json()["number"]
    )  # a key is one's own


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{}", 409, "report_is_empty"),
        (b"{", 422, "unreadable_input"),
        (b"[]", 422, "unreadable_input"),
        (b'"x"', 422, "unreadable_input"),
        (b'{"text": "\xff\xfe"}', 422, "unreadable_input"),
        (b'{"text": "a\\u0000b", "address": "x"}', 422, "unreadable_input"),
        (b'{"text": "\\ud800"}', 422, "unreadable_input"),
        (b'{"text": "x", "lon": 1e999, "lat": 1}', 422, "unreadable_input"),
        (b'{"text": "x", "lon": NaN, "lat": 1}', 422, "unreadable_input"),
        (b'{"text": "x", "class_id": ' + b"9" * 5000 + b"}", 422, "unreadable_input"),
        (b'{"text": "x", "class_id": 9223372036854775807, "address": "x"}', 409, "no_such_class"),
        (b'{"text": "x", "adress": "misspelt"}', 422, "unreadable_input"),
        (b"[" * 100_000, 422, "unreadable_input"),
        (b'{"text": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}", 422, "unreadable_input"),
        (json.dumps({"text": "长" * 100_000}).encode(), 422, "unreadable_input"),
        (b'{"text": "x", "lon": 0, "lat": 0}', 409, "outside_all_grids"),
        (b'{"text": "x"}', 409, "place_needed"),
        (b'{"text": "x", "lon": 118.02}', 409, "place_needed"),
        (b'{"text": "x", "channel": "import", "address": "x"}', 422, "unreadable_input"),
    ],
)  # fmt: skip
def test_a_report_that_does_not_fit(town, body, status, code):
    before = written()
    refused(send(as_(town.a.staff["grid_worker"]), "/cases", body), status, code)
    assert written() == before


def test_photos_that_are_none_or_too_large(town, settings):
    lon, lat = town.a.at(grid=0)
    client, before = as_(town.a.staff["grid_worker"]), written()

    def posted(content: bytes):
        return client.post("/api/v1/cases", {"text": "x", "lon": lon, "lat": lat, "photos": BytesIO(content)})

    refused(posted(b"MZ not a picture"), 409, "unsupported_file")
    refused(posted(photo() + bytes(20 * 1024 * 1024)), 409, "file_too_large")
    settings.BODY_BYTES = 1000
    refused(posted(photo() * 10), 413, "body_too_large")
    assert written() == before


def test_neither_json_nor_a_form(town):
    client = as_(town.a.staff["grid_worker"])
    answer = client.post("/api/v1/cases", b"<a/>", content_type="application/xml")
    refused(answer, 415, "not_readable")


@pytest.mark.parametrize("key", ["", "x" * 81, "a b", "ключ"])
def test_a_key_that_is_none(town, key):
    refused(
        send(as_(town.a.staff["grid_worker"]), "/cases", {"text": "x"}, key=key or " "),
        400,
        "bad_idempotency_key",
    )


def test_who_may_not_report(town):
    refused(
        send(as_(town.a.staff["dispatcher"]), "/cases", {"text": "x", "address": "x"}), 403, "not_allowed"
    )
    refused(send(Client(), "/cases", {"text": "x"}), 401, "sign_in_needed")
    refused(send(Client(enforce_csrf_checks=True), "/cases", {"text": "x"}), 401, "sign_in_needed")


# ---- verbs


def test_a_case_goes_its_whole_way_by_json(town):
    number = reported(town.a).number
    staff, seen = town.a.staff, set()
    standard = standards_of(road())[0]
    for who, verb, body in (
        ("grid_worker", "verify", {"found": True}),
        ("shift_leader", "file", {"class_id": road().pk, "standard_id": standard.pk}),
        ("dispatcher", "dispatch", {}),
        ("department_officer", "return", {"reason": "不归我管"}),
        ("dispatcher", "dispatch", {}),
        ("department_officer", "handle", {"words": "已修"}),
        ("grid_worker", "rework", {"reason": "没修好"}),
        ("department_officer", "handle", {"words": "又修了"}),
        ("grid_worker", "check", {}),
        ("shift_leader", "close", {"words": "谢谢"}),
    ):
        client = as_(staff[who])
        tag = client.get(f"/api/v1/cases/{number}")["ETag"]
        answer = send(client, f"/cases/{number}/{verb}", body, tag=tag)
        fits(CasePage, client.get("/api/v1/cases").json())
        if verb == "return":  # with the unit goes its sight of the case
            assert answer.status_code == 204 and client.get(f"/api/v1/cases/{number}").status_code == 404
            continue
        assert answer.status_code == 200, (verb, answer.content)
        assert answer.json()["timeline"][-1]["verb"] == verb
        assert answer["ETag"] != tag and answer["ETag"] not in seen
        seen.add(answer["ETag"])
    assert Case.objects.get().state == "closed"


def test_photos_of_a_step_come_as_a_form(town):
    case = reported(town.a)
    client = as_(town.a.staff["grid_worker"])
    answer = client.post(
        f"/api/v1/cases/{case.number}/settle",
        {"words": "清了", "photos": BytesIO(photo())},
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 200 and answer.json()["evidence"][-1]["kind"] == "after", answer.content


def test_whoever_acts_says_what_was_seen(town):
    case, before = reported(town.a), written()
    client = as_(town.a.staff["shift_leader"])
    refused(
        send(client, f"/cases/{case.number}/cancel", {"reason": "x"}, tag=None), 428, "precondition_needed"
    )
    for wrong in ("x", '"1"', '"1-zz"', "W/" + client.get(f"/api/v1/cases/{case.number}")["ETag"]):
        refused(send(client, f"/cases/{case.number}/cancel", {"reason": "x"}, tag=wrong), 400, "bad_if_match")
    assert written() == before


def test_the_second_of_two_is_told_what_changed(town):
    case = reported(town.a)
    client = as_(town.a.staff["shift_leader"])
    tag = client.get(f"/api/v1/cases/{case.number}")["ETag"]
    verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT)
    before = written()
    details = refused(
        send(client, f"/cases/{case.number}/cancel", {"reason": "x"}, tag=tag), 412, "changed_meanwhile"
    )
    assert details["version"] == 2 and details["seen"] == 1 and details["state"] == "verified"
    assert [(step["verb"], step["who"]) for step in details["since"]] == [("verify", "A网格员")]
    assert written() == before


def test_changed_between_reading_and_locking(town):
    """The other one acts after this request has read the case: the lock finds it, not the first look."""
    case = reported(town.a)
    client = as_(town.a.staff["shift_leader"])
    tag = client.get(f"/api/v1/cases/{case.number}")["ETag"]
    deed = DEEDS[next(verb for verb in DEEDS if verb == "cancel")]

    def other_first(**given):
        verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT)
        return cancel_case(**given)

    object.__setattr__(deed, "act", other_first)
    try:
        answer = send(client, f"/cases/{case.number}/cancel", {"reason": "x"}, tag=tag)
    finally:
        object.__setattr__(deed, "act", cancel_case)
    assert refused(answer, 412, "changed_meanwhile")["version"] == 2
    assert Step.objects.filter(case=case).count() == 2


def test_steps_out_of_turn_and_finished_cases(town):
    case, gone = reported(town.a), brought_to("cancelled", town.a)
    client, before = as_(town.a.staff["shift_leader"]), written()
    refused(send(client, f"/cases/{case.number}/close"), 409, "step_not_allowed")
    refused(send(client, f"/cases/{gone.number}/close"), 409, "case_is_final")
    refused(send(client, f"/cases/{case.number}/verify"), 403, "not_allowed")
    refused(send(client, f"/cases/{case.number}/cancel", {"reason": " "}), 409, "reason_needed")
    refused(send(client, f"/cases/{case.number}/cancel", {"reason": "x" * 2001}), 422, "unreadable_input")
    refused(send(client, f"/cases/{case.number}/cancel", {"reason": "a\x00b"}), 422, "unreadable_input")
    refused(send(client, f"/cases/{case.number}/cancel"), 422, "unreadable_input")
    assert written() == before


OTHER_ROADS = {"withdraw", "rate"}  # the reporter's, by number and code


def test_every_verb_of_the_table_of_steps_has_its_address():
    assert {verb.value for _state, verb in STEPS} - {verb.value for verb in DEEDS} - OTHER_ROADS == set()


def test_a_repeated_step_is_one_step(town):
    """Same key, same content: the same answer, whatever the case became; the case moved once."""
    case = reported(town.a)
    client, other = as_(town.a.staff["shift_leader"]), as_(town.a.staff["leader"])
    tag = client.get(f"/api/v1/cases/{case.number}")["ETag"]
    address, body = f"/cases/{case.number}/note", {"words": "已电话联系"}
    first = send(client, address, body, tag=tag, key="n1")
    again = send(client, address, body, tag=tag, key="n1")
    assert first.status_code == again.status_code == 200 and first.content == again.content
    before = written()
    refused(send(client, address, {"words": "别的"}, tag="*", key="n1"), 409, "key_used_for_another_request")
    refused(
        send(client, f"/cases/{case.number}/press", {"reason": "x"}, key="n1"),
        409,
        "key_used_for_another_request",
    )
    assert written() == before
    assert send(other, address, body, key="n1").status_code == 200  # a key is one's own
    assert list(case.steps.values_list("verb", flat=True)) == ["open", "note", "note"]


def test_a_repeated_return_is_answered_like_the_first_though_the_case_is_out_of_sight(town):
    case = brought_to("dispatched", town.a)
    client, address = as_(town.a.staff["department_officer"]), f"/cases/{case.number}/return"
    body = {"reason": "不归我管"}
    assert send(client, address, body, key="r1").status_code == 204
    before = written()
    assert send(client, address, body, key="r1").status_code == 204
    refused(send(client, address, {"reason": "别的"}, key="r1"), 404, "not_found")
    refused(send(client, address, body, key="r2"), 404, "not_found")
    refused(send(as_(town.b.staff["department_officer"]), address, body, key="r1"), 404, "not_found")
    assert written() == before


def test_what_changed_since_leaves_out_what_was_there_already(town):
    """Two follow the case: its steps are two ahead of its version."""
    case = reported(town.a)
    for words in ("我也看到了", "还有我"):
        follow_case(case_id=case.pk, channel="resident", words=words, by=Resident(), at=AT)
    client = as_(town.a.staff["shift_leader"])
    tag = client.get(f"/api/v1/cases/{case.number}")["ETag"]
    verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT)
    answer = send(client, f"/cases/{case.number}/cancel", {"reason": "x"}, tag=tag)
    assert [step["verb"] for step in refused(answer, 412, "changed_meanwhile")["since"]] == ["verify"]


def test_a_refused_step_leaves_its_key_free(town):
    case = reported(town.a)
    client = as_(town.a.staff["shift_leader"])
    refused(send(client, f"/cases/{case.number}/close", {}, key="k"), 409, "step_not_allowed")
    assert send(client, f"/cases/{case.number}/note", {"words": "x"}, key="k").status_code == 200


def test_the_chain_stands_after_steps_by_json(town):
    case = reported(town.a)
    send(as_(town.a.staff["shift_leader"]), f"/cases/{case.number}/note", {"words": "x"}, key="k")
    assert list(CaseTimelines().findings(lambda done, total: None)) == []
