"""Patrols written: problems become cases, or are settled; places fall due by plan; refusals write nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onegrid.cases.catalog.queries import matters
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.patrol import queries
from onegrid.cases.patrol.actions import (
    change_place,
    load_checklists,
    patrol_place,
    retire_place,
    set_plan,
    take_up_place,
)
from onegrid.cases.patrol.actions.planning import shipped
from onegrid.cases.patrol.models import Checklist, Patrol, PatrolAnswer, PatrolPhoto, PatrolPlace, PatrolPlan
from onegrid.cases.patrol.queries import coverage, due_places, patrol_photo, patrol_story, place_to_patrol
from onegrid.cases.patrol.rules import Result, Standing
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.registry.establishments.actions import open_establishment
from tests.cases.conftest import AT, BY, photo, town, written  # noqa: F401
from tests.cases.patrol.places import a_place, answers, checklist, patrolled, problem
from tests.streets import streets  # noqa: F401

DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)


@pytest.fixture
def worker(town):  # noqa: F811
    return town.a.staff["grid_worker"]


def rows() -> tuple:
    tables = (Patrol, PatrolAnswer, PatrolPhoto, PatrolPlan, PatrolPlace)
    return written(), [table.objects.count() for table in tables], list(PatrolPlace.objects.values_list())


def test_in_order_is_seen_and_due_again(town, worker):  # noqa: F811
    place = a_place(town.a)
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=AT)
    assert [one.pk for one in due_places(worker=worker, at=AT)] == [place.pk]
    patrol = patrolled(place, worker)
    place.refresh_from_db()
    assert (patrol.result, place.last_result, place.next_on) == (Result.OK, Result.OK, TODAY + 30 * DAY)
    assert due_places(worker=worker, at=AT) == [] and Case.objects.count() == 0
    assert FactRow.objects.filter(kind="cases.PlacePatrolled").count() == 1


def test_a_problem_opens_a_case_with_place_item_and_class(town, worker):  # noqa: F811
    place = a_place(town.a)
    patrol = patrolled(place, worker, exits=problem())
    case = Case.objects.get()
    assert (
        case.channel == Channel.GRID_WORKER and case.state == "verified" and case.case_class.code == "09012"
    )
    assert "云桥便利店" in case.text and "安全出口" in case.text and "通道堆货" in case.text
    assert (case.point.coords, case.address, case.grid) == (place.point.coords, "云桥路1号", town.a.grids[0])
    assert case.evidence.count() == 1
    answer = patrol_story(patrol.pk, viewer=worker).answers[0]
    assert (answer.case, answer.photos.count()) == (case, 1)
    assert patrol_photo(answer.photos.get().pk, viewer=worker).size


def test_a_problem_put_right_is_settled_with_photos_before_and_after(town, worker):  # noqa: F811
    place = a_place(town.a)
    patrolled(place, worker, exits=problem(settled=True, done="已清走", photos_after=[photo("green")]))
    case = Case.objects.get()
    assert case.state == "checked" and case.evidence.count() == 2
    assert sorted(PatrolPhoto.objects.values_list("after", flat=True)) == [False, True]


def test_the_same_problem_stands_with_the_case_that_is_still_open(town, worker):  # noqa: F811
    place = a_place(town.a)
    first = patrolled(place, worker, exits=problem())
    second = patrolled(place, worker, key="key-2", at=AT + DAY, exits=problem(note="还是堆货"))
    assert Case.objects.count() == 1
    assert first.answers.get(item__code="exits").case == second.answers.get(item__code="exits").case


def test_sent_twice_is_one_patrol_and_one_case(town, worker):  # noqa: F811
    place = a_place(town.a)
    assert patrolled(place, worker, exits=problem()) == patrolled(place, worker, exits=problem())
    assert Case.objects.count() == Patrol.objects.count() == 1


def test_where_nothing_was_seen_it_stays_due(town, worker):  # noqa: F811
    place = a_place(town.a)
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=AT)
    closed = {code: replace(one, result=Result.NOT_SEEN) for one in answers(place) for code in [one.item]}
    assert patrolled(place, worker, **closed).result == Result.NOT_SEEN
    place.refresh_from_db()
    assert (place.last_seen_at, place.next_on) == (None, TODAY)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": ""}, "bad_idempotency_key"),
        ({"key": "x" * 65}, "bad_idempotency_key"),
        ({"checklist_id": 0}, "unknown_checklist"),
        ({"answers": []}, "patrol_incomplete"),
        ({"answers": "no words"}, "patrol_incomplete"),
        ({"answers": "no picture"}, "unsupported_file"),
    ],
)
def test_what_is_refused_writes_nothing(town, worker, change, code):  # noqa: F811
    place = a_place(town.a)
    if change.get("answers") == "no words":
        change = {"answers": answers(place, exits=problem(note="", photos=[]))}
    if change.get("answers") == "no picture":
        change = {"answers": answers(place, exits=problem(photos=[b"MZ no picture"]))}
    given = {"place_id": place.pk, "checklist_id": checklist(place).pk, "answers": answers(place), "key": "k"}
    before = rows()
    with pytest.raises(Refused) as told:
        patrol_place(**given | change, by=worker, at=AT)
    assert told.value.code == code and rows() == before


@pytest.mark.parametrize(
    ("who", "error"),
    [("a.grid_worker_2", NotFound), ("b.grid_worker", NotFound), ("a.dispatcher", NotAllowed)],
)
def test_who_may_not_patrol_there(town, who, error):  # noqa: F811
    street, role = who.split(".")
    person, place = getattr(town, street).staff[role], a_place(town.a)
    before = rows()
    with pytest.raises(error):
        patrolled(place, person)
    assert rows() == before


def test_other_streets_see_nothing_of_it(town, worker):  # noqa: F811
    place = a_place(town.a)
    patrol = patrolled(place, worker, exits=problem())
    other = town.b.staff["shift_leader"]
    assert (
        coverage(viewer=other, at=AT).rows == []
        and due_places(worker=town.b.staff["grid_worker"], at=AT) == []
    )
    for call in (
        lambda: place_to_patrol(place.pk, viewer=other),
        lambda: patrol_story(patrol.pk, viewer=other),
        lambda: patrol_photo(PatrolPhoto.objects.get().pk, viewer=other),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(NotAllowed):
        coverage(viewer=town.a.staff["acceptor"], at=AT)


def test_the_smallest_areas_plan_counts_and_a_new_one_makes_days_anew(town, worker):  # noqa: F811
    place = a_place(town.a)
    patrolled(place, worker)
    clerk = town.a.staff["community_clerk"]
    set_plan(area_id=town.a.grids[0].pk, place_class="small_shop", every_days=7, by=clerk, at=AT)
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=90, by=BY, at=AT)
    place.refresh_from_db()
    assert place.next_on == TODAY + 7 * DAY
    set_plan(area_id=town.a.grids[0].pk, place_class="small_shop", every_days=14, by=clerk, at=AT)
    place.refresh_from_db()
    assert place.next_on == TODAY + 14 * DAY and PatrolPlan.objects.filter(ended_on=None).count() == 2
    later = a_place(town.a, name="后来的店")
    assert later.next_on == TODAY


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"every_days": 0}, Refused),
        ({"every_days": 367}, Refused),
        ({"place_class": "moon"}, Refused),
        ({"area_id": 0}, NotFound),
        ({"area": "b"}, NotFound),
        ({"who": "grid_worker"}, NotAllowed),
    ],
)
def test_who_plans_what(town, change, error):  # noqa: F811
    a_place(town.a)
    clerk = town.a.staff[change.pop("who", "community_clerk")]
    area = town.b.area if change.pop("area", "") else town.a.grids[0]
    given = {"area_id": area.pk, "place_class": "small_shop", "every_days": 7} | change
    before = rows()
    with pytest.raises(error):
        set_plan(**given, by=clerk, at=AT)
    assert rows() == before


def test_coverage_says_which_places_were_seen_when(town, worker):  # noqa: F811
    seen, never = a_place(town.a, at=AT - 2 * DAY), a_place(town.a, name="没去过的店")
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=AT - 2 * DAY)
    patrolled(seen, worker)
    found = coverage(viewer=town.a.staff["shift_leader"], at=AT)
    assert [(row.place.pk, row.standing) for row in found.rows] == [
        (never.pk, Standing.OVERDUE),
        (seen.pk, Standing.IN_TIME),
    ]
    assert found.counts == {Standing.OVERDUE: 1, Standing.IN_TIME: 1} and found.after == ""


def test_a_changed_checklist_is_a_new_version_and_old_patrols_keep_theirs(town, worker):  # noqa: F811
    place = a_place(town.a)
    patrol = patrolled(place, worker)
    assert load_checklists(by=BY, at=AT) == 0
    changed = shipped()
    changed[0]["items"] = changed[0]["items"][:2]
    assert load_checklists(by=BY, at=AT + DAY, content=changed) == 1
    assert Checklist.objects.filter(place_class="small_shop").count() == 2
    assert patrol_story(patrol.pk, viewer=worker).patrol.checklist.version == 1
    with pytest.raises(NotFound):
        load_checklists(by=town.a.staff["community_clerk"], at=AT)


def test_every_shipped_item_names_a_class_of_the_catalogue(town):  # noqa: F811
    known = {row.code for row in matters(at=AT)}
    named = {item["class"] for row in shipped() for item in row["items"] if "class" in item}
    assert named and named <= known


def test_the_list_goes_on_however_many_places_there_are(town, monkeypatch):  # noqa: F811
    """Days that several share and places without a day: none is left out, none comes twice."""
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries, "COUNTED_TO", 3)
    for number in range(7):
        place = a_place(town.a, name=f"店{number}")
        PatrolPlace.objects.filter(pk=place.pk).update(next_on=[TODAY, TODAY, TODAY - DAY, None][number % 4])
    planner, seen, mark, pages = town.a.staff["shift_leader"], [], "", 0
    while mark or not pages:
        part = coverage(viewer=planner, at=AT, after=mark)
        seen += [(row.place.next_on or date.max, row.place.pk) for row in part.rows]
        mark, pages = part.after, pages + 1
    assert (len(seen), pages, part.whole) == (7, 4, False)
    assert seen == sorted(set(seen))
    assert len(coverage(viewer=planner, at=AT, after="2026-99-99.1").rows) == 2


def test_a_place_is_corrected_taken_off_and_put_back(town):  # noqa: F811
    place, planner = a_place(town.a), town.a.staff["shift_leader"]
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=AT)
    lon, lat = town.a.at(1)
    moved = change_place(
        place_id=place.pk, name="云桥超市", address="", lon=lon, lat=lat, by=planner, at=AT, reason="改名迁址"
    )
    assert (moved.name, moved.grid_id, moved.next_on) == ("云桥超市", town.a.grids[1].pk, TODAY)
    gone = retire_place(place_id=place.pk, by=planner, at=AT, reason="停业")
    assert (gone.closed_on, gone.next_on) == (TODAY, None)
    assert coverage(viewer=planner, at=AT).rows == []
    back = take_up_place(place_id=place.pk, by=planner, at=AT, reason="重新开业")
    assert (back.closed_on, back.next_on) == (None, TODAY)
    told = [(entry.verb, entry.reason) for entry in queries.history_of(back)]
    assert told[:3] == [
        ("patrols.place_take_up", "重新开业"),
        ("patrols.place_retire", "停业"),
        ("patrols.place_change", "改名迁址"),
    ]


def test_keeping_places_is_refused_and_nothing_is_written(town):  # noqa: F811
    place, planner = a_place(town.a), town.a.staff["shift_leader"]
    here, other = town.a.at(0), town.b.at(0)
    given = {"place_id": place.pk, "by": planner, "at": AT, "reason": "x"}
    shown = {"name": "x", "address": "", "lon": here[0], "lat": here[1]}
    before = rows()
    for act, more, code in (
        (change_place, shown | {"name": " "}, "name_needed"),
        (change_place, shown | {"reason": " "}, "reason_needed"),
        (change_place, shown | {"lon": 10.0}, "outside_all_grids"),
        (retire_place, {"reason": ""}, "reason_needed"),
        (take_up_place, {}, "place_is_kept"),
    ):
        with pytest.raises(Refused) as refusal:
            act(**given | more)
        assert refusal.value.code == code
    with pytest.raises(NotFound):  # into another street
        change_place(**given | shown | {"lon": other[0], "lat": other[1]})
    for by, error in ((town.b.staff["shift_leader"], NotFound), (town.a.staff["grid_worker"], NotAllowed)):
        for act, more in ((change_place, shown), (retire_place, {}), (take_up_place, {})):
            with pytest.raises(error):
                act(**given | more | {"by": by})
    assert rows() == before
    retire_place(**given)
    before = rows()
    for act, more in ((change_place, shown), (retire_place, {})):
        with pytest.raises(Refused) as refusal:
            act(**given | more)
        assert refusal.value.code == "place_is_retired"
    assert rows() == before


def test_a_shop_is_not_put_on_the_list_twice(town):  # noqa: F811
    lon, lat = town.a.at(0)
    shop = open_establishment(kind="shop", name="云桥便利店", lon=lon, lat=lat, by=BY, at=AT)
    first = a_place(town.a, establishment=shop)
    retire_place(place_id=first.pk, by=BY, at=AT, reason="x")
    a_place(town.a, establishment=shop)
    for again in (
        lambda: a_place(town.a, establishment=shop),
        lambda: take_up_place(place_id=first.pk, by=BY, at=AT, reason="x"),
    ):
        with pytest.raises(Refused) as refusal:
            again()
        assert refusal.value.code == "place_is_kept"
