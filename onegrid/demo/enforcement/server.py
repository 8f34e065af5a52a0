"""The system's own addresses: tickets for OneGrid, a page for its officers, and its temper for whoever tests with it.

    python -m onegrid.demo.enforcement --port 8090 --folder DIR [--auto SECONDS]

In DIR stand its own data and `connection.json` {"secret", "events": "http://…/api/connectors/1/events/"}. With --home
"events" may be a path.
"""

import base64
import html
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from onegrid.demo.enforcement import signing
from onegrid.demo.enforcement.pages import page
from onegrid.demo.enforcement.tickets import NEXT, Tickets, Wrong

BODY_MOST = 20_000_000
REMARKS = {
    "ASSIGNED": "已派队员前往", "ON_SITE": "已到现场，正在劝离",
    "FINISHED": "摊主已自行清理，占道物品移除，道路恢复畅通",
    "REJECTED": "不属于本队职责",
}  # fmt: skip
WAIT_MOST = 60.0  # seconds between two tries of telling


@dataclass
class Temper:
    """How it behaves badly. `slow`: seconds before every answer; `down`: answers 503; `twice`: says each event twice;
    `backwards`: tells the newest event first; `mute`: tells nothing."""

    slow: float = 0
    down: bool = False
    twice: bool = False
    backwards: bool = False
    mute: bool = False


