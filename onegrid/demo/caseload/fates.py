"""How cases go on: roads through the step table, and how long each step takes. Pure but for the random stream."""

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


def opened_minutes_ago(random: np.random.Generator, count: int, days: int) -> np.ndarray:
    """Whole minutes before midnight of the last day, in the order in which the reports came (oldest first)."""
    day = random.integers(0, days, count)
    hour = random.choice(24, size=count, p=DAY_SHARES / DAY_SHARES.sum())
    minute = random.integers(0, 60, count)
    return np.sort((day + 1) * 1440 - hour * 60 - minute)[::-1]


def chosen_roads(random: np.random.Generator, count: int) -> np.ndarray:
    shares = np.array([share for share, _road in ROADS])
    return random.choice(len(ROADS), size=count, p=shares / shares.sum())


def durations(random: np.random.Generator, road: tuple[Verb, ...]) -> list[int]:
    """Whole minutes of each step of the road."""
    medians = np.array([MINUTES[verb] for verb in road])
    drawn = medians * np.exp(random.normal(0.0, SPREAD, len(road)))
    if random.random() < STUCK:
        drawn[random.integers(len(road))] *= STUCK_TIMES
    return [int(minutes) for minutes in np.maximum(drawn, 3)]
