"""A client that costs little: HTTP/1.1 over one kept socket, and of an answer only what a bench asks for.

`http.client` parses every header into a message, which costs the machine that is measured; here an answer is read by
its status, its length and, of a page, where it sends. The requests are the same but for the order of their headers.
"""

import re
import secrets
import socket
import time
from typing import Any
from urllib.parse import urlencode

import msgspec

from bench.serving import Client

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]*)", re.IGNORECASE)
PIECE = 65_536


class Wire(Client):
    """As `Client`; `took`: seconds of each request."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        super().__init__(port, timeout)
        self.took: list[float] = []
        self._port, self._timeout = port, timeout
        self._socket: socket.socket | None = None

    def ask(
        self,
        method: str,
        path: str,
        form: dict | None = None,
        session: str = "",
        photo: bytes = b"",
    ) -> tuple[int, str, bytes]:
        """A form without files: the lifecycle sends none."""
        assert not photo
        cookies = f"csrftoken={self.token}" + (f"; sessionid={session}" if session else "")
        address = ".".join(str(1 + secrets.randbelow(250)) for _ in range(4))
        headers = {"Cookie": cookies, "X-Forwarded-For": address, "Accept": "text/html"}
        body = b""
        if form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.token}).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, head, content = self._answered(method, path, headers, body)
        sent_to = LOCATION.search(head)
        return status, sent_to[1].decode() if sent_to else "", content

    def json(
        self, path: str, given: dict | None = None, *, session: str, headers: dict[str, str]
    ) -> tuple[int, dict]:
        cookies = f"csrftoken={self.token}; sessionid={session}"
        told = {"Cookie": cookies, "X-CSRFToken": self.token, "Content-Type": "application/json"} | headers
        body = b"" if given is None else msgspec.json.encode(given)
        status, _head, content = self._answered("GET" if given is None else "POST", path, told, body)
        return status, msgspec.json.decode(content) if content else {}

    def _answered(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, bytes]:
        begun = time.perf_counter()
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}"] if method == "POST" else []
        try:
            self._opened().sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = self._read()
        except Exception:
            self.close()
            raise
        self.took.append(time.perf_counter() - begun)
        return answer

    def _opened(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _read(self) -> tuple[int, bytes, bytes]:
        """(status, head, body) of an answer that says how long it is, or that it has no body (204)."""
        got = self._piece()
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._piece()
        head, got = got[: end + 2], got[end + 4 :]
        length = LENGTH.search(head)
        if length is None and head[9:12] == b"204":
            return 204, head, b""
        if length is None:
            raise ConnectionError(f"an answer without a length: {head[:200]!r}")
        missing = int(length[1]) - len(got)
        pieces = [got]
        while missing > 0:
            pieces.append(self._piece())
            missing -= len(pieces[-1])
        return int(head[9:12]), head, b"".join(pieces)

    def _piece(self) -> bytes:
        piece: Any = self._opened().recv(PIECE)
        if not piece:
            raise ConnectionError("the server has hung up")
        return bytes(piece)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
