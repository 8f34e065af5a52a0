"""The simulator: the same seed makes the same plan; what it does are whole steps; it never runs after itself."""

from collections import Counter
from datetime import date
from itertools import islice
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onegrid.cases.catalog.actions import set_dispatch_rule
from onegrid.cases.flow import verifying
from onegrid.cases.flow.models import Case, StageClock, Step
from onegrid.cases.whistle.models import Whistle, WhistleCall, WhistleRating
from onegrid.demo.simulator import running as module
from onegrid.demo.simulator.curves import curves
from onegrid.demo.simulator.pace import BREATH, Pace, rest_after
from onegrid.demo.simulator.plan import along, answers_after, awake_at, handled_after, reports, whistlings
from tests.cases.conftest import AT, BY, town  # noqa: F401
from tests.cases.whistle.people import kinds_published, supervisor
from tests.streets import streets  # noqa: F401

CURVES = curves(date(2026, 11, 26))


def plan(seed: int, hours: int = 48) -> list:
    return list(reports(CURVES, seed, first_hour=8, hours=hours))


def test_the_same_seed_is_the_same_plan_and_longer_begins_alike():
    assert plan(7) == plan(7) != plan(8)
    day = plan(7, 24)
    assert plan(7)[: len(day)] == day == list(islice(reports(CURVES, 7, first_hour=8), len(day)))
    assert [one.number for one in day] == list(range(1, len(day) + 1))
    assert [one.minute for one in day] == sorted(one.minute for one in day)


