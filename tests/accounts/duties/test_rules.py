"""Who answers: the table, then properties."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.duties.rules import (
    Answer,
    Level,
    Shift,
    Term,
    Turn,
    answering,
    first_overlap,
    goes_there,
)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo("Asia/Shanghai"))


MONDAY_10 = local(2026, 3, 2, 10)
DAYTIME = Shift((1, 2, 3, 4, 5), time(8), time(18))
NIGHT = Shift((7,), time(22), time(6))  # Sunday night into Monday morning

GRID = Level([Turn(1, "main", DAYTIME), Turn(2, "deputy", DAYTIME), Turn(3, "head")], [1, 2, 3])
STATION = Level([Turn(10, "station", DAYTIME)], [10, 11])
CENTRE = Level([Turn(20, "centre")], [20, 21])
ALL = [GRID, STATION, CENTRE]


@pytest.mark.parametrize(
    ("levels", "away", "at", "expected"),
    [
        pytest.param(ALL, {}, MONDAY_10, (1, "main_on_shift", None), id="the main worker on shift"),
        pytest.param(ALL, {1: 9}, MONDAY_10, (9, "covering", 1), id="whoever covers a leave"),
        pytest.param(ALL, {1: 9, 9: 8}, MONDAY_10, (8, "covering", 1), id="a cover who is away is covered"),
        pytest.param(
            ALL, {1: 9, 9: 1}, MONDAY_10, (2, "deputy", None), id="two who cover each other are away"
        ),
        pytest.param(ALL, {1: None}, MONDAY_10, (2, "deputy", None), id="no cover: the deputy"),
        pytest.param(ALL, {1: None, 2: None}, MONDAY_10, (3, "head_of_grid", None), id="then the head"),
        pytest.param(
            ALL, {1: None, 2: None, 3: None}, MONDAY_10, (10, "station_on_duty", None), id="then the station"
        ),
        pytest.param(
            ALL, dict.fromkeys([1, 2, 3, 10]), MONDAY_10, (20, "centre_on_duty", None), id="then the centre"
        ),
        pytest.param(
            ALL, {}, MONDAY_10.replace(hour=20), (3, "head_of_grid", None), id="off shift: the head all day"
        ),
        pytest.param(
            [Level([Turn(1, "main", DAYTIME)])],
            {},
            MONDAY_10.replace(hour=20),
            (1, "off_shift", None),
            id="nobody on shift: the main worker is called",
        ),
        pytest.param(
            [Level(), Level((), [11])],
            {},
            MONDAY_10,
            (11, "serving", None),
            id="no duty at all: a post above",
        ),
        pytest.param(
            [Level([Turn(1, "main")])], {1: None}, MONDAY_10, (1, "on_leave", None), id="only one, on leave"
        ),
    ],
)
def test_the_first_answer(levels, away, at, expected):
    answer = next(answering(levels, away, at))
    assert (answer.user_id, answer.why, answer.covering) == expected


@pytest.mark.parametrize(
    ("levels", "away", "hour", "expected"),
    [
        pytest.param(ALL, {3: None}, 2, 1, id="at night who is there in the morning, not the centre on duty"),
        pytest.param(ALL, {3: None}, 10, 1, id="by day the first answer"),
        pytest.param(ALL, {1: 9, 2: None, 3: None}, 2, 9, id="whoever covers"),
        pytest.param([CENTRE], {}, 2, 21, id="a post at the centre's area without a duty"),
        pytest.param([Level([Turn(20, "centre")])], {}, 2, 20, id="the centre when nobody else serves"),
    ],
)
def test_who_goes_there(levels, away, hour, expected):
    found = goes_there(answering(levels, away, MONDAY_10.replace(hour=hour)))
    assert found is not None and found.user_id == expected


def test_nobody_anywhere():
    assert list(answering([Level(), Level()], {5: None}, MONDAY_10)) == []


def test_nobody_is_named_twice():
    users = [answer.user_id for answer in answering(ALL, {1: 2}, MONDAY_10)]
    assert users == [2, 3, 10, 20, 11, 21, 1]


@pytest.mark.parametrize(
    ("shift", "moment", "covers"),
    [
        (DAYTIME, MONDAY_10.replace(hour=8), True),
        (DAYTIME, MONDAY_10.replace(hour=18), False),
        (DAYTIME, local(2026, 3, 1, 10), False),  # a Sunday
        (NIGHT, local(2026, 3, 1, 23), True),
        (NIGHT, local(2026, 3, 2, 5, 59), True),  # Monday morning belongs to Sunday's night
        (NIGHT, local(2026, 3, 2, 6), False),
        (NIGHT, local(2026, 3, 3, 5), False),
        (Shift((3,)), local(2026, 3, 4, 23, 59, 59), True),  # equal times: the whole day
        (Shift((3,)), local(2026, 3, 5), False),
    ],
)
def test_shifts(shift, moment, covers):
    assert shift.covers(moment) is covers


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Shift((1,), time(8), time(12)), Shift((1,), time(12), time(18)), False),
        (Shift((1,), time(8), time(12)), Shift((1,), time(11, 59), time(18)), True),
        (Shift((1,), time(22), time(6)), Shift((2,), time(5), time(8)), True),
        (NIGHT, Shift((1,), time(0), time(8)), True),  # over the end of the week
        (Shift((1, 3)), Shift((2, 4)), False),
    ],
)
def test_overlapping_hours(one, other, overlap):
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


def test_terms_that_follow_one_another_do_not_overlap():
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    first, second = Term(Shift(), begin, begin + timedelta(days=1)), Term(Shift(), begin + timedelta(days=1))
    assert first_overlap(second, [(7, first)]) is None
    assert first_overlap(Term(Shift(), begin), [(7, first), (8, second)]) == 7


times = st.times().map(lambda moment: moment.replace(microsecond=0))
shifts = st.builds(
    Shift, st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))), times, times
)
users = st.integers(1, 6)
turns = st.builds(Turn, users, st.sampled_from(["main", "deputy", "head", "station", "centre"]), shifts)
levels = st.lists(
    st.builds(Level, st.lists(turns, max_size=3), st.lists(users, max_size=2)), min_size=1, max_size=4
)
leaves = st.dictionaries(users, st.none() | st.integers(1, 8), max_size=5)
moments = st.datetimes(timezones=st.just(ZoneInfo("Asia/Shanghai")))


@given(levels, leaves, moments)
def test_somebody_answers_while_anybody_serves(found, away, at):
    answers = list(answering(found, away, at))
    assert bool(answers) == any(level.turns or level.serving for level in found)


@given(levels, leaves, moments)
def test_nobody_on_leave_answers_before_somebody_who_is_there(found, away, at):
    answers = list(answering(found, away, at))
    there = [answer.user_id not in away for answer in answers]
    assert there == sorted(there, reverse=True)
    assert all(answer.why == "on_leave" for answer in answers if answer.user_id in away)


@given(levels, leaves, moments)
def test_people_on_shift_come_first(found, away, at):
    on_shift = [answer.on_shift for answer in answering(found, away, at)]
    assert on_shift == sorted(on_shift, reverse=True)


@given(shifts, shifts, moments)
def test_hours_that_both_run_overlap(one, other, at):
    if one.covers(at) and other.covers(at):
        assert one.overlaps(other)


def test_an_answer_knows_its_duty():
    answer = next(answering([Level([Turn(1, "main")])], {}, MONDAY_10))
    assert answer == Answer(1, "main_on_shift", None, Turn(1, "main"), True)
