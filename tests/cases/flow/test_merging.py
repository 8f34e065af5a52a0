"""Merge, un-merge, closing together; what is suggested and what is not; nothing written when refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from onegrid.cases.flow.actions import (
    apply_for,
    ask_help,
    cancel_case,
    close_case,
    decide_application,
    lift_ended_holds,
    link_case,
    merge_case,
    put_hold,
    rate_case,
    reopen_case,
    unmerge_case,
    verify_case,
)
from onegrid.cases.flow.models import Application, Assist, Case, CaseLink, Hold
from onegrid.cases.flow.queries.public import public_case
from onegrid.cases.flow.similar.queries import merged_with, similar_cases
from onegrid.cases.flow.similar.rules import Limits, Seen, joined, likeness, plain_address, tokens
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.verifications import VERIFICATIONS
from tests.cases.conftest import AT, brought_to, reported, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401

LIMITS = Limits(
    {"event": 60, "component": 20},
    5,
    {"event": 7, "component": 14},
    {"place": 1, "class": 0.1, "time": 1, "words": 0.1},
    0.4,
)
ROAD = Seen(tokens("路面有个大坑"), "06013", "06", "人民路5号", may_be=frozenset(["06013"]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("垃圾箱倒了", ["垃圾箱倒了"]),
        ("路灯坏了，3 lamps", ["3", "lamp", "路灯坏了"]),
        ("路灯坏了，路灯不亮", ["灯不亮", "灯坏了", "路灯"]),  # goes on in two ways
        ("吃了吃", ["了吃", "吃了"]),  # begins nowhere
        ("", []),
    ],
)
def test_what_both_say_is_told_as_words(text, words):
    assert sorted(joined(tokens(text))) == sorted(words)


def thing(metres_kind: str = "component") -> Seen:
    return Seen(ROAD.tokens, "06013", "06", "", metres_kind)


@pytest.mark.parametrize(
    ("other", "metres", "days", "score"),
    [
        (ROAD, 0, 0, 1.0),
        (ROAD, 30, 0, 1.0),  # the same address counts as no distance
        (Seen(ROAD.tokens, "06013", "06"), 30, 0, 0.5),
        (Seen(ROAD.tokens, "06013", "06"), 0, 3.5, 0.5),
        (Seen(ROAD.tokens, "06012", "06"), 0, 0, 0.95),  # another class of the same major
        (Seen(ROAD.tokens), 0, 0, 0.95),  # nobody has said the class
        (Seen(ROAD.tokens, may_be=frozenset(["06013", "09009"])), 0, 0, 0.95),  # guessed, and it may be
        (Seen(ROAD.tokens, may_be=frozenset(["09009"])), 0, 0, 0.91),  # guessed to be another: not certain
        (Seen(tokens("垃圾"), "06013", "06"), 0, 0, 0.9),  # no word in common
        (Seen(ROAD.tokens, "09009", "09"), 0, 0, None),  # another major class
        (Seen(ROAD.tokens, "06013", "06"), 61, 0, None),
        (Seen(ROAD.tokens, "06013", "06"), 0, 8, None),
        (Seen(ROAD.tokens, "06013", "06"), None, 0, None),  # nothing known of the place
        (ROAD, None, 0, 1.0),
        (replace(ROAD, address="人民路5号院内"), 30, 0, 1.0),  # the same door, said more exactly
        (replace(ROAD, address="人民路15号"), 6, 0, None),  # another door
        (replace(ROAD, address="人民路15号"), 0, 0, 1.0),
        (replace(ROAD, address="人民路东头"), 30, 0, 0.5),  # names no door: nothing against it
        (thing(), 21, 0, None),  # a component stands at one point
        (thing(), 0, 7, 0.5),  # and stays broken for longer
        (thing("event"), 0, 8, None),
    ],
)
def test_how_alike(other, metres, days, score):
    found = likeness(ROAD, other, metres=metres, age=timedelta(days=days), limits=LIMITS)
    assert (found and round(found.score, 2)) == score


def test_tokens_and_addresses():
    assert tokens("大坑 overflowing carts") == {"大坑", "overflow", "cart"}
    assert plain_address("人民路 5 号") == plain_address("人民路5号")


def two(town, **more):  # noqa: F811
    return reported(town.a, **more), reported(town.a, text="人民路路面有坑", at=AT + timedelta(hours=1))


def intact() -> bool:
    return not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_an_open_case_near_in_place_and_time_is_suggested_with_its_reasons(town):  # noqa: F811
    first, second = two(town)
    reported(town.a, grid=1)  # too far
    cancel_case(
        case_id=reported(town.a).pk, reason="x", by=town.a.staff["shift_leader"], at=AT
    )  # no longer open
    (found,) = similar_cases(case=second, viewer=town.a.staff["acceptor"])
    assert found.case == first and found.percent > 50 and "路面" in "".join(found.likeness.words)
    assert found.likeness.metres < 1
    with pytest.raises(NotFound):
        similar_cases(case=second, viewer=town.b.staff["acceptor"])


def test_a_merged_case_waits_and_closes_with_the_other(town):  # noqa: F811
    lead = brought_to("checked", town.a)
    case = reported(town.a)
    clerk = town.a.staff["acceptor"]
    merge_case(case_id=case.pk, into_id=lead.pk, reason="同一个坑", by=clerk, at=AT + timedelta(hours=1))
    case.refresh_from_db()
    assert case.state == "reported" and case.due_at is None and not case.is_late
    assert public_case(number=case.number, follow_code=case.follow_code).may == {"note"}  # no withdrawing now
    assert Hold.objects.get(case=case).lifted_at is None and case.clocks.get().held_at
    assert [one.steps.last().verb for one in (case, lead)] == ["merge", "merge"]
    assert merged_with(case=case, viewer=clerk).into == lead and merged_with(
        case=lead, viewer=clerk
    ).here == [case]
    before = written()
    with pytest.raises(Refused, match="case_is_held"):
        verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT)
    assert written() == before
    close_case(case_id=lead.pk, words="已修好", by=town.a.staff["shift_leader"], at=AT + timedelta(hours=2))
    case.refresh_from_db()
    assert case.state == "closed" and case.ended_at == AT + timedelta(hours=2)
    assert Hold.objects.get(case=case).lifted_at and case.clocks.get().stopped_at
    told = public_case(number=case.number, follow_code=case.follow_code)
    assert told.steps[-1].words == "已修好"
    assert intact()


def test_undoing_lets_the_clock_run_on_with_the_pause_taken_off(town):  # noqa: F811
    lead, case = two(town)
    due, clerk = case.due_at, town.a.staff["shift_leader"]
    merge_case(case_id=case.pk, into_id=lead.pk, reason="重复", by=clerk, at=AT + timedelta(hours=1))
    back = unmerge_case(case_id=case.pk, reason="不是同一处", by=clerk, at=AT + timedelta(days=3, hours=1))
    assert back.due_at > due and back.clocks.get().due_at == back.due_at and back.clocks.get().held_at is None
    assert CaseLink.objects.get().ended_at and Hold.objects.get().lifted_at
    verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT + timedelta(days=3, hours=2))
    assert Case.objects.get(pk=lead.pk).steps.last().verb == "unmerge" and intact()
    with pytest.raises(Refused, match="not_merged"):
        unmerge_case(case_id=case.pk, reason="x", by=clerk, at=AT + timedelta(days=4))


def test_refusals_write_nothing(town):  # noqa: F811
    lead, case = two(town)
    third, clerk = reported(town.a), town.a.staff["shift_leader"]
    merge_case(case_id=case.pk, into_id=lead.pk, reason="重复", by=clerk, at=AT)
    closed = brought_to("closed", town.a)
    abroad = reported(town.b)
    given = {"reason": "重复", "by": clerk, "at": AT}
    before = written(), CaseLink.objects.count(), Hold.objects.count()
    for changes, error, code in [
        ({"case_id": lead.pk, "into_id": lead.pk}, Refused, "same_case"),
        ({"case_id": lead.pk, "into_id": third.pk}, Refused, "merged_already"),  # others are merged into it
        ({"case_id": third.pk, "into_id": case.pk}, Refused, "merged_already"),  # itself merged
        ({"case_id": third.pk, "into_id": closed.pk}, Refused, "case_is_final"),
        ({"case_id": third.pk, "into_id": abroad.pk}, NotFound, "not_found"),
        ({"case_id": third.pk, "into_id": lead.pk, "reason": " "}, Refused, "reason_needed"),
        ({"case_id": third.pk, "into_id": lead.pk, "seen_version": 9}, Refused, "changed_meanwhile"),
        (
            {"case_id": third.pk, "into_id": lead.pk, "by": town.a.staff["grid_worker"]},
            NotAllowed,
            "not_allowed",
        ),
    ]:
        with pytest.raises(error, match=code):
            merge_case(**given | changes)
    with pytest.raises(Refused, match="others_merged_into_it"):
        cancel_case(case_id=lead.pk, reason="x", by=clerk, at=AT)
    assert (written(), CaseLink.objects.count(), Hold.objects.count()) == before


def test_linked_cases_may_be_merged_and_are_linked_no_more(town):  # noqa: F811
    lead, case = two(town)
    clerk = town.a.staff["shift_leader"]
    link_case(case_id=case.pk, other_id=lead.pk, reason="同一路段", by=clerk, at=AT)
    merge_case(case_id=case.pk, into_id=lead.pk, reason="同一个坑", by=clerk, at=AT)
    assert [link.kind for link in CaseLink.objects.filter(ended_at=None)] == ["duplicate"]
    assert CaseLink.objects.get(kind="related").ended_by == clerk.actor_key and intact()


def test_a_merged_case_that_ends_waits_for_nothing(town):  # noqa: F811
    """Its unit's wish, its helper and its own suspension end with it, and its clock has stood still for them all."""
    lead, case = brought_to("checked", town.a), brought_to("dispatched", town.a)
    staff, begins = town.a.staff, AT + timedelta(minutes=1)
    due = case.clocks.get(stopped_at=None).due_at
    ask_help(case_id=case.pk, unit_id=town.a.firm.pk, task="围挡", by=staff["department_officer"], at=AT)
    given = {"case_id": case.pk, "reason": "等配件", "by": staff["department_officer"], "at": AT}
    apply_for(**given, kind="extension")
    until = AT + timedelta(days=60)
    suspension = apply_for(**given, kind="suspension", until=until)
    decide_application(
        application_id=suspension.pk, granted=True, words="同意", by=staff["leader"], at=begins
    )
    merge_case(case_id=case.pk, into_id=lead.pk, reason="同一个坑", by=staff["shift_leader"], at=begins)
    ended = AT + timedelta(days=40)
    close_case(case_id=lead.pk, words="已修好", by=staff["shift_leader"], at=ended)
    case.refresh_from_db()
    clock = case.clocks.get(stage="handle")
    assert (case.state, case.holds_open) == ("closed", 0) and not Hold.objects.filter(lifted_at=None).exists()
    assert clock.stopped_at == ended and clock.held_at is None and due < ended < clock.due_at  # not late
    assert not Application.objects.filter(state="waiting").exists()
    assert Assist.objects.get().state == "released" and intact()


