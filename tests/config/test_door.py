"""A busy web process: who is let in, who waits, who is told to come back, and what is said to them."""

import json
from threading import Thread

import pytest
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import reverse

from onegrid.config.door.application import Door
from onegrid.config.door.later import later
from onegrid.config.door.line import Line
from onegrid.config.door.rules import DOORMEN, PLACES, Kind, kind_of, may_enter, may_wait, threads
from tests.processes import wait_for
from tests.security.looking import faults

U, D, L = Kind.URGENT, Kind.DEED, Kind.LOOK


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/report/", D),
        ("GET", "/report/", L),
        ("GET", "/static/assets/site.css", D),
        ("POST", "/api/v1/cases", D),
        ("GET", "/work/emergency/", U),
        ("POST", "/cases/X1/raise_alarm/", U),
        ("POST", "/cases/X1/close/", D),
        ("GET", "/health/ready", U),
        ("GET", "/healthy", L),
    ],
)
def test_what_is_asked_says_how_early_it_is_let_in(method, path, kind):
    assert kind_of(method, path) is kind


def test_the_addresses_of_an_emergency_are_urgent():
    verb = {"number": "X1", "verb": "raise_alarm"}
    for path in (
        reverse("worker:emergency"),
        reverse("worker:act", kwargs=verb),
        reverse("desk:act", kwargs=verb),
    ):
        assert kind_of("POST", path) is U


