"""What the centre decided about a duty is offered next time; a unit that objected is not offered again."""

from datetime import timedelta

from onegrid.cases.catalog.models import Precedent
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Application, Case
from onegrid.cases.flow.queries.suggesting import dispatch_suggestion
from onegrid.kit.audit.models import AuditEntry
from tests.cases.conftest import AT, brought_to
from tests.cases.flow.test_side_roads import refused

LATER = AT + timedelta(hours=1)


def objected(town):
    case = brought_to("dispatched", town.a)
    return actions.object_to_duty(
        case_id=case.pk, reason="属物业范围", by=town.a.staff["department_officer"], at=AT
    )


def decided(town, unit):
    return actions.arbitrate_case(
        case_id=objected(town).pk,
        unit_id=unit.pk,
        reason="小区内由物业负责",
        by=town.a.staff["leader"],
        at=LATER,
    )


def test_a_decision_on_an_objection_is_remembered_and_offered_first(client, town):
    case = decided(town, town.a.firm)
    kept = Precedent.objects.get()
    assert (kept.organisation, kept.area, kept.class_code) == (town.a.firm, town.a.area, "06013")
    assert (kept.reason, kept.case_number) == ("小区内由物业负责", case.number)
    assert AuditEntry.objects.filter(verb="catalog.remember_precedent").count() == 1
    next_one = brought_to("filed", town.a)
    found = dispatch_suggestion(case=next_one, at=LATER)
    assert found.first == town.a.firm and found.route.organisation == town.a.office
    client.force_login(town.a.staff["dispatcher"])
    page = client.get(f"/cases/{next_one.number}/dispatch/").content.decode()
    assert "小区内由物业负责" in page and case.number in page
    assert page.index(f'value="{town.a.firm.pk}" selected') < page.index(f'value="{town.a.office.pk}"')
    sent = actions.dispatch_case(
        case_id=next_one.pk, unit_id=town.a.firm.pk, by=town.a.staff["dispatcher"], at=LATER
    )  # the precedent is reason enough
    details = sent.steps.last().details
    assert (details["precedent"], details["why"]) == (kept.pk, kept.reason)
    elsewhere = dispatch_suggestion(case=brought_to("filed", town.b), at=LATER)
    assert elsewhere.precedents == []  # another street's


def test_a_refused_objection_is_remembered_as_well(town):
    decided(town, town.a.office)
    assert Precedent.objects.get().organisation == town.a.office
    assert Application.objects.get().state == "refused"


def test_a_decision_without_an_objection_is_no_precedent(town):
    case = brought_to("dispatched", town.a)
    actions.arbitrate_case(
        case_id=case.pk, unit_id=town.a.firm.pk, reason="改派", by=town.a.staff["leader"], at=AT
    )
    assert not Precedent.objects.exists()


def test_who_objected_is_not_offered_again(client, town):
    case = objected(town)
    officer, dispatcher = town.a.staff["department_officer"], town.a.staff["dispatcher"]
    actions.return_case(case_id=case.pk, reason="不属于", by=officer, at=AT)
    found = dispatch_suggestion(case=Case.objects.get(pk=case.pk), at=AT)
    assert town.a.office not in found.units and found.first is None
    client.force_login(dispatcher)
    page = client.get(f"/cases/{case.number}/dispatch/").content.decode()
    assert f'value="{town.a.office.pk}"' not in page and f'value="{town.a.firm.pk}"' in page
    refused("unit_objected", actions.dispatch_case, case_id=case.pk, by=dispatcher)
    again = {"case_id": case.pk, "unit_id": town.a.office.pk, "words": "现场为道路", "by": dispatcher}
    assert actions.dispatch_case(**again, at=AT).unit == town.a.office


def test_who_got_it_back_may_not_push_it_further(town):
    """The unit that returned a case has no hand in its next step; the dispatcher sends it, the unit may not."""
    case, officer = brought_to("dispatched", town.a), town.a.staff["department_officer"]
    actions.return_case(case_id=case.pk, reason="不属于", by=officer, at=AT)
    sends = {"case_id": case.pk, "unit_id": town.a.firm.pk, "words": "x"}
    refused("not_allowed", actions.dispatch_case, **sends, by=officer)
    for action, more in (
        (actions.handle_case, {"words": "x"}),
        (actions.return_case, {"reason": "x"}),
        (actions.escalate_case, {"reason": "x"}),
    ):
        refused("not_found", action, case_id=case.pk, by=officer, **more)
    refused("not_allowed", actions.dispatch_case, case_id=case.pk, by=town.a.staff["shift_leader"])
