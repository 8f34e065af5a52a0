"""收回: what was pushed on is taken back while the receiver has not begun, and no clock is won by it."""

from datetime import timedelta

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Assist, Case, StageClock
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, brought_to
from tests.cases.flow.test_side_roads import refused

LATER = AT + timedelta(minutes=20)


def test_a_dispatcher_takes_a_dispatch_back(town):
    filed = brought_to("filed", town.a)
    due, staff = filed.due_at, town.a.staff
    sent = actions.dispatch_case(case_id=filed.pk, by=staff["dispatcher"], at=AT)
    Assist.objects.create(case=sent, org=town.a.firm, task="围挡", asked_at=AT)
    back = actions.recall_case(
        case_id=sent.pk, words="派错了", seen_version=sent.version, by=staff["dispatcher"], at=LATER
    )
    assert (back.state, back.unit, back.holder_org, back.due_at) == ("filed", None, town.a.centre, due)
    assert back.approaching_at is not None and back.rule_limits is None
    clocks = StageClock.objects.filter(case=back).order_by("id").values_list("stage", "stopped_at")
    assert list(clocks)[-2:] == [("dispatch", None), ("handle", LATER)]
    assert Assist.objects.get(case=back).state == "released"
    assert FactRow.objects.filter(kind="cases.CaseRecalled", payload__case_id=back.pk).count() == 1
    told = Notice.objects.filter(kind="case.recalled")
    assert [notice.recipient for notice in told] == [staff["department_officer"]]
    again = actions.dispatch_case(case_id=back.pk, by=staff["dispatcher"], at=LATER)
    assert again.state == "dispatched" and again.due_at > sent.due_at
    assert list(CaseTimelines().findings(lambda done, total: None)) == []


def test_a_unit_takes_its_feedback_back_and_wins_no_time(town):
    sent = brought_to("dispatched", town.a)
    officer = town.a.staff["department_officer"]
    actions.handle_case(case_id=sent.pk, words="已补", by=officer, at=AT)
    back = actions.recall_case(case_id=sent.pk, by=officer, at=LATER)
    assert (back.state, back.unit, back.due_at) == ("dispatched", town.a.office, sent.due_at)
    assert StageClock.objects.filter(case=back, stage="handle").count() == 1


def test_who_may_not_and_when_not(town):
    sent, staff = brought_to("dispatched", town.a), town.a.staff
    give = {"case_id": sent.pk}
    refused("not_allowed", actions.recall_case, **give, by=staff["department_officer"])
    refused("not_allowed", actions.recall_case, **give, by=staff["shift_leader"])
    refused("not_found", actions.recall_case, **give, by=town.b.staff["dispatcher"])
    refused("changed_meanwhile", actions.recall_case, **give, seen_version=1, by=staff["dispatcher"])
    actions.note_case(case_id=sent.pk, words="已到现场", by=staff["department_officer"], at=AT)
    refused("begun_already", actions.recall_case, **give, by=staff["dispatcher"])
    done = brought_to("handled", town.a)
    refused("not_allowed", actions.recall_case, case_id=done.pk, by=staff["dispatcher"])
    for state in ("filed", "checked", "closed"):
        other = brought_to(state, town.a)
        code = "case_is_final" if state == "closed" else "step_not_allowed"
        refused(code, actions.recall_case, case_id=other.pk, by=staff["dispatcher"])


def test_the_button_stands_while_nobody_has_begun(client, town):
    sent = brought_to("dispatched", town.a)
    client.force_login(town.a.staff["dispatcher"])
    address = f"/cases/{sent.number}/recall/"
    assert address in client.get(f"/cases/{sent.number}/").content.decode()
    assert client.get(address).status_code == 200
    client.post(address, {"version": sent.version, "words": "派错了"})
    assert Case.objects.get(pk=sent.pk).state == "filed"
    assert address not in client.get(f"/cases/{sent.number}/").content.decode()
