"""The worker's pages: my tasks, one of them, and the four steps on site."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from onegrid.cases.flow.actions import settle_case
from tests.cases.conftest import AT, brought_to, photo, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def picture(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("site.jpg", content or photo("gray"), "image/jpeg")


STEPS = [
    ("reported", "verify", {"found": "no", "words": "没有"}, "verified"),
    ("reported", "settle", {"words": "已清走", "photos": True}, "checked"),
    ("handled", "check", {}, "checked"),
    ("handled", "rework", {"reason": "没补平"}, "dispatched"),
]


def filled(case, given: dict) -> dict:
    return {"version": case.version} | given | ({"photos": [picture()]} if "photos" in given else {})


@pytest.mark.parametrize(("state", "verb", "given", "after"), STEPS)
def test_each_step_is_shown_and_taken(client, town, state, verb, given, after):  # noqa: F811
    case = brought_to(state, town.a)
    client.force_login(town.a.staff["grid_worker"])
    assert case.number in client.get("/work/").content.decode()
    assert f"/work/{case.number}/{verb}/" in client.get(f"/work/{case.number}/").content.decode()
    assert client.get(f"/work/{case.number}/{verb}/").status_code == 200
    assert client.post(f"/work/{case.number}/{verb}/", filled(case, given)).status_code == 302
    case.refresh_from_db()
    assert case.state == after
    assert case.number not in client.get("/work/").content.decode().split("toasts")[0]


@pytest.mark.parametrize(
    ("state", "verb", "given", "words"),
    [
        ("reported", "verify", {"found": "perhaps"}, "not one of the available choices"),
        ("reported", "settle", {"words": "x"}, "required"),
        ("reported", "settle", {"words": "", "photos": True}, "required"),
        ("handled", "rework", {"reason": ""}, "required"),
    ],
)
def test_what_does_not_fit_is_said_and_writes_nothing(client, town, state, verb, given, words):  # noqa: F811
    case = brought_to(state, town.a)
    before = written()
    client.force_login(town.a.staff["grid_worker"])
    answer = client.post(f"/work/{case.number}/{verb}/", filled(case, given))
    assert answer.status_code == 400 and words in answer.content.decode()
    assert written() == before


@pytest.mark.parametrize(("state", "verb", "given", "after"), STEPS)
@pytest.mark.parametrize(
    ("who", "status"), [("b.grid_worker", 404), ("a.grid_worker_2", 404), ("a.acceptor", 403)]
)
def test_other_grids_get_404_and_other_roles_403(client, town, state, verb, given, after, who, status):  # noqa: F811
    case = brought_to(state, town.a)
    before = written()
    street, role = who.split(".")
    client.force_login(getattr(town, street).staff[role])
    assert client.post(f"/work/{case.number}/{verb}/", filled(case, given)).status_code == status
    assert written() == before


def test_the_second_of_two_is_told_who_did_what(client, town):  # noqa: F811
    case, head = reported(town.a), town.a.staff["grid_head"]
    client.force_login(town.a.staff["grid_worker"])
    settle_case(case_id=case.pk, words="已清走", photos=[photo()], by=head, at=AT)
    before = written()
    answer = client.post(f"/work/{case.number}/verify/", {"version": 1, "found": "yes"}, follow=True)
    assert f"Meanwhile {head.display_name} changed this case" in answer.content.decode()
    assert written() == before


def test_a_photo_of_20_mb_is_refused_by_name(client, town):  # noqa: F811
    case = reported(town.a)
    client.force_login(town.a.staff["grid_worker"])
    big = picture(photo() + b"0" * 20 * 1024 * 1024)
    answer = client.post(f"/work/{case.number}/verify/", {"version": 1, "found": "yes", "photos": [big]})
    assert answer.status_code == 400 and "“site.jpg” is larger than 15 MB" in answer.content.decode()


def test_hostile_words_stay_words(client, town):  # noqa: F811
    case = reported(town.a, text="<script>alert(1)</script> 🕳️")
    client.force_login(town.a.staff["grid_worker"])
    for url in ("/work/", f"/work/{case.number}/", f"/work/{case.number}/verify/"):
        page = client.get(url).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; 🕳️" in page and "<script>alert" not in page


def test_steps_of_the_desk_are_not_here(client, town):  # noqa: F811
    case = brought_to("checked", town.a)
    client.force_login(town.a.staff["shift_leader"])
    assert client.get(f"/work/{case.number}/close/").status_code == 404
