"""Paths by JSON: from a line to shown sections, refusals, retries, and what names the vehicle."""

from io import BytesIO

import pytest

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.models import Case
from onegrid.cases.paths import actions
from onegrid.cases.paths.actions.drawing import Way
from onegrid.cases.paths.api.shapes import PathOut, PathPageOut
from onegrid.cases.paths.models import PathCase, SectionEvidence
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.geo import Datum
from tests.cases.conftest import AT, photo, reported
from tests.cases.flow.asking import JSON, as_, fits, refused
from tests.cases.paths.ways import BEGINS, LAT, THROUGH, drawn, spill, third_street, track
from tests.streets import WEST


@pytest.fixture
def three(town):
    town.c = third_street(town)
    return town


def send(client, address, body=None, *, tag="*", key=None):
    headers = ({"If-Match": tag} if tag else {}) | ({"Idempotency-Key": key} if key else {})
    answer = client.post(f"/api/v1{address}", body or {}, content_type=JSON, headers=headers)
    if answer.status_code in (200, 201) and not address.endswith("/vehicle"):
        fits(PathOut, answer.json())
    return answer


def given(**more) -> dict:
    return {"text": "清运车一路遗撒", "class_id": spill().pk, "track": THROUGH.decode()} | more


def verbs_of(shown: dict) -> list[str]:
    return [verb["verb"] for verb in shown["verbs"]]


def test_a_path_goes_its_whole_way_by_json(three):
    staff = three.a.staff
    dispatcher, clerk = as_(staff["dispatcher"]), as_(staff["shift_leader"])
    answer = send(dispatcher, "/paths", given(vehicle="truck"))
    assert answer.status_code == 201, answer.content
    shown, address = answer.json(), answer["Location"].removeprefix("/api/v1")
    assert shown["way"] == [three.a.area.name, three.b.area.name, three.c.area.name]
    assert [one["position"] for one in shown["sections"]] == [1, 2, 3] and len(shown["grids"]) == 4
    assert set(verbs_of(shown)) == {"lead", "discard", "vehicle"} and shown["case"] is None
    assert "open" in verbs_of(clerk.get(f"/api/v1{address}").json())  # who sends matters does not report them
    assert as_(three.b.staff["grid_worker"]).get(f"/api/v1{address}").status_code == 404
    number = send(clerk, f"{address}/open").json()["case"]
    case = Case.objects.get(number=number)
    flow.verify_case(case_id=case.pk, by=staff["grid_worker"], at=AT)
    (row,) = standards_of(spill())[:1]
    flow.file_case(case_id=case.pk, class_id=spill().pk, standard_id=row.pk, by=staff["shift_leader"], at=AT)
    sent = send(dispatcher, f"{address}/send")
    assert sent.status_code == 200, sent.content
    assert [one["state"] for one in sent.json()["sections"]] == ["accepted", "asked", "asked"]
    assert sent.json()["waits_for"] == [1, 2, 3] and sent.json()["due_at"] is not None
    fits(PathPageOut, dispatcher.get("/api/v1/paths").json())
    # the lead's own evidence, and the record of work; the case is closed by its own verbs
    leads = as_(three.a.staff["shift_leader"])
    tag = leads.get(f"/api/v1{address}")["ETag"]
    section = sent.json()["sections"][0]["id"]
    mine = as_(staff["department_officer"])
    pictured = mine.post(
        f"/api/v1{address}/sections/{section}/show",
        {"words": "已冲洗", "photos": BytesIO(photo())},
        headers={"If-Match": mine.get(f"/api/v1{address}")["ETag"]},
    )
    assert pictured.status_code == 200, pictured.content
    assert pictured.json()["sections"][0]["evidence"][0]["photos"] == 1
    work = send(mine, f"{address}/sections/{section}/work", {"work": "冲洗", "cost": "1200.50"})
    assert work.json()["sections"][0]["cost"] == "1200.50" and work.json()["cost"] == "1200.50"
    refused(send(leads, f"{address}/send", tag=tag), 412, "changed_meanwhile")
    other = reported(three.a)
    near = send(dispatcher, f"{address}/attach", {"number": other.number})
    assert near.status_code == 200, near.content
    kept = dispatcher.get(f"/api/v1{address}", headers={"If-None-Match": near["ETag"]})
    assert kept.status_code == 304


def test_a_repeated_request_is_answered_like_the_first(three):
    dispatcher = as_(three.a.staff["dispatcher"])
    first = send(dispatcher, "/paths", given(), key="p-1")
    again = send(dispatcher, "/paths", given(), key="p-1")
    assert first.status_code == again.status_code == 201 and PathCase.objects.count() == 1
    assert first["Location"] == again["Location"]
    refused(send(dispatcher, "/paths", given(text="别的"), key="p-1"), 409, "key_used_for_another_request")
    address = first["Location"].removeprefix("/api/v1")
    assert send(dispatcher, f"{address}/discard", key="d-1").status_code == 204
    assert send(dispatcher, f"{address}/discard", key="d-1").status_code == 204
    refused(send(dispatcher, f"{address}/discard", key="d-2"), 404, "not_found")
    opened = send(dispatcher, "/paths", given()).json()
    clerk = as_(three.a.staff["shift_leader"])
    assert send(clerk, f"/paths/{opened['id']}/open", key="o-1").status_code == 200
    assert send(clerk, f"/paths/{opened['id']}/open", key="o-1").status_code == 200
    refused(send(clerk, f"/paths/{opened['id']}/open"), 409, "path_is_open")
    assert Case.objects.count() == 1


