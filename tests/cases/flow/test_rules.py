"""The table of steps, the numbers, and what each step needs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.flow.rules import (
    FINAL,
    STAGE_OF,
    STEPS,
    WAY,
    Broken,
    State,
    Verb,
    case_number,
    is_case_number,
    luhn,
    number_in,
    photo_doubts,
    photos_missing,
    step,
    verbs_from,
)

ALLOWED = {
    "reported": {
        "verify": "verified", "settle": "checked", "cancel": "cancelled", "withdraw": "cancelled",
        "escalate": "verified", "take_over": "reported",
    },
    "verified": {
        "file": "filed", "cancel": "cancelled", "withdraw": "cancelled", "escalate": "verified",
        "hand_down": "verified", "settle": "checked", "take_over": "verified",
    },
    "filed": {
        "dispatch": "dispatched", "cancel": "cancelled", "escalate": "filed", "hand_down": "filed",
        "take_over": "filed",
    },
    "dispatched": {
        "handle": "handled", "return": "filed", "recall": "filed", "escalate": "filed", "arbitrate": "dispatched",
        "take_over": "filed",
    },
    "handled": {"check": "checked", "rework": "dispatched", "recall": "dispatched"},
    "checked": {"close": "closed", "rework": "dispatched"},
    "closed": {"reopen": "filed"},
    "cancelled": {},
}  # fmt: skip
# what is done without moving the case
OPEN = {"reported", "verified", "filed", "dispatched", "handled", "checked"}
WHILE_OPEN = {"press", "raise_alarm", "hold", "resume", "merge", "unmerge", "link", "unlink"}
STAYS = {state: set(WHILE_OPEN) if state in OPEN else set() for state in ALLOWED}
for state in ALLOWED:
    STAYS[state].add("note")
for state in OPEN | {"closed"}:
    STAYS[state] |= {"decide", "take_back"}
STAYS["dispatched"] |= {"ask_help", "give_help", "object", "apply"}
STAYS["closed"] |= {"apply", "rate"}
for state in ("reported", "verified", "filed", "dispatched"):
    STAYS[state] |= {"offer", "call_off", "decline", "award"}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_every_pair_of_state_and_verb(state, verb):
    expected = state if verb in STAYS[state] else ALLOWED[state].get(verb)
    if (state, verb) == (State.HANDLED, Verb.CLOSE):
        with pytest.raises(Broken, match="check_needed"):
            step(state, verb, words="because", photos=1, has_unit=True)
        assert step(state, verb, words="", photos=0, has_unit=True, check_needed=False) == State.CLOSED
    elif expected is None:
        with pytest.raises(Broken) as failure:
            step(state, verb, words="because", photos=1, has_unit=True)
        assert failure.value.code == ("case_is_final" if state in FINAL else "step_not_allowed")
    else:
        assert step(state, verb, words="because", photos=1, has_unit=True) == expected


def test_the_way_is_the_main_road_of_the_table():
    verbs = [Verb.VERIFY, Verb.FILE, Verb.DISPATCH, Verb.HANDLE, Verb.CHECK, Verb.CLOSE]
    assert [STEPS[before, verb] for before, verb in zip(WAY, verbs, strict=False)] == list(WAY[1:])


def test_a_clock_runs_in_every_state_that_is_not_final():
    assert set(STAGE_OF) == set(State) - FINAL


@pytest.mark.parametrize(
    ("state", "verb", "given_", "code"),
    [
        (State.DISPATCHED, Verb.RETURN, {"words": " "}, "reason_needed"),
        (State.HANDLED, Verb.REWORK, {"words": ""}, "reason_needed"),
        (State.FILED, Verb.CANCEL, {"words": ""}, "reason_needed"),
        (State.DISPATCHED, Verb.HANDLE, {"words": ""}, "words_needed"),
        (State.REPORTED, Verb.SETTLE, {"photos": 0}, "photo_needed"),
        (State.CHECKED, Verb.REWORK, {"has_unit": False}, "never_dispatched"),
        (State.REPORTED, Verb.VERIFY, {"words": "x" * 2001}, "words_too_long"),
        (State.REPORTED, Verb.VERIFY, {"photos": 7}, "too_many_photos"),
    ],
)
def test_what_a_step_needs(state, verb, given_, code):
    with pytest.raises(Broken) as failure:
        step(state, verb, **({"words": "because", "photos": 1, "has_unit": True} | given_))
    assert failure.value.code == code


def test_verbs_offered_are_those_of_the_table():
    for state in State:
        assert {str(verb) for verb in verbs_from(state, has_unit=True)} == set(ALLOWED[state])
    assert Verb.REWORK not in verbs_from(State.CHECKED, has_unit=False)


def test_a_number_reads_well():
    assert case_number("YW", date(2026, 11, 22), 123) == "YW20261122-0000123" + str(luhn("202611220000123"))


@given(serial=st.integers(1, 9_999_999), place=st.integers(0, 15), other=st.integers(1, 9))
def test_one_mistyped_digit_is_found(serial, place, other):
    number = case_number("YW", date(2026, 11, 22), serial)
    assert is_case_number(number)
    digits = [int(sign) for sign in number if sign.isdigit()]
    digits[place] = (digits[place] + other) % 10
    assert not is_case_number("".join(map(str, digits)))


def test_a_number_is_known_as_people_type_it():
    number = case_number("YW", date(2026, 11, 22), 123)
    plain = number.replace("-", "")
    for typed in (number, number.lower(), plain, plain[2:], f" {number[:6]} {number[6:]} ", number[2:]):
        assert number_in(typed) == number
    for other in (f"路 {number}", f"{number}A", "12", "", plain[:-1] + "A"):
        assert number_in(other) == ""


@pytest.mark.parametrize("text", ["", "YW", "YW20261122", "８" * 16, "YW20261122-000012345678"])
def test_what_is_no_number(text):
    assert not is_case_number(text)


AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("taken", "metres", "doubts"),
    [
        (None, None, ["unknown"]),
        (AT, None, []),
        (AT, 200.0, []),
        (AT, 201.0, ["far"]),
        (None, 900.0, ["far"]),
        (AT - timedelta(hours=2), None, ["too_early"]),
        (AT + timedelta(hours=9), 10.0, ["too_late"]),
    ],
)
def test_what_a_photo_says_that_does_not_fit(taken, metres, doubts):
    step_at = AT + timedelta(hours=5)
    assert photo_doubts(taken_at=taken, metres=metres, opened_at=AT, step_at=step_at, near=200) == doubts


@pytest.mark.parametrize(
    ("need", "verb", "photos", "before", "missing"),
    [
        ("none", Verb.HANDLE, 0, False, None),
        ("after", Verb.HANDLE, 0, True, "photo_needed"),
        ("after", Verb.HANDLE, 1, False, None),
        ("before_after", Verb.SETTLE, 1, False, "before_photo_needed"),
        ("before_after", Verb.HANDLE, 1, True, None),
        ("before_after", Verb.CLOSE, 0, False, None),
    ],
)
def test_photos_that_a_class_asks_for(need, verb, photos, before, missing):
    assert photos_missing(need, verb, photos=photos, before_there=before) == missing
