"""Cases as JSON: lists and one case; filters, pages, scope, ETags."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onegrid.cases.flow.actions import verify_case
from onegrid.cases.flow.api.shapes import CaseOut
from tests.cases.conftest import AT, brought_to, photo, reported, written
from tests.cases.flow.asking import as_, fits, refused, send


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
