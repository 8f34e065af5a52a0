"""Emergency, helping units, whose duty it is, pressing, notes, and what comes after closing."""

from datetime import timedelta

import pytest

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Application, Assist, Case
from onegrid.cases.flow.verifying import all_findings
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, brought_on, brought_to, photo, reported, written


def refused(code, action, **given):
    """The action refuses with the code, and nothing is written."""
    before = written()
    with pytest.raises((Refused, NotAllowed, NotFound)) as refusal:
        action(at=given.pop("at", AT), **given)
    assert refusal.value.code == code
    assert written() == before


# ---- emergencies
def test_an_emergency_goes_to_leaders_at_once_and_runs_on_its_own_clock(town):
    staff = town.a.staff
    case = reported(town.a)
    case = actions.raise_alarm(case_id=case.pk, reason="燃气泄漏", by=staff["grid_worker"], at=AT)
    assert case.urgent and case.due_at == AT + timedelta(hours=2)
    assert [clock.unit for clock in case.clocks.order_by("id")] == ["work_hour", "urgent_hour"]
    loud = Notice.objects.filter(recipient=staff["leader"], urgent=True)
    assert loud.count() == 1 and case.number in loud.get().title
    case = actions.verify_case(case_id=case.pk, by=staff["grid_worker"], at=AT)
    assert case.due_at == AT + timedelta(hours=2)
    assert Notice.objects.filter(recipient=staff["shift_leader"], urgent=True).exists()


def test_an_emergency_reported_as_one_skips_verification(town):
    lon, lat = town.a.at(0)
    give = {"channel": "hotline", "text": "燃气泄漏", "lon": lon, "lat": lat, "urgent": True}
    refused("not_allowed", actions.open_case, **give, by=Resident())
    refused("not_found", actions.open_case, **give, by=town.b.staff["acceptor"])
    case = actions.open_case(**give, secret=True, by=town.a.staff["acceptor"], at=AT)
    assert (case.state, case.urgent, case.secret, case.holder_org) == ("verified", True, True, town.a.centre)
    assert case.due_at == AT + timedelta(hours=2)
    assert Notice.objects.filter(recipient=town.a.staff["leader"], kind="case.emergency").count() == 1


def test_only_the_centre_knows_who_made_a_confidential_report(town):
    case = reported(town.a, contact_name="王一", contact_phone="13900000001", secret=True)
    give = {"number": case.number, "purpose": "回访"}
    refused("confidential", actions.reveal_contact, **give, by=town.a.staff["community_clerk"])
    shown = actions.reveal_contact(**give, by=town.a.staff["acceptor"], at=AT)
    assert shown.phone == "13900000001"


def test_what_a_worker_saw_in_the_own_grid_needs_no_verification(town):
    lon, lat = town.a.at(0)
    give = {"channel": "grid_worker", "text": "井盖缺失", "lon": lon, "lat": lat, "at": AT}
    own = actions.open_case(**give, by=town.a.staff["grid_worker"])
    assert (own.state, own.level, own.holder_org) == ("verified", "street", town.a.centre)
    elsewhere = actions.open_case(**give, by=town.a.staff["grid_worker_2"])
    assert (elsewhere.state, elsewhere.level) == ("reported", "grid")
    assert elsewhere.holder_user == town.a.staff["grid_worker"]


def test_what_is_no_emergency(town):
    case = reported(town.a)
    give = {"case_id": case.pk, "reason": "漏气"}
    refused("not_allowed", actions.raise_alarm, **give, by=town.a.staff["department_officer"])
    refused("not_found", actions.raise_alarm, **give, by=town.b.staff["grid_worker"])
    refused("reason_needed", actions.raise_alarm, case_id=case.pk, reason="", by=town.a.staff["grid_worker"])
    actions.raise_alarm(**give, by=town.a.staff["grid_worker"], at=AT)
    refused("urgent_already", actions.raise_alarm, **give, by=town.a.staff["grid_worker"])
    done = brought_to("closed", town.a)
    refused("case_is_final", actions.raise_alarm, case_id=done.pk, reason="漏气", by=town.a.staff["leader"])


