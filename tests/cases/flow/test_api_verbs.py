"""Steps by JSON: the whole way, refusals, retries, and two people at once."""

from io import BytesIO

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import cancel_case, follow_case, verify_case
from onegrid.cases.flow.api.shapes import CasePage
from onegrid.cases.flow.api.table import DEEDS
from onegrid.cases.flow.models import Case, Step
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.rules import STEPS
from tests.cases.conftest import AT, brought_to, photo, reported, road, written
from tests.cases.flow.asking import as_, fits, refused, send


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


def test_who_wants_nothing_back_gets_nothing_and_the_step_is_taken_once(town):
    case = reported(town.a)
    client, address = as_(town.a.staff["shift_leader"]), f"/api/v1/cases/{case.number}/note"
    headers = {"If-Match": "*", "Idempotency-Key": "n1", "Prefer": "respond-async, return = minimal"}
    for _time in range(2):
        answer = client.post(
            address, {"words": "已电话联系"}, content_type="application/json", headers=headers
        )
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer["Preference-Applied"] == "return=minimal"
    assert list(case.steps.values_list("verb", flat=True)) == ["open", "note"]
    refused(
        client.post(
            address,
            {"word": "x"},
            content_type="application/json",
            headers=headers | {"Idempotency-Key": "n2"},
        ),
        422,
        "unreadable_input",
    )


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
