"""Extensions, suspensions, appeals, holds: what is granted, what is refused, and that nothing is written then."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Application, Case, Hold, StageClock
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts.models import FactRow
from onegrid.places.calendars.actions import load_years
from tests.cases.conftest import AT, brought_to
from tests.cases.flow.test_side_roads import refused

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def sent(town):
    """A case that the street's office is handling; a fixed limit, so that due times can be said."""
    case = brought_to("dispatched", town.a)
    return case


def asked(case, town, kind="extension", at=AT, **more):
    return actions.apply_for(
        case_id=case.pk, kind=kind, reason="材料未到", by=town.a.staff["department_officer"], at=at, **more
    )


def decided(application, by, granted=True, words="同意", at=AT):
    return actions.decide_application(
        application_id=application.pk, granted=granted, words=words, by=by, at=at
    )


def test_another_of_the_same_unit_takes_it_back_and_the_decider_is_told(client, town, sent):
    application, other = asked(sent, town), town.a.staff["grid_worker_2"]
    client.force_login(town.a.staff["department_officer"])
    assert f"/cases/{sent.number}/take_back/" in client.get(f"/cases/{sent.number}/").content.decode()
    role = Role.objects.get(code="department_officer")
    firm = Grant.objects.create(user=other, role=role, organisation=town.a.firm, valid_from=AT.date())
    refused("not_found", actions.take_back_application, application_id=application.pk, by=other)
    firm.delete()
    Grant.objects.create(user=other, role=role, organisation=town.a.office, valid_from=AT.date())
    other = User.objects.get(pk=other.pk)  # rights are read once
    Notice.objects.all().delete()
    client.force_login(other)
    page = client.get(f"/cases/{sent.number}/").content.decode()
    assert f"/cases/{sent.number}/take_back/" in page
    sent.refresh_from_db()
    given = {"version": sent.version, "application_id": application.pk}
    assert client.post(f"/cases/{sent.number}/take_back/", given).status_code == 302
    assert Application.objects.get().state == "taken_back"
    assert FactRow.objects.filter(kind="cases.ApplicationTakenBack").count() == 1
    assert town.a.staff["shift_leader"].pk in Notice.objects.values_list("recipient_id", flat=True)
    assert "take_back/" not in client.get(f"/cases/{sent.number}/").content.decode()


def test_the_first_extension_is_the_shift_leaders_the_second_a_leaders(town, sent):
    staff = town.a.staff
    first = sent.due_at
    granted = decided(asked(sent, town), staff["shift_leader"])
    case = Case.objects.get(pk=sent.pk)
    assert granted.state == "granted" and case.due_at > first
    clock = case.clocks.get(stopped_at=None)
    assert (clock.extra, clock.extensions, clock.due_at) == (clock.limit, 1, case.due_at)
    second = asked(case, town)
    refused("not_allowed", actions.decide_application, application_id=second.pk, granted=True, words="行",
            by=staff["shift_leader"])  # fmt: skip
    refused("words_needed", actions.decide_application, application_id=second.pk, granted=True, words=" ",
            by=staff["leader"])  # fmt: skip
    decided(second, staff["leader"])
    case.refresh_from_db()
    assert case.clocks.get(stopped_at=None).extensions == 2
    refused("no_extension_left", actions.apply_for, case_id=case.pk, kind="extension", reason="还要",
            by=staff["department_officer"])  # fmt: skip


def test_a_refusal_does_not_count(town, sent):
    no = decided(asked(sent, town), town.a.staff["shift_leader"], granted=False)
    assert no.state == "refused"
    case = Case.objects.get(pk=sent.pk)
    assert case.due_at == sent.due_at and case.clocks.get(stopped_at=None).extensions == 0
    decided(asked(case, town), town.a.staff["shift_leader"])