def test_an_emergency_goes_before_whatever_its_clock_stood_still_for(town):
    staff, hour = town.a.staff, timedelta(hours=1)
    case = brought_to("dispatched", town.a)
    old = case.clocks.get(stopped_at=None)
    give = {"case_id": case.pk, "by": SystemActor("other room")}
    actions.put_hold(**give, kind="whistle", reason="吹哨", at=AT)
    actions.put_hold(
        case_id=case.pk, reason="等权属", until=AT + timedelta(days=2), by=staff["shift_leader"], at=AT + hour
    )
    case.refresh_from_db()
    assert case.holds_open == 2 and case.due_at is None
    later = AT + 2 * hour
    case = actions.raise_alarm(case_id=case.pk, reason="燃气泄漏", by=staff["grid_worker"], at=later)
    case.refresh_from_db()
    assert (case.urgent, case.holds_open, case.due_at) == (True, 0, later + 2 * hour)
    old.refresh_from_db()  # nothing of it is lost: the pause stands on it, and it has stopped
    assert old.paused == [[AT.isoformat(), later.isoformat()]]
    assert (old.held_at, old.stopped_at) == (None, later)
    assert case.clocks.filter(stopped_at=None).count() == 1
    assert [step.verb for step in case.steps.all()][-3:] == ["resume", "resume", "raise_alarm"]
    ended = [step.details for step in case.steps.filter(verb="resume")]
    assert [one["hold"] for one in ended] == ["whistle", "by_hand"] and all(one["emergency"] for one in ended)
    assert set(case.holds.values_list("lifted_by", "lifted_at")) == {(staff["grid_worker"].actor_key, later)}
    refused("not_held", actions.lift_hold, **give, kind="whistle", at=later)
    case = actions.handle_case(
        case_id=case.pk, words="已关阀", by=staff["department_officer"], at=later + hour
    )
    assert case.state == "handled"
    assert not list(all_findings(lambda *_: None))


def test_a_hold_that_was_over_before_the_emergency_counts_until_its_end(town):
    """However late the clock of holds strikes."""
    staff, hour = town.a.staff, timedelta(hours=1)
    case = brought_to("dispatched", town.a)
    old = case.clocks.get(stopped_at=None)
    actions.put_hold(case_id=case.pk, reason="等", until=AT + hour, by=staff["shift_leader"], at=AT)
    actions.raise_alarm(case_id=case.pk, reason="塌陷", by=staff["grid_worker"], at=AT + 3 * hour)
    old.refresh_from_db()
    assert old.paused == [[AT.isoformat(), (AT + hour).isoformat()]]


def test_a_merged_case_is_no_emergency_of_its_own(town):
    staff = town.a.staff
    case, into = reported(town.a), reported(town.a)
    actions.merge_case(case_id=case.pk, into_id=into.pk, reason="同一处", by=staff["shift_leader"], at=AT)
    give = {"reason": "漏气", "by": staff["grid_worker"]}
    refused("goes_on_with_another", actions.raise_alarm, case_id=case.pk, **give)
    assert actions.raise_alarm(case_id=into.pk, **give, at=AT).urgent


# ---- helping units
def test_a_helping_unit_does_its_part(town):
    a = town.a
    officer, firm, helper = a.staff["department_officer"], a.firm, a.staff["property_clerk"]
    case = brought_to("dispatched", a)
    due = case.due_at
    case = actions.ask_help(case_id=case.pk, unit_id=firm.pk, task="请关闭水阀", by=officer, at=AT)
    assist = Assist.objects.get()
    assert assist.org == firm and assist.due_at == due and case.due_at == due and case.state == "dispatched"
    assert Notice.objects.filter(recipient=helper, kind="case.help").count() == 1
    case = actions.give_help(case_id=case.pk, words="已关闭", by=helper, at=AT)
    assist.refresh_from_db()
    assert (assist.state, assist.result) == ("done", "已关闭")
    assert case.steps.last().details == {"unit": firm.name, "late": False}
    assert Notice.objects.filter(recipient=officer, kind="case.help").count() == 1