@pytest.mark.parametrize(
    ("kind", "inside", "enters"),
    [
        (L, {}, True),
        (L, {L: PLACES - 2}, False),  # long downloads leave a place to deeds ...
        (D, {L: PLACES - 2}, True),
        (D, {L: PLACES - 2, D: 1}, False),  # ... and all of them leave one to an emergency
        (U, {L: PLACES - 2, D: 1}, True),
        (U, {U: PLACES // 2}, False),  # whoever pretends to be urgent does not get everything
        (D, {U: PLACES // 2}, True),
        (U, {D: PLACES}, False),
    ],
)
def test_who_may_enter(kind, inside, enters):
    assert may_enter(kind, inside) is enters


@pytest.mark.parametrize(
    ("kind", "waiting", "queue", "waits"),
    [(L, 11, 24, True), (L, 12, 24, False), (D, 23, 24, True), (D, 24, 24, False), (U, 47, 24, True),
     (U, 48, 24, False), (D, 0, 0, False), (U, 7, 0, True), (U, 8, 0, False)],
)  # fmt: skip
def test_who_may_wait(kind, waiting, queue, waits):
    assert may_wait(kind, waiting, queue) is waits


def test_there_are_threads_for_everybody_in_line():
    assert threads(24) == PLACES + 48 + DOORMEN


def full(line: Line) -> None:
    for kind in [L] * (PLACES - 2) + [D]:
        assert line.enter(kind)


def test_who_waited_is_let_in_by_kind_then_by_arrival():
    line, came = Line(queue=10, seconds=30), []
    full(line)
    assert line.enter(U)  # the last place

    def wait(kind: Kind, name: str) -> None:
        assert line.enter(kind)
        came.append(name)

    threads_ = []
    for place, (kind, name) in enumerate([(L, "look"), (D, "deed 1"), (D, "deed 2"), (U, "urgent")], start=1):
        threads_.append(Thread(target=wait, args=(kind, name)))
        threads_[-1].start()
        wait_for(lambda place=place: sum(map(len, line._waiting.values())) == place)
    for count, kind in enumerate([U, D, D, D], start=1):
        line.leave(kind)
        wait_for(lambda count=count: len(came) == min(count, 3))
    line.leave(L)
    for one in threads_:
        one.join(10)
    assert came == ["urgent", "deed 1", "deed 2", "look"]


def test_nobody_waits_for_ever_and_who_gives_up_holds_no_place():
    line = Line(queue=10, seconds=0.01)
    full(line)
    assert not line.enter(L)
    assert line.turned_away == {L: 1}
    line.leave(L)
    assert line.enter(L)


def asked(path: str, **headers: str) -> dict:
    return RequestFactory().get(path, headers=headers).environ


def test_a_program_gets_a_problem_document_and_when_to_come_back():
    answer = later(asked("/api/v1/cases", accept_language="zh-hans"), 4)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert json.loads(answer.content)["code"] == "busy"
    assert 4 <= int(answer["Retry-After"]) <= 12
    assert "稍后再试" in json.loads(answer.content)["title"]


def test_a_person_gets_a_page_in_the_own_language():
    answer = later(asked("/report/", accept="text/html", accept_language="zh-hans"), 4)
    assert answer.status_code == 429 and answer.has_header("Retry-After")
    assert "现在访问的人很多" in answer.content.decode()
    english = later(asked("/report/", accept="text/html", accept_language="en", hx_request="true"), 4)
    assert "Very many people" in english.content.decode()
    assert json.loads(english["HX-Trigger"])["toast"]["tone"] == "bad"


def test_the_language_that_was_chosen_goes_before_the_browsers():
    answer = later(
        asked("/report/", accept="text/html", accept_language="zh-hans", cookie="a=b; django_language=en"), 4
    )
    assert "Very many people" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [("/api/v1/cases", {}, "application/problem+json"), ("/report/", {"accept": "text/html"}, "text/html"),
     ("/report/", {"accept": "text/html", "hx_request": "true"}, "text/html")],
)  # fmt: skip
def test_it_carries_what_every_answer_carries(path, headers, kind):
    answer = later(asked(path, **headers), 4)
    assert answer["Content-Type"].startswith(kind) and list(faults("door", answer)) == []


def test_what_was_said_before_costs_nothing_to_say_again(monkeypatch):
    given = asked("/report/", accept="text/html", accept_language="zh-hans")
    monkeypatch.setattr("onegrid.config.door.later.randrange", lambda low, _high: low)
    first = later(given, 4)
    for name in ("WSGIRequest", "render_to_string", "translation"):
        monkeypatch.setattr(f"onegrid.config.door.later.{name}", None)
    assert later(given, 4) is first and first["Content-Length"] == str(len(first.content))


class Inside:
    """What Django would do: takes the answer it is given, and counts how often it was asked."""

    def __init__(self, answer) -> None:
        self.answer, self.asked, self.closed, self.used = answer, 0, 0, []
        answer.close = self.close

    def close(self) -> None:
        self.closed += 1

    def __call__(self, environ, start):
        self.asked += 1
        self.used.append(connections["default"])
        start("200 OK", [])
        return self.answer


def knock(door: Door, path: str = "/x") -> tuple[str, list[bytes]]:
    said = []
    body = door(asked(path), lambda status, headers: said.append(status))
    return said[0], body


def test_a_place_is_given_back_after_the_answer_and_the_connection_with_it():
    inside, line = Inside(HttpResponse("well")), Line(queue=0, seconds=1)
    before = connections["default"]
    for _ in range(PLACES * 2):
        assert knock(Door(inside, line)) == ("200 OK", [b"well"])
    assert connections["default"] is before
    assert inside.used and before not in inside.used and len(set(inside.used)) == 1
    assert (inside.asked, inside.closed, line._inside.total()) == (PLACES * 2, PLACES * 2, 0)


def test_a_stream_keeps_its_place_until_it_is_closed():
    line = Line(queue=0, seconds=1)
    streams = [
        knock(Door(Inside(StreamingHttpResponse(iter([b"a", b"b"]))), line))[1] for _ in range(PLACES - 2)
    ]
    door = Door(Inside(HttpResponse("well")), line)
    assert knock(door)[0] == "429 Too Many Requests"
    assert knock(door, "/health/live")[0] == "200 OK"
    assert list(streams[0]) == [b"a", b"b"]
    streams[0].close()
    streams[0].close()  # a second time does nothing
    assert knock(door)[0] == "200 OK"
    assert line._inside.total() == PLACES - 3
    del streams  # forgotten, not closed
    assert line._inside.total() == 0


def test_a_file_holds_no_place_while_it_is_sent():
    line, file = (
        Line(queue=0, seconds=1),
        StreamingHttpResponse(iter([b"a"]), headers={"Content-Length": "1"}),
    )
    assert list(knock(Door(Inside(file), line))[1]) == [b"a"]
    assert line._inside.total() == 0


def test_a_failure_gives_the_place_back():
    line = Line(queue=0, seconds=1)
    failing = Door(lambda environ, start: 1 / 0, line)
    for _ in range(PLACES * 2):
        with pytest.raises(ZeroDivisionError):
            knock(failing)
    assert line._inside.total() == 0
