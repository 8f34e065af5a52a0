"""A week's roster, changed hours, a copied day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.duties import actions
from onegrid.accounts.duties.actions import shifts
from onegrid.accounts.duties.models import Duty
from onegrid.accounts.duties.rules import Shift, Term, copied, hours_on, in_force_on
from onegrid.accounts.duties.weeks import people_there, week_roster
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, NotFound, Refused

CHINA = ZoneInfo("Asia/Shanghai")
BY = SystemActor("test")
AT = datetime(2026, 3, 2, 10, tzinfo=CHINA)  # a Monday
MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("shift", "starts", "ends", "day", "wanted"),
    [
        (Shift(), at(1), None, 2, (at(2), at(3))),
        (Shift((1,)), at(1), None, 3, None),
        (Shift((1,), time(22), time(6)), at(1), None, 2, (at(2, 22), at(3, 6))),
        (Shift(), at(2, 10), None, 2, (at(2, 10), at(3))),
        (Shift(), at(1), at(2, 12), 2, (at(2), at(2, 12))),
        (Shift((1,), time(8), time(12)), at(2, 13), None, 2, None),
        (Shift(), at(3), None, 2, None),
    ],
)
def test_hours_of_a_day(shift, starts, ends, day, wanted):
    assert hours_on(Term(shift, starts, ends), date(2026, 3, day)) == wanted


def test_in_force_is_not_on_shift():
    term = Term(Shift((1,)), at(1), at(3))
    assert in_force_on(term, date(2026, 3, 2)) and not in_force_on(term, date(2026, 3, 3))


@given(st.sets(st.integers(1, 7), min_size=1), st.integers(1, 7), st.sets(st.integers(1, 7), min_size=1))
def test_copied_days_are_as_the_one(weekdays, day, onto):
    after = set(copied(sorted(weekdays), day, sorted(onto)))
    assert all((one in after) == (day in weekdays) for one in onto)
    assert {one for one in after if one not in onto} == {one for one in weekdays if one not in onto}


def cells(week, grid) -> list[list[str]]:
    row = next(row for row in week.rows if row.grid == grid)
    return [[stint.user.username for stint in day.stints] for day in row.days]


def test_the_week_shows_who_is_there_away_and_where_nobody_is(streets, django_assert_max_num_queries):
    worker, second = streets.a.staff["grid_worker"], streets.a.staff["grid_worker_2"]
    second.grants.update(area=streets.a.communities[0])
    actions.take_leave(user=worker, cover=second, starts_at=at(4), ends_at=at(5), by=worker, at=AT)
    actions.take_leave(user=second, starts_at=at(6), ends_at=at(7), by=second, at=AT)
    Duty.objects.filter(area=streets.a.grids[3]).update(ends_at=at(3))
    with django_assert_max_num_queries(6):
        week = week_roster(area_id=streets.a.area.pk, monday=MONDAY + DAY, viewer=streets.a.staff["leader"])
    assert week.monday == MONDAY and len(week.rows) == 4
    first = week.rows[0]
    assert [day.stints[0].away for day in first.days] == [False, False, True, False, False, False, False]
    assert first.days[2].stints[0].cover == second and first.gaps == 0
    assert [day.nobody for day in week.rows[1].days].index(True) == 4
    assert [day.nobody for day in week.rows[3].days] == [False] + [True] * 6
    assert week.empty_grids == [streets.a.grids[1], streets.a.grids[3]]
    third = streets.a.staff["grid_worker_3"]
    assert week.doubled == [(third, 2)] and not week.locked


def test_another_streets_week_is_not_there(streets):
    with pytest.raises(NotFound):
        week_roster(area_id=streets.a.area.pk, monday=MONDAY, viewer=streets.b.staff["leader"])


def test_changed_hours_leave_the_past_as_it_was(streets):
    duty = Duty.objects.get(area=streets.a.grids[0])
    made = shifts.change_shift(
        duty_id=duty.pk, weekdays=(5, 1), from_time=time(8), to_time=time(18), by=BY, at=AT
    )
    duty.refresh_from_db()
    assert duty.ends_at == AT == made.starts_at and duty.weekdays == [1, 2, 3, 4, 5, 6, 7]
    assert (made.weekdays, made.user, made.role) == ([1, 5], duty.user, "main")
    for weekdays, code in (((1, 5), "same_shift"), ((), "bad_weekdays"), ((9,), "bad_weekdays")):
        with pytest.raises(Refused, match=code):
            shifts.change_shift(
                duty_id=made.pk, weekdays=weekdays, from_time=time(8), to_time=time(18), by=BY, at=AT
            )
    with pytest.raises(Refused, match="ended_already"):
        shifts.change_shift(duty_id=duty.pk, weekdays=(1,), from_time=time(8), to_time=time(9), by=BY, at=AT)
    assert Duty.objects.filter(area=streets.a.grids[0]).count() == 2


def test_hours_that_another_main_has_are_refused_and_nothing_changes(streets):
    worker, second = streets.a.staff["grid_worker"], streets.a.staff["grid_worker_2"]
    second.grants.update(area=streets.a.communities[0])
    grid = streets.a.grids[0]
    Duty.objects.filter(area=grid).update(weekdays=[1, 2, 3])
    actions.assign_duty(area=grid, user=second, role="main", weekdays=(4, 5), by=BY, at=AT)
    mine = Duty.objects.get(area=grid, user=worker)
    with pytest.raises(Refused, match="overlapping_main"):
        shifts.change_shift(
            duty_id=mine.pk, weekdays=(3, 4), from_time=time(0), to_time=time(0), by=BY, at=AT
        )
    mine.refresh_from_db()
    assert mine.ends_at is None


def test_a_day_is_copied_onto_others(streets):
    worker, second = streets.a.staff["grid_worker"], streets.a.staff["grid_worker_2"]
    second.grants.update(area=streets.a.communities[0])
    grid = streets.a.grids[0]
    Duty.objects.filter(area=grid).update(weekdays=[1, 2, 3])
    actions.assign_duty(area=grid, user=second, role="main", weekdays=(4, 5), by=BY, at=AT)
    clerk = streets.a.staff["community_clerk"]
    shifts.copy_day(area_id=streets.a.communities[0].pk, day=1, onto=(4, 6), by=clerk, at=AT + DAY)
    week = week_roster(area_id=streets.a.area.pk, monday=MONDAY + 7 * DAY, viewer=clerk_of_all(streets))
    assert cells(week, grid) == [
        [worker.username],
        [worker.username],
        [worker.username],
        [worker.username],
        [second.username],
        [worker.username],
        [],
    ]
    with pytest.raises(Refused, match="nothing_to_copy"):
        shifts.copy_day(area_id=streets.a.communities[0].pk, day=1, onto=(4, 6), by=clerk, at=AT + DAY)
    with pytest.raises(NotFound):
        shifts.copy_day(area_id=streets.a.communities[1].pk, day=1, onto=(2,), by=clerk, at=AT + DAY)
    with pytest.raises(NotAllowed):
        shifts.copy_day(area_id=grid.pk, day=1, onto=(2,), by=worker, at=AT + DAY)
    with pytest.raises(Refused, match="bad_weekdays"):
        shifts.copy_day(area_id=grid.pk, day=1, onto=(1,), by=clerk, at=AT + DAY)


def clerk_of_all(streets):
    return streets.a.staff["leader"]


def test_who_may_be_given_duties_has_a_post_or_role_there(streets):
    found = {user.username for user in people_there(streets.a.grids[0], AT)}
    assert {"a.grid_worker", "a.grid_head", "a.dispatcher"} <= found
    assert "a.grid_worker_2" not in found and "b.grid_worker" not in found