def test_who_may_not_help(town):
    a = town.a
    officer = a.staff["department_officer"]
    case = brought_to("dispatched", a)
    give = {"case_id": case.pk, "task": "协助", "by": officer}
    refused("no_such_unit", actions.ask_help, **give, unit_id=town.b.firm.pk)  # a firm of another street
    refused("helps_itself", actions.ask_help, **give, unit_id=a.office.pk)
    refused("due_in_the_past", actions.ask_help, **give, unit_id=a.firm.pk, due_at=AT - timedelta(hours=1))
    refused("words_needed", actions.ask_help, case_id=case.pk, task=" ", by=officer, unit_id=a.firm.pk)
    refused("not_found", actions.ask_help, **(give | {"by": a.staff["property_clerk"]}), unit_id=a.firm.pk)
    refused("not_found", actions.give_help, case_id=case.pk, words="好了", by=a.staff["property_clerk"])
    refused("not_asked", actions.give_help, case_id=case.pk, words="好了", by=officer)
    actions.ask_help(**give, unit_id=a.firm.pk, at=AT)
    refused("helps_already", actions.ask_help, **give, unit_id=a.firm.pk)
    actions.release_help(case_id=case.pk, unit_id=a.firm.pk, reason="不需要了", by=officer, at=AT)
    refused("not_asked", actions.release_help, case_id=case.pk, unit_id=a.firm.pk, reason="再次", by=officer)
    refused("not_found", actions.give_help, case_id=case.pk, words="好了", by=a.staff["property_clerk"])


# ---- whose duty
def test_an_objection_leaves_the_unit_responsible_until_the_centre_decides(town):
    a = town.a
    officer, leader = a.staff["department_officer"], a.staff["shift_leader"]
    case = brought_to("dispatched", a)
    due = case.due_at
    case = actions.object_to_duty(case_id=case.pk, reason="属物业职责", by=officer, at=AT)
    assert (case.state, case.unit, case.due_at) == ("dispatched", a.office, due)
    assert Notice.objects.filter(recipient=leader, kind="case.objection").count() == 1
    later = AT + timedelta(hours=1)
    case = actions.arbitrate_case(case_id=case.pk, unit_id=a.firm.pk, reason="物业负责", by=leader, at=later)
    assert (case.state, case.unit, case.designated) == ("dispatched", a.firm, True)
    objection = Application.objects.get()
    assert (objection.state, objection.decisions.get().by) == ("granted", leader)
    refused(
        "designated_stays",
        actions.return_case,
        case_id=case.pk,
        reason="不是我们的",
        by=a.staff["property_clerk"],
    )
    refused(
        "designated_stays",
        actions.object_to_duty,
        case_id=case.pk,
        reason="不是",
        by=a.staff["property_clerk"],
    )


def test_refusals_about_duty(town):
    a = town.a
    officer, leader = a.staff["department_officer"], a.staff["shift_leader"]
    case = brought_to("dispatched", a)
    refused("reason_needed", actions.object_to_duty, case_id=case.pk, reason="", by=officer)
    refused(
        "not_found",
        actions.object_to_duty,
        case_id=case.pk,
        reason="不",
        by=town.b.staff["department_officer"],
    )
    give = {"case_id": case.pk, "reason": "裁定"}
    refused("no_such_unit", actions.arbitrate_case, **give, unit_id=town.b.office.pk, by=leader)
    refused("not_allowed", actions.arbitrate_case, **give, unit_id=a.firm.pk, by=a.staff["dispatcher"])
    actions.object_to_duty(case_id=case.pk, reason="属物业", by=officer, at=AT)
    refused("objected_already", actions.object_to_duty, case_id=case.pk, reason="属物业", by=officer)
    case = actions.arbitrate_case(**give, unit_id=a.office.pk, by=leader, at=AT)
    assert Application.objects.get().state == "refused" and case.unit == a.office


# ---- pressing, notes
def test_pressing_is_counted_and_asks_for_an_answer(town):
    case = brought_to("dispatched", town.a)
    case = actions.press_case(case_id=case.pk, reason="请加快", by=town.a.staff["leader"], at=AT)
    assert case.pressed == 1 and case.steps.last().details["reply_by"].startswith("2026-11-20T16:00")
    told = Notice.objects.filter(recipient=town.a.staff["department_officer"], kind="case.pressed")
    assert told.count() == 1 and told.get().urgent
    refused("not_allowed", actions.press_case, case_id=case.pk, reason="快", by=town.a.staff["grid_worker"])
    refused("reason_needed", actions.press_case, case_id=case.pk, reason="", by=town.a.staff["leader"])


