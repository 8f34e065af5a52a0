"""How cases go on: roads through the step table, and how long each step takes. Pure but for the random stream."""

from math import exp
from random import Random

import numpy as np

from onegrid.cases.flow.rules import STEPS, State, Verb

V = Verb
# share of all reports → the verbs that come after the report
ROADS: tuple[tuple[float, tuple[Verb, ...]], ...] = (
    (0.74, (V.VERIFY, V.FILE, V.DISPATCH, V.HANDLE, V.CHECK, V.CLOSE)),
    (0.10, (V.SETTLE, V.CLOSE)),
    (0.03, (V.CANCEL,)),
    (0.02, (V.VERIFY, V.CANCEL)),
    (0.05, (V.VERIFY, V.FILE, V.DISPATCH, V.RETURN, V.DISPATCH, V.HANDLE, V.CHECK, V.CLOSE)),
    (0.05, (V.VERIFY, V.FILE, V.DISPATCH, V.HANDLE, V.REWORK, V.HANDLE, V.CHECK, V.CLOSE)),
    (0.01, (V.VERIFY, V.FILE, V.DISPATCH, V.HANDLE, V.CHECK, V.REWORK, V.HANDLE, V.CHECK, V.CLOSE)),
)
# median minutes until the verb is done; invented, of the size that daily reports of centres show
MINUTES = {
    V.VERIFY: 70, V.FILE: 45, V.DISPATCH: 30, V.HANDLE: 1500, V.CHECK: 240, V.CLOSE: 90, V.SETTLE: 80,
    V.CANCEL: 120, V.RETURN: 300, V.REWORK: 200,
}  # fmt: skip
SPREAD = 1.0  # of the logarithm
STUCK, STUCK_TIMES = 0.04, 60.0  # so many cases lie somewhere for so many times as long
DAY_SHARES = np.array(
    [1, 1, 1, 1, 1, 2, 5, 12, 20, 24, 22, 17, 12, 13, 18, 20, 19, 17, 13, 11, 9, 6, 3, 2], dtype=float
)  # reports by the hour of the day


def states_of(road: tuple[Verb, ...]) -> list[State]:
    """The states after each verb; KeyError when the step table no longer has the road."""
    state, after = State.REPORTED, []
    for verb in road:
        state = STEPS[state, verb]
        after.append(state)
    return after


def chosen_roads(random: np.random.Generator, count: int) -> np.ndarray:
    shares = np.array([share for share, _road in ROADS])
    return random.choice(len(ROADS), size=count, p=shares / shares.sum())


def durations(random: Random, road: tuple[Verb, ...]) -> list[int]:
    """Whole minutes of each step of the road."""
    drawn = [MINUTES[verb] * exp(random.gauss(0.0, SPREAD)) for verb in road]
    if random.random() < STUCK:
        drawn[random.randrange(len(road))] *= STUCK_TIMES
    return [max(int(minutes), 3) for minutes in drawn]
