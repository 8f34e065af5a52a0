"""Whistles as tables: steps of a department, what is asked, bands, advice, limits as shipped."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.whistle.kinds import shipped, wrong_with
from onegrid.cases.whistle.rules import (
    CALLED_MOST,
    CASES_MOST,
    DECIDE,
    STEPS,
    WORDS_MAX,
    Asked,
    Band,
    Broken,
    CallState,
    Field,
    Role,
    Step,
    WhistleState,
    advice,
    all_out,
    blow_band,
    blow_rate,
    faults,
    first_state,
    is_late,
    may_refuse,
    next_step,
    stars_fault,
    steps_done_by,
)

S, C = Step, CallState
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "step", "done"),
    [
        (C.CALLED, S.SIGN, [S.SIGN]),
        (C.CALLED, S.CONTACT, [S.SIGN, S.CONTACT]),
        (C.CALLED, S.REPORT_IN, [S.SIGN, S.CONTACT, S.REPORT_IN]),
        (C.CALLED, S.FINISH, "report_in_first"),
        (C.SIGNED, S.SIGN, "step_done"),
        (C.SIGNED, S.CONTACT, [S.CONTACT]),
        (C.SIGNED, S.REPORT_IN, [S.CONTACT, S.REPORT_IN]),
        (C.CONTACTED, S.REPORT_IN, [S.REPORT_IN]),
        (C.CONTACTED, S.FINISH, "report_in_first"),
        (C.REPORTED, S.CONTACT, "step_done"),
        (C.REPORTED, S.FINISH, [S.FINISH]),
        (C.FINISHED, S.FINISH, "call_is_over"),
        (C.EXCUSED, S.SIGN, "call_is_over"),
        (C.REFUSED, S.SIGN, "call_is_refused"),
    ],
)
def test_a_departments_way(state, step, done):
    if isinstance(done, str):
        with pytest.raises(Broken) as broken:
            steps_done_by(state, step)
        assert broken.value.code == done
    else:
        assert steps_done_by(state, step) == done


@pytest.mark.parametrize(
    ("state", "owed", "refuses"),
    [
        (C.CALLED, S.SIGN, True), (C.SIGNED, S.CONTACT, True), (C.CONTACTED, S.REPORT_IN, True),
        (C.REPORTED, S.FINISH, False), (C.FINISHED, None, False), (C.REFUSED, None, False), (C.EXCUSED, None, False),
    ],
)  # fmt: skip
def test_what_is_owed_next(state, owed, refuses):
    assert next_step(state) == owed and may_refuse(state) is refuses


@pytest.mark.parametrize(
    ("states", "over"),
    [
        ([], False), ([C.FINISHED], True), ([C.FINISHED, C.EXCUSED], True), ([C.FINISHED, C.REPORTED], False),
        ([C.REFUSED], False),
    ],
)  # fmt: skip
def test_when_it_is_over(states, over):
    assert all_out(states) is over


LEAD = {1: Role.LEAD}


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (Asked("请到场", LEAD, 0), []),
        (Asked("请到场", LEAD | {2: Role.HELPER}, CASES_MOST), []),
        (Asked(" ", LEAD, 1), ["ask_needed"]),
        (Asked("长" * (WORDS_MAX + 1), LEAD, 1), ["words_too_long"]),
        (Asked("x", LEAD, 1, "长" * 301), ["words_too_long"]),
        (Asked("x", {}, 1), ["nobody_called"]),
        (Asked("x", {1: Role.HELPER}, 1), ["one_lead"]),
        (Asked("x", {1: Role.LEAD, 2: Role.LEAD}, 1), ["one_lead"]),
        (Asked("x", LEAD | {n: Role.HELPER for n in range(2, CALLED_MOST + 2)}, 1), ["too_many_called"]),
        (Asked("x", LEAD, CASES_MOST + 1), ["too_many_cases"]),
    ],
)
def test_what_is_asked(asked, codes):
    assert list(faults(asked)) == codes


@pytest.mark.parametrize(
    ("approval", "may", "state"),
    [
        (True, False, WhistleState.WAITING),
        (True, True, WhistleState.RUNNING),
        (False, False, WhistleState.RUNNING),
    ],
)
def test_who_waits_for_the_principal(approval, may, state):
    assert first_state(approval=approval, may_approve=may) == state


@pytest.mark.parametrize(
    ("stars", "words", "code"),
    [(5, "", None), (3, "", None), (2, "", "reason_needed"), (1, " ", "reason_needed"), (2, "迟到", None),
     (0, "x", "bad_stars"), (6, "x", "bad_stars"), (4, "长" * 301, "words_too_long")],
)  # fmt: skip
def test_a_low_mark_needs_a_reason(stars, words, code):
    assert stars_fault(stars, words) == code


def test_at_its_very_end_a_limit_is_not_over():
    assert not is_late(None, NOW, NOW) and is_late(None, NOW, NOW + timedelta.resolution)
    assert not is_late(NOW, NOW, NOW + timedelta(days=9))


@pytest.mark.parametrize(
    ("whistles", "cases", "band"),
    [
        (0, 99, Band.FEW),
        (0, 1000, Band.LOW),
        (1, 1000, Band.USUAL),
        (50, 1000, Band.USUAL),
        (51, 1000, Band.HIGH),
    ],
)
def test_the_rate_is_watched_both_ways(whistles, cases, band):
    assert blow_band(whistles, cases, least=100, low=1, high=50) == band


@given(st.integers(0, 10_000), st.integers(1, 20_000))
def test_the_rate_counts_per_thousand(whistles, cases):
    rate = blow_rate(whistles, cases)
    assert rate is not None and rate * cases == pytest.approx(whistles * 1000)
    assert blow_rate(whistles, 0) is None


@pytest.mark.parametrize(
    ("true", "codes"),
    [
        ([], []),
        (["runs", "closed"], ["runs_already", "case_closed"]),
        (["own_unit", "alike_low"], ["own_unit_can", "alike_went_badly"]),
        (["urgent", "own_unit"], ["emergency_kind_fits"]),
        (["urgent", "emergency_kind"], []),
    ],
)
def test_what_speaks_for_and_against(true, codes):
    names = ("own_unit", "runs", "closed", "alike_low", "urgent", "emergency_kind")
    assert advice(**{name: name in true for name in names}) == codes


def test_the_shipped_kinds_hold_and_call_nothing_national():
    content = shipped()
    assert wrong_with(content) == []
    active = [row for row in content["kinds"] if row["active"]]
    assert {row["field"] for row in active} == set(Field)  # one kind for each field of the regulation
    marks = {limit["mark"] for row in content["kinds"] for limit in row["limits"].values()}
    assert marks == {"local_sample", "unverified"}
    assert all(limit["source"] for row in content["kinds"] for limit in row["limits"].values())
    (urgent,) = [row for row in content["kinds"] if row["urgent"]]
    assert urgent["limits"]["report_in"]["mark"] == "unverified"  # the thirty minutes have no source


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c["kinds"].append(c["kinds"][0]),
        lambda c: c["kinds"].clear(),
        lambda c: c["kinds"][0].update(field="party"),
        lambda c: c["kinds"][0].update(mark="mine"),
        lambda c: c["kinds"][0].update(blown_by="anybody"),
        lambda c: c["kinds"][0].update(remote="yes"),
        lambda c: c["kinds"][0]["limits"].pop(DECIDE),
        lambda c: c["kinds"][0]["limits"][STEPS[0]].update(unit="week"),
        lambda c: c["kinds"][0]["limits"][STEPS[0]].update(limit="0"),
        lambda c: c["rate"].pop("low"),
    ],
)
def test_a_citys_own_list_is_looked_at(spoil):
    content = shipped()
    spoil(content)
    assert wrong_with(content)
