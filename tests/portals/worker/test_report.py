"""The worker's own report: photo, class, place; put right at once or left to others; and what the task page adds."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.models import Case, Follower
from onegrid.kit.verifications import VERIFICATIONS
from tests.cases.conftest import photo, reported, road, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def worker(client, town):  # noqa: F811
    client.force_login(town.a.staff["grid_worker"])
    return town.a.staff["grid_worker"]


def picture(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("site.jpg", photo(colour), "image/jpeg")


def sent(client, street, grid=0, **more):
    lon, lat = street.at(grid)
    given = {"photos": [picture("gray")], "matter": road().pk, "lon": lon, "lat": lat, "key": "k"} | more
    return client.post("/work/report/", {name: value for name, value in given.items() if value is not None})


def settled(**more) -> dict:
    return {"settled": "on", "done": "已补平", "result_photos": [picture("green")]} | more


def test_photo_class_and_place_make_a_case_that_needs_no_verification(client, town, worker):  # noqa: F811
    assert sent(client, town.a).url == "/work/"
    case = Case.objects.get()
    assert (case.channel, case.state, case.case_class) == ("grid_worker", "verified", road())
    assert sent(client, town.a).status_code == 302 and Case.objects.count() == 1  # a second press


def test_settled_on_the_spot_with_photos_before_and_after(client, town, worker):  # noqa: F811
    assert sent(client, town.a, **settled()).status_code == 302
    case = Case.objects.get()
    assert case.state == "checked" and [step.verb for step in case.steps.all()] == ["open", "settle"]
    assert list(case.evidence.values_list("kind", flat=True)) == ["scene", "after"]
    assert sent(client, town.a, **settled()).status_code == 302 and case.steps.count() == 2
    assert not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_like_cases_are_offered_first_and_the_photos_wait(client, town, worker):  # noqa: F811
    first = reported(town.a, at=timezone.now())
    reported(town.b, at=timezone.now())
    answer = sent(client, town.a, text="路面大坑", photos=[picture("gray"), picture("red")])
    page = answer.content.decode()
    assert answer.status_code == 200 and "Is it one of these?" in page and 'name="different"' in page
    assert re.findall(r'name="follow" value="([^"]+)"', page) == [first.number]
    assert 'data-kept="2"' in page and Case.objects.count() == 2
    token = re.search(r'name="photos_kept" value="([^"]+)"', page)[1]
    assert sent(client, town.a, photos=[], photos_kept=token, different="1").url == "/work/"
    assert Case.objects.get(channel="grid_worker").evidence.count() == 2


def test_following_instead_puts_words_and_photos_into_its_timeline(client, town, worker):  # noqa: F811
    first, abroad = reported(town.a, at=timezone.now()), reported(town.b, at=timezone.now())
    version = first.version
    assert sent(client, town.a, follow=first.number, text="我也看到了").url == "/work/"
    assert sent(client, town.a, follow=first.number, text="我也看到了").url == "/work/"  # a second press
    follower = Follower.objects.get()
    assert (follower.case, follower.channel, follower.words) == (first, "grid_worker", "我也看到了")
    assert first.evidence.filter(step__verb="follow").count() == 1
    first.refresh_from_db()
    assert first.version == version and Case.objects.count() == 2
    assert sent(client, town.a, follow=abroad.number, key="k2").status_code == 404
    assert Follower.objects.count() == 1
    assert not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_a_report_sent_before_is_not_asked_about(client, town, worker):  # noqa: F811
    sent(client, town.a)
    reported(town.a, at=timezone.now())
    assert sent(client, town.a).url == "/work/" and Case.objects.count() == 2


def test_both_photos_of_a_settled_matter_wait(client, town, worker):  # noqa: F811
    reported(town.a, at=timezone.now())
    page = sent(client, town.a, **settled()).content.decode()
    kept = dict(re.findall(r'name="(\w+_kept)" value="([^"]+)"', page))
    assert set(kept) == {"photos_kept", "result_photos_kept"}
    given = settled(result_photos=[]) | kept
    assert sent(client, town.a, photos=[], different="1", **given).url == "/work/"
    case = Case.objects.get(channel="grid_worker")
    assert list(case.evidence.values_list("kind", flat=True)) == ["scene", "after"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"photos": []}, "add a photo"),
        ({"lon": None, "lat": None}, "say where it is"),
        ({"lat": None}, "belong together"),
        ({"matter": "999999"}, "not one of the available choices"),
        (lambda: settled(done=""), "say what was done"),
        (lambda: settled(result_photos=[]), "photo of the result"),
        (lambda: settled(photos=[]), "before the work"),
    ],
)
def test_what_does_not_fit_is_said_and_writes_nothing(client, town, worker, given, words):  # noqa: F811
    answer = sent(client, town.a, **(given() if callable(given) else given))
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not Case.objects.exists()


def test_elsewhere_a_worker_reports_but_settles_nothing(client, town, worker):  # noqa: F811
    answer = sent(client, town.b, **settled())
    assert answer.status_code == 400 and "not in your area" in answer.content.decode()
    assert not Case.objects.exists()
    assert sent(client, town.b).status_code == 302 and Case.objects.get().state == "reported"


def test_who_may_not_report_gets_no_page(client, town):  # noqa: F811
    client.force_login(town.a.staff["dispatcher"])
    assert client.get("/work/report/").status_code == sent(client, town.a).status_code == 403


@pytest.mark.parametrize(
    ("level", "kept"), [("community", "community"), ("street", "street"), ("", "street")]
)
def test_verifying_says_who_leads(client, town, worker, level, kept):  # noqa: F811
    case = reported(town.a)
    page = client.get(f"/work/{case.number}/verify/").content.decode()
    assert 'value="community"' in page and f"/work/{case.number}/settle/" in page
    client.post(f"/work/{case.number}/verify/", {"version": 1, "found": "yes", "level": level})
    case.refresh_from_db()
    assert (case.state, case.level) == ("verified", kept)


def test_an_emergency_needs_a_second_thought_and_is_declared_once(client, town, worker):  # noqa: F811
    case, way = reported(town.a), "raise_alarm"
    address = f"/work/{case.number}/{way}/"
    assert address in client.get(f"/work/{case.number}/").content.decode()
    before = written()
    assert client.post(address, {"version": 1, "reason": "煤气味"}).status_code == 400
    assert client.post(address, {"version": 1, "sure": "on"}).status_code == 400
    assert written() == before
    answer = client.post(address, {"version": 1, "reason": "煤气味", "sure": "on"}, follow=True)
    case.refresh_from_db()
    assert case.urgent and address not in answer.content.decode()
    assert Notice.objects.filter(recipient=town.a.staff["leader"], kind="case.emergency").exists()


def test_passing_up_and_noting(client, town, worker):  # noqa: F811
    case = reported(town.a)
    answer = client.post(f"/work/{case.number}/note/", {"version": 1, "words": "门锁着"})
    assert answer.url == f"/work/{case.number}/"
    answer = client.post(f"/work/{case.number}/escalate/", {"version": 2, "reason": "要吊车"})
    case.refresh_from_db()
    assert answer.url == "/work/" and (case.state, case.level) == ("verified", "community")
