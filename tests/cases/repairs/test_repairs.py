"""A report from a managed compound reaches its firm by the ordinary steps; what does not fit stays with people."""

from datetime import timedelta

import pytest

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.facts import CaseDispatched, CaseOpened
from onegrid.cases.flow.models import Case, Channel, Evidence, Step
from onegrid.cases.repairs import listeners, queries
from onegrid.cases.repairs.actions import (
    accept_repair,
    assign_repair,
    feed_back_repair,
    hand_over_repairs,
    note_firms,
)
from onegrid.cases.repairs.models import Repair
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.registry.dwellings.actions import hand_over_management
from onegrid.registry.facilities.models import Facility
from tests.cases.conftest import AT, BY, brought_to, photo, reported, town  # noqa: F401
from tests.compounds import furnished_compound
from tests.streets import streets  # noqa: F401

MACHINE = SystemActor("repairs")
TODAY = AT.date()


@pytest.fixture
def compound(town):  # noqa: F811
    return furnished_compound(town.a, AT)


def a_class(code: str = "01076") -> CaseClass:
    return CaseClass.objects.get(kind="event", code=code, version__scheme__code="gbt47678.5-2026")


def broken_lift(street, **more) -> Case:
    return reported(street, text="电梯停了", case_class=a_class(), **more)


def handed(street, **more) -> Case:
    case = broken_lift(street, **more)
    hand_over_repairs(case_ids=[case.pk], by=MACHINE, at=AT)
    case.refresh_from_db()
    return case


def written() -> tuple:
    cases = sorted(Case.objects.values_list("pk", "state", "version", "unit", "seal"))
    repairs = sorted(Repair.objects.values_list("case", "firm", "accepted_at", "worker"))
    return cases, repairs, [table.objects.count() for table in (Step, Evidence, FactRow, Notice)]


def test_a_broken_lift_goes_straight_to_the_firm(town, compound):  # noqa: F811
    case = handed(town.a)
    assert (case.state, case.unit, case.holder_org) == ("dispatched", town.a.firm, town.a.firm)
    assert list(case.steps.order_by("position").values_list("verb", flat=True)) == [
        "open", "verify", "file", "dispatch",
    ]  # fmt: skip
    repair = Repair.objects.get()
    assert (repair.case, repair.firm, repair.compound, repair.straight) == (case, town.a.firm, compound, True)
    assert case.due_at is not None
    assert queries.repairs(viewer=town.a.staff["property_clerk"]) == [repair]
    assert queries.open_by_compound([compound.pk], viewer=town.a.staff["community_clerk"]) == {compound.pk: 1}


def test_heard_twice_it_is_handed_over_once(town, compound):  # noqa: F811
    case = handed(town.a)
    before = written()
    hand_over_repairs(case_ids=[case.pk], by=MACHINE, at=AT)
    assert written() == before


def test_a_label_in_the_address_says_what_and_where(town, compound):  # noqa: F811
    lift = Facility.objects.get()
    words = f"锦绣苑1号楼1单元 电梯（{lift.code}）"
    case = reported(town.a, text="关不上门", address=words)
    hand_over_repairs(case_ids=[case.pk], by=MACHINE, at=AT)
    repair = Repair.objects.get()
    assert (repair.facility, repair.case.case_class.code, repair.case.state) == (lift, "01076", "dispatched")


@pytest.mark.parametrize(
    "why", ["another class", "outside the walls", "nobody manages it", "many conditions", "import"]
)
def test_what_does_not_fit_stays_with_people(town, compound, why, monkeypatch):  # noqa: F811
    lon, lat = town.a.at(0)
    more = {
        "another class": {"case_class": a_class("06013")},
        "outside the walls": {"lon": lon + 0.004, "lat": lat},
    }.get(why, {})
    if why == "nobody manages it":
        hand_over_management(compound_id=compound.pk, organisation=None, on=TODAY, by=BY, at=AT)
    case = reported(town.a, **{"text": "坏了", "case_class": a_class()} | more)
    if why == "many conditions":  # somebody has to choose one
        monkeypatch.setattr("onegrid.cases.repairs.actions.standards_of", lambda _class: [1, 2])
    if why == "import":
        Case.objects.filter(pk=case.pk).update(channel=Channel.IMPORT)
    before = written()
    hand_over_repairs(case_ids=[case.pk], by=MACHINE, at=AT)
    assert written() == before


