"""Extensions, suspensions, appeals: what is granted, what is refused, and that nothing is written then."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Application, Case, StageClock
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
    assert application.state == "lapsed"
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


def test_an_emergency_lets_wishes_about_the_old_clock_lapse_and_tells_who_asked(town, sent):
    staff, officer = town.a.staff, town.a.staff["department_officer"]
    wishes = [asked(sent, town), asked(sent, town, kind="suspension", until=AT + timedelta(days=9))]
    objection = actions.object_to_duty(case_id=sent.pk, reason="属物业范围", by=officer, at=AT)
    Notice.objects.all().delete()
    actions.raise_alarm(case_id=sent.pk, reason="路面塌陷", by=staff["shift_leader"], at=AT)
    states = dict(Application.objects.filter(case=objection).values_list("kind", "state"))
    assert states == {"extension": "lapsed", "suspension": "lapsed", "objection": "waiting"}
    assert Notice.objects.filter(recipient=officer, kind="case.application").count() == 2
    for wish, decider in zip(wishes, ("shift_leader", "leader"), strict=True):
        refused("decided_already", actions.decide_application, application_id=wish.pk, granted=True, words="行",
                by=staff[decider])  # fmt: skip
    assert asked(sent, town).state == "waiting"  # about the clock that runs now it may ask again


@pytest.fixture
def sent_on(town):
    """A case that the office was late with and the firm finished in time; closed."""
    staff = town.a.staff
    case = brought_to("dispatched", town.a)
    late = case.due_at + timedelta(hours=5)
    actions.arbitrate_case(
        case_id=case.pk, unit_id=town.a.firm.pk, reason="物业负责", by=staff["leader"], at=late
    )
    actions.handle_case(case_id=case.pk, words="已修", by=staff["property_clerk"], at=late)
    actions.check_case(case_id=case.pk, by=staff["grid_worker"], at=late)
    return actions.close_case(case_id=case.pk, by=staff["shift_leader"], at=late)


def test_the_unit_whose_clock_it_was_appeals_not_the_one_that_has_the_case(client, town, seconds, sent_on):
    staff, at = town.a.staff, sent_on.ended_at
    first, second = sent_on.clocks.filter(stage="handle").order_by("id")
    assert (first.org, second.org) == (town.a.office, town.a.firm)
    give = {"case_id": sent_on.pk, "kind": "appeal", "reason": "当日暴雨", "clock_id": first.pk, "at": at}
    refused("not_found", actions.apply_for, **give, by=staff["property_clerk"])
    refused("not_found", actions.apply_for, **give, by=town.b.staff["department_officer"])
    client.force_login(staff["property_clerk"])  # it was in time
    assert f"/cases/{sent_on.number}/apply/" not in client.get(f"/cases/{sent_on.number}/").content.decode()
    client.force_login(staff["department_officer"])
    assert f"/cases/{sent_on.number}/apply/" in client.get(f"/cases/{sent_on.number}/").content.decode()
    appeal = actions.apply_for(**give, by=staff["department_officer"])
    assert appeal.org == town.a.office
    for decider in (staff["shift_leader"], seconds):
        decided(appeal, decider, at=at)
    assert [clock.excused for clock in sent_on.clocks.filter(stage="handle").order_by("id")] == [True, False]


def test_a_unit_that_was_never_late_does_not_see_it_again(client, town, sent_on):
    StageClock.objects.filter(org=town.a.office).update(stopped_at=sent_on.opened_at)
    client.force_login(town.a.staff["department_officer"])
    assert client.get(f"/cases/{sent_on.number}/").status_code == 404
