"""The live process as browsers meet it: granian, a socket, a session cookie."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client

from bench.ports import free_port
from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.accounts.identity.sessions import kept_as
from onegrid.kit.facts import announce, announce_all
from onegrid.kit.facts.announcing import CHANNEL
from onegrid.kit.facts.replay import live_position
from onegrid.kit.facts.retention import REMOVED
from onegrid.places.areas.models import Area

from .lamps import LOOKS_BY_ITSELF, LampBroke, LampLit, LampNoted

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]
LIT = "kinds=tests.LampLit"
PATIENCE = 60.0  # seconds: a busy machine must not fail a test


def database_url() -> str:
    given = connection.get_connection_params()
    return " ".join(
        f"{key}={given[key]}" for key in ("host", "port", "user", "password", "dbname") if given.get(key)
    )


@pytest.fixture(scope="module")
def port(django_db_setup, django_db_blocker) -> Iterator[int]:
    chosen = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--port",
        str(chosen),
        "--workers",
        "1",
    ]
    options = [
        "--workers-kill-timeout",
        "3",
        "--backpressure",
        "1000",
        "tests.kit.facts.live_app:application",
    ]
    env = os.environ | {"ONEGRID_DATABASE_URL": database_url(), "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen([*command, *options], env=env, cwd=ROOT)
    wait_for(lambda: health(chosen)[0] == 200)
    yield chosen
    running.terminate()
    running.wait(60)


def wait_for(condition, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def health(port: int) -> tuple[int, dict]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        line.request("GET", "/live/health")
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())


class Screen:
    """One open stream; `events()` reads (id, name, data) until one of the wanted name."""

    def __init__(self, port: int, query: str, cookie: str = "", **headers: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.line.request(
            "GET", f"/live/stream?{query}", headers={"Cookie": f"sessionid={cookie}", **headers}
        )
        self.answer = self.line.getresponse()
        self.status = self.answer.status
        self.position = ""

    def next(self) -> tuple[str, dict]:
        name, payload = "", {}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.position = line[4:]
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                payload = json.loads(line[6:])
            elif line == "" and name:
                return name, payload

    def lamps(self, count: int) -> list[int]:
        return [self.next()[1]["lamp"] for _ in range(count)]

    def ready(self) -> "Screen":
        assert self.status == 200 and self.next()[0] == "ready"
        return self

    def ended(self) -> bool:
        """Whether the server closed it (reads what is left)."""
        try:
            while self.answer.readline():
                pass
        except (OSError, http.client.HTTPException):
            pass
        return True

    def close(self) -> None:
        self.line.close()


@pytest.fixture
def street() -> Area:
    return Area.objects.create(
        kind="street", code="990101001", name="云桥街道", path="1.", valid_from=date(2026, 1, 1)
    )


@pytest.fixture
def viewer(street) -> User:
    user = User.objects.create(username="watcher", display_name="看守")
    role = Role.objects.create(code="watcher", name="看守", name_en="watcher", permissions=["lamps.see"])
    Grant.objects.create(user=user, role=role, area=street, valid_from=date(2026, 1, 1))
    return user


def sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
def open_screen(port, viewer):
    screens = []

    def open_one(query: str = LIT, cookie: str | None = None, **headers: str) -> Screen:
        screens.append(Screen(port, query, sign_in(viewer) if cookie is None else cookie, **headers))
        return screens[-1]

    yield open_one
    for screen in screens:
        screen.close()
    wait_for(lambda: health(port)[1]["streams"] == 0)


def light(*lamps: int, path: str | None = "1.5.") -> None:
    with transaction.atomic():
        for lamp in lamps:
            announce(LampLit(lamp), path=path)


def test_a_fact_reaches_the_screen_at_once(open_screen):
    screen = open_screen().ready()
    start = time.monotonic()
    light(1, 2)
    assert screen.lamps(2) == [1, 2]
    assert time.monotonic() - start < LOOKS_BY_ITSELF  # it was called, or it would not have looked before


def test_a_slow_transaction_holds_no_screen_up_and_arrives_once(open_screen, other):
    screen = open_screen().ready()
    other.execute(
        "INSERT INTO kit_factrow (kind, payload, path) VALUES ('tests.LampLit', '{\"lamp\": 1}', '1.')"
    )
    light(2)
    assert screen.lamps(1) == [2]
    other.execute(f"NOTIFY {CHANNEL}")
    other.commit()
    light(3)
    assert sorted(screen.lamps(2)) == [1, 3]


def test_only_what_lies_in_the_viewers_scope_and_was_asked_for(open_screen):
    screen = open_screen().ready()
    light(1, path="2.")
    light(2, path=None)
    with transaction.atomic():
        announce(LampBroke(3), path="1.")
        announce(LampNoted(4, ""), path="1.")
    light(5, path="1.7.")
    assert screen.lamps(1) == [5]


def test_after_a_cut_it_goes_on_where_it_was(open_screen):
    screen = open_screen().ready()
    light(1)
    assert screen.lamps(1) == [1]
    screen.close()
    light(2, 3)
    light(4, path="2.")
    again = open_screen(**{"Last-Event-ID": screen.position})
    missed = again.lamps(2)
    if (
        missed[0] == 1
    ):  # an older transaction elsewhere in the cluster: the safe position lay before this fact
        missed = missed[1:] + again.lamps(1)
    assert missed == [2, 3] and again.next()[0] == "ready"
    light(5)
    assert again.lamps(1) == [5]


def test_a_heartbeat_moves_the_position_on(open_screen):
    screen = open_screen().ready()
    light(1)
    assert screen.lamps(1) == [1]
    light(2, path="2.")  # not for this viewer

    def moved() -> bool:
        line = screen.answer.readline().decode()
        return line.startswith("id: ") and int(line[4:].split("-")[0]) > int(screen.position.split("-")[0])

    wait_for(moved)


def test_a_page_names_the_position_it_was_rendered_at(open_screen):
    position = live_position()
    light(1)
    assert open_screen(f"{LIT}&after={position}").lamps(1) == [1]


def test_a_screen_that_missed_too_much_is_told_to_reload(open_screen):
    position = live_position()
    with transaction.atomic():
        announce_all((LampLit(n), "1.", None) for n in range(2001))
    assert open_screen(f"{LIT}&after={position}").next()[0] == "reset"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_listenerposition (listener, xid, last_id, max_id)"
            " VALUES (%s, pg_current_xact_id(), 0, 0)",
            [REMOVED],
        )
    assert open_screen(f"{LIT}&after={position}").next()[0] == "reset"
    assert open_screen(f"{LIT}&after=999999999999999-1").next()[0] == "reset"


def test_refusals(port, open_screen, viewer):
    stranger = User.objects.create(username="stranger")
    assert open_screen(cookie="").status == 401
    assert open_screen(cookie="nonsense").status == 401
    assert open_screen(cookie=sign_in(stranger)).status == 403
    assert open_screen("kinds=tests.LampBroke").status == 400  # never on screens
    assert open_screen("kinds=tests.NoSuch").status == 400
    assert open_screen("").status == 400
    assert open_screen(Origin="https://elsewhere.example").status == 403
    viewer.must_change_password = True
    viewer.save()
    assert open_screen().status == 401


def test_the_site_may_open_it_with_credentials(open_screen):
    screen = open_screen(Origin="http://localhost:8000").ready()
    assert screen.answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    assert screen.answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert screen.answer.headers["Content-Type"].startswith("text/event-stream")


def test_a_revoked_session_ends_the_stream(open_screen, viewer):
    cookie = sign_in(viewer)
    screen, other_session = open_screen(cookie=cookie).ready(), open_screen().ready()
    Session.objects.filter(session_key=kept_as(cookie)).delete()
    assert screen.next()[0] == "bye" and screen.ended()
    light(1)
    assert other_session.lamps(1) == [1]


def test_a_grant_taken_away_takes_the_facts_away(open_screen, viewer):
    screen = open_screen().ready()
    viewer.grants.all().delete()
    assert screen.next()[0] == "bye"


def test_lost_database_connections_lose_no_fact(port, open_screen):
    screen = open_screen().ready()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1
    light(1)
    wait_for(lambda: health(port)[0] == 200)
    light(2)
    assert screen.lamps(2) == [1, 2]
    assert open_screen().ready()


def test_a_client_that_does_not_read_is_dropped_and_others_get_everything(port, open_screen, viewer):
    healthy = open_screen("kinds=tests.LampNoted").ready()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", port))
        deaf.sendall(
            b"GET /live/stream?kinds=tests.LampNoted HTTP/1.1\r\nHost: localhost\r\n"
            b"Cookie: sessionid=" + sign_in(viewer).encode() + b"\r\n\r\n"
        )
        wait_for(lambda: health(port)[1]["streams"] == 2)
        for batch in range(40):
            with transaction.atomic():
                announce_all((LampNoted(batch * 100 + n, "长" * 3000), "1.", None) for n in range(100))
            assert healthy.lamps(100) == list(range(batch * 100, batch * 100 + 100))
        wait_for(lambda: health(port)[1]["streams"] == 1)
    with transaction.atomic():
        announce(LampNoted(5000, ""), path="1.")
    assert healthy.lamps(1) == [5000]


# ---------------------------------------------------------------- pieces

COUNTED = f"{LIT}&piece=lamps&lang=en"


@pytest.fixture
def counting(viewer) -> User:
    """A viewer who may see the piece too."""
    role = viewer.grants.get().role
    role.permissions = ["lamps.see", "lamps.count"]
    role.save()
    return viewer


def piece_with(screen: Screen, lit: int) -> tuple[str, str]:
    """(making, language) of the first piece that has so many lamps in it."""
    while True:
        name, told = screen.next()
        if name == "piece" and str(told).endswith(f"\n{lit}"):
            making, language = str(told).splitlines()[0].split()
            return making, language


def test_a_piece_is_made_once_for_all_who_may_see_the_same(open_screen, counting):
    first, second = open_screen(COUNTED).ready(), open_screen(COUNTED).ready()
    chinese = open_screen(COUNTED.replace("lang=en", "lang=zh-hans")).ready()
    light(1, 2)
    making, language = piece_with(first, 2)
    assert (making, language) == piece_with(second, 2)
    other_making, other_language = piece_with(chinese, 2)
    assert (language, other_language) == ("en", "zh-hans") and making != other_making


def test_a_piece_comes_to_whoever_opens_and_only_where_it_may_be_seen(open_screen, counting):
    assert piece_with(open_screen(COUNTED).ready(), 0)
    role = counting.grants.get().role
    role.permissions = ["lamps.see"]
    role.save()
    blind = open_screen(COUNTED).ready()
    light(1)
    assert blind.lamps(1) == [1]
    light(2)
    assert blind.next() == ("tests.LampLit", {"lamp": 2})  # and nothing between


def test_a_right_taken_away_takes_the_piece_away(open_screen, counting):
    screen = open_screen(COUNTED).ready()
    assert piece_with(screen, 0)
    role = counting.grants.get().role
    role.permissions = ["lamps.see"]
    role.save()
    lamps = iter(range(1, 1000))

    def without() -> bool:
        """Between two lamps no piece came, though there was time for one."""
        light(next(lamps))
        time.sleep(0.3)
        light(next(lamps))
        heard: list[str] = []
        while heard.count("tests.LampLit") < 2:
            heard.append(screen.next()[0])
        return "piece" not in heard

    wait_for(without)


def test_pieces_go_on_after_the_database_was_away(port, open_screen, counting):
    screen = open_screen(COUNTED).ready()
    assert piece_with(screen, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    light(1)
    assert piece_with(screen, 1)


def test_there_is_no_such_piece(open_screen, counting):
    assert open_screen(f"{LIT}&piece=walls").status == 400
    assert open_screen(f"{LIT}&piece=lamps&lang=xx").status == 400