def test_a_hold_of_an_ended_case_stands_in_nobodys_way(town):  # noqa: F811
    closed, waiting = brought_to("closed", town.a), brought_to("dispatched", town.a)
    until = AT + timedelta(hours=1)
    Hold.objects.create(case=closed, kind="old", put_by="x", put_at=AT, until=AT)
    put_hold(case_id=waiting.pk, reason="等配件", until=until, by=town.a.staff["shift_leader"], at=AT)
    assert lift_ended_holds(at=until, most=1) == 1
    assert Case.objects.get(pk=waiting.pk).holds_open == 0


def test_a_reopened_duplicate_stands_for_itself(town):  # noqa: F811
    lead, case = brought_to("checked", town.a), reported(town.a)
    clerk = town.a.staff["shift_leader"]
    merge_case(case_id=case.pk, into_id=lead.pk, reason="同一个坑", by=clerk, at=AT)
    close_case(case_id=lead.pk, by=clerk, at=AT)
    given = {"number": case.number, "follow_code": case.follow_code}
    rate_case(**given, stars=1, satisfied=False, words="是另一个坑", redo=True, at=AT)
    assert merged_with(case=case, viewer=clerk).into is None and CaseLink.objects.get().ended_at
    reopen_case(case_id=lead.pk, reason="又坏了", by=clerk, at=AT)
    other = reported(town.a)
    merge_case(
        case_id=other.pk, into_id=case.pk, reason="重复", by=clerk, at=AT
    )  # nothing is left of the old
    assert Case.objects.get(pk=case.pk).state == "verified" and intact()
