"""The processes of `onegrid up` on free ports, and clients that keep one connection each."""

import http.client
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.encoding import iri_to_uri

from bench.ports import free_port
from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.sessions import SessionStore
from onegrid.config.environment import environment
from onegrid.console.processes import Supervisor
from onegrid.console.up import our_processes

RECEIPT = re.compile(r"/follow/([^/]+)/")


@contextmanager
def served() -> Iterator[tuple[int, Supervisor]]:
    """(port, supervisor) of web, relay, worker and live process, as `onegrid up` starts them, on this database.

    One proxy is trusted, so that each client may have an address of its own: a reporter without an account may send
    60 reports in ten minutes from one.
    """
    os.environ["ONEGRID_TRUSTED_PROXIES"] = "1"
    env = environment().model_copy(update={"web_port": free_port(), "live_port": free_port()})
    processes = our_processes(env)
    for process in processes:
        process.log = Path(process.log).with_name(f"bench-{process.name}.log")
    supervisor = Supervisor(processes, print)
    for process in processes:
        process.start()
    try:
        _wait(env.web_port)
        yield env.web_port, supervisor
    finally:
        supervisor.stop()


def _wait(port: int, seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Client(port).ask("GET", "/health/live")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the pages do not answer; see var/log/bench-web.log")


def signed_in(user: User) -> str:
    """A session as sign-in leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.ticket


class NoReceipt(RuntimeError):
    """What was reported was answered otherwise; `status` says how."""

    def __init__(self, status: int, where: str, body: bytes) -> None:
        super().__init__(f"report: {status} {where} {body[:200]!r}")
        self.status = status


class Client:
    """One browser: a connection that is kept, an address of its own, a token for its forms."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self.web = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.token = secrets.token_hex(16)

    def ask(
        self,
        method: str,
        path: str,
        form: dict | None = None,
        session: str = "",
        photo: bytes = b"",
    ) -> tuple[int, str, bytes]:
        """(status, Location, body). `photo`: a JPEG that is sent with the form."""
        cookies = f"csrftoken={self.token}" + (f"; sessionid={session}" if session else "")
        address = ".".join(str(1 + secrets.randbelow(250)) for _ in range(4))
        headers = {"Cookie": cookies, "X-Forwarded-For": address, "Accept": "text/html"}
        body: str | bytes | None = None
        if photo:
            sent = {"photos": SimpleUploadedFile("photo.jpg", photo, "image/jpeg")}
            body = encode_multipart(BOUNDARY, (form or {}) | {"csrfmiddlewaretoken": self.token} | sent)
            headers["Content-Type"] = MULTIPART_CONTENT
        elif form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.web.request(method, iri_to_uri(path), body, headers)  # a browser does so too
            answer = self.web.getresponse()
            content = answer.read()
        except Exception:
            self.web.close()
            raise
        return answer.status, answer.headers.get("Location", ""), content

    def json(
        self, path: str, given: dict | None = None, *, session: str, headers: dict[str, str]
    ) -> tuple[int, dict]:
        """(status, what was answered); a GET without `given`."""
        cookies = f"csrftoken={self.token}; sessionid={session}"
        told = {"Cookie": cookies, "X-CSRFToken": self.token, "Content-Type": "application/json"} | headers
        body = None if given is None else json.dumps(given)
        try:
            self.web.request("GET" if given is None else "POST", path, body, told)
            answer = self.web.getresponse()
            content = answer.read()
        except Exception:
            self.web.close()
            raise
        return answer.status, json.loads(content) if content else {}

    def report(self, lon: float, lat: float, text: str, key: str, photo: bytes = b"") -> str:
        """The number of the case, as the receipt shows it."""
        form = {
            "text": text,
            "lon": lon,
            "lat": lat,
            "key": key,
            "different": "1",
        }  # no case that is offered is it
        status, where, body = self.ask("POST", "/report/", form, photo=photo)
        found = RECEIPT.search(where)
        if status != 302 or found is None:
            raise NoReceipt(status, where, body)
        return found[1]
