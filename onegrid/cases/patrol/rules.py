"""What a patrol must say, and when a place is due again. Pure: the caller passes values and the day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NOTE_MAX = 500  # characters
PHOTOS_PER_ITEM = 4
EVERY_DAYS_MOST = 366


class Result(StrEnum):
    """Of one item of a checklist."""

    OK = "ok"  # 正常
    PROBLEM = "problem"  # 有问题
    NOT_SEEN = "not_seen"  # 未能查看


@dataclass(frozen=True)
class Said:
    """One item's answer, without its photos: how many there are counts here.

    `settled`: the problem was put right on the spot; `done` says how.
    """

    item: str
    result: Result
    note: str = ""
    photos: int = 0
    settled: bool = False
    done: str = ""
    photos_after: int = 0


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to an item; `code` is stable."""

    item: str
    code: str


def faults(items: Collection[str], said: Sequence[Said]) -> list[Fault]:
    """Everything that keeps a patrol from being taken, in the order of the answers; empty: it is complete.

    Codes: answer_missing, answered_twice, unknown_item, note_needed (a problem says in words or a photo what it is),
    done_needed, photo_before_needed, photo_after_needed (settling on the spot shows both), not_a_problem (only
    problems are settled), note_too_long, too_many_photos.
    """
    found, seen = [], set()
    for one in said:
        if one.item not in items:
            found.append(Fault(one.item, "unknown_item"))
        elif one.item in seen:
            found.append(Fault(one.item, "answered_twice"))
        else:
            found += [Fault(one.item, code) for code in _faults_of(one)]
        seen.add(one.item)
    return found + [Fault(item, "answer_missing") for item in items if item not in seen]


def _faults_of(one: Said) -> Iterable[str]:
    if max(len(one.note), len(one.done)) > NOTE_MAX:
        yield "note_too_long"
    if max(one.photos, one.photos_after) > PHOTOS_PER_ITEM:
        yield "too_many_photos"
    if one.result == Result.PROBLEM and not (one.note.strip() or one.photos):
        yield "note_needed"
    if one.settled and one.result != Result.PROBLEM:
        yield "not_a_problem"
    if one.settled and one.result == Result.PROBLEM:
        if not one.done.strip():
            yield "done_needed"
        if not one.photos:
            yield "photo_before_needed"
        if not one.photos_after:
            yield "photo_after_needed"


def outcome(results: Iterable[Result]) -> Result:
    """Of a whole patrol: a problem if there is one; not seen when nothing was seen; else in order."""
    given = list(results)
    if Result.PROBLEM in given:
        return Result.PROBLEM
    return Result.OK if Result.OK in given else Result.NOT_SEEN


def next_due(seen_on: date | None, every_days: int, starts_on: date) -> date:
    """The day a place is due: so many days after it was seen; never seen: when its plan begins."""
    if seen_on is None:
        return starts_on
    return max(starts_on, seen_on + timedelta(days=every_days))


class Standing(StrEnum):
    """How a place stands with its plan."""

    UNPLANNED = "unplanned"
    IN_TIME = "in_time"
    DUE = "due"  # today
    OVERDUE = "overdue"


def standing_of(next_on: date | None, today: date) -> Standing:
    if next_on is None:
        return Standing.UNPLANNED
    if next_on > today:
        return Standing.IN_TIME
    return Standing.DUE if next_on == today else Standing.OVERDUE


def nearest_plan(plans: Iterable[tuple[str, int]], path: str) -> int | None:
    """Of (area path, plan id) the plan of the smallest area that the place lies in."""
    around = [(area, plan) for area, plan in plans if path.startswith(area)]
    return max(around, key=lambda each: len(each[0]))[1] if around else None
