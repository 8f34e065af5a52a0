"""Between streets (移交): the first receiver is responsible until another accepts; a refusal is decided above."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.notices.models import Notice
from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import verbs_for
from onegrid.cases.flow.models import Case, Offer, Step
from onegrid.cases.flow.queries import case_story, visible
from onegrid.cases.flow.queries.offers import centres_to_ask, offers_waiting, open_offers
from onegrid.cases.flow.rules import Verb, common_path
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, brought_to, photo, reported, written
from tests.streets import _org

PATHS = st.lists(st.integers(1, 9), min_size=1, max_size=5).map(lambda steps: "".join(f"{s}." for s in steps))


@given(PATHS, PATHS)
def test_the_common_area_is_the_longest_path_that_begins_both(one, other):
    shared = common_path(one, other)
    assert one.startswith(shared) and other.startswith(shared) and shared == common_path(other, one)
    longer = one[len(shared) :].split(".")[0]
    assert not longer or not other.startswith(f"{shared}{longer}.")


def offered(town, case=None) -> Case:
    case = case or brought_to("dispatched", town.a)
    return actions.offer_case(
        case_id=case.pk, org_id=town.b.centre.pk, reason="地点在乙街道", by=town.a.staff["dispatcher"], at=AT
    )


def stands(case: Case) -> tuple:
    case = Case.objects.get(pk=case.pk)
    return case.state, case.holder_org_id, case.holder_user_id, case.unit_id, case.due_at, case.area_path


def test_until_it_is_accepted_nothing_moves(town):
    case = brought_to("dispatched", town.a)
    before = stands(case)
    case = offered(town, case)
    assert stands(case) == before and case.offered
    offer = Offer.objects.get()
    assert offer.common_path == town.district.path and offer.from_org == town.a.centre and offer.due_at > AT
    told = Notice.objects.filter(kind="case.offer").values_list("recipient__username", flat=True)
    assert set(told) == {"b.shift_leader", "b.dispatcher"}


def test_the_other_side_sees_exactly_this_case_while_it_is_asked(town):
    case, another = brought_to("dispatched", town.a), reported(town.a)
    b = town.b.staff
    with pytest.raises(NotFound):
        case_story(number=case.number, viewer=b["dispatcher"])
    offered(town, case)
    story = case_story(number=case.number, viewer=b["dispatcher"])
    assert set(story.verbs) == {Verb.TAKE_OVER, Verb.DECLINE}
    assert case_story(number=case.number, viewer=b["acceptor"]).verbs == []
    for unseen, person in ((case, "grid_worker"), (case, "community_clerk"), (another, "dispatcher")):
        with pytest.raises(NotFound):
            case_story(number=unseen.number, viewer=b[person])
    assert [one.case_id for one in open_offers(viewer=b["shift_leader"]).asked] == [case.pk]
    assert offers_waiting(viewer=b["shift_leader"]) == 1 and offers_waiting(viewer=b["grid_worker"]) == 0
    assert [one.case_id for one in open_offers(viewer=town.a.staff["leader"]).made] == [case.pk]
    actions.call_off_offer(case_id=case.pk, reason="属本街道", by=town.a.staff["shift_leader"], at=AT)
    with pytest.raises(NotFound):
        case_story(number=case.number, viewer=b["dispatcher"])


def test_accepted_it_lies_in_the_other_street_with_a_clock_of_its_own(town):
    case = offered(town)
    later = AT + timedelta(hours=1)
    case = actions.take_over_case(case_id=case.pk, words="属我街道", by=town.b.staff["dispatcher"], at=later)
    assert (case.state, case.unit_id, case.offered, case.level) == ("filed", None, False, "street")
    assert case.holder_org == town.b.centre and case.area_path == town.b.area.path
    assert case.street_id == town.b.area.pk and case.grid_id is None and case.due_at > later
    assert case in visible(town.b.staff["dispatcher"]) and case not in visible(town.a.staff["dispatcher"])
    assert Verb.DISPATCH in verbs_for(town.b.staff["dispatcher"], case)
    # who received it first can still tell the reporter what became of it, and do nothing more
    assert case_story(number=case.number, viewer=town.a.staff["dispatcher"]).verbs == []
    handled = actions.dispatch_case(case_id=case.pk, by=town.b.staff["dispatcher"], at=later)
    assert handled.unit == town.b.office


def test_a_report_that_lies_in_the_other_streets_grid_goes_to_its_grid(town):
    lon, lat = town.b.at(0)
    case = actions.open_case(
        channel="hotline", text="路面有个大坑", area_id=town.a.area.pk, by=town.a.staff["acceptor"], at=AT
    )
    Case.objects.filter(pk=case.pk).update(point=f"SRID=4490;POINT({lon} {lat})")
    actions.offer_case(
        case_id=case.pk, org_id=town.b.centre.pk, reason="在乙街道", by=town.a.staff["shift_leader"], at=AT
    )
    case = actions.take_over_case(case_id=case.pk, by=town.b.staff["shift_leader"], at=AT)
    assert case.grid_id == town.b.grids[0].pk and case.holder_user == town.b.staff["grid_worker"]
    assert case.state == "reported"


def test_declined_it_is_decided_above_and_the_decision_is_final_and_remembered(above):
    case = offered(above)
    before = stands(case)
    case = actions.decline_offer(
        case_id=case.pk, reason="以道路中线为界", by=above.b.staff["shift_leader"], at=AT
    )
    assert stands(case) == before and Offer.objects.get().state == "disputed"
    judge = above.staff["shift_leader"]
    assert Notice.objects.filter(recipient=judge, kind="case.offer").count() == 1
    assert Verb.AWARD in verbs_for(judge, case) and Verb.AWARD not in verbs_for(
        above.a.staff["shift_leader"], case
    )
    case = actions.award_case(case_id=case.pk, moves=True, reason="落点在乙街道一侧", by=judge, at=AT)
    assert case.area_path == above.b.area.path and case.state == "filed"
    assert list(Step.objects.filter(case=case).values_list("verb", flat=True))[-2:] == ["award", "take_over"]
    with pytest.raises(Refused, match="awarded_stays"):
        actions.offer_case(
            case_id=case.pk, org_id=above.a.centre.pk, reason="不是", by=above.b.staff["dispatcher"], at=AT
        )
    from_before = brought_to("dispatched", above.a)
    story = case_story(number=from_before.number, viewer=above.a.staff["dispatcher"])
    assert Verb.OFFER in story.verbs


def test_it_may_also_stay(above):
    case = offered(above)
    before = stands(case)
    actions.decline_offer(case_id=case.pk, reason="不属我街道", by=above.b.staff["dispatcher"], at=AT)
    case = actions.award_case(
        case_id=case.pk, moves=False, reason="首接负责", by=above.staff["shift_leader"], at=AT
    )
    assert stands(case) == before and not case.offered and Offer.objects.get().has_it == above.a.centre
    with pytest.raises(NotFound):
        case_story(number=case.number, viewer=above.b.staff["dispatcher"])


def test_silence_is_decided_above_and_work_that_is_done_lets_the_offer_lapse(above):
    silent, done = offered(above), offered(above)
    actions.handle_case(
        case_id=done.pk, words="已修", photos=[photo()], by=above.a.staff["department_officer"], at=AT
    )
    assert actions.offers_run_out(at=AT) == 0
    assert actions.offers_run_out(at=AT + timedelta(days=4)) == 2
    assert [Offer.objects.get(case=one).state for one in (silent, done)] == ["disputed", "lapsed"]
    assert actions.offers_run_out(at=AT + timedelta(days=9)) == 0


def test_refusals_write_nothing(town):
    case = brought_to("dispatched", town.a)
    a, b = town.a.staff, town.b.staff
    ask = {"case_id": case.pk, "org_id": town.b.centre.pk, "reason": "地点在乙街道", "at": AT}

    def refused(code, act, error=Refused, **given):
        before = written(), Offer.objects.count()
        with pytest.raises(error) as failure:
            act(**given)
        assert failure.value.code == code and (written(), Offer.objects.count()) == before

    refused("reason_needed", actions.offer_case, **(ask | {"reason": " "}), by=a["dispatcher"])
    refused("no_such_centre", actions.offer_case, **(ask | {"org_id": town.a.centre.pk}), by=a["dispatcher"])
    refused("no_such_centre", actions.offer_case, **(ask | {"org_id": town.b.office.pk}), by=a["dispatcher"])
    refused("level_too_low", actions.offer_case, NotAllowed, **ask, by=a["grid_worker"])
    refused("level_too_low", actions.offer_case, NotAllowed, **ask, by=a["department_officer"])
    refused("not_allowed", actions.offer_case, NotAllowed, **ask, by=a["acceptor"])
    refused("not_found", actions.offer_case, NotFound, **ask, by=b["dispatcher"])
    one = {"case_id": case.pk, "at": AT}
    refused("not_offered", actions.call_off_offer, **one, reason="x", by=a["dispatcher"])
    refused("not_offered", actions.take_over_case, **one, by=a["dispatcher"])
    refused("not_found", actions.take_over_case, NotFound, **one, by=b["dispatcher"])
    offered(town, case)
    refused("offered_already", actions.offer_case, **ask, by=a["dispatcher"])
    refused("not_offered", actions.take_over_case, **one, by=a["dispatcher"])  # not one's own offer
    refused("not_allowed", actions.take_over_case, NotAllowed, **one, by=b["acceptor"])
    refused("not_found", actions.take_over_case, NotFound, **one, by=b["grid_worker"])
    refused("changed_meanwhile", actions.take_over_case, **one, seen_version=1, by=b["dispatcher"])
    refused("reason_needed", actions.decline_offer, **one, reason="", by=b["dispatcher"])
    refused(
        "not_offered", actions.award_case, **one, moves=True, reason="x", by=a["leader"]
    )  # no dispute yet
    actions.decline_offer(**one, reason="不是", by=b["dispatcher"])
    refused("not_offered", actions.take_over_case, **one, by=b["dispatcher"])
    refused(
        "not_offered", actions.award_case, **one, moves=True, reason="x", by=a["leader"]
    )  # one of the two


def test_a_helper_of_another_street_sees_this_case_and_gives_its_part(town):
    case, another = brought_to("dispatched", town.a), brought_to("dispatched", town.a)
    officer = town.b.staff["department_officer"]
    with pytest.raises(NotFound):
        case_story(number=case.number, viewer=officer)
    actions.ask_help(
        case_id=case.pk, unit_id=town.b.office.pk, task="清扫本街道路段", by=town.a.staff["department_officer"], at=AT
    )  # fmt: skip
    assert Verb.GIVE_HELP in case_story(number=case.number, viewer=officer).verbs
    with pytest.raises(NotFound):
        case_story(number=another.number, viewer=officer)
    case = actions.give_help(case_id=case.pk, words="已清扫", by=officer, at=AT)
    assert case.unit == town.a.office and case.assists.get().state == "done"


def test_a_station_that_helps_is_spoken_for_by_whom_its_community_is(town):
    case = brought_to("dispatched", town.a)
    actions.ask_help(
        case_id=case.pk, unit_id=town.b.stations[0].pk, task="入户告知", by=town.a.staff["department_officer"], at=AT
    )  # fmt: skip
    clerk = town.b.staff["community_clerk"]
    assert Verb.GIVE_HELP in case_story(number=case.number, viewer=clerk).verbs
    actions.give_help(case_id=case.pk, words="已告知", by=clerk, at=AT)
    assert case.assists.get().state == "done"


def test_centres_of_the_same_district_are_asked_first(town):
    far = _org(OrgKind.STREET_CENTRE, "000-ZX", "远街道中心", town.b.area, None)
    assert [one.pk for one in centres_to_ask(town.a.area.path)] == [far.pk, town.b.centre.pk]