def test_refusals_of_applications(town, sent):
    staff = town.a.staff
    officer = staff["department_officer"]
    give = {"case_id": sent.pk, "reason": "材料未到", "by": officer}
    refused(
        "too_late_to_extend",
        actions.apply_for,
        **give,
        kind="extension",
        at=sent.due_at + timedelta(minutes=1),
    )
    refused("until_needed", actions.apply_for, **give, kind="suspension")
    refused("until_too_far", actions.apply_for, **give, kind="suspension", until=AT + timedelta(days=400))
    refused("not_closed_yet", actions.apply_for, **give, kind="appeal", clock_id=1)
    refused("reason_needed", actions.apply_for, **(give | {"reason": ""}), kind="extension")
    refused(
        "not_found",
        actions.apply_for,
        **(give | {"by": town.b.staff["department_officer"]}),
        kind="extension",
    )
    refused("not_allowed", actions.apply_for, **(give | {"by": staff["dispatcher"]}), kind="extension")
    application = asked(sent, town)
    refused("applied_already", actions.apply_for, **give, kind="extension")
    refused(
        "not_found", actions.take_back_application, application_id=application.pk, by=staff["shift_leader"]
    )
    refused(
        "not_found", actions.decide_application, application_id=10**9, granted=True, by=staff["shift_leader"]
    )
    refused("not_found", actions.decide_application, application_id=application.pk, granted=True,
            by=town.b.staff["shift_leader"])  # fmt: skip
    actions.take_back_application(application_id=application.pk, by=officer, at=AT)
    assert Application.objects.get().state == "taken_back"
    refused("decided_already", actions.decide_application, application_id=application.pk, granted=True, words="行",
            by=staff["shift_leader"])  # fmt: skip


def test_suspended_over_spring_festival_2026_with_its_make_up_days(town):
    """Work begun before the festival stands still over it and ends after it with what was left.

    2026: 15 to 23 February are days off, 14 and 28 February are make-up workdays (State Council notice, as the
    calendar library carries it).
    """
    load_years(by=SystemActor("test"), at=AT, first=2026, last=2026, publish=True)
    started = datetime(2026, 2, 12, 9, tzinfo=SHANGHAI)  # a Thursday
    case = brought_to("dispatched", town.a)
    clock = case.clocks.get(stopped_at=None)
    StageClock.objects.filter(pk=clock.pk).update(limit=3, unit="work_day", started_at=started)
    begins = datetime(2026, 2, 13, 9, tzinfo=SHANGHAI)  # one workday is used
    until = datetime(2026, 2, 27, 9, tzinfo=SHANGHAI)
    application = asked(case, town, kind="suspension", until=until, at=begins)
    decided(application, town.a.staff["leader"], at=begins)
    case.refresh_from_db()
    assert case.holds_open == 1 and case.due_at is None
    refused("case_is_held", actions.handle_case, case_id=case.pk, words="已修", at=begins + timedelta(days=1),
            by=town.a.staff["department_officer"])  # fmt: skip
    assert actions.lift_ended_holds(at=until - timedelta(minutes=1)) == 0
    assert actions.lift_ended_holds(at=until) == 1
    case.refresh_from_db()
    # two workdays were left: Friday 27 and the make-up Saturday 28 February
    assert case.holds_open == 0
    assert case.due_at.astimezone(SHANGHAI) == datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    (pause,) = case.clocks.get(stopped_at=None).paused
    assert [datetime.fromisoformat(edge) for edge in pause] == [begins, until]
    assert [step.verb for step in case.steps.all()][-3:] == ["apply", "decide", "resume"]
    refused("suspended_before", actions.apply_for, case_id=case.pk, kind="suspension", reason="还要",
            until=until + timedelta(days=9), at=until, by=town.a.staff["department_officer"])  # fmt: skip


def test_a_held_clock_is_not_extended_and_an_ended_stage_leaves_nothing_to_decide(town, sent):
    staff = town.a.staff
    application = asked(sent, town)
    actions.put_hold(case_id=sent.pk, kind="whistle", reason="部门报到中", by=SystemActor("whistle"), at=AT)
    give = {"application_id": application.pk, "granted": True, "words": "同意", "by": staff["shift_leader"]}
    refused("case_is_held", actions.decide_application, **give)
    refused("case_is_held", actions.apply_for, case_id=sent.pk, kind="suspension", reason="还要",
            until=AT + timedelta(days=9), by=staff["department_officer"])  # fmt: skip
    actions.lift_hold(case_id=sent.pk, kind="whistle", by=SystemActor("whistle"), at=AT)
    actions.handle_case(case_id=sent.pk, words="已修", by=staff["department_officer"], at=AT)
    application.refresh_from_db()
    assert application.state == "taken_back"
    refused("decided_already", actions.decide_application, **give)


