"""Duties arranged, handed over, covered; who answers from the rows; the card of a grid."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from onegrid.accounts.duties import actions
from onegrid.accounts.duties.models import Duty, DutyRole, HandOver, Leave
from onegrid.accounts.duties.queries import on_duty, responsible, who_answers_in
from onegrid.accounts.identity.models import Posting, User
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
    return streets.a.staff["grid_worker_2"]


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
    with django_assert_num_queries(4):
        one = responsible([grids[0].pk], AT)
    with django_assert_num_queries(4):
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


def test_the_card_is_public_but_private_phones_are_not(client, streets, worker):
    User.objects.filter(pk=worker.pk).update(phone="13900000000")
    url = f"/api/v1/areas/{streets.a.grids[0].pk}/card"
    card = client.get(url).json()
    assert card["code"] == "A-001"
    assert card["households"] == 0
    assert card["on_duty"][0]["name"] == worker.display_name
    assert card["on_duty"][0]["phone"] is None
    assert client.get(f"{url}?reveal=phone").status_code == 403
    client.force_login(streets.b.staff["leader"])
    assert client.get(f"{url}?reveal=phone").status_code == 404
    assert not AuditEntry.objects.filter(verb="duties.reveal_phone").exists()
    client.force_login(streets.a.staff["leader"])
    assert client.get(f"{url}?reveal=phone").json()["on_duty"][0]["phone"] == "13900000000"
    entry = AuditEntry.objects.get(verb="duties.reveal_phone")
    assert entry.details == {"users": [worker.pk]}
    assert entry.actor_key == streets.a.staff["leader"].actor_key
