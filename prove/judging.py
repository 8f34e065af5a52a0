"""What the counted means. Pure: tests/prove."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean


@dataclass(frozen=True)
class Answer:
    """What came back to one request. `status` 0: nothing did. `number`: of the case that a receipt names."""

    kind: str
    key: str
    status: int
    retry_after: str
    number: str
    seconds: float


def accounted(answers: Iterable[Answer]) -> Counter[str]:
    """Every answer under exactly one name. Only "done" and "told to come back" are allowed in a burst."""
    return Counter(_name_of(answer) for answer in answers)


ALLOWED = {"done", "told to come back"}


def _name_of(answer: Answer) -> str:
    if answer.status == 0:
        return "no answer"
    if answer.status == 429:
        return "told to come back" if _seconds(answer.retry_after) else "429 without Retry-After"
    if answer.status >= 500:
        return f"status {answer.status}"
    sent = answer.kind in ("report", "emergency")
    fine = bool(answer.number) if sent else 200 <= answer.status < 400
    return "done" if fine else f"{answer.kind}: status {answer.status}"


def _seconds(retry_after: str) -> int:
    return int(retry_after) if retry_after.isdecimal() else 0


@dataclass(frozen=True)
class Trend:
    """A line through samples: `first` and `last` are its ends, `mean` the mean of the samples."""

    first: float
    last: float
    mean: float

    @property
    def growth(self) -> float:
        return self.last - self.first


def trend(samples: Sequence[tuple[float, float]], warm_up: float = 0.3) -> Trend:
    """Least squares through (seconds, value), without the first part: caches fill. ValueError below three samples."""
    kept = samples[int(len(samples) * warm_up) :]
    if len(kept) < 3:
        raise ValueError("a trend needs three samples after the warm-up")
    times, values = zip(*kept, strict=True)
    middle, mean = fmean(times), fmean(values)
    spread = sum((time - middle) ** 2 for time in times)
    slope = sum((time - middle) * (value - mean) for time, value in kept) / spread if spread else 0.0
    return Trend(mean + slope * (times[0] - middle), mean + slope * (times[-1] - middle), mean)


def flat(line: Trend, *, share: float, least: float) -> bool:
    """Whether it grew by less than a share of its mean, or by less than what does not matter at any mean."""
    return line.growth <= max(share * abs(line.mean), least)


def longest_gap(moments: Iterable[float], begun: float, ended: float) -> float:
    """The longest time in which nothing happened, from `begun` to `ended`."""
    points = [begun, *sorted(moments), ended]
    return max(after - before for before, after in pairwise(points))


def share_at(values: Sequence[float], share: float) -> float:
    """The value below which so large a share of them lies (nearest rank); 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(frozen=True)
class Stored:
    """A case as found afterwards, and how often it was announced."""

    key: str
    number: str
    announced: int


def losses(
    acknowledged: dict[str, str],
    stored: Sequence[Stored],
    *,
    refused: frozenset[str],
    unknown: frozenset[str],
) -> dict[str, int]:
    """What is wrong between what clients were told and what is there.

    `acknowledged`: key → number. `refused`: keys that got nothing but "later". `unknown`: keys without an answer:
    they may be stored once, or not at all.
    """
    by_key: dict[str, list[Stored]] = {}
    for one in stored:
        by_key.setdefault(one.key, []).append(one)
    given = Counter(acknowledged.values())
    return {
        "acknowledged numbers that are no case": sum(
            number not in {one.number for one in by_key.get(key, [])} for key, number in acknowledged.items()
        ),
        "numbers given twice": sum(count - 1 for count in given.values()),
        "keys with more than one case": sum(len(found) > 1 for found in by_key.values()),
        "cases of requests that were turned away": sum(key in refused for key in by_key),
        "cases that nobody asked for": sum(
            key not in acknowledged and key not in unknown and key not in refused for key in by_key
        ),
        "cases not announced exactly once": sum(one.announced != 1 for one in stored),
    }


def older_enough(before: dict[str, str], here: dict[str, str], wanted: int) -> bool:
    """Whether so many migrations lead from one commit to another. Both: path → content.

    What is there must have stayed as it is, and no two may bear one number: a database of a commit in whose history
    two lines met was never anybody's.
    """
    numbers = [path.rsplit("/", 1)[0] + path.rsplit("/", 1)[1][:4] for path in before]
    return (
        before.items() <= here.items()
        and len(here) - len(before) >= wanted
        and len(set(numbers)) == len(numbers)
    )
