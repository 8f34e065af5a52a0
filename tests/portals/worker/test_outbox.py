"""What a phone sends from its outbox: any page's answer as JSON, each key once, bound to the person; and what it is
given to keep."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from onegrid.cases.flow.models import Case, Step
from onegrid.kit.sendings.models import Sending
from onegrid.kit.verifications import VERIFICATIONS
from onegrid.portals.worker.outbox import Complaints, kept_and_sent, not_kept
from tests.cases.conftest import photo, reported, road, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401

KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def worker(client, town):  # noqa: F811
    client.force_login(town.a.staff["grid_worker"])
    return town.a.staff["grid_worker"]


def from_phone(
    client, person, path: str, fields: dict, *, key: str = KEY, ago: timedelta = timedelta(0), **more
):
    clock = timezone.localtime()
    headers = {
        "X-Outbox-Key": key,
        "X-Outbox-Person": str(person.pk),
        "X-Outbox-Written": (clock - ago).isoformat(),
        "X-Outbox-Clock": clock.isoformat(),
        "Accept": "application/json",
    } | more
    return client.post(path, fields, headers=headers)


def picture(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("site.jpg", photo(colour), "image/jpeg")


def reporting(street, **more) -> dict:
    lon, lat = street.at(0)
    return {"photos": [picture("gray")], "matter": road().pk, "lon": lon, "lat": lat, "key": KEY} | more


def proven() -> bool:
    return not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_a_step_is_done_once_and_says_when_it_was_done(client, town, worker):  # noqa: F811
    case = reported(town.a)
    fields = {"version": case.version, "found": "yes", "level": "street"}
    path, ago = f"/work/{case.number}/verify/", timedelta(hours=3)
    answer = from_phone(client, worker, path, fields, ago=ago)
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "to": "/work/",
        "words": [f"{case.number} is done. Thank you."],
        "version": case.version + 1,
        "again": False,
    }
    step = Step.objects.get(case=case, verb="verify")
    assert abs(timezone.now() - ago - step.occurred_at) < timedelta(minutes=1)
    assert timezone.now() - step.at < timedelta(minutes=1)  # clocks run by when it was sent
    assert b"done without a network" in client.get(f"/work/{case.number}/").content
    before = written()
    again = from_phone(client, worker, path, fields, ago=ago).json()
    assert again["again"] and again["to"] == "/work/" and written() == before
    assert proven()


def test_sent_at_once_it_says_nothing_of_phones(client, town, worker):  # noqa: F811
    case = reported(town.a)
    from_phone(client, worker, f"/work/{case.number}/verify/", {"version": case.version, "found": "yes"})
    assert "occurred_at" not in Step.objects.get(case=case, verb="verify").details


def test_a_report_with_photo_and_settling_is_one_case(client, town, worker):  # noqa: F811
    fields = reporting(town.a, settled="on", done="已补平", result_photos=[picture("green")])
    for _ in range(2):
        fields["photos"], fields["result_photos"] = [picture("gray")], [picture("green")]
        assert from_phone(client, worker, "/work/report/", fields).status_code == 200
    case = Case.objects.get()
    assert (case.state, case.steps.count(), case.evidence.count()) == ("checked", 2, 2)
    assert Sending.objects.count() == 1 and proven()


def test_somebody_was_faster_both_sides_are_told(client, town, worker):  # noqa: F811
    case = reported(town.a)
    other = {"version": case.version, "words": "我先看了"}
    client.post(f"/work/{case.number}/note/", other)
    before = written()
    fields = {"version": case.version, "found": "yes"}
    answer = from_phone(client, worker, f"/work/{case.number}/verify/", fields)
    assert answer.status_code == 409 and answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "changed_meanwhile" and "Meanwhile" in told["title"]
    now = told["details"]["now"]
    assert (now["state"], now["version"]) == ("Reported", case.version + 1)
    assert [(step["what"], step["words"]) for step in now["steps"]][-1] == ("Add a note", "我先看了")
    assert written() == before and not Sending.objects.exists()


def test_a_step_that_is_not_open_any_more(client, town, worker):  # noqa: F811
    case = reported(town.a)
    fields = {"version": case.version, "found": "yes"}
    client.post(f"/work/{case.number}/verify/", fields)
    told = from_phone(client, worker, f"/work/{case.number}/verify/", fields).json()
    assert told["code"] == "changed_meanwhile" and told["details"]["now"]["state"] == "Verified"


def test_a_note_takes_photos_along(client, town, worker):  # noqa: F811
    case = reported(town.a)
    fields = {"version": case.version, "words": "Verify (10:02): …", "photos": [picture("red")]}
    assert from_phone(client, worker, f"/work/{case.number}/note/", fields).status_code == 200
    assert case.evidence.get().step.verb == "note" and proven()


def test_what_is_filled_in_wrong_is_said_by_field(client, town, worker):  # noqa: F811
    case = reported(town.a)
    before = written()
    answer = from_phone(
        client, worker, f"/work/{case.number}/settle/", {"version": case.version, "words": ""}
    )
    assert answer.status_code == 422
    fields = answer.json()["details"]["fields"]
    assert fields == {"words": ["This field is required."], "photos": ["This field is required."]}
    answer = from_phone(client, worker, "/work/report/", reporting(town.a, lon=1, lat=1))
    assert answer.status_code == 422 and answer.json()["details"]["fields"]["address"]
    assert written() == before and not Sending.objects.exists()


def test_like_cases_are_a_question(client, town, worker):  # noqa: F811
    first = reported(town.a, at=timezone.now())
    fields = reporting(town.a, text="路面有个大坑")
    told = from_phone(client, worker, "/work/report/", fields).json()
    assert told["code"] == "alike_open" and told["details"]["alike"][0]["number"] == first.number
    assert Case.objects.count() == 1
    fields |= {"photos": [picture("gray")], "different": "1", "key": "f" * 16}
    assert from_phone(client, worker, "/work/report/", fields, key="f" * 16).status_code == 200
    assert Case.objects.count() == 2
    fields |= {"photos": [picture("gray")], "follow": first.number, "key": "e" * 16}
    del fields["different"]
    assert from_phone(client, worker, "/work/report/", fields, key="e" * 16).status_code == 200
    assert Case.objects.count() == 2 and first.followers.count() == 1


def test_only_the_person_who_wrote_it_sends_it(client, town, worker):  # noqa: F811
    case, before = reported(town.a), None
    path, fields = f"/work/{case.number}/verify/", {"version": 1, "found": "yes"}
    before = written()
    other = town.a.staff["grid_head"]
    assert from_phone(client, other, path, fields).json()["code"] == "signed_out"
    client.logout()
    answer = from_phone(client, worker, path, fields)
    assert answer.status_code == 401 and written() == before and not Sending.objects.exists()


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"key": "short"}, 400, "bad_idempotency_key"),
        ({"key": "a" * 65}, 400, "bad_idempotency_key"),
        ({"X-Outbox-Written": "yesterday"}, 400, "bad_time"),
        ({"X-Outbox-Clock": "2026-11-26T10:00:00"}, 400, "bad_time"),  # without an offset
        ({"ago": timedelta(days=31)}, 409, "written_too_long_ago"),
    ],
)
def test_what_cannot_be_taken_as_it_is(client, town, worker, more, status, code):  # noqa: F811
    case = reported(town.a)
    fields = {"version": case.version, "found": "yes"}
    answer = from_phone(client, worker, f"/work/{case.number}/verify/", fields, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Sending.objects.exists()


def test_another_streets_case_is_not_there(client, town, worker):  # noqa: F811
    case = reported(town.b)
    answer = from_phone(client, worker, f"/work/{case.number}/verify/", {"version": 1, "found": "yes"})
    assert answer.status_code == 404 and answer.json()["code"] == "not_found"


def test_pages_say_for_whom_they_may_be_kept(client, town, worker):  # noqa: F811
    case = reported(town.a)
    for path in ("/work/", "/work/report/", "/work/outbox/", "/work/offline/", f"/work/{case.number}/"):
        answer = client.get(path)
        assert answer["X-Kept-For"] == str(worker.pk), path
        assert b"<work-state" in answer.content and b"app.webmanifest" in answer.content
    assert "X-Kept-For" not in client.get("/work/YW20261120-00000000/")
    assert "X-Kept-For" not in client.get("/staff/") and b"<work-state" not in client.get("/staff/").content


def test_a_page_that_must_not_lie_on_a_phone_is_not_even_read(rf, worker):
    read = []

    @login_required
    @not_kept
    def household(request):
        read.append(1)
        return HttpResponse("names", content_type="text/html")

    page = kept_and_sent(household)
    request = rf.get("/work/x/")
    request.user = worker
    assert "X-Kept-For" not in page(request) and read == [1]
    request = rf.get("/work/x/", headers={"X-Outbox-Keeping": "1"})
    request.user = worker
    assert page(request).status_code == 204 and read == [1]


def test_who_is_signed_in_and_which_tiles_show_the_own_grids(client, town, worker):  # noqa: F811
    told = client.get("/work/now/").json()
    west, south, east, north = told["tiles"]["bounds"]
    lon, lat = town.a.at(0)
    assert told["person"] == str(worker.pk) and len(told["token"]) > 30
    assert west < lon < east and south < lat < north and east - west < 0.011  # one grid
    assert all("{z}/{x}/{y}" in address for address in told["tiles"]["addresses"])
    client.logout()
    answer = client.get("/work/now/")
    assert answer.status_code == 401 and "token" not in answer.json()


def test_the_service_worker_names_what_was_built(client):
    if not (Path(str(settings.DIST)) / "work-sw.js").is_file():
        pytest.skip("the front end is not built: `make setup`")
    answer = client.get("/work/sw.js")
    assert answer["Content-Type"] == "text/javascript" and answer["Cache-Control"] == "no-cache"
    built = json.loads(answer.content.decode().split(";\n")[0].removeprefix("self.BUILT="))
    assert any("/assets/work-" in path for path in built["shell"])
    assert any("/assets/map-" in path for path in built["later"])
    for path in [*built["shell"], *built["later"]]:
        assert (Path(str(settings.DIST)) / path.removeprefix("/static/")).is_file(), path


def test_the_manifest_speaks_the_readers_language(client):
    answer = client.get("/work/app.webmanifest")
    told = json.loads(answer.content)
    assert (told["short_name"], told["scope"], told["display"]) == ("Grid work", "/work/", "standalone")
    assert {icon.get("purpose") for icon in told["icons"]} == {None, "maskable"}
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert json.loads(client.get("/work/app.webmanifest").content)["short_name"] == "网格通"


def test_complaints_are_read_from_any_page():
    page = """<div class="alert bad">x<ul class="errorlist nonfield"><li>Too late<br>really</li></ul></div>
    <p>not this</p><ul class="errorlist" id="id_words_error"><li>Say <b>more</b></li></ul><p>nor this</p>"""
    found = Complaints(page)
    assert found.words == ["Too late", "really", "Say", "more"] and found.fields == {"words": ["Say", "more"]}
