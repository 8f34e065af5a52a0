"""A gateway for text messages, as a city's own would be, and a WeCom robot (docs/accounts.md): phones that nobody
carries and a group that nobody reads, on a page.

    python -m onegrid.demo.gateway --port 8095 --key KEY
    ONEGRID_SMS_URL=http://127.0.0.1:8095/ ONEGRID_SMS_KEY=KEY \\
    ONEGRID_WECOM_URL='http://127.0.0.1:8095/cgi-bin/webhook/send?key=KEY' .venv/bin/onegrid up --demo

It takes POST {"id", "to", "text"} with the key as bearer, keeps each id once, and shows what came on its page. The
robot takes what WeCom's takes: {"msgtype": "text", "text": {"content"}} of 2048 bytes, 20 a minute; it says no by an
"errcode" with status 200. It shares no code with us.
"""

import argparse
import html
import json
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BODY_MOST = 10_000
ROBOT = "/cgi-bin/webhook/send"
CONTENT_BYTES, A_MINUTE = 2048, 20  # of the robot
PHONE = re.compile(r"\+?[0-9]{5,15}")


@dataclass
class Gateway:
    """What came, oldest first. `down`: it answers 503 to everything."""

    key: str
    down: bool = False
    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    group: list[tuple[float, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, bearer: str, body: bytes) -> tuple[int, dict[str, str]]:
        """Status and answer to one message."""
        if self.down:
            return 503, {"error": "down"}
        if bearer != f"Bearer {self.key}":
            return 401, {"error": "key"}
        try:
            said = json.loads(body)
            message = {name: str(said[name]) for name in ("id", "to", "text")}
        except (ValueError, KeyError, TypeError):
            return 400, {"error": "id, to and text are needed"}
        if not PHONE.fullmatch(message["to"]) or not message["text"].strip():
            return 400, {"error": "no phone, or nothing to say"}
        with self.lock:
            self.messages.setdefault(message["id"], message)
        return 200, {"id": message["id"]}

    def robot(self, key: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and answer to what is said in the group. Codes of WeCom's; the one of a text too long is a guess."""
        if self.down:
            return 503, {}
        if key != self.key:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        try:
            said = json.loads(body)
            content = str(said["text"]["content"]) if said["msgtype"] == "text" else ""
        except (ValueError, KeyError, TypeError):
            content = ""
        if not content or len(content.encode()) > CONTENT_BYTES:
            return 200, {"errcode": 40058, "errmsg": "text.content missing or exceed max length 2048"}
        with self.lock:
            now = time.time()
            if sum(now - at < 60 for at, _said in self.group) >= A_MINUTE:
                return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
            self.group.append((now, content))
        return 200, {"errcode": 0, "errmsg": "ok"}

    def page(self) -> str:
        with self.lock:
            rows = "".join(
                f"<tr><td>{html.escape(one['to'])}</td><td>{html.escape(one['text'])}</td></tr>"
                for one in reversed(self.messages.values())
            )
            group = "".join(f"<li>{html.escape(said)}</li>" for _at, said in reversed(self.group))
        head = "<!doctype html><html lang=zh><meta charset=utf-8><title>短信网关（演示）</title>"
        return (
            f"{head}<h1>短信网关（演示）</h1><table><tr><th>号码</th><th>内容</th></tr>{rows}</table>"
            f"<h1>企业微信群机器人（演示）</h1><ul>{group}</ul></html>"
        )


def serve(gateway: Gateway, port: int) -> ThreadingHTTPServer:
    """A server on this machine only; the caller runs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), BODY_MOST)
            body, asked = self.rfile.read(length), urlsplit(self.path)
            if asked.path == ROBOT:
                status, said = gateway.robot(parse_qs(asked.query).get("key", [""])[0], body)
            else:
                status, said = gateway.take(self.headers.get("Authorization", ""), body)
            self.answer(status, json.dumps(said), "application/json")

        def do_GET(self) -> None:
            self.answer(200, gateway.page(), "text/html; charset=utf-8")

        def answer(self, status: int, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Phones stay out of logs."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    reader = argparse.ArgumentParser(description="a gateway for text messages that sends nothing anywhere")
    reader.add_argument("--port", type=int, default=8095)
    reader.add_argument("--key", required=True)
    given = reader.parse_args()
    server = serve(Gateway(given.key), given.port)
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}/\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
