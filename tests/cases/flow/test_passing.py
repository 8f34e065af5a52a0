"""Open tasks follow the duty: somebody leaves, somebody hands over."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from onegrid.accounts.duties.actions import assign_duty, hand_over
from onegrid.accounts.duties.facts import DutyHandedOver
from onegrid.accounts.duties.models import Duty, DutyRole
from onegrid.accounts.duties.queries import on_duty
from onegrid.accounts.identity.actions import leave_service
from onegrid.accounts.identity.facts import UserLeft
from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.actions import open_cases, pass_on_tasks, verify_case
from onegrid.cases.flow.listeners import tasks_follow
from onegrid.cases.flow.models import Case, Channel, StageClock
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.queries.public import public_case
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts import Heard
from tests.cases.conftest import AT, BY, brought_to, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401

LATER = AT + timedelta(hours=1)


def leaves(user) -> None:
    leave_service(user=user, by=BY, at=LATER)
    tasks_follow([Heard(UserLeft(user.pk), 1, LATER)])


def test_at_night_a_report_is_with_who_goes_there_in_the_morning(town):  # noqa: F811
    """The centre on duty answers for the grid, and sees the case at the desk; on site it can do nothing."""
    worker, leader = town.a.staff["grid_worker"], town.a.staff["shift_leader"]
    Duty.objects.filter(area=town.a.grids[0]).update(from_time=time(8), to_time=time(20))
    assign_duty(area=town.a.area, user=leader, role=DutyRole.CENTRE, by=BY, at=AT)
    night = AT + timedelta(hours=16)  # 02:00
    assert on_duty(town.a.grids[0].pk, night)[0].user_id == leader.pk
    case = reported(town.a, at=night)
    assert case.holder_user == worker
    with pytest.raises(NotAllowed):
        verify_case(case_id=case.pk, by=leader, at=night)
    assert verify_case(case_id=case.pk, by=worker, at=night + timedelta(hours=6)).state == "verified"
    lon, lat = town.a.at(0)
    [number] = open_cases(
        [{"channel": Channel.IMPORT, "text": "坑", "lon": lon, "lat": lat, "at": night}], by=BY
    )
    assert Case.objects.get(number=number).holder_user == worker


def test_who_leaves_leaves_no_task_behind(town):  # noqa: F811
    gone = town.a.staff["grid_worker"]
    case, other = reported(town.a), reported(town.a, grid=1)
    due = case.due_at
    leaves(gone)
    case.refresh_from_db()
    other.refresh_from_db()
    assert case.holder_user_id not in (None, gone.pk)
    assert (case.state, case.due_at, case.version) == ("reported", due, 2)
    assert StageClock.objects.get(case=case).stopped_at is None
    step = case.steps.last()
    assert (step.verb, step.to_user_id, step.details["from"]) == (
        "pass_on",
        case.holder_user_id,
        gone.display_name,
    )
    assert Notice.objects.filter(recipient=case.holder_user_id, kind="case.turn").exists()
    assert other.version == 1
    assert list(CaseTimelines().findings(lambda done, total: None)) == []


def test_only_the_area_that_was_handed_over_moves(town):  # noqa: F811
    third, new = town.a.staff["grid_worker_3"], town.a.staff["grid_worker_2"]
    new.grants.update(area=town.a.area)
    here, there = reported(town.a, grid=2), reported(town.a, grid=3)
    duty = Duty.objects.get(user=third, area=town.a.grids[2])
    hand_over(duty_id=duty.pk, to_user=new, by=third, at=LATER)
    tasks_follow([Heard(DutyHandedOver(duty.area_id, third.pk, new.pk), 1, LATER)])
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.holder_user_id, there.holder_user_id) == (new.pk, third.pk)


def test_hearing_it_twice_moves_nothing_more(town):  # noqa: F811
    case = reported(town.a)
    leaves(town.a.staff["grid_worker"])
    tasks_follow([Heard(UserLeft(town.a.staff["grid_worker"].pk), 1, LATER)])
    case.refresh_from_db()
    assert case.steps.count() == 2


@pytest.mark.parametrize("state", ["verified", "dispatched", "closed", "cancelled"])
def test_what_nobody_holds_in_person_stays(town, state):  # noqa: F811
    brought_to(state, town.a)
    before = written()[0]
    leaves(town.a.staff["grid_worker"])
    assert written()[0] == before


def test_a_form_opened_before_is_told(town):  # noqa: F811
    case = reported(town.a)
    leaves(town.a.staff["grid_worker"])
    with pytest.raises(Refused) as refusal:
        verify_case(case_id=case.pk, seen_version=1, by=town.a.staff["grid_head"], at=LATER)
    assert refusal.value.code == "changed_meanwhile"


def test_the_reporter_sees_no_step_of_it(town):  # noqa: F811
    case = reported(town.a)
    leaves(town.a.staff["grid_worker"])
    found = public_case(number=case.number, follow_code=case.follow_code)
    assert [step.state for step in found.steps] == ["reported"]


def test_another_street_passes_nothing_on(town):  # noqa: F811
    reported(town.a)
    before = written()
    with pytest.raises(NotFound):
        pass_on_tasks(
            of=[(town.a.staff["grid_worker"].pk, None)], by=town.b.staff["grid_worker"], at=timezone.now()
        )
    assert written() == before