def test_a_month_looks_like_its_curves():
    month = plan(3, 24 * 30)
    a_day = len(month) / 30
    assert CURVES["reports_a_day"] * 0.9 < a_day < CURVES["reports_a_day"] * 1.4  # bad weather brings more
    by_hour = Counter(int(one.minute // 60 + 8) % 24 for one in month)
    assert by_hour[8] + by_hour[18] > 3 * (by_hour[2] + by_hour[3])
    wet = Counter(one.code for one in month if one.weather == "rain")
    dry = Counter(one.code for one in month if one.weather == "clear")
    assert wet["01004"] / wet.total() > 3 * dry["01004"] / dry.total()
    assert 0.25 < sum(one.stars > 0 for one in month) / len(month) < 0.45
    assert {one.side for one in month} == {"", "settle", "return", "rework"}


def test_everything_invented_says_so():
    assert CURVES["mark"] == "invented" and sum(CURVES["channels"].values()) == 100
    assert len(CURVES["hours"]) == 24 and sum(CURVES["sides"].values()) < 100


def test_a_unit_is_always_fast_or_always_slow():
    times = {
        unit: [handled_after(CURVES, 1, unit, luck) for luck in (-1, 0, 1)] for unit in map(str, range(30))
    }
    medians = {round(few[1]) for few in times.values()}
    assert medians == {45, 120, 400} and all(few == sorted(few) for few in times.values())


@pytest.mark.parametrize(
    ("step", "minute", "begins"),
    [
        ("verify", 60, 60),
        ("verify", 720, 21 * 60),
        ("verify", 15 * 60 + 20, 21 * 60 + 20),
        ("file", 999, 999),
    ],
)
def test_who_sleeps_does_nothing(step, minute, begins):
    """From ten in the morning on: the worker until ten in the evening, the centre always."""
    assert awake_at(CURVES, step, minute, 10) == begins


@settings(max_examples=40)
@given(st.floats(1, 60), st.lists(st.tuples(st.floats(0, 60), st.floats(0, 30)), max_size=30))
def test_the_street_is_never_run_after(speed, acts):
    """However long acts take, the one after is at most LATE seconds behind, and the minutes do not go back."""
    pace, now, minute = Pace(speed, 0.0), 0.0, 0.0
    for step, took in acts:
        minute += step
        now = max(now, pace.due(minute))
        pace.not_behind(minute, now)
        assert now - pace.due(minute) <= 3.0 + 1e-6
        now += took
    assert 0 <= pace.reached(now, 0.0) <= speed * 1.000001


def test_a_busy_machine_is_left_alone():
    assert rest_after(0.2, load=0.5, cores=2) == 0.2 and rest_after(0.2, load=4, cores=2) == 0.2 + BREATH


def test_along_a_square():
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    lengths = [10.0] * 4
    assert [along(ring, m, lengths) for m in (0, 5, 15, 40, 45)] == [
        (0, 0),
        (0.5, 0),
        (1, 0.5),
        (0, 0),
        (0.5, 0),
    ]


@pytest.mark.django_db
def test_a_few_hours_leave_whole_cases(town, monkeypatch):  # noqa: F811
    """Through the actions, as fast as the test's clock: cases are consistent, and nobody stays signed on."""
    accounts(town)
    now, stop = [0.0], Event()
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(stop, "wait", lambda seconds=0: bool(now.__setitem__(0, now[0] + (seconds or 0))))
    monkeypatch.setattr(module, "rest_after", lambda *_given: 0.0)
    few = {
        **CURVES, "reports_a_day": 40, "walking": {**CURVES["walking"], "workers": 2}, "whistles": whistles(town),
    }  # fmt: skip
    monkeypatch.setattr(module, "curves", lambda _day: few)
    monkeypatch.setattr(
        module,
        "reports",
        lambda drawn, seed, first_hour, hours: reports(drawn, seed, first_hour=8, hours=hours),
    )
    running = module.Running(street=town.a.area.code, speed=60, seed=5, hours=8, stop=stop)
    running._first_hour = 8
    tally = running.run()
    assert tally.done["report"] == Case.objects.count() > 5
    assert tally.done["whistle"] == Whistle.objects.count() > 0, tally.line()
    assert tally.done["whistle sign"] > 0 and tally.done["whistle finish"] > 0, tally.line()
    assert WhistleRating.objects.exists() and not WhistleCall.objects.filter(escalated__gt=0).exists()
    assert tally.done["close"] > 0 and tally.done["signed off"] == 2, tally.line()
    assert set(tally.refused) <= {"too_soon", "photo_needed"}, tally.refused
    assert list(verifying.all_findings(lambda *_: None)) == []
    for case in Case.objects.filter(ended_at=None):
        assert StageClock.objects.filter(case=case, stopped_at=None).count() == 1
    assert Step.objects.exclude(actor_key__startswith="user:").exclude(verb__in=("open", "rate")).count() == 0


@pytest.mark.django_db
def test_told_to_stop_it_begins_nothing(town):  # noqa: F811
    accounts(town)
    stop = Event()
    stop.set()
    running = module.Running(street=town.a.area.code, speed=60, seed=5, hours=1, stop=stop)
    running.run()
    assert not Case.objects.exists()


def whistles(town) -> dict:  # noqa: F811
    """Of the town's own units; the department is fast, the office silent."""
    codes = [town.department.code, town.a.office.code]
    return {
        **CURVES["whistles"], "gap": {"median": 60, "slow": 90}, "refuses": 30,
        "blow_for": {"joint": codes, "emergency": codes},
        "answers": {"fast": {"weight": 1, "median": 4, "slow": 9}},
    }  # fmt: skip


def test_whistles_are_planned_and_some_departments_are_silent():
    planned = list(whistlings(CURVES, 3, hours=24 * 30))
    assert planned == list(whistlings(CURVES, 3, hours=24 * 30)) != list(whistlings(CURVES, 4, hours=24 * 30))
    assert 60 < len(planned) < 400 and [one.minute for one in planned] == sorted(
        one.minute for one in planned
    )
    assert {one.kind for one in planned} == {"joint", "emergency"} and any(one.refuses for one in planned)
    assert all(len(set(one.called)) == len(one.called) for one in planned)
    waits = {unit: answers_after(CURVES, 1, unit, 0.0) for unit in map(str, range(60))}
    assert None in waits.values() and {9, 35, 110} <= {
        round(one) for one in waits.values() if one is not None
    }
    assert answers_after(CURVES, 1, "3", 0.7) == answers_after(CURVES, 1, "3", 0.7)


def accounts(town) -> None:  # noqa: F811
    """The street's people under the names of the demo's accounts; its office handles everything."""
    for major in ("01", "02", "03", "04", "09"):
        set_dispatch_rule(
            scheme="gbt47678.5-2026", kind="event", major_code=major, org_kind="street_office", by=BY, at=AT
        )
    for role, name in (("acceptor", "acceptor"), ("shift_leader", "shift"), ("dispatcher", "dispatcher")):
        user = town.a.staff[role]
        user.username = name
        user.save(update_fields=["username"])
    kinds_published()
    town.a.staff["leader"].username = "leader"
    town.a.staff["leader"].save(update_fields=["username"])
    supervisor(town, "district")
