"""My day: one list by clock and by distance, the way through it, being on duty, the emergency button."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone, translation

from onegrid.accounts.presence.actions import keep_position, sign_on
from onegrid.accounts.presence.models import Position, Presence
from onegrid.cases.flow.models import Case
from onegrid.portals.worker.words import due_words, metres_words
from tests.cases.conftest import brought_to, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)  # Friday, 10:00 in Shanghai
M, H, D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def worker(town, client):  # noqa: F811
    client.force_login(town.a.staff["grid_worker"])
    return town.a.staff["grid_worker"]


@pytest.mark.parametrize(
    ("after", "all_day", "words"),
    [
        (-20 * M, False, "overdue by 20 min"),
        (-5 * H, False, "overdue by 5 h"),
        (-3 * D, False, "overdue by 3 d"),
        (40 * M, False, "due in 40 min"),
        (2 * H, False, "due in 2 h"),
        (7 * H, False, "due today 17:00"),
        (23 * H, False, "due tomorrow 09:00"),
        (4 * D, False, "due on 11-24 10:00"),
        (-1 * H, True, "due today"),
        (-2 * D, True, "overdue by 2 d"),
        (1 * D, True, "due tomorrow"),
        (9 * D, True, "due on 11-29"),
    ],
)
def test_due_in_words(after, all_day, words):
    assert due_words(AT + after, AT, all_day=all_day) == words


def test_without_a_clock_nothing_is_due_and_chinese_is_chinese():
    assert due_words(None, AT) == ""
    with translation.override("zh-hans"):
        assert due_words(AT - 20 * M, AT) == "已超时 20 分钟" and metres_words(1234.0) == "距 1.2 公里"


@pytest.mark.parametrize(
    ("metres", "words"),
    [(None, ""), (3, "10 m away"), (347, "350 m away"), (996, "1.0 km away"), (2340, "2.3 km away")],
)
def test_distance_in_words(metres, words):
    assert metres_words(metres) == words


def beside(street, east: float) -> dict:
    """A place in grid 0, so many degrees east of its middle."""
    lon, lat = street.at(0)
    return {"lon": lon + east, "lat": lat}


def order(client, query="") -> list[str]:
    """Numbers in the order of the page."""
    answer = client.get(f"/work/{query}")
    assert answer.status_code == 200
    return [task.number for task in answer.context["tasks"]]


def test_by_the_clock_and_by_distance_from_where_i_was_last(client, town, worker):  # noqa: F811
    far = reported(town.a, text="远", at=timezone.now() - 2 * H, **beside(town.a, 0.004))
    near = reported(town.a, text="近", at=timezone.now() - 1 * H, **beside(town.a, 0.001))
    Case.objects.filter(pk=near.pk).update(due_at=timezone.now() + 9 * H)
    Case.objects.filter(pk=far.pk).update(due_at=timezone.now() + 1 * H)
    assert order(client) == [far.number, near.number]
    assert "Distances appear once you are on duty" in client.get("/work/").content.decode()
    lon, lat = town.a.at(0)
    sign_on(by=worker, at=timezone.now() - 5 * M)
    keep_position(lon=lon, lat=lat, by=worker, at=timezone.now() - 1 * M)
    assert order(client, "?order=near") == [near.number, far.number]
    page = client.get("/work/?order=near").content.decode()
    assert "90 m away" in page and "350 m away" in page and "your position is being shared since" in page


def test_the_route_goes_to_the_nearest_next_and_names_what_has_no_place(client, town, worker):  # noqa: F811
    far = reported(town.a, **beside(town.a, 0.004))
    near = reported(town.a, text="近", **beside(town.a, 0.001))
    lon, lat = town.a.at(0)
    sign_on(by=worker, at=timezone.now() - 5 * M)
    keep_position(lon=lon, lat=lat, by=worker, at=timezone.now() - 1 * M)
    answer = client.get("/work/route/")
    assert [stop.number for stop, _leg in answer.context["stops"]] == [near.number, far.number]
    config = answer.context["map"]
    assert [stop["sign"] for stop in config["stops"]] == ["1", "2"] and len(config["way"]) == 3
    assert client.get("/work/?kind=check").context["tasks"] == []


def test_a_route_without_tasks_says_so(client, worker):
    assert "No task with a known place" in client.get("/work/route/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_tasks(
    client,
    town,  # noqa: F811
    worker,
    django_assert_max_num_queries,
):
    for east in range(6):
        reported(town.a, text=f"第{east}件", **beside(town.a, east / 2000))
    client.get("/work/")
    with django_assert_max_num_queries(20):
        client.get("/work/")


def test_the_day_from_signing_on_to_signing_off(client, town, worker):  # noqa: F811
    assert "Not on duty" in client.get("/work/").content.decode()
    assert client.post("/work/duty/position/", {"lon": "118.025", "lat": "37.385"}).status_code == 409
    assert client.post("/work/duty/on/").url == "/work/"
    assert client.post("/work/duty/on/").url == "/work/" and Presence.objects.count() == 1
    page = client.get("/work/duty/").content.decode()
    assert "Positions are deleted after 7 days" in page and "Sign off" in page
    assert (
        client.post("/work/duty/position/", {"lon": "118.025", "lat": "37.385", "accuracy": "9"}).status_code
        == 204
    )
    assert client.post("/work/duty/position/", {"lon": "x", "lat": "37.385"}).status_code == 409
    presence = Presence.objects.get()
    assert client.post("/work/duty/off/", {"presence": presence.pk}).url == "/work/duty/"
    assert client.post("/work/duty/position/", {"lon": "118.025", "lat": "37.385"}).status_code == 409
    assert Position.objects.count() == 1


def test_where_people_are_is_shown_for_a_purpose_only(client, town, worker):  # noqa: F811
    sign_on(by=worker, at=timezone.now() - 5 * M)
    keep_position(lon=118.025, lat=37.385, by=worker, at=timezone.now() - 1 * M)
    client.force_login(town.a.staff["shift_leader"])
    page = client.get("/people/on-duty/").content.decode()
    assert worker.display_name in page and "duty-map" not in page
    assert client.post("/people/on-duty/", {"purpose": ""}).status_code == 400
    shown = client.post("/people/on-duty/", {"purpose": "就近派人"})
    assert shown.context["map"]["stops"][0]["at"] == (118.025, 37.385)
    client.force_login(worker)
    assert "就近派人" in client.get("/work/duty/").content.decode()


def danger(**more) -> dict:
    return {"text": "围墙要倒", "lon": "118.025", "lat": "37.385", "sure": "on", "key": "k-danger-1"} | more


def test_the_emergency_button_asks_again_and_opens_one_case(client, worker):
    assert "/work/emergency/" in client.get("/work/").content.decode()
    before = written()
    assert client.post("/work/emergency/", danger(sure="")).status_code == 400 and written() == before
    for _press in range(2):
        answer = client.post("/work/emergency/", danger())
        case = Case.objects.get()
        assert answer.url == f"/work/{case.number}/"
    assert case.urgent and case.state == "verified"


def test_who_may_not_report_is_told_so_and_sees_no_form(client, town):  # noqa: F811
    """A leader declares emergencies on cases; the role table gives no right to report."""
    client.force_login(town.a.staff["leader"])
    assert "/work/emergency/" not in client.get("/work/").content.decode()
    for answer in (client.get("/work/emergency/"), client.post("/work/emergency/", danger())):
        assert answer.status_code == 403 and "on the page of the case itself" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lon": "", "lat": ""}, "Please say where it is"),
        ({"lat": ""}, "belong together"),
        ({"lon": "100"}, "outside the area"),
        ({"text": ""}, "required"),
    ],
)
def test_an_emergency_without_place_or_words_is_not_sent(client, worker, given, words):
    before = written()
    answer = client.post("/work/emergency/", danger(**given))
    assert answer.status_code == 400 and words in answer.content.decode() and written() == before


def test_what_my_unit_is_to_handle_stands_in_my_day(client, town):  # noqa: F811
    case = brought_to("dispatched", town.a)
    officer = town.a.staff["department_officer"]
    client.force_login(officer)
    answer = client.get("/work/?kind=handle")
    assert [task.number for task in answer.context["tasks"]] == [case.number]
    assert client.get(f"/work/{case.number}/handle/").status_code == 200
