"""What `onegrid prove` counts, and when it says that something does not hold."""

import socket
import threading

import pytest

from prove.crowd import Asked, crowd, read
from prove.judging import (
    ALLOWED,
    Answer,
    Stored,
    accounted,
    flat,
    longest_gap,
    losses,
    older_enough,
    share_at,
    trend,
)


def answer(kind="report", status=302, retry_after="", number="X1") -> Answer:
    return Answer(kind, "k", status, retry_after, number, 0.1)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (answer(), "done"),
        (answer(number=""), "report: status 302"),  # a redirect that is no receipt acknowledges nothing
        (answer("look", 200, number=""), "done"),
        (answer("look", 404, number=""), "look: status 404"),
        (answer(status=429, retry_after="5", number=""), "told to come back"),
        (answer(status=429, number=""), "429 without Retry-After"),
        (answer(status=429, retry_after="soon", number=""), "429 without Retry-After"),
        (answer(status=503, number=""), "status 503"),
        (answer(status=0, number=""), "no answer"),
    ],
)
def test_every_answer_has_one_name(given, name):
    assert accounted([given]) == {name: 1}
    assert (name in ALLOWED) == (name in ("done", "told to come back"))


def test_what_wavers_is_flat_and_what_creeps_is_not():
    wavers = [(float(t), 500 + (t * 37 % 11)) for t in range(100)]
    creeps = [(float(t), 500 + t) for t in range(100)]
    fills_first = [(float(t), min(500, 20 * t)) for t in range(100)]
    assert flat(trend(wavers), share=0.05, least=0)
    assert not flat(trend(creeps), share=0.05, least=0)
    assert flat(trend(fills_first), share=0.05, least=0)
    assert trend(creeps).growth == pytest.approx(69)
    assert flat(trend([(0.0, 0), (1.0, 1), (2.0, 2)], warm_up=0), share=0.05, least=2)
    with pytest.raises(ValueError):
        trend([(0.0, 1.0), (1.0, 1.0)])


def test_the_longest_gap_counts_from_begin_to_end():
    assert longest_gap([3.0, 1.0], 0.0, 10.0) == 7.0
    assert longest_gap([], 2.0, 5.0) == 3.0


def test_share_at():
    assert share_at([], 0.95) == 0.0
    assert share_at([float(n) for n in range(100)], 0.95) == 95.0


def test_nothing_is_wrong_when_told_and_stored_are_the_same():
    told = {"a": "X1", "b": "X2"}
    stored = [Stored("a", "X1", 1), Stored("b", "X2", 1), Stored("c", "X3", 1)]
    assert set(losses(told, stored, refused=frozenset("d"), unknown=frozenset("c")).values()) == {0}


@pytest.mark.parametrize(
    ("told", "stored", "wrong"),
    [
        ({"a": "X1"}, [], {"acknowledged numbers that are no case": 1}),
        (
            {"a": "X1"},
            [Stored("a", "X2", 1)],
            {"acknowledged numbers that are no case": 1},
        ),
        (
            {"a": "X1"},
            [Stored("a", "X1", 1), Stored("a", "X2", 1)],
            {"keys with more than one case": 1},
        ),
        ({"a": "X1", "b": "X1"}, [Stored("a", "X1", 1), Stored("b", "X1", 1)], {"numbers given twice": 1}),
        ({}, [Stored("r", "X1", 1)], {"cases of requests that were turned away": 1}),
        ({}, [Stored("z", "X1", 1)], {"cases that nobody asked for": 1}),
        ({"a": "X1"}, [Stored("a", "X1", 2)], {"cases not announced exactly once": 1}),
        ({"a": "X1"}, [Stored("a", "X1", 0)], {"cases not announced exactly once": 1}),
    ],
)
def test_what_is_wrong_has_a_name(told, stored, wrong):
    found = losses(told, stored, refused=frozenset("r"), unknown=frozenset("u"))
    assert {name: count for name, count in found.items() if count} == wrong


HERE = {"a/migrations/0001_x.py": "1", "a/migrations/0002_y.py": "2", "b/migrations/0001_z.py": "3"}


@pytest.mark.parametrize(
    ("before", "wanted", "is_it"),
    [
        ({"a/migrations/0001_x.py": "1"}, 2, True),
        ({"a/migrations/0001_x.py": "1"}, 3, False),  # only two lead here
        ({"a/migrations/0001_x.py": "another"}, 1, False),  # it was edited since
        ({"a/migrations/0001_w.py": "1"}, 1, False),  # it was renamed since
        ({"a/migrations/0001_x.py": "1", "a/migrations/0001_v.py": "1"}, 1, False),
    ],
)
def test_an_older_commit_is_one_whose_database_somebody_may_have(before, wanted, is_it):
    assert older_enough(before, HERE, wanted) is is_it


def test_two_of_one_number_are_a_history_that_nobody_had():
    twins = HERE | {"a/migrations/0002_t.py": "4"}
    assert not older_enough(twins, twins | {"a/migrations/0003_u.py": "5"}, 1)


@pytest.mark.parametrize(
    ("heard", "status"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: /follow/A/\r\ncontent-length: 0\r\n\r\n", 302),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole", 200),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhal", 0),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n", 200),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwho", 0),
        (b"HTTP/1.1 200 OK\r\ncontent-le", 0),
        (b"", 0),
    ],
)
def test_an_answer_that_breaks_off_is_none(heard, status):
    assert read(heard)[0] == status


def test_a_crowd_asks_at_its_rate_and_hears_every_answer():
    """Also of somebody who hangs up without a word."""
    receipt = b"HTTP/1.1 302 Found\r\nlocation: /follow/N%d/\r\ncontent-length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:

        def serve() -> None:
            for turn in range(40):
                line, _who = server.accept()
                with line:
                    asked = line.recv(4096)
                    assert asked.startswith(b"POST /report/ HTTP/1.1\r\n") and asked.endswith(b"t" * 32)
                    if turn % 10:
                        line.sendall(receipt % turn)

        thread = threading.Thread(target=serve)
        thread.start()
        asked = Asked("report", "POST", "/report/", {"text": "x"}, key="k", named_in="/follow/")
        answers, reached = crowd(server.getsockname()[1], 400, 0.1, lambda _turn: asked)
        thread.join(10)
    assert accounted(answers) == {"done": 36, "no answer": 4}
    assert len({one.number for one in answers}) == 37 and reached > 0
