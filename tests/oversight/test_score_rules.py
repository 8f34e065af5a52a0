"""Points as tables: shares, caps, the sample, ranks; and what a rule may not say."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.oversight.scores.rules import (
    BadRule,
    Change,
    changes,
    check,
    counters_of,
    grade,
    ranks,
    rounded,
    score,
)
from onegrid.oversight.scores.shipped import shipped


def rate(code="a", formula="closed_on_time / close_due", weight=60, **more):
    return {"code": code, "kind": "rate", "formula": formula, "weight": weight, "mark": "unverified"} | more


def each(code="b", counter="reworked", points=-1, cap=10, **more):
    return {
        "code": code,
        "kind": "each",
        "counter": counter,
        "points": points,
        "cap": cap,
        "mark": "unverified",
    } | more


def rule(*components, least=5, formula="close_due", **more):
    return {
        "sample": {"formula": formula, "least": least},
        "components": list(components),
        "most": 100,
    } | more


def graded(*least, mark="unverified", **more):
    bands = [{"least": one, "zh": f"第{n}等", "en": f"grade {n}"} for n, one in enumerate(least)]
    return rule(rate(), grades={"mark": mark, "bands": bands}) | more


SATISFIED = rate("s", "satisfied / followed_up", 40)


@pytest.mark.parametrize(
    ("definition", "counters", "households", "points"),
    [
        (rule(rate()), {"close_due": 4}, None, None),  # four matters say nothing
        (rule(rate()), {"close_due": 8, "closed_on_time": 6}, None, F(45)),
        (rule(rate(), SATISFIED), {"close_due": 8, "closed_on_time": 6}, None, F(75)),  # nobody rated: shares go over
        (rule(rate(), SATISFIED), {"close_due": 8, "closed_on_time": 6, "followed_up": 2, "satisfied": 0}, 9, F(45)),
        (rule(rate(), each()), {"close_due": 8, "closed_on_time": 8, "reworked": 3}, None, F(57)),
        (rule(rate(), each()), {"close_due": 8, "closed_on_time": 8, "reworked": 30}, None, F(50)),  # capped
        (rule(rate(), each(per="workload")), {"close_due": 50, "closed_on_time": 50, "reworked": 2}, None, F(56)),
        (rule(rate(), each(per="households")), {"close_due": 8, "closed_on_time": 8, "reworked": 2}, 400, F(55)),
        (rule(rate(), each(per="households")), {"close_due": 8, "closed_on_time": 8, "reworked": 2}, None, F(60)),
        (rule(each()), {"close_due": 9, "reworked": 3}, None, F(0)),  # never below nothing
        (rule(each(points=9, cap=500)), {"close_due": 9, "reworked": 50}, None, F(100)),  # never above the most
        (rule(rate(formula="closed / close_due", weight=1)), {"close_due": 6, "closed": 1}, None, F(17, 100)),
    ],
)  # fmt: skip
def test_points(definition, counters, households, points):
    assert score(definition, counters, households).points == points


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 50))
def test_lines_add_up_to_the_score(done, due, reworked):
    result = score(
        rule(rate(), SATISFIED, each()),
        {"close_due": due, "closed_on_time": min(done, due), "reworked": reworked},
        None,
    )
    assert (result.points is None) == (due < 5)
    if result.points is not None:
        total = sum(line.points for line in result.lines if line.points is not None)
        assert result.points == min(max(total, 0), 100)
        assert all(line.points == rounded(line.points) for line in result.lines if line.points is not None)


@pytest.mark.parametrize(
    ("points", "places"),
    [
        ([F(9), F(7), F(9), None, F(5)], [1, 3, 1, None, 4]),
        ([], []),
        ([None], [None]),
        ([F(1), F(1), F(1)], [1, 1, 1]),
    ],
)
def test_equals_share_a_rank_and_the_next_is_left_out(points, places):
    assert ranks(points) == places


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ({}, "bad_sample"),
        (rule(rate(), least=0), "bad_sample"),
        (rule(rate(), formula="nothing"), "bad_counter"),
        (rule(), "no_components"),
        (rule(rate(), rate()), "twice"),
        (rule(*[rate(str(n)) for n in range(13)]), "too_many"),
        (rule(rate(formula="closed + close_due")), "bad_formula"),
        (rule(rate(formula="__import__('os') / close_due")), "bad_formula"),
        (rule(rate(formula="closed / wealth")), "bad_counter"),
        (rule(rate(weight=0)), "bad_number"),
        (rule(rate(weight="many")), "bad_number"),
        (rule(each(counter="dispose_pending_overdue")), "bad_counter"),
        (rule(each(cap=-1)), "bad_number"),
        (rule(each(per="moons")), "bad_number"),
        (rule(rate(mark="")), "bad_mark"),
        (graded(90, 60, 0, mark=""), "bad_mark"),
        (graded(90, 90, 0), "bad_grades"),
        (graded(60, 90, 0), "bad_grades"),
        (graded(90, 60), "bad_grades"),  # the last begins at 0
        (graded(0), "bad_grades"),
        (graded(101, 0), "bad_grades"),
        (graded(*range(9, -1, -1)), "bad_grades"),
        (graded("many", 0), "bad_grades"),
        (rule(rate(), grades={"mark": "unverified"}), "bad_grades"),
    ],
)
def test_what_a_rule_may_not_say(definition, code):
    with pytest.raises(BadRule) as refused:
        check(definition)
    assert refused.value.code == code


def test_shipped_rules_hold_and_none_is_called_national():
    for one in shipped():
        check(one["definition"])
        assert counters_of(one["definition"])
        assert {component["mark"] for component in one["definition"]["components"]} <= {
            "local_sample",
            "unverified",
        }
    assert len(shipped()) == 5


@pytest.mark.parametrize(
    ("points", "place"),
    [
        (F(100), 0),
        (F(90), 0),
        (F(8999, 100), 1),
        (F(60), 1),
        (F(5999, 100), 2),
        (F(0), 2),
        (F(-3), 2),
        (None, None),
    ],
)
def test_grades_begin_at_their_points(points, place):
    check(graded(90, 60, 0))
    assert grade(graded(90, 60, 0), points) == place
    assert grade(rule(rate()), points) is None  # a version without grades gives none


def test_what_versions_say_differently():
    before = rule(rate(), SATISFIED, each()) | {"appeal_days": 7}
    after = rule(rate(weight=70), each(cap=5, source="别处"), rate("new", weight=1), least=8)
    after |= {"grades": graded(90, 0)["grades"]}
    assert changes(before, before) == changes(after, after) == []
    assert changes(before, after) == [
        Change("", "least", 5, 8),
        Change("a", "weight", 60, 70),
        Change("b", "cap", 10, 5),
        Change("new", "", None, "new"),
        Change("grades", "第0等", None, 90),
        Change("grades", "第1等", None, 0),
        Change("s", "", "s", None),
    ]
    back = {(one.where, one.what): (one.after, one.before) for one in changes(after, before)}
    assert back == {(one.where, one.what): (one.before, one.after) for one in changes(before, after)}