def test_what_is_refused_writes_nothing(three):
    dispatcher, worker = as_(three.a.staff["dispatcher"]), as_(three.a.staff["grid_worker"])
    path = drawn(three)
    counted = (PathCase.objects.count(), AuditEntry.objects.count())
    sea = f"{WEST + 4},30.5 {WEST + 4.1},30.5"
    times = {"from_at": BEGINS.isoformat(), "to_at": (BEGINS.replace(hour=10)).isoformat()}
    for client, address, body, status, code in (
        (worker, "/paths", given(), 403, "not_allowed"),
        (worker, f"/paths/{path.pk}/open", {}, 404, "not_found"),
        (dispatcher, "/paths/999999/open", {}, 404, "not_found"),
        (dispatcher, f"/paths/{path.pk}/sections/0/show", {"words": "x"}, 404, "not_found"),
        (dispatcher, "/paths", given(track="", line=sea, **times), 409, "outside_all_streets"),
        (dispatcher, "/paths", given(track="", line="1,2 nan,3", **times), 409, "line_unreadable"),
        (dispatcher, "/paths", given(track="", line=sea), 409, "window_needed"),
        (dispatcher, "/paths", given(track=""), 409, "way_needed"),
        (dispatcher, "/paths", given(track="a,b"), 409, "track_unreadable"),
        (dispatcher, "/paths", given(text=" "), 409, "report_is_empty"),
        (dispatcher, "/paths", given(text="a\x00"), 422, "unreadable_input"),
        (dispatcher, "/paths", given(class_id=10**15), 409, "no_such_class"),
        (dispatcher, "/paths", given(owner_id=10**15), 409, "no_such_unit"),
        (dispatcher, "/paths", given(datum="mars"), 422, "unreadable_input"),
        (dispatcher, f"/paths/{path.pk}/send", {}, 409, "no_case_yet"),
        (dispatcher, f"/paths/{path.pk}/lead", {"unit_id": 10**15, "reason": "x"}, 409, "no_such_unit"),
        (dispatcher, f"/paths/{path.pk}/vehicle", {"purpose": " "}, 409, "purpose_needed"),
        (dispatcher, f"/paths/{path.pk}/vehicle", {"purpose": "拦检"}, 409, "no_vehicle"),
    ):
        found = refused(send(client, address, body), status, code)
        assert (PathCase.objects.count(), AuditEntry.objects.count()) == counted, (address, found)
    refused(send(dispatcher, f"/paths/{path.pk}/open", tag=None), 428, "precondition_needed")


def test_the_vehicle_is_told_for_a_purpose_and_that_is_kept(three, client):
    rows = [WEST + 0.001 + 0.01 * n for n in range(7)]
    way = Way(track=track(*rows, name="鲁M·12345"), datum=Datum.CGCS2000, vehicle="鲁M·12345")
    path, dispatcher = drawn(three, way=way), three.a.staff["dispatcher"]
    looked = AuditEntry.objects.filter(verb="paths.reveal_vehicle")
    shown = send(as_(dispatcher), f"/paths/{path.pk}/vehicle", {"purpose": "路口拦检"}).json()
    assert shown == {"vehicle": "鲁M·12345"}
    (entry,) = looked
    assert (entry.actor_key, entry.reason, entry.object_id) == (
        dispatcher.actor_key, "路口拦检", str(path.pk),
    )  # fmt: skip
    assert "12345" not in str(entry.details)
    client.force_login(dispatcher)
    answer = client.post(f"/paths/{path.pk}/vehicle/", {"purpose": "通知车主"})
    page = answer.content.decode()
    assert answer.status_code == 200, page[:3000]
    assert "鲁M·12345" in page and looked.all().count() == 2
    answer = client.post(f"/paths/{path.pk}/vehicle/", {"purpose": ""})
    assert answer.status_code == 302 and looked.all().count() == 2
    assert client.get(f"/paths/{path.pk}/vehicle/").status_code == 405
    for user, refusal in ((three.b.staff["grid_worker"], NotFound), (three.a.staff["grid_worker"], NotFound)):
        with pytest.raises((NotFound, NotAllowed)) as failure:
            actions.reveal_vehicle(path_id=path.pk, purpose="x", by=user, at=AT)
        assert isinstance(failure.value, refusal)
    # who sees an opened path from its own street, but neither draws nor answers for a section
    actions.open_path_case(path_id=path.pk, by=three.a.staff["shift_leader"], at=AT)
    with pytest.raises(NotAllowed):
        actions.reveal_vehicle(path_id=path.pk, purpose="x", by=three.a.staff["leader"], at=AT)
    with pytest.raises(Refused, match="purpose_needed"):
        actions.reveal_vehicle(path_id=path.pk, purpose="长" * 201, by=dispatcher, at=AT)
    assert looked.all().count() == 2


def test_a_form_that_is_sent_twice_is_done_once(three, client):
    client.force_login(three.a.staff["dispatcher"])
    form = {
        "text": "一路遗撒", "class_id": spill().pk, "line": f"{WEST + 0.001},{LAT} {WEST + 0.055},{LAT}",
        "from_at": "2026-11-20T09:00", "to_at": "2026-11-20T09:30", "key": "one-form",
    }  # fmt: skip
    first, again = (client.post("/paths/new/", form) for _ in range(2))
    assert first["Location"] == again["Location"] and PathCase.objects.count() == 1
    other = client.post("/paths/new/", form | {"text": "另一车"})
    assert other["Location"] != first["Location"] and PathCase.objects.count() == 2
    assert not SectionEvidence.objects.exists()
