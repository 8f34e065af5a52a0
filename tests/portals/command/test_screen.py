"""The command screen over HTTP: what stands on it, for whom; what is done from it; yesterday again."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from onegrid.accounts.presence.actions import keep_position, sign_on
from onegrid.accounts.presence.queries import LOOKED
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case, Step
from onegrid.cases.flow.queries import replaying
from onegrid.cases.flow.queries.today import TALLY
from onegrid.cases.paths.actions import open_path_case
from onegrid.cases.whistle.models import Whistle
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.facts.plugins import PIECES
from onegrid.portals.command import beside
from onegrid.portals.command.parts import FAR, FAST, RANKS
from tests.cases.conftest import brought_to, reported, town  # noqa: F401
from tests.cases.paths.ways import drawn, track
from tests.cases.whistle.people import blown, kinds_published
from tests.streets import WEST, streets  # noqa: F401

PART = {"HTTP_X_PART": "1"}


@pytest.fixture(autouse=True)
def _afresh(client):
    """Nothing of another test is kept in the process; English words."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for kept in (FAST, FAR, RANKS, TALLY):
        kept.forget()


def seen_by(client, user, path: str = "/command/now/") -> str:
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def read(page: str, script: str) -> dict:
    """What a script of the page holds."""
    return json.loads(page.split(f'id="{script}" type="application/json">')[1].split("</script>")[0])


def river(page: str) -> list[int]:
    return [int(piece.split(">")[1].split("<")[0]) for piece in page.split("data-river=")[1:]]


def test_the_loop_of_today_in_ones_own_street(client, town):  # noqa: F811
    now = timezone.now()
    case = reported(town.a, at=now)
    reported(town.b, at=now)
    actions.verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=now)
    page = seen_by(client, town.a.staff["leader"])
    assert river(page) == [1, 0, 0, 0, 0, 0]
    assert case.number in page
    assert Case.objects.exclude(pk=case.pk).get().number not in page


def test_what_is_older_than_a_minute_is_kept_and_what_is_new_is_added(client, town):  # noqa: F811
    now = timezone.now()
    if timezone.localtime(now - timedelta(minutes=20)).date() != timezone.localdate(now):
        pytest.skip("just after midnight: twenty minutes ago was yesterday")
    reported(town.a, at=now - timedelta(minutes=20))
    leader = town.a.staff["leader"]
    assert river(seen_by(client, leader)) == [1, 0, 0, 0, 0, 0]
    reported(town.a, text="另一处积水", grid=1, at=timezone.now())
    FAST.forget()
    assert river(seen_by(client, leader)) == [2, 0, 0, 0, 0, 0]


def test_alarms_first_the_emergency_each_case_once(client, town):  # noqa: F811
    late = brought_to("dispatched", town.a)
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    actions.press_case(case_id=late.pk, reason="今天办结", by=town.a.staff["leader"], at=timezone.now())
    urgent = reported(town.a, text="井盖塌陷", grid=1, at=timezone.now())
    actions.raise_alarm(
        case_id=urgent.pk, reason="有人受伤", by=town.a.staff["shift_leader"], at=timezone.now()
    )
    page = seen_by(client, town.a.staff["leader"])
    alarms = page.split('data-part="alarms"')[1].split("</section>")[0]
    assert alarms.count("data-case=") == 2
    assert alarms.index(urgent.number) < alarms.index(late.number)
    assert "pressed on" in alarms and "overdue" in alarms and "emergency" in alarms


def test_the_number_of_queries_does_not_grow(client, town, django_assert_max_num_queries):  # noqa: F811
    for grid in range(3):
        reported(town.a, text=f"第{grid}处积水", grid=grid, at=timezone.now())
    client.force_login(town.a.staff["leader"])
    client.get("/command/now/")
    FAST.forget()
    with django_assert_max_num_queries(15):
        client.get("/command/now/")
    with django_assert_max_num_queries(3):  # what is kept costs the session only
        client.get("/command/now/")


def test_what_was_heard_just_now_is_asked_for_again_when_it_is_not_in_yet(client, town, monkeypatch):  # noqa: F811
    client.force_login(town.a.staff["leader"])
    now = [100.0]
    monkeypatch.setattr(FAST, "_clock", lambda: now[0])
    assert "X-Again" not in client.get("/command/now/?heard=1")
    now[0] += 0.4
    assert client.get("/command/now/?heard=0")["X-Again"] in ("600", "601")
    assert "X-Again" not in client.get("/command/now/?heard=500")
    assert "X-Again" not in client.get("/command/now/")
    for odd in ("-1", "x", "9" * 30):
        assert client.get(f"/command/now/?heard={odd}").status_code == 200


def test_points_of_open_cases_only_and_only_ones_own(client, town):  # noqa: F811
    mine, _closed, _theirs = reported(town.a, grid=1), brought_to("closed", town.a), reported(town.b)
    client.force_login(town.a.staff["dispatcher"])
    found = client.get("/command/points/").json()["cases"]
    assert [one[1] for one in found] == [mine.number]
    assert found[0][5:] == [mine.point.x, mine.point.y]


