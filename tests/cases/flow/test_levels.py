"""The three classes of handling: settled in the grid, led by the community, led by the street's centre, and above."""

import pytest

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import verbs_for
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import LEVELS, Level, Verb, level_above, level_below, not_below
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, brought_to, photo, reported, road, written


def test_levels_in_order():
    assert [level_above(level) for level in LEVELS] == [*LEVELS[1:], None]
    assert level_below(Level.CITY) == Level.DISTRICT and level_below(Level.STREET) == Level.COMMUNITY
    assert level_below(Level.COMMUNITY) is None and level_below(Level.GRID) is None
    assert not_below(Level.STREET, Level.COMMUNITY) and not not_below(Level.GRID, Level.COMMUNITY)


def test_settled_in_the_grid(town):
    """First class of handling: nobody above the community touches it."""
    case = reported(town.a)
    case = actions.settle_case(
        case_id=case.pk, words="已清理", photos=[photo()], by=town.a.staff["grid_worker"], at=AT
    )
    assert (case.level, case.state) == ("grid", "checked")
    with pytest.raises(
        NotAllowed, match="level_too_low"
    ):  # a class that says nothing is closed by the street
        actions.close_case(case_id=case.pk, by=town.a.staff["community_clerk"], at=AT)
    assert actions.close_case(case_id=case.pk, by=town.a.staff["shift_leader"], at=AT).state == "closed"


def test_led_by_the_community_from_verification_to_closing(town):
    """Second class: the station files, handles and closes."""
    a = town.a
    clerk, station = a.staff["community_clerk"], a.stations[0]
    case = reported(a)
    case = actions.verify_case(case_id=case.pk, level=Level.COMMUNITY, by=a.staff["grid_worker"], at=AT)
    assert case.holder_org == station and case.level == "community"
    assert Notice.objects.filter(recipient=clerk, kind="case.turn").count() == 1
    case = actions.file_case(
        case_id=case.pk, class_id=road().pk, standard_id=standards_of(road())[0].pk, by=clerk, at=AT
    )
    case = actions.dispatch_case(case_id=case.pk, unit_id=station.pk, words="社区可自行处理", by=clerk, at=AT)
    case = actions.handle_case(case_id=case.pk, words="已修", photos=[photo()], by=clerk, at=AT)
    case = actions.check_case(case_id=case.pk, by=a.staff["grid_worker"], at=AT)
    with pytest.raises(NotAllowed, match="level_too_low"):  # the class of roads is closed by the street
        actions.close_case(case_id=case.pk, by=clerk, at=AT)
    assert actions.close_case(case_id=case.pk, by=a.staff["shift_leader"], at=AT).state == "closed"


def test_a_clerk_of_the_community_leads_nothing_of_the_street(town):
    case = brought_to("verified", town.a)
    before = written()
    with pytest.raises(NotAllowed) as refusal:
        actions.file_case(
            case_id=case.pk,
            class_id=road().pk,
            standard_id=standards_of(road())[0].pk,
            by=town.a.staff["community_clerk"],
            at=AT,
        )
    assert refusal.value.code == "level_too_low" and "Street centre level" in str(refusal.value.message)
    assert written() == before
    assert Verb.FILE not in verbs_for(town.a.staff["community_clerk"], case)
    assert Verb.FILE in verbs_for(town.a.staff["shift_leader"], case)


def test_up_to_the_district_and_down_again(above):
    """Third class, and beyond: the street cannot settle it."""
    leader, district = above.a.staff["shift_leader"], above.staff["shift_leader"]
    case = brought_to("dispatched", above.a)
    case = actions.escalate_case(case_id=case.pk, reason="需区级协调", by=leader, at=AT)
    assert (case.level, case.state, case.unit_id) == ("district", "filed", None)
    assert case.holder_org == above.staff["centre"] and case.case_class == road()
    assert Verb.DISPATCH not in verbs_for(above.a.staff["dispatcher"], case)
    before = written()
    with pytest.raises(NotAllowed):
        actions.hand_down_case(case_id=case.pk, reason="街道可办", by=leader, at=AT)
    assert written() == before
    case = actions.hand_down_case(case_id=case.pk, reason="街道可办", by=district, at=AT)
    assert (case.level, case.holder_org) == ("street", above.a.centre)
    assert [step.verb for step in case.steps.all()][-2:] == ["escalate", "hand_down"]


def test_refusals_between_levels_write_nothing(town):
    case = brought_to("verified", town.a)
    before = written()
    staff = town.a.staff
    with pytest.raises(Refused, match="no_centre_at_level"):
        actions.escalate_case(case_id=case.pk, reason="需上级", by=staff["shift_leader"], at=AT)
    with pytest.raises(Refused, match="reason_needed"):
        actions.escalate_case(case_id=case.pk, reason=" ", by=staff["shift_leader"], at=AT)
    with pytest.raises(NotFound):
        actions.escalate_case(case_id=case.pk, reason="需上级", by=town.b.staff["shift_leader"], at=AT)
    with pytest.raises(NotAllowed):
        actions.escalate_case(case_id=case.pk, reason="需上级", by=staff["acceptor"], at=AT)
    with pytest.raises(Refused, match="no_such_level"):
        actions.verify_case(case_id=case.pk, level=Level.CITY, by=staff["grid_worker"], at=AT)
    Case.objects.filter(pk=case.pk).update(level="community")
    with pytest.raises(Refused, match="lowest_level"):
        actions.hand_down_case(case_id=case.pk, reason="下派", by=staff["shift_leader"], at=AT)
    assert written()[1:] == before[1:]


def test_what_must_be_checked_is_not_closed_before(town):
    case = brought_to("handled", town.a)
    before = written()
    with pytest.raises(Refused, match="check_needed"):
        actions.close_case(case_id=case.pk, by=town.a.staff["shift_leader"], at=AT)
    assert written() == before
