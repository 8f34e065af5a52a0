"""Who answers for a grid at an instant, and with what reason. Pure: the caller passes rows and the local time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

DAY = 24 * 60 * 60  # seconds
WEEK = 7 * DAY

# The order in which people of one area answer, and the reason that is given.
REASON_OF_ROLE = {
    "main": "main_on_shift",
    "deputy": "deputy",
    "head": "head_of_grid",
    "station": "station_on_duty",
    "centre": "centre_on_duty",
}
RANK_OF_ROLE = {role: rank for rank, role in enumerate(REASON_OF_ROLE)}


@dataclass(frozen=True)
class Shift:
    """Hours that come again every week. ISO weekdays (1 = Monday) name the day on which the hours begin."""

    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    from_time: time = time(0)
    to_time: time = time(0)

    def spans(self) -> Iterator[tuple[int, int]]:
        """[from, to) in seconds since Monday 00:00; hours past Sunday midnight come back at the week's start."""
        begin, end = _seconds(self.from_time), _seconds(self.to_time)
        length = end - begin if end > begin else end - begin + DAY
        for day in self.weekdays:
            start = (day - 1) * DAY + begin
            yield start, min(start + length, WEEK)
            if start + length > WEEK:
                yield 0, start + length - WEEK

    def covers(self, local: datetime) -> bool:
        """Whether the shift runs at this local time."""
        if not self.weekdays:
            return False
        second = (local.isoweekday() - 1) * DAY + _seconds(local.time())
        return any(start <= second < end for start, end in self.spans())

    def overlaps(self, other: "Shift") -> bool:
        return any(a < d and c < b for a, b in self.spans() for c, d in other.spans())


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


@dataclass(frozen=True)
class Turn:
    """A duty in force at the instant, on shift or not."""

    user_id: int
    role: str
    shift: Shift = field(default_factory=Shift)


@dataclass(frozen=True)
class Level:
    """One area on the way up from the grid: its duties, and the people who hold a post there."""

    turns: Sequence[Turn] = ()
    serving: Sequence[int] = ()


@dataclass(frozen=True)
class Answer:
    """`covering`: whose place is taken, when `why` is "covering". `turn`: the duty it comes from.

    `on_shift`: on duty at this hour, not merely somebody who may be called.
    """

    user_id: int
    why: str
    covering: int | None = None
    turn: Turn | None = None
    on_shift: bool = False


def answering(levels: Sequence[Level], away: Mapping[int, int | None], local: datetime) -> Iterator[Answer]:
    """People who may answer, the one who does first. `levels` from the grid upwards.

    `away`: user id → who covers (None: nobody) for those on leave at this instant. In order: whoever is on shift,
    nearest area first, or the person covering; then duties off shift; then people with a post; at the very end
    those on leave, so that somebody answers while anybody serves at the grid or above it.
    """
    seen: set[int] = set()
    for answer in _in_order(levels, away, local):
        if answer.user_id not in seen:
            seen.add(answer.user_id)
            yield answer


def goes_there(answers: Iterable[Answer]) -> Answer | None:
    """Of those who may answer, in their order, the first who goes where the matter is: nobody goes there from the
    street's centre while anybody else serves below it. At night that is whoever is there in the morning."""
    desk = None
    for answer in answers:
        if answer.turn is None or answer.turn.role != "centre":
            return answer
        desk = desk or answer
    return desk


def _in_order(levels: Sequence[Level], away: Mapping[int, int | None], local: datetime) -> Iterator[Answer]:
    off_shift: list[Turn] = []
    for level in levels:
        for turn in sorted(level.turns, key=_rank):
            if turn.shift.covers(local):
                yield from _there(turn.user_id, REASON_OF_ROLE[turn.role], away, turn, on_shift=True)
            else:
                off_shift.append(turn)
    for turn in off_shift:
        yield from _there(turn.user_id, "off_shift", away, turn)
    for level in levels:
        for user_id in level.serving:
            yield from _there(user_id, "serving", away, None)
    for level in levels:
        for user_id in (*(turn.user_id for turn in sorted(level.turns, key=_rank)), *level.serving):
            yield Answer(user_id, "on_leave")


def _there(
    user_id: int, why: str, away: Mapping[int, int | None], turn: Turn | None, on_shift: bool = False
) -> Iterator[Answer]:
    """The person, or whoever covers; nobody when the chain of covers ends with somebody away."""
    if user_id not in away:
        yield Answer(user_id, why, None, turn, on_shift)
        return
    passed: set[int] = set()
    cover: int | None = user_id
    while cover is not None and cover in away and cover not in passed:
        passed.add(cover)
        cover = away[cover]
    if cover is not None and cover not in away:
        yield Answer(cover, "covering", user_id, turn, on_shift)


def _rank(turn: Turn) -> tuple[int, int]:
    return RANK_OF_ROLE[turn.role], turn.user_id


@dataclass(frozen=True)
class Term:
    """A shift and the time in which it is in force; `ends_at` None: open."""

    shift: Shift
    starts_at: datetime
    ends_at: datetime | None = None

    def overlaps(self, other: "Term") -> bool:
        begins_first = self.ends_at is None or other.starts_at < self.ends_at
        ends_after = other.ends_at is None or self.starts_at < other.ends_at
        return begins_first and ends_after and self.shift.overlaps(other.shift)


def first_overlap(new: Term, existing: Iterable[tuple[int, Term]]) -> int | None:
    """Id of the first existing term that the new one overlaps."""
    return next((key for key, term in existing if term.overlaps(new)), None)


def hours_on(term: Term, day: date) -> tuple[datetime, datetime] | None:
    """[from, to) of the hours that begin on the local day, as far as they fall into the term; None when none do.

    The term's times must be local ones: the zone is taken from them.
    """
    if day.isoweekday() not in term.shift.weekdays:
        return None
    begins = datetime.combine(day, term.shift.from_time, term.starts_at.tzinfo)
    ends = datetime.combine(day, term.shift.to_time, term.starts_at.tzinfo)
    if ends <= begins:
        ends += timedelta(days=1)
    begins = max(begins, term.starts_at)
    if term.ends_at is not None:
        ends = min(ends, term.ends_at)
    return (begins, ends) if begins < ends else None


def in_force_on(term: Term, day: date) -> bool:
    """Whether the term holds at some moment of the local day, on shift or not."""
    midnight = datetime.combine(day, time(0), term.starts_at.tzinfo)
    return term.starts_at < midnight + timedelta(days=1) and (term.ends_at is None or term.ends_at > midnight)


def copied(weekdays: Sequence[int], day: int, onto: Sequence[int]) -> tuple[int, ...]:
    """The weekdays of a shift after what holds on `day` was copied onto others: those days are as `day` is."""
    others = set(onto) - {day}
    return tuple(sorted(set(weekdays) | others if day in weekdays else set(weekdays) - others))