def test_dispatched_from_the_screen(client, town):  # noqa: F811
    case = brought_to("filed", town.a)
    client.force_login(town.a.staff["dispatcher"])
    panel = client.get(f"/command/cases/{case.number}/", **PART).content.decode()
    assert "<html" not in panel and "Dispatch" in panel and "Press" not in panel
    given = {"version": case.version, "unit_id": town.a.office.pk}
    answer = client.post(f"/command/cases/{case.number}/dispatch/", given, **PART)
    case.refresh_from_db()
    assert answer.status_code == 200 and case.state == "dispatched" and case.unit == town.a.office
    faster = client.post(f"/command/cases/{case.number}/dispatch/", given, **PART)
    assert faster.status_code == 400 and Step.objects.filter(case=case, verb="dispatch").count() == 1


def test_pressed_from_the_screen_with_a_reason(client, town):  # noqa: F811
    case = brought_to("dispatched", town.a)
    client.force_login(town.a.staff["leader"])
    address = f"/command/cases/{case.number}/press/"
    assert client.post(address, {"version": case.version, "reason": ""}, **PART).status_code == 400
    case.refresh_from_db()
    assert case.pressed == 0
    answer = client.post(address, {"version": case.version, "reason": "今天办结"})
    case.refresh_from_db()
    assert answer.status_code == 302 and answer["Location"] == "/command/" and case.pressed == 1


def test_what_is_not_ones_own_is_not_there(client, town):  # noqa: F811
    theirs = brought_to("dispatched", town.b)
    client.force_login(town.a.staff["leader"])
    assert client.get(f"/command/cases/{theirs.number}/").status_code == 404
    assert client.post(f"/command/cases/{theirs.number}/press/", {"reason": "办"}).status_code == 404
    mine = brought_to("filed", town.a)
    assert client.post(f"/command/cases/{mine.number}/close/").status_code == 404  # not done from here
    assert client.post(f"/command/cases/{mine.number}/dispatch/", {}).status_code == 403
    client.force_login(town.a.staff["grid_worker"])
    assert client.get("/command/").status_code == 403


def test_whom_to_call_are_published_phones(client, town):  # noqa: F811
    town.a.office.phone = "0000-1234567"
    town.a.office.save()
    case = brought_to("dispatched", town.a)
    panel = seen_by(client, town.a.staff["leader"], f"/command/cases/{case.number}/")
    assert 'href="tel:0000-1234567"' in panel


def test_open_whistles_and_the_way_to_blow_one(client, town):  # noqa: F811
    leader, case = town.a.staff["leader"], brought_to("dispatched", town.a)
    assert "No whistle is open." in seen_by(client, leader)
    kinds_published()
    whistle = blown(town, at=timezone.now())
    FAST.forget()
    page = seen_by(client, leader)
    assert f"/command/whistles/{whistle.number}/" in page and "0 of 1 came" in page
    spot = whistle.point or whistle.area.centre
    assert read(page, "wall-marks")["whistles"][0][:3] == [whistle.number, round(spot.x, 6), round(spot.y, 6)]
    panel = seen_by(client, leader, f"/command/cases/{case.number}/")
    assert f"/command/cases/{case.number}/blow/" in panel
    client.force_login(town.b.staff["leader"])
    assert whistle.number not in client.get("/command/now/").content.decode()


def test_a_whistle_is_looked_at_with_whom_to_call(client, town):  # noqa: F811
    kinds_published()
    town.department.phone = "0000-7654321"
    town.department.save()
    whistle = blown(town, at=timezone.now())
    panel = seen_by(client, town.a.staff["dispatcher"], f"/command/whistles/{whistle.number}/")
    assert town.department.name in panel and 'href="tel:0000-7654321"' in panel and whistle.words in panel
    client.force_login(town.b.staff["leader"])
    assert client.get(f"/command/whistles/{whistle.number}/").status_code == 404


def test_a_whistle_is_blown_from_the_screen(client, town):  # noqa: F811
    kinds_published()
    case = brought_to("dispatched", town.a)
    client.force_login(town.a.staff["leader"])
    address = f"/command/cases/{case.number}/blow/"
    assert town.department.name in client.get(address, **PART).content.decode()
    given = {"kind": "joint", "words": "请到场联合处置", "lead": town.department.pk, "key": "k1"}
    assert client.post(address, given | {"words": ""}, **PART).status_code == 400
    assert not Whistle.objects.exists()
    done = client.post(address, given, **PART)
    whistle = Whistle.objects.get()
    assert (
        done.status_code == 200
        and whistle.number in done.content.decode()
        and "<html" not in done.content.decode()
    )
    assert [one.case_id for one in whistle.linked.all()] == [case.pk]
    again = client.post(address, given | {"key": "k2"}, **PART)
    assert again.status_code == 400 and Whistle.objects.count() == 1
    client.force_login(town.b.staff["leader"])
    assert client.post(address, given | {"key": "k3"}).status_code == 404