def test_a_note_moves_nothing(town):
    case = brought_to("dispatched", town.a)
    held = (case.due_at, case.state, case.holder_org_id)
    case = actions.note_case(case_id=case.pk, words="已电话联系", by=town.a.staff["dispatcher"], at=AT)
    assert (case.due_at, case.state, case.holder_org_id) == held
    assert case.clocks.filter(stopped_at=None).count() == 1
    refused("words_needed", actions.note_case, case_id=case.pk, words="", by=town.a.staff["dispatcher"])
    refused("changed_meanwhile", actions.note_case, case_id=case.pk, words="x", seen_version=1,
            by=town.a.staff["dispatcher"])  # fmt: skip


# ---- after closing
def test_a_closed_case_is_reopened_with_a_clock_of_its_own(town):
    case = brought_to("closed", town.a)
    later = AT + timedelta(days=1)
    case = actions.reopen_case(case_id=case.pk, reason="又坏了", by=town.a.staff["shift_leader"], at=later)
    assert (case.state, case.ended_at, case.unit) == ("filed", None, None)
    assert case.due_at is not None and case.holder_org == town.a.centre
    other = brought_to("closed", town.a)
    refused("not_allowed", actions.reopen_case, case_id=other.pk, reason="坏", by=town.a.staff["dispatcher"])
    refused(
        "reason_needed", actions.reopen_case, case_id=other.pk, reason="", by=town.a.staff["shift_leader"]
    )
    refused(
        "step_not_allowed", actions.reopen_case, case_id=case.pk, reason="坏", by=town.a.staff["shift_leader"]
    )


def test_what_was_settled_without_a_class_is_filed_when_it_comes_back(client, town):
    staff, case = town.a.staff, reported(town.a)
    actions.settle_case(case_id=case.pk, words="清了", photos=[photo()], by=staff["grid_worker"], at=AT)
    actions.close_case(case_id=case.pk, by=staff["shift_leader"], at=AT)
    give = {"number": case.number, "follow_code": case.follow_code, "stars": 1, "satisfied": False}
    case = actions.rate_case(**give, words="又有了", redo=True, at=AT)
    assert (case.state, case.case_class, case.ended_at) == ("verified", None, None)
    assert case.clocks.get(stopped_at=None).stage == "file" and case.holder_org == town.a.centre
    client.force_login(staff["shift_leader"])
    assert f"/cases/{case.number}/file/" in client.get(f"/cases/{case.number}/").content.decode()
    assert client.get(f"/cases/{case.number}/file/").status_code == 200
    assert brought_on(case, town.a, "filed", "dispatched").unit == town.a.office


def test_the_reporter_takes_it_back_only_before_a_unit_has_it(town):
    case = reported(town.a)
    give = {"number": case.number, "follow_code": case.follow_code}
    refused("not_found", actions.withdraw_report, number=case.number, follow_code="XXXXXXXX", reason="看错了")
    refused("reason_needed", actions.withdraw_report, **give, reason="")
    assert actions.withdraw_report(**give, reason="看错了", at=AT).state == "cancelled"
    sent = brought_to("dispatched", town.a)
    refused(
        "step_not_allowed",
        actions.withdraw_report,
        number=sent.number,
        follow_code=sent.follow_code,
        reason="算了",
    )


def test_a_rating_once_and_one_redo(town):
    case = brought_to("closed", town.a)
    give = {"number": case.number, "follow_code": case.follow_code, "stars": 2, "satisfied": False}
    refused("bad_stars", actions.rate_case, **(give | {"stars": 6}))
    refused("no_redo_left", actions.rate_case, **(give | {"satisfied": True}), redo=True)
    case = actions.rate_case(**give, words="没修好", redo=True, at=AT)
    assert (case.state, case.ended_at) == ("filed", None)
    assert [step.verb for step in case.steps.all()][-2:] == ["rate", "reopen"]
    refused("step_not_allowed", actions.rate_case, **give)
    staff = town.a.staff
    actions.dispatch_case(case_id=case.pk, by=staff["dispatcher"], at=AT)
    actions.handle_case(case_id=case.pk, words="重修", by=staff["department_officer"], at=AT)
    actions.check_case(case_id=case.pk, by=staff["grid_worker"], at=AT)
    actions.close_case(case_id=case.pk, by=staff["shift_leader"], at=AT)
    refused("no_redo_left", actions.rate_case, **give, redo=True)
    actions.rate_case(**(give | {"stars": 5, "satisfied": True}), at=AT)
    refused("rated_already", actions.rate_case, **give)
    assert Case.objects.get(pk=case.pk).state == "closed"
