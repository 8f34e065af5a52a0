"""The life of one unit's part as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.oversight.supervision.rules import (
    OPEN,
    RUNNING,
    STEPS,
    State,
    Verb,
    ended,
    shared_path,
    verbs,
)


def test_what_may_be_done_in_each_state():
    def found(state: State, asked: bool = False, left: bool = True) -> set[Verb]:
        return set(verbs(state, time_asked=asked, extensions_left=left))

    assert found(State.WAITING) == {Verb.SIGN, Verb.REMIND, Verb.WITHDRAW}
    assert found(State.SIGNED) == {Verb.REPLY, Verb.ASK_TIME, Verb.REMIND, Verb.WITHDRAW}
    assert found(State.SIGNED, asked=True) == {
        Verb.REPLY, Verb.GIVE_TIME, Verb.REFUSE_TIME, Verb.REMIND, Verb.WITHDRAW,
    }  # fmt: skip
    assert found(State.SIGNED, left=False) == {Verb.REPLY, Verb.REMIND, Verb.WITHDRAW}
    assert found(State.REPLIED) == {Verb.ACCEPT, Verb.ASK_AGAIN, Verb.WITHDRAW}
    assert found(State.ACCEPTED) == found(State.WITHDRAWN) == set()


@given(st.lists(st.sampled_from(list(Verb)), max_size=12))
def test_no_way_leads_out_of_an_end(walk):
    state = State.WAITING
    for verb in walk:
        after = STEPS.get((state, verb), state)
        assert state in OPEN or after == state
        state = after
    assert state in (*RUNNING, State.REPLIED, State.ACCEPTED, State.WITHDRAWN)


@pytest.mark.parametrize(
    ("states", "over"),
    [
        (["accepted", "withdrawn"], True),
        (["accepted", "replied"], False),
        (["waiting"], False),
        ([], True),
    ],
)
def test_the_whole_is_over_with_its_last_part(states, over):
    assert ended(states) is over


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        ([], ""),
        (["1.2.3."], "1.2.3."),
        (["1.2.3.", "1.2.4.9."], "1.2."),
        (["1.2.", "1.2.4."], "1.2."),
        (["1.2.", "3.2."], ""),
        (["1.2.3.", "1.2.33."], "1.2."),
    ],
)
def test_the_lowest_shared_area(paths, shared):
    assert shared_path(paths) == shared
