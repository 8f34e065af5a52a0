"""A gateway for text messages, as a city's own would be (docs/accounts.md): phones that nobody carries, on a page.

    python -m onegrid.demo.gateway --port 8095 --key KEY
    ONEGRID_SMS_URL=http://127.0.0.1:8095/ ONEGRID_SMS_KEY=KEY .venv/bin/onegrid up --demo

It takes POST {"id", "to", "text"} with the key as bearer, keeps each id once, and shows what came on its page. It
shares no code with us.
"""

import argparse
import html
import json
import re
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_MOST = 10_000
PHONE = re.compile(r"\+?[0-9]{5,15}")


@dataclass
class Gateway:
    """What came, oldest first. `down`: it answers 503 to everything."""

    key: str
    down: bool = False
    messages: dict[str, dict[str, str]] = field(default_factory=dict)
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

    def page(self) -> str:
        with self.lock:
            rows = "".join(
                f"<tr><td>{html.escape(one['to'])}</td><td>{html.escape(one['text'])}</td></tr>"
                for one in reversed(self.messages.values())
            )
        head = "<!doctype html><html lang=zh><meta charset=utf-8><title>短信网关（演示）</title>"
        return (
            f"{head}<h1>短信网关（演示）</h1><table><tr><th>号码</th><th>内容</th></tr>{rows}</table></html>"
        )


def serve(gateway: Gateway, port: int) -> ThreadingHTTPServer:
    """A server on this machine only; the caller runs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), BODY_MOST)
            status, said = gateway.take(self.headers.get("Authorization", ""), self.rfile.read(length))
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