def test_an_appeal_excuses_and_keeps_the_fact(town, seconds):
    staff = town.a.staff
    case = brought_to("dispatched", town.a)
    late = case.due_at + timedelta(hours=5)
    actions.handle_case(case_id=case.pk, words="已修", by=staff["department_officer"], at=late)
    actions.check_case(case_id=case.pk, by=staff["grid_worker"], at=late)
    actions.close_case(case_id=case.pk, by=staff["shift_leader"], at=late)
    clock = case.clocks.get(stage="handle")
    on_time = case.clocks.get(stage="file")
    give = {
        "case_id": case.pk,
        "kind": "appeal",
        "reason": "当日暴雨",
        "by": staff["department_officer"],
        "at": late,
    }
    refused("not_found", actions.apply_for, **give, clock_id=on_time.pk)  # the centre's own clock
    refused("not_found", actions.apply_for, **give, clock_id=None)
    appeal = actions.apply_for(**give, clock_id=clock.pk)
    decided(appeal, staff["shift_leader"], at=late)
    appeal.refresh_from_db()
    assert appeal.state == "waiting" and not StageClock.objects.get(pk=clock.pk).excused
    refused("decided_by_you", actions.decide_application, application_id=appeal.pk, granted=True, words="同意",
            by=staff["shift_leader"], at=late)  # fmt: skip
    decided(appeal, seconds, at=late)
    clock.refresh_from_db()
    assert clock.excused and clock.stopped_at > clock.due_at  # late stays late
    refused("appealed_before", actions.apply_for, **give, clock_id=clock.pk)


def test_any_room_may_hold_a_clock_and_two_holds_are_two(town, sent):
    by = SystemActor("whistle")
    begins, ends = AT, AT + timedelta(days=7)
    left = sent.due_at - begins
    actions.put_hold(case_id=sent.pk, kind="whistle", reason="部门报到中", by=by, at=begins)
    refused("held_already", actions.put_hold, case_id=sent.pk, kind="whistle", reason="再次", by=by)
    case = actions.put_hold(case_id=sent.pk, kind="other", reason="另", by=by, at=begins)
    assert case.holds_open == 2
    case = actions.lift_hold(case_id=sent.pk, kind="other", by=by, at=begins + timedelta(days=1))
    assert case.due_at is None and case.holds_open == 1
    refused("not_held", actions.lift_hold, case_id=sent.pk, kind="other", by=by)
    case = actions.lift_hold(case_id=sent.pk, kind="whistle", by=by, at=ends)
    assert case.holds_open == 0 and case.due_at is not None
    if sent.clocks.get(stopped_at=None).unit.startswith("urgent"):
        assert case.due_at == ends + left
    assert Hold.objects.filter(lifted_at=None).count() == 0


def test_a_hold_ends_on_its_day_however_late_the_job_runs(town, sent):
    """The worker process stood still for two days: the clock did not."""
    staff, until = town.a.staff, AT + timedelta(days=3)
    given = {"case_id": sent.pk, "reason": "等材料", "at": AT}
    actions.put_hold(**given, until=until, by=staff["shift_leader"])
    actions.put_hold(**given, kind="whistle", by=SystemActor("whistle"))
    actions.lift_hold(case_id=sent.pk, kind="whistle", by=SystemActor("whistle"), at=AT + timedelta(days=1))
    assert actions.lift_ended_holds(at=until + timedelta(days=2)) == 1
    (pause,) = sent.clocks.get(stopped_at=None).paused
    assert [datetime.fromisoformat(edge) for edge in pause] == [AT, until]
    # one that another hold outlasts ends with the other
    again = until + timedelta(days=3)
    given["at"] = again
    actions.put_hold(**given, until=again + timedelta(days=1), by=staff["shift_leader"])
    actions.put_hold(**given, kind="whistle", by=SystemActor("whistle"))
    ends = again + timedelta(days=2)
    actions.lift_hold(case_id=sent.pk, kind="whistle", by=SystemActor("whistle"), at=ends)
    assert actions.lift_ended_holds(at=ends + timedelta(days=1)) == 1
    pause = sent.clocks.get(stopped_at=None).paused[-1]
    assert [datetime.fromisoformat(edge) for edge in pause] == [again, ends]


def test_a_hold_has_an_end_that_people_live_to_see(town, sent):
    """The last hour of the year 9999 is kept by PostgreSQL and read by nobody: the case could not be shown again."""
    far = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12)))
    give = {"case_id": sent.pk, "reason": "等材料", "by": town.a.staff["shift_leader"]}
    for until in (far, AT + timedelta(days=366)):
        refused("until_too_far", actions.put_hold, **give, until=until)
    actions.put_hold(**give, until=AT + timedelta(days=365), at=AT)
    help_ = {"case_id": sent.pk, "unit_id": town.a.firm.pk, "task": "围挡", "due_at": far}
    actions.ask_help(**help_, by=town.a.staff["department_officer"], at=AT)
    assert sent.assists.get().due_at == AT + timedelta(days=365)
