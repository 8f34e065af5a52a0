"""What will happen in the street, drawn from a seed before anything does. Pure: no database, no clock.

The same seed, curves and first hour give the same plan, also for more hours. What becomes of a report is drawn with
it, from the seed and its number, so that it does not depend on what else happens meanwhile.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

STEPS = ("verify", "file", "dispatch", "handle", "check", "close", "rate")


@dataclass(frozen=True)
class Report:
    """`minute`: of the street's clock, from the start. `grid`, `spot`: shares (0 to 1) of the list of grids, and of
    the ground in it. `waits`: minutes before each step; of "handle" in units of the unit's own speed. `side`: "",
    settle, return, rework. `stars`: 0 is not rated."""

    number: int
    minute: float
    weather: str
    channel: str
    code: str
    words: str
    grid: float
    spot: tuple[float, float]
    waits: Mapping[str, float]
    side: str
    stars: int


def reports(
    curves: Mapping[str, Any], seed: int, *, first_hour: int, hours: int | None = None
) -> Iterator[Report]:
    """In the order of time; without `hours` it never ends."""
    number, hour, weather = 0, 0, next(iter(curves["weather"]))
    while hours is None or hour < hours:
        drawn = Random(f"{seed}:{curves['version']}:{hour}")
        weather = _picked(drawn, curves["weather"][weather]["next"])
        count = _poisson(drawn, _rate(curves, first_hour + hour, weather))
        for minute in sorted(drawn.uniform(0, 60) for _one in range(count)):
            number += 1
            yield _report(curves, seed, number, hour * 60 + minute, weather)
        hour += 1


def _rate(curves: Mapping[str, Any], hour: int, weather: str) -> float:
    """Reports expected in this hour."""
    weights = curves["hours"]
    share = weights[hour % 24] / sum(weights)
    return float(curves["reports_a_day"] * share * curves["weather"][weather]["factor"])


def _report(curves: Mapping[str, Any], seed: int, number: int, minute: float, weather: str) -> Report:
    drawn = Random(f"{seed}:report:{number}")
    code = _picked(drawn, {key: one.get(weather, one["weight"]) for key, one in curves["classes"].items()})
    waits = {step: _wait(drawn, curves["steps"][step]) for step in STEPS if step in curves["steps"]}
    sides = {**curves["sides"], "": 100 - sum(curves["sides"].values())}
    rated = drawn.uniform(0, 100) < curves["rated"]
    return Report(
        number=number,
        minute=minute,
        weather=weather,
        channel=_picked(drawn, curves["channels"]),
        code=code,
        words=drawn.choice(curves["classes"][code]["say"]),
        grid=drawn.random(),
        spot=(drawn.random(), drawn.random()),
        waits={**waits, "handle": drawn.gauss(0, 1)},
        side=_picked(drawn, sides),
        stars=int(_picked(drawn, curves["stars"])) if rated else 0,
    )


@dataclass(frozen=True)
class Whistling:
    """`minute`: of the street's clock. `kind`: joint, emergency. `called`: codes of organisations, who leads first.
    `grid`: share of the list of grids. `lucks`: one for each call and step, as `handled_after` takes it. `refuses`:
    whether the first one called refuses; `stands`: the district's answer to that."""

    number: int
    minute: float
    kind: str
    called: tuple[str, ...]
    words: str
    grid: float
    lucks: tuple[float, ...]
    refuses: bool
    stands: bool


def whistlings(curves: Mapping[str, Any], seed: int, *, hours: int | None = None) -> Iterator[Whistling]:
    """In the order of time; without `hours` it never ends."""
    how, minute, number = curves["whistles"], 0.0, 0
    while True:
        number += 1
        drawn = Random(f"{seed}:{curves['version']}:whistle:{number}")
        minute += _wait(drawn, how["gap"])
        if hours is not None and minute > hours * 60:
            return
        kind = "emergency" if drawn.uniform(0, 100) < how["emergency"] else "joint"
        count = 2 if kind == "emergency" or drawn.random() < 0.4 else 1
        yield Whistling(
            number=number,
            minute=minute,
            kind=kind,
            called=tuple(drawn.sample(how["blow_for"][kind], count)),
            words=drawn.choice(how["say"][kind]),
            grid=drawn.random(),
            lucks=tuple(drawn.gauss(0, 1) for _one in range(8)),
            refuses=drawn.uniform(0, 100) < how["refuses"],
            stands=drawn.random() < 2 / 3,
        )


def awake_at(curves: Mapping[str, Any], step: str, minute: float, first_hour: int) -> float:
    """The minute in which whoever takes this step begins it: `minute`, or after waking up, as long after the hour as
    it is after the full one. `first_hour`: of the day, at minute 0."""
    hours = curves["at_work"].get(step)
    if hours is None:
        return minute
    begins, ends = hours
    of_day = (first_hour * 60 + minute) % 1440
    if begins * 60 <= of_day < ends * 60:
        return minute
    return minute + (begins * 60 - of_day) % 1440 + of_day % 60


def answers_after(curves: Mapping[str, Any], seed: int, unit: str, luck: float) -> float | None:
    """Minutes until this department takes its next step; None for one that is always silent."""
    kinds = curves["whistles"]["answers"]
    kind = _picked(Random(f"{seed}:answers:{unit}"), {name: one["weight"] for name, one in kinds.items()})
    return _lognormal(kinds[kind], luck) if kind != "silent" else None


def handled_after(curves: Mapping[str, Any], seed: int, unit: str, luck: float) -> float:
    """Minutes until this unit is done; `luck` as drawn for the report. A unit is always fast, or always slow."""
    kinds = curves["units"]
    kind = _picked(Random(f"{seed}:unit:{unit}"), {name: one["weight"] for name, one in kinds.items()})
    return _lognormal(kinds[kind], luck)


def _wait(drawn: Random, curve: Mapping[str, float]) -> float:
    return _lognormal(curve, drawn.gauss(0, 1))


def _lognormal(curve: Mapping[str, float], luck: float) -> float:
    """Half are below the median, one in ten above `slow`; never more than ten times the median of slow."""
    spread = math.log(curve["slow"] / curve["median"]) / 1.2816
    return min(curve["median"] * math.exp(spread * luck), curve["slow"] * 10)


def _poisson(drawn: Random, mean: float) -> int:
    """By Knuth, fine for the few a hour of a street."""
    limit, count, product = math.exp(-mean), 0, drawn.random()
    while product > limit:
        count += 1
        product *= drawn.random()
    return count


def _picked(drawn: Random, weights: Mapping[Any, float]) -> Any:
    return drawn.choices(list(weights), list(weights.values()))[0]


def along(ring: list[tuple[float, float]], metres: float, lengths: list[float]) -> tuple[float, float]:
    """The point so far along a closed way. `lengths`: of its pieces, in metres."""
    left = metres % sum(lengths)
    for (x, y), (to_x, to_y), length in zip(ring, ring[1:], lengths, strict=False):
        if left <= length:
            share = left / length if length else 0.0
            return x + (to_x - x) * share, y + (to_y - y) * share
        left -= length
    return ring[-1]
