"""The enforcement team's system as a process of its own, and OneGrid's door for it in the thread of the test.

The door serves one request at a time in the test's own thread, so that it stands on the test's transaction.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from onegrid.exchange.connectors import actions
from onegrid.exchange.connectors.models import Errand, ErrandState, OutsideSystem
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import LISTENERS, Heard
from onegrid.kit.facts.fact import fact_of
from onegrid.kit.facts.models import FactRow

BY = SystemActor("test")
MAPPING = files("onegrid.exchange.connectors").joinpath("mappings/tickets.yaml").read_text("utf-8")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


class Door:
    """`until(done)` lets requests in until it is so."""

    def __init__(self) -> None:
        self.server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
        self.server.timeout = 0.02
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def until(self, done: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "nothing came"
            for one in (request_started, request_finished):  # as Django's own test client does
                one.disconnect(close_old_connections)
            self.server.handle_request()
            for one in (request_started, request_finished):
                one.connect(close_old_connections)

    def close(self) -> None:
        self.server.server_close()


class Peer:
    """Started, killed and started again; the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "onegrid.demo.enforcement",
            "--folder",
            str(self.folder),
            "--wait",
            "0.05",
        ]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)], stdout=subprocess.PIPE, text=True, env=os.environ
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def knows(self, system: OutsideSystem, door: Door) -> None:
        events = f"{door.address}/api/connectors/{system.pk}/events/"
        (self.folder / "connection.json").write_text(json.dumps({"secret": system.secret, "events": events}))

    def officer(self, ticket: str, status: str, remark: str = "") -> None:
        """What an officer does in it, by the form of its own page."""
        form = {"ticket": ticket, "status": status, "officer": "ZF-0412", "remark": remark}
        self._post("/act", urllib.parse.urlencode(form).encode())

    def temper(self, **how: object) -> None:
        self._post("/temper", json.dumps(how).encode())

    def _post(self, path: str, body: bytes) -> None:
        urllib.request.urlopen(urllib.request.Request(self.address + path, body), timeout=60).close()


def registered(town, where: str, *, on: bool = True, **more) -> OutsideSystem:  # type: ignore[no-untyped-def]
    """A system of the street's office, which handles class 06 and what else is sent to it."""
    given = {
        "name": "综合执法业务系统", "organisation": town.a.office, "units": [town.a.office], "address": where,
        "mapping": MAPPING, "purpose": "到场处置", "by": BY, "at": timezone.now(),
    }  # fmt: skip
    made = actions.register_system(**given | more)
    return actions.switch_system(system_id=made.system.pk, on=on, by=BY, at=timezone.now())


def relay() -> None:
    """What the relay does a second later: facts announced so far reach the listener."""
    listener = LISTENERS["connectors.follow"]
    rows = FactRow.objects.filter(kind__in=listener.kinds).order_by("pk")
    listener.call([Heard(fact_of(r.kind, json.dumps(r.payload)), r.pk, r.at, r.path, r.org_id) for r in rows])


def work_off(at=None) -> None:  # type: ignore[no-untyped-def]
    """What the queue's worker does: every errand that waits is tried once."""
    for pk in Errand.objects.filter(state=ErrandState.WAITING).values_list("pk", flat=True):
        actions.run_errand(errand_id=pk, at=at or timezone.now())
