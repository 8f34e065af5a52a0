"""Duties arranged, handed over, covered; who answers from the rows; the card of a grid."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from onegrid.accounts.duties import actions
from onegrid.accounts.duties.models import Duty, DutyRole, HandOver, Leave
from onegrid.accounts.duties.queries import Roster, on_duty, responsible, who_answers_in
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused

BY = SystemActor("test")
AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)


@pytest.fixture
def worker(streets):
    return streets.a.staff["grid_worker"]


@pytest.fixture
def second(streets):
    """Works in the neighbouring grid and may work in the whole community."""
    user = streets.a.staff["grid_worker_2"]
    grant = user.grants.get()
    grant.area = streets.a.communities[0]
    grant.save()
    return user


def first(grid, at=AT):
    return on_duty(grid.pk, at)[0]


def test_the_main_worker_answers_with_the_published_phone(streets, worker):
    Posting.objects.filter(user=worker).update(public_phone="0543-0000001")
    Duty.objects.filter(user=worker).update(posting=Posting.objects.get(user=worker))
    found = first(streets.a.grids[0])
    assert (found.user_id, found.why, found.post) == (worker.pk, "main_on_shift", "Grid worker")
    assert found.public_phone == "0543-0000001"


def test_a_cover_answers_while_the_leave_lasts(streets, worker, second):
    actions.take_leave(user=worker, cover=second, starts_at=AT, ends_at=AT + DAY, by=worker, at=AT)
    found = first(streets.a.grids[0])
    assert (found.user_id, found.why, found.covering_for) == (second.pk, "covering", worker.display_name)
    assert first(streets.a.grids[0], AT + DAY).user_id == worker.pk
    assert first(streets.a.grids[0], AT - timedelta(seconds=1)).user_id == worker.pk


def test_a_leave_without_cover_warns_and_somebody_above_answers(streets, worker):
    taken = actions.take_leave(user=worker, starts_at=AT, ends_at=AT + DAY, by=worker, at=AT)
    assert taken.warnings == ("leave_without_cover",)
    found = first(streets.a.grids[0])
    assert (found.user_id, found.why) == (streets.a.staff["grid_head"].pk, "serving")


@pytest.mark.parametrize(
    ("cover", "start", "end", "code"),
    [
        ("worker", 0, 1, "cover_is_self"),
        ("left", 0, 1, "cover_left"),
        ("away", 0, 1, "cover_is_away"),
        (None, 1, 1, "empty_term"),
        (None, -3, -2, "empty_term"),
    ],
)
def test_leaves_that_are_refused(streets, worker, second, cover, start, end, code):
    if cover == "left":
        User.objects.filter(pk=second.pk).update(left_at=AT)
    if cover == "away":
        actions.take_leave(user=second, starts_at=AT, ends_at=AT + DAY, by=second, at=AT)
    count = Leave.objects.count()
    person = {"worker": worker, None: None}.get(cover, second)
    with pytest.raises(Refused) as refusal:
        actions.take_leave(
            user=worker, cover=person, starts_at=AT + start * DAY, ends_at=AT + end * DAY, by=worker, at=AT
        )
    assert refusal.value.code == code
    assert Leave.objects.count() == count


def test_a_second_main_at_the_same_time_is_refused(streets, second):
    count = Duty.objects.count()
    with pytest.raises(Refused, match="overlapping_main"):
        actions.assign_duty(area=streets.a.grids[0], user=second, role=DutyRole.MAIN, by=BY, at=AT)
    assert Duty.objects.count() == count
    actions.assign_duty(area=streets.a.grids[0], user=second, role=DutyRole.DEPUTY, by=BY, at=AT)


def test_mains_take_turns_within_a_day(streets, worker, second):
    grid = streets.a.grids[0]
    actions.end_duty(duty_id=Duty.objects.get(area=grid).pk, by=BY, at=AT)
    for user, begin, end in ((worker, time(8), time(20)), (second, time(20), time(8))):
        actions.assign_duty(
            area=grid, user=user, role=DutyRole.MAIN, from_time=begin, to_time=end, by=BY, at=AT
        )
    assert first(grid, AT.replace(hour=19)).user_id == worker.pk
    assert first(grid, AT.replace(hour=20)).user_id == second.pk
    assert first(grid, AT.replace(hour=3) + DAY).user_id == second.pk


def test_a_hand_over_keeps_the_past(streets, worker, second):
    duty = Duty.objects.get(area=streets.a.grids[0])
    actions.hand_over(duty_id=duty.pk, to_user=second, by=worker, at=AT, note="3号楼有积水")
    assert first(streets.a.grids[0]).user_id == second.pk
    assert first(streets.a.grids[0], AT - timedelta(seconds=1)).user_id == worker.pk
    assert HandOver.objects.get().note == "3号楼有积水"
    assert AuditEntry.objects.filter(verb="duties.hand_over").count() == 1


def test_a_stranger_hands_nothing_over(streets, second):
    duty = Duty.objects.get(area=streets.a.grids[0])
    with pytest.raises(NotAllowed):
        actions.hand_over(duty_id=duty.pk, to_user=second, by=second, at=AT)
    with pytest.raises(NotFound):
        actions.end_duty(duty_id=duty.pk, by=streets.b.staff["shift_leader"], at=AT)
    duty.refresh_from_db()
    assert duty.ends_at is None


def test_one_and_many_agree_in_a_constant_number_of_queries(streets, worker, django_assert_num_queries):
    actions.take_leave(user=worker, starts_at=AT, ends_at=AT + DAY, by=worker, at=AT)
    grids = [*streets.a.grids, *streets.b.grids]
    with django_assert_num_queries(1):
        one = responsible([grids[0].pk], AT)
    with django_assert_num_queries(1):
        many = responsible([grid.pk for grid in grids], AT)
    assert many[grids[0].pk] == one[grids[0].pk]
    assert many == {grid.pk: on_duty(grid.pk, AT)[0] for grid in grids}


def test_nobody_answers_for_an_unknown_grid(db):
    assert on_duty(999, AT) == []
    assert responsible([999], AT) == {}


def test_the_list_of_who_answers_is_for_ones_own_street(streets):
    _area, rows = who_answers_in(area_id=streets.a.area.pk, at=AT, viewer=streets.a.staff["leader"])
    assert [grid for grid, _person in rows] == streets.a.grids
    with pytest.raises(NotFound):
        who_answers_in(area_id=streets.b.area.pk, at=AT, viewer=streets.a.staff["leader"])


@pytest.mark.parametrize("role", ["grid_worker_3", "stranger", "property_clerk", "ended"])
def test_somebody_from_elsewhere_becomes_no_holder(streets, worker, second, role):
    grid, there = streets.a.grids[0], {**streets.a.staff, "stranger": streets.b.staff["leader"]}.get(role)
    if role == "ended":
        there = second
        Grant.objects.filter(user=second).update(valid_to=AT.date())
        Posting.objects.filter(user=second).update(area=grid, valid_to=AT.date())
    duty = Duty.objects.get(area=grid)
    written = (
        Duty.objects.count(),
        Leave.objects.count(),
        HandOver.objects.count(),
        AuditEntry.objects.count(),
    )
    for act in (
        lambda: actions.assign_duty(area=grid, user=there, role=DutyRole.DEPUTY, by=BY, at=AT),
        lambda: actions.take_leave(
            user=worker, cover=there, starts_at=AT, ends_at=AT + DAY, by=worker, at=AT
        ),
        lambda: actions.hand_over(duty_id=duty.pk, to_user=there, by=worker, at=AT),
    ):
        with pytest.raises(Refused, match="cover_elsewhere"):
            act()
    assert written == (
        Duty.objects.count(), Leave.objects.count(), HandOver.objects.count(), AuditEntry.objects.count()
    )  # fmt: skip
    duty.refresh_from_db()
    assert duty.ends_at is None


def test_a_post_for_the_place_is_enough(streets, worker):
    third = streets.a.staff["grid_worker_3"]
    Posting.objects.filter(user=third).update(area=streets.a.communities[0])
    actions.take_leave(user=worker, cover=third, starts_at=AT, ends_at=AT + DAY, by=worker, at=AT)
    assert first(streets.a.grids[0]).user_id == third.pk


def test_leaves_elsewhere_are_not_read(streets, worker, second):
    third, other = streets.a.staff["grid_worker_3"], streets.b.staff["grid_worker"]
    for away, cover in (
        (worker, second),
        (second, streets.a.staff["grid_head"]),
        (third, None),
        (other, None),
    ):
        Leave.objects.create(user=away, cover=cover, starts_at=AT, ends_at=AT + DAY)
    roster = Roster([streets.a.grids[0].pk], AT)
    assert roster.away == {worker.pk: second.pk, second.pk: streets.a.staff["grid_head"].pk}
    assert first(streets.a.grids[0]).user_id == streets.a.staff["grid_head"].pk


def test_the_card_for_visitors_has_one_name_and_no_reason(client, streets, worker, second):
    grid = streets.a.grids[0]
    Posting.objects.filter(user=second).update(public_phone="0543-0000002")
    actions.assign_duty(area=grid, user=streets.a.staff["grid_head"], role=DutyRole.HEAD, by=BY, at=AT)
    now = timezone.now()
    Leave.objects.create(user=worker, cover=second, starts_at=now - DAY, ends_at=now + DAY)
    url = f"/api/v1/areas/{grid.pk}/card"
    card = client.get(url).json()
    shown = {"name": second.display_name, "post": "网格员", "work_phone": "0543-0000002"}
    assert card["on_duty"] == [{**shown, "why": None, "reason": None}]
    assert (card["code"], card["households"]) == ("A-001", 0)
    client.force_login(streets.b.staff["leader"])
    assert client.get(url).json() == card
    client.force_login(streets.a.staff["leader"])
    people = client.get(url).json()["on_duty"]
    assert [person["why"] for person in people] == ["covering", "head_of_grid"]


def test_households_are_counted_only_near_the_ground(client, streets):
    for area, counted in ((streets.a.communities[0], 0), (streets.a.area, None), (streets.district, None)):
        assert client.get(f"/api/v1/areas/{area.pk}/card").json()["households"] == counted


def test_private_phones_are_posted_for_and_recorded(client, streets, worker):
    User.objects.filter(pk=worker.pk).update(phone="13900000000")
    url, card = (f"/api/v1/areas/{streets.a.grids[0].pk}/{name}" for name in ("phones", "card"))
    assert client.post(url).status_code == 401
    client.force_login(streets.b.staff["leader"])
    assert client.post(url).status_code == 404
    client.force_login(streets.a.staff["leader"])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(streets.a.staff["leader"])
    assert strict.post(url).status_code == 403
    assert client.get(url).status_code == 405
    assert "13900000000" not in client.get(f"{card}?reveal=phone").content.decode()
    for said in ("{}", "[]", "{", '{"purpose": " "}', '{"purpose": 1}', f'{{"purpose": "{"x" * 201}"}}'):
        refused = client.post(url, said, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (409, "purpose_needed")
    assert client.post(url, {"purpose": "x"}).status_code == 409  # a form is no body of this interface
    assert not AuditEntry.objects.filter(verb="duties.reveal_phone").exists()
    answer = client.post(url, {"purpose": "夜间突发"}, content_type="application/json")
    assert answer.json() == [{"name": worker.display_name, "phone": "13900000000"}]
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="duties.reveal_phone")
    assert (entry.details, entry.reason) == ({"users": [worker.pk]}, "夜间突发")
    assert entry.actor_key == streets.a.staff["leader"].actor_key