class Enforcement:
    """The system without its network: its tickets, its connection to OneGrid, its temper."""

    def __init__(self, folder: Path, home: str = "", wait: float = 2.0) -> None:
        self.folder, self.home, self.wait = folder, home, wait
        self.tickets = Tickets(folder / "tickets.sqlite")
        self.temper = Temper()
        self.stopping = threading.Event()

    @property
    def connection(self) -> dict[str, str]:
        """Read each time: it is written by whoever connects the two."""
        try:
            found: dict[str, str] = json.loads((self.folder / "connection.json").read_text())
        except (OSError, ValueError):
            return {}
        return {**found, "events": self.home + found["events"]}

    def tell_all(self) -> None:
        """Tells what was not told, until it is stopped; waits longer after each round that failed."""
        wait = self.wait
        while not self.stopping.wait(wait):
            wait = self.wait if self.tell() else min(wait * 2, WAIT_MOST)

    def tell(self) -> bool:
        """One round; whether everybody answered."""
        waiting = [] if self.temper.mute else self.tickets.untold()
        for event in reversed(waiting) if self.temper.backwards else waiting:
            answer = self._told(event["body"].encode())
            if answer and self.temper.twice:
                self._told(event["body"].encode())
            self.tickets.told(event["id"], answer)
            if not answer:
                return False
        return True

    def _told(self, body: bytes) -> str:
        """What OneGrid answered; "" when it did not, or asks for patience. A refusal is an answer."""
        known = self.connection
        if not known:
            return ""
        path = urlsplit(known["events"]).path
        headers = {"Content-Type": "application/json", **signing.made(known["secret"], "POST", path, body)}
        request = urllib.request.Request(known["events"], body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return f"{answer.status} {answer.read(2000).decode()}"
        except urllib.error.HTTPError as refusal:
            patience = refusal.code in (401, 429) or refusal.code >= 500
            return "" if patience else f"{refusal.code} {refusal.read(2000).decode()}"
        except OSError:
            return ""

    def go_on(self) -> bool:
        """One officer takes the next step of the oldest open ticket: for a demo in which nobody clicks."""
        for ticket in reversed(self.tickets.newest()):
            for status in NEXT.get(ticket["status"], ())[:1]:
                pictures = [base64.b64encode(_photo()).decode()] if status == "FINISHED" else []
                self.tickets.act(
                    ticket["id"], status, officer="ZF-0412", remark=REMARKS[status], pictures=pictures
                )
                return True
        return False


def _photo() -> bytes:
    return (Path(__file__).parent / "cleared.png").read_bytes()


def serve(system: Enforcement, port: int, auto: float = 0) -> ThreadingHTTPServer:
    """Bound and telling; the caller runs `serve_forever`."""

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def log_message(self, *_args: object) -> None:
            pass

        def do_GET(self) -> None:
            answer(self, system, "GET", b"")

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            answer(self, system, "POST", self.rfile.read(min(length, BODY_MOST)))

    server = ThreadingHTTPServer(("127.0.0.1", port), Desk)
    server.daemon_threads = True
    threading.Thread(target=system.tell_all, daemon=True).start()
    if auto:
        threading.Thread(target=_by_itself, args=(system, auto), daemon=True).start()
    return server


def _by_itself(system: Enforcement, seconds: float) -> None:
    while not system.stopping.wait(seconds):
        system.go_on()


def answer(desk: BaseHTTPRequestHandler, system: Enforcement, method: str, body: bytes) -> None:
    path = urlsplit(desk.path).path
    if path == "/temper" and method == "POST":  # for tests; a real system has no such address
        system.temper = Temper(**json.loads(body))
        return said(desk, 200, {})
    if system.temper.slow:
        time.sleep(system.temper.slow)
    if system.temper.down:
        return said(desk, 503, {"error": "down"})
    if path == "/" and method == "GET":
        return shown(desk, page(system.tickets.newest(), bool(system.connection)))
    if path == "/act" and method == "POST":
        return acted(desk, system, body)
    secret = system.connection.get("secret", "")
    if not secret or not signing.fits(secret, desk.headers, method, path, body):
        return said(desk, 401, {"error": "signature"})
    try:
        said(desk, *answered(system, method, path, body, desk.headers.get("Idempotency-Key", "")))
    except (Wrong, ValueError) as wrong:
        said(desk, 422, {"error": str(wrong)})


def answered(
    system: Enforcement, method: str, path: str, body: bytes, key: str
) -> tuple[int, dict[str, Any]]:
    """What OneGrid is answered."""
    parts = path.strip("/").split("/")
    if (method, path) == ("GET", "/health"):
        return 200, {"well": True}
    if (method, path) == ("POST", "/tickets"):
        return 201, {"ticket_id": system.tickets.take(json.loads(body), key)}
    if method == "POST" and parts[0] == "tickets" and parts[-1] == "withdraw" and len(parts) == 3:
        system.tickets.withdraw(parts[1])
        return 200, {}
    if method == "GET" and parts[0] == "tickets" and len(parts) == 2:
        ticket = system.tickets.one(parts[1])
        return (200, {"ticket_id": ticket["id"], "events": ticket["events"]}) if ticket else (404, {})
    return 404, {}


def acted(desk: BaseHTTPRequestHandler, system: Enforcement, body: bytes) -> None:
    """The form of an officer. `picture` as base64 for a program that plays one; the page sends the sample."""
    given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    status = given.get("status", "")
    pictures = [given["picture"]] if given.get("picture") else []
    if status == "FINISHED" and not pictures:
        pictures = [base64.b64encode(_photo()).decode()]
    try:
        system.tickets.act(
            given.get("ticket", ""),
            status,
            officer=given.get("officer", "ZF-0412"),
            remark=given.get("remark") or REMARKS.get(status, ""),
            pictures=pictures,
        )
    except Wrong as wrong:
        return shown(desk, f"<p>{html.escape(str(wrong))}</p>", 409)
    desk.send_response(303)
    desk.send_header("Location", "/")
    desk.end_headers()


def said(desk: BaseHTTPRequestHandler, status: int, words: dict[str, Any]) -> None:
    _out(desk, status, "application/json", json.dumps(words, ensure_ascii=False).encode())


def shown(desk: BaseHTTPRequestHandler, words: str, status: int = 200) -> None:
    _out(desk, status, "text/html; charset=utf-8", words.encode())


def _out(desk: BaseHTTPRequestHandler, status: int, kind: str, content: bytes) -> None:
    try:
        desk.send_response(status)
        desk.send_header("Content-Type", kind)
        desk.send_header("Content-Length", str(len(content)))
        desk.end_headers()
        desk.wfile.write(content)
    except OSError:  # the other has gone
        pass
