"""Video and sound with a report and a step: taken in by page and JSON, shown with a player, refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, Channel, Evidence
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.kit.files.models import StoredFile
from tests.cases.conftest import AT, brought_to, photo, reported
from tests.cases.flow.asking import as_
from tests.cases.flow.test_side_roads import refused
from tests.films import PLACE, film, sound, wave


def upload(name, content, kind="application/octet-stream"):
    return SimpleUploadedFile(name, content, kind)


def test_a_report_with_all_three_is_one_case_and_its_chain_holds(town):
    given = {"photos": [photo(), film(), wave()], "idempotency_key": "k"}
    case = reported(town.a, **given)
    assert reported(town.a, **given) == case  # a retry finds it by the same content
    refused("key_used_for_another_report", actions.open_case, channel=Channel.RESIDENT, text="路面有个大坑",
            lon=case.point.x, lat=case.point.y, by=Resident(), photos=[photo(), film(), wave(2)],
            idempotency_key="k")  # fmt: skip
    kinds = [row.file.kind for row in case.evidence.order_by("position")]
    assert kinds == ["photo", "video", "audio"]
    assert case.evidence.get(position=2).taken_point is not None
    assert list(CaseTimelines().findings(lambda done, total: None)) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (film()[:-99], "broken_recording"),
        (b"<html><script>alert(1)</script>", "unsupported_file"),
        (b"%PDF-1.7" + bytes(99), "unsupported_file"),
        (film(pixels=b"PK\x05\x06" + bytes(18)), "unsupported_file"),
    ],
)
def test_hostile_files_leave_nothing_behind(town, content, code):
    lon, lat = town.a.at(0)
    refused(code, actions.open_case, channel=Channel.RESIDENT, text="路面有个大坑", lon=lon, lat=lat,
            by=Resident(), photos=[photo(), content])  # fmt: skip
    assert not Case.objects.exists()


def test_sound_shows_no_result_a_film_does(town):
    case = reported(town.a)
    give = {"case_id": case.pk, "words": "已清理", "by": town.a.staff["grid_worker"]}
    for only_heard in (wave(), sound()):
        refused("photo_needed", actions.settle_case, **give, photos=[only_heard])
    assert actions.settle_case(**give, photos=[film(), wave()], at=AT).state == "checked"


def test_pages_take_film_and_sound_and_show_players(client, town):
    lon, lat = town.a.at(0)
    files = [upload("现场.mp4", film(), "video/mp4"), upload("录音.wav", wave(), "audio/wav")]
    sent = client.post("/report/", {"text": "井盖松动", "lon": lon, "lat": lat, "key": "k", "photos": files})
    assert sent.status_code == 302
    case = Case.objects.get()
    pages = [(client, f"/follow/{case.number}/{case.follow_code}/")]
    for role, address in (
        ("shift_leader", f"/cases/{case.number}/"),
        ("grid_worker", f"/work/{case.number}/"),
    ):
        staff = Client()
        staff.force_login(town.a.staff[role])
        pages.append((staff, address))
    for reader, address in pages:
        page = reader.get(address, headers={"accept-language": "en"}).content.decode()
        assert page.count("<video controls") == page.count("<audio controls") == 1, address
        assert "Video 1" in page and "Sound 2" in page, address
    row = case.evidence.get(position=1)
    answer = client.get(
        f"/follow/{case.number}/{case.follow_code}/photos/{row.pk}/", headers={"range": "bytes=4-7"}
    )
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"ftyp")
    assert answer["Content-Type"] == "video/mp4" and answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("现场.mp4", b"MZ" + bytes(99), "not taken here"),
        ("空.mp4", b"", "empty"),
        ("坏.mp4", film()[:-99], "damaged or incomplete"),
    ],
)
def test_the_page_says_what_is_wrong_with_a_file(client, town, name, content, words):
    lon, lat = town.a.at(0)
    given = {
        "text": "井盖松动",
        "lon": lon,
        "lat": lat,
        "key": "k",
        "photos": [upload(name, content, "video/mp4")],
    }
    answer = client.post("/report/", given, headers={"accept-language": "en"})
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not Case.objects.exists() and not StoredFile.objects.exists()


def test_too_large_is_said_with_the_limit_of_its_kind(client, town, settings):
    settings.FILE_BYTES = settings.FILE_BYTES | {"video": 1024**2}
    big = film(pixels=bytes(1024**2 + 9))
    lon, lat = town.a.at(0)
    given = {"text": "井盖松动", "lon": lon, "lat": lat, "key": "k", "photos": [upload("大.mp4", big)]}
    page = client.post("/report/", given, headers={"accept-language": "en"}).content.decode()
    assert "“大.mp4” is larger than 1 MB" in page and "videos to 1 MB" in page and not Case.objects.exists()


def test_json_takes_them_and_tells_what_they_are(town):
    case = brought_to("dispatched", town.a)
    officer = as_(town.a.staff["department_officer"])
    address = f"/api/v1/cases/{case.number}"
    given = {"words": "已修好", "photos": [upload("a.mp4", film()), upload("b.m4a", sound())]}
    done = officer.post(f"{address}/handle", given, headers={"if-match": "*"})
    assert [row["media_type"] for row in done.json()["evidence"]] == ["video/mp4", "audio/mp4"]
    (first, _second) = done.json()["evidence"]
    answer = officer.get(first["url"], headers={"range": "bytes=0-3"})
    assert answer.status_code == 206 and answer["Accept-Ranges"] == "bytes"
    body = b"".join(officer.get(first["url"]).streaming_content)
    assert PLACE.encode() not in body and len(body) == first["size"]
    wrong = officer.post(f"{address}/note", {"words": "x", "photos": [upload("c.exe", b"MZ")]})
    assert wrong.status_code >= 400 and Evidence.objects.filter(case=case).count() == 2