def test_what_the_dispatcher_sends_to_a_firm_is_a_repair_too(town, compound):  # noqa: F811
    case = brought_to("filed", town.a)
    flow.dispatch_case(
        case_id=case.pk, unit_id=town.a.firm.pk, words="小区内部", by=town.a.staff["dispatcher"], at=AT
    )
    note_firms(of=[(case.pk, town.a.firm.pk), (10**9, town.a.office.pk)], by=MACHINE, at=AT)
    repair = Repair.objects.get()
    assert (repair.case, repair.compound, repair.straight) == (case, compound, False)
    flow.return_case(case_id=case.pk, reason="不属于物业", by=town.a.staff["property_clerk"], at=AT)
    assert queries.repairs(viewer=BY) == []


def test_the_listeners_hear_reports_and_dispatches(town, compound):  # noqa: F811
    case = broken_lift(town.a)
    row = FactRow.objects.filter(kind="cases.CaseOpened").latest("pk")
    heard = type("Heard", (), {})()
    heard.fact, heard.at = CaseOpened(case.pk), row.at
    listeners.straight_to_the_firm([heard])
    assert Repair.objects.get().case == case
    Repair.objects.all().delete()
    heard.fact = CaseDispatched(case.pk, 0, town.a.firm.pk)
    listeners.firms_have_it([heard])
    assert Repair.objects.get().case == case


def test_the_firm_takes_it_sends_somebody_and_feeds_back(town, compound):  # noqa: F811
    case, clerk = handed(town.a), town.a.staff["property_clerk"]
    accept_repair(case_id=case.pk, visit_at=AT + timedelta(hours=1), by=clerk, at=AT)
    assign_repair(case_id=case.pk, worker_id=clerk.pk, by=clerk, at=AT)
    assert Notice.objects.filter(recipient=clerk, kind="repair").count() == 1
    feed_back_repair(
        case_id=case.pk, words="已更换门机", before=[photo("red")], after=[photo("green")], by=clerk, at=AT
    )
    case.refresh_from_db()
    assert case.state == "handled"
    assert sorted(case.evidence.values_list("kind", flat=True)) == ["after", "before"]
    story = queries.repair_story(case.number, viewer=clerk, today=TODAY)
    assert (story.repair.worker, story.repair.visit_at) == (clerk, AT + timedelta(hours=1))
    verbs = [step.verb for step in story.story.steps]
    assert verbs == ["open", "verify", "file", "dispatch", "note", "note", "note", "handle"]
    assert queries.waiting(clerk) == 0


def test_the_firms_deeds_are_refused_and_nothing_written(town, compound):  # noqa: F811
    case, clerk = handed(town.a), town.a.staff["property_clerk"]
    accept_repair(case_id=case.pk, by=clerk, at=AT)
    before = written()
    on = {"case_id": case.pk, "by": clerk, "at": AT}
    for code, refused in [
        ("accepted_before", lambda: accept_repair(**on)),
        ("not_of_the_firm", lambda: assign_repair(**on, worker_id=town.a.staff["grid_worker"].pk)),
        ("changed_meanwhile", lambda: assign_repair(**on, worker_id=clerk.pk, seen_version=1)),
        ("changed_meanwhile", lambda: feed_back_repair(**on, words="x", before=[photo()], seen_version=1)),
    ]:
        with pytest.raises(Refused) as said:
            refused()
        assert said.value.code == code
    other = {"case_id": case.pk, "at": AT}
    with pytest.raises(NotAllowed):
        accept_repair(**other, by=town.a.staff["grid_worker"])
    for stranger in (town.b.staff["property_clerk"], town.a.staff["department_officer"]):
        with pytest.raises(NotFound):
            accept_repair(**other, by=stranger)
    with pytest.raises(NotFound):
        accept_repair(case_id=10**9, by=clerk, at=AT)
    assert written() == before


def test_after_feeding_back_the_firm_does_not_have_it(town, compound):  # noqa: F811
    case, clerk = handed(town.a), town.a.staff["property_clerk"]
    with pytest.raises(Refused, match="over already"):
        accept_repair(case_id=case.pk, visit_at=AT - timedelta(hours=1), by=clerk, at=AT)
    feed_back_repair(case_id=case.pk, words="已修好", by=clerk, at=AT)
    with pytest.raises(Refused, match="does not have it"):
        assign_repair(case_id=case.pk, worker_id=clerk.pk, by=clerk, at=AT)
    assert queries.repair_story(case.number, viewer=clerk, today=TODAY).repair.worker is None


def test_no_other_firm_and_no_other_street_sees_it(town, compound):  # noqa: F811
    case = handed(town.a)
    for stranger in (town.b.staff["property_clerk"], town.b.staff["leader"]):
        assert queries.repairs(viewer=stranger) == []
        with pytest.raises(NotFound):
            queries.repair_story(case.number, viewer=stranger, today=TODAY)
    assert Resident().scope("cases.see").reaches == ()