def test_a_way_stands_on_the_map_with_the_states_of_its_sections(client, town):  # noqa: F811
    path = drawn(town, track(WEST + 0.001, WEST + 0.005), at=timezone.now())
    client.force_login(town.a.staff["shift_leader"])
    assert read(client.get("/command/now/").content.decode(), "wall-marks")["ways"] == {}  # a draft
    opened = open_path_case(path_id=path.pk, by=town.a.staff["shift_leader"], at=timezone.now())
    FAST.forget()
    page = client.get("/command/now/").content.decode()
    sections = list(path.sections.filter(level="street"))
    assert read(page, "wall-marks")["ways"] == {str(path.pk): {str(one.pk): one.state for one in sections}}
    assert opened.number in page
    lines = client.get("/command/points/").json()["ways"]["features"]
    assert [(one["properties"]["way"], one["properties"]["id"]) for one in lines] == [
        (path.pk, one.pk) for one in sections
    ]
    assert lines[0]["properties"]["case"] == opened.number


def test_ranks_come_from_the_newest_scores_and_only_to_whom_may_see_them(client, town, monkeypatch):  # noqa: F811
    asked = []
    monkeypatch.setattr(beside, "ranks", lambda viewer, subject: asked.append(subject))
    assert "wall-ranks" not in seen_by(client, town.a.staff["leader"])
    assert asked == ["street", "community"]
    assert "wall-ranks" not in seen_by(client, town.a.staff["dispatcher"])
    assert asked == ["street", "community"]


def test_the_piece_is_the_same_for_all_who_see_the_same_and_for_nobody_else(town):  # noqa: F811
    piece = PIECES.get("command")
    case = reported(town.a, at=timezone.now())
    shared = piece.sharing(town.a.staff["leader"])
    assert shared == piece.sharing(town.a.staff["shift_leader"]) is not None
    assert shared != piece.sharing(town.b.staff["leader"])
    assert shared != piece.sharing(town.a.staff["dispatcher"])  # sees no scores
    assert piece.sharing(town.a.staff["grid_worker"]) is None
    assert case.number in piece.make(town.a.staff["leader"])
    assert case.number not in piece.make(town.b.staff["leader"])


def test_positions_for_a_purpose_only_and_on_record(client, town):  # noqa: F811
    worker, now = town.a.staff["grid_worker"], timezone.now()
    sign_on(by=worker, at=now)
    lon, lat = town.a.at(0)
    keep_position(lon=lon, lat=lat, by=worker, at=now)
    client.force_login(town.a.staff["dispatcher"])
    page = client.get("/command/").content.decode()
    assert "wall-people" in page and "wall-spots" not in page
    grid = town.a.grids[0]
    assert read(page, "wall-duty") == [[round(grid.centre.x, 6), round(grid.centre.y, 6), 1, grid.name]]
    assert client.post("/command/people/", {"purpose": ""}, **PART).status_code == 400
    assert not AuditEntry.objects.filter(verb=LOOKED).exists()
    seen = client.post("/command/people/", {"purpose": "找最近的人"}, **PART).content.decode()
    assert "wall-spots" in seen and worker.display_name in seen
    assert AuditEntry.objects.filter(verb=LOOKED, reason="找最近的人").count() == 1
    client.force_login(town.a.staff["leader"])
    assert "wall-people" not in client.get("/command/").content.decode()
    assert client.get("/command/people/").status_code == 403


def test_yesterday_again_without_anybodys_name_or_number(client, town):  # noqa: F811
    yesterday = timezone.now() - timedelta(days=1)
    case = reported(town.a, at=yesterday)
    reported(town.b, at=yesterday)
    reported(town.a, text="今天的", grid=1, at=timezone.now())
    client.force_login(town.a.staff["leader"])
    answer = client.get("/command/replay/")
    found = answer.json()
    assert found["later"] is None and found["day"] == timezone.localdate(yesterday).isoformat()
    ((second, lon, lat, _class, step),) = found["steps"]
    local = timezone.localtime(yesterday)
    assert second == local.hour * 3600 + local.minute * 60 + local.second
    assert (lon, lat, step) == (round(case.point.x, 3), round(case.point.y, 3), 0)
    assert case.number not in answer.content.decode()


def test_yesterday_comes_in_pages_and_each_step_once(client, town, monkeypatch):  # noqa: F811
    yesterday = timezone.now() - timedelta(days=1)
    for grid in range(3):
        reported(town.a, text=f"第{grid}处", grid=grid, at=yesterday)
    monkeypatch.setattr(replaying, "LOOKED_AT", 2)
    monkeypatch.setattr(replaying, "PAGE", replaying.PAGE.replace("LIMIT 4000", "LIMIT 2"))
    client.force_login(town.a.staff["leader"])
    first = client.get("/command/replay/").json()
    second = client.get("/command/replay/", {"after": first["later"]}).json()
    assert (len(first["steps"]), len(second["steps"]), second["later"]) == (2, 1, None)
    for odd in ("x", "1_", "9.9_9", "1.x_2", "-1.0_1"):
        assert client.get("/command/replay/", {"after": odd}).status_code == 200
