"""Why a step is missing: for each person the reason that holds, and none for what is open or lies behind."""

from datetime import timedelta

import pytest

from onegrid.cases.flow.actions import put_hold
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.queries.missing import missing_steps
from tests.cases.conftest import AT, brought_to, reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401


def said(case, viewer) -> dict[str, str]:
    return {one.verb.value: one.why for one in missing_steps(case_story(number=case.number, viewer=viewer))}


@pytest.mark.parametrize(
    ("state", "role", "verb", "words"),
    [
        ("reported", "shift_leader", "verify", "It is with "),
        (
            "reported",
            "shift_leader",
            "close",
            "First comes: Verify → File case → Dispatch → Feed back → Check",
        ),
        ("filed", "shift_leader", "dispatch", "It is with "),
        ("dispatched", "shift_leader", "cancel", "Only before it is dispatched."),
        ("handled", "shift_leader", "close", "The result is checked on site before"),
        ("checked", "dispatcher", "close", "It is with "),
    ],
)
def test_the_reason_stands_in_words(town, state, role, verb, words):  # noqa: F811
    assert words in said(brought_to(state, town.a), town.a.staff[role])[verb]


def test_what_is_open_or_lies_behind_is_not_said(town):  # noqa: F811
    case = brought_to("checked", town.a)
    assert not {"verify", "file", "close", "rework"} & set(said(case, town.a.staff["shift_leader"]))
    assert said(brought_to("closed", town.a), town.a.staff["dispatcher"]) == {}


def test_the_next_step_of_somebody_else_stands_first(town):  # noqa: F811
    found = missing_steps(case_story(number=reported(town.a).number, viewer=town.a.staff["shift_leader"]))
    assert found[0].verb == "verify" and len(found) > 1


def test_a_higher_level_and_a_hold_are_reasons(town):  # noqa: F811
    case = brought_to("filed", town.a)
    assert "higher level" in said(case, town.a.staff["community_clerk"])["dispatch"]
    put_hold(
        case_id=case.pk, reason="等待", until=AT + timedelta(days=2), by=town.a.staff["shift_leader"], at=AT
    )
    assert "held" in said(case, town.a.staff["dispatcher"])["dispatch"]
