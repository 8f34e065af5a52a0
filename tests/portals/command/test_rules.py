"""The weather of the queue, the river, and what many screens share: pure, on tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.flow.rules import State, Verb
from onegrid.portals.command.keeping import BUSY_AGAIN, CALM, PACE, Kept
from onegrid.portals.command.river import RIVER, capped, flowing, went_back
from onegrid.portals.command.weather import Queue, Sky, Weather, weather_rule

RULE = weather_rule(date(2026, 11, 26))


@pytest.mark.parametrize(
    ("queue", "weather"),
    [
        (Queue(0, 0, 0, 0), Weather(Sky.CALM)),
        (Queue(9, 9, 0, 0), Weather(Sky.CALM)),  # too few to speak of shares
        (Queue(100, 9, 24, 0), Weather(Sky.CALM)),
        (Queue(100, 10, 0, 0), Weather(Sky.BUSY, "overdue_percent", 10, 10)),
        (Queue(100, 0, 25, 0), Weather(Sky.BUSY, "soon_percent", 25, 25)),
        (Queue(2, 0, 0, 1), Weather(Sky.BUSY, "emergencies", 1, 1)),
        (Queue(2, 0, 0, 3), Weather(Sky.STORM, "emergencies", 3, 3)),
        (Queue(100, 25, 0, 0), Weather(Sky.STORM, "overdue_percent", 25, 25)),
    ],
)
def test_the_weather_follows_its_rule(queue, weather):
    assert RULE.of(queue) == weather


@given(
    st.builds(Queue, *[st.integers(0, 2_000)] * 4),
    st.builds(Queue, *[st.integers(0, 500)] * 4),
)
def test_it_never_clears_up_when_more_goes_wrong(queue, more):
    worse = Queue(
        queue.open, queue.overdue + more.overdue, queue.soon + more.soon, queue.emergencies + more.emergencies
    )
    order = list(Sky)
    assert order.index(RULE.of(worse).sky) >= order.index(RULE.of(queue).sky)


def test_the_river_counts_steps_and_what_waits_behind_them():
    steps = {"open": 8, "file": 3, "settle": 2, "handle": 1, "return": 1, "rework": 2, "note": 40}
    found = flowing(steps, {State.REPORTED: 4, State.VERIFIED: 1, State.FILED: 2})
    assert [one.done for one in found] == [8, 3, 0, 3, 0, 0]
    assert [one.waiting for one in found] == [5, 2, 0, 0, 0, 0]
    assert [(one.done_wide, one.waiting_wide) for one in found][:3] == [(61, 38), (23, 15), (0, 0)]
    assert went_back(steps) == 3
    assert [capped(999), capped(1000)] == ["999", "999+"]


@given(st.lists(st.integers(0, 2_000), min_size=6, max_size=6))
def test_bars_are_true_to_what_they_count(counts):
    steps = {reach.verbs[0].value: count for reach, count in zip(RIVER, counts, strict=True)}
    found = flowing(steps, {State.DISPATCHED: 17})
    widest = max(one.done + one.waiting for one in found)
    for one in found:
        assert one.done_wide + one.waiting_wide <= 101  # what is little is drawn at least
        assert (one.done_wide == 0) == (one.done == 0)
        assert one.done <= 1 or abs(one.done_wide - 100 * one.done / widest) <= 1


def test_every_open_state_waits_somewhere_once():
    waits = [state for reach in RIVER for state in reach.states]
    assert sorted(waits) == sorted(set(State) - {State.CLOSED, State.CANCELLED})
    assert len({verb for reach in RIVER for verb in reach.verbs} & set(Verb)) == 7


class Shared:
    """A shelf with a clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.now, self.made = 100.0, 0
        self.kept: Kept[int] = Kept(lambda: self.now)

    def ask(self, heard: float | None = None, key: str = "a") -> tuple[int, float]:
        return self.kept.get(key, heard, self._make)

    def _make(self) -> int:
        self.made += 1
        return self.made


def test_what_was_made_after_the_news_has_it_in():
    shared = Shared()
    assert shared.ask(0.2) == (1, 0)
    shared.now += 0.3
    assert shared.ask(0.4) == (1, 0)  # heard before it was made
    assert shared.ask(0.2) == (1, pytest.approx(PACE - 0.3))  # heard since: too early to make it anew
    shared.now += 0.8
    assert shared.ask(0.9) == (2, 0)


def test_without_news_it_serves_longer_and_other_areas_have_their_own():
    shared = Shared()
    shared.ask()
    shared.now += CALM - 0.1
    assert shared.ask() == (1, 0)
    assert shared.ask(key="b") == (2, 0)
    shared.now += 0.2
    assert shared.ask() == (3, 0)


def test_nobody_waits_for_somebody_elses_making():
    shared = Shared()
    shared.ask()
    shared.now += PACE + 1
    inner: list[tuple[int, float]] = []

    def make() -> int:
        inner.append(shared.ask(0.1))  # a second screen, while the first one's is being made
        return 7

    assert shared.kept.get("a", 0.1, make) == (7, 0)
    assert inner == [(1, BUSY_AGAIN)]


def test_one_that_fails_leaves_the_door_open():
    shared = Shared()
    with pytest.raises(ZeroDivisionError):
        shared.kept.get("a", None, lambda: 1 // 0)
    assert shared.ask() == (1, 0)
