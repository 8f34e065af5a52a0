"""Requests at a fixed rate, whether they are answered or not: each on a connection of its own, like a crowd's.

One thread, bare sockets, everything that is sent written out before the clock starts: who asks shall take little from
who answers on the same machine.
"""

import errno
import random
import resource
import secrets
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from prove.judging import Answer

PATIENCE = 30.0  # seconds for one answer
OPEN_FILES = 65536
PIECE = 65536
UNDER_WAY = {0, errno.EINPROGRESS}


@dataclass(frozen=True)
class Asked:
    """One request. `named_in`: what stands before the number of the case in the address it leads to."""

    kind: str
    method: str
    path: str
    form: dict | None = None
    session: str = ""
    key: str = ""
    named_in: str = ""


@dataclass(slots=True)
class Call:
    """One that is being asked. `left`: what is still to be sent; `heard`: what came back."""

    one: Asked
    left: bytes
    line: socket.socket
    begun: float
    heard: bytearray = field(default_factory=bytearray)


def crowd(
    port: int, rate: float, seconds: float, next_one: Callable[[int], Asked]
) -> tuple[list[Answer], float]:
    """Every answer, and the rate that was really reached: a machine that is too slow to ask says so."""
    _more_files()
    asked = [next_one(turn) for turn in range(int(rate * seconds))]
    return Crowd(port, rate, [(one, written(one)) for one in asked]).run()


class Crowd:
    def __init__(self, port: int, rate: float, todo: list[tuple[Asked, bytes]]) -> None:
        self._port, self._rate, self._todo = port, rate, todo
        self._open: dict[int, Call] = {}  # by file; the oldest first
        self._poll = select.epoll()
        self._answers: list[Answer] = []

    def run(self) -> tuple[list[Answer], float]:
        begun, turn, reached = time.perf_counter(), 0, 0.0
        while turn < len(self._todo) or self._open:
            now = time.perf_counter()
            while turn < len(self._todo) and begun + turn / self._rate <= now:
                self._begin(*self._todo[turn])
                turn += 1
                reached = turn / (time.perf_counter() - begun)
            due = begun + turn / self._rate - time.perf_counter() if turn < len(self._todo) else 0.2
            for file, event in self._poll.poll(min(0.2, max(0.0, due))):
                self._go_on(self._open[file], event)
            self._give_up()
        self._poll.close()
        return self._answers, reached

    def _begin(self, one: Asked, written: bytes) -> None:
        line = socket.socket()
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: the port is chosen by both ends
        line.bind(
            (f"127.0.0.{random.randint(2, 99)}", 0)
        )  # one address has not ports enough for a minute of it
        call = Call(one, written, line, time.perf_counter())
        self._open[line.fileno()] = call
        if line.connect_ex(("127.0.0.1", self._port)) not in UNDER_WAY:
            self._end(call, whole=False)
            return
        self._poll.register(line, select.EPOLLOUT)

    def _go_on(self, call: Call, event: int) -> None:
        try:
            if event & select.EPOLLOUT and call.left:
                call.left = call.left[call.line.send(call.left) :]
                if not call.left:
                    self._poll.modify(call.line, select.EPOLLIN)
            elif event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                piece = call.line.recv(PIECE)
                call.heard += piece
                if not piece:
                    self._end(call, whole=True)
        except BlockingIOError:
            pass
        except OSError:
            self._end(call, whole=False)

    def _give_up(self) -> None:
        """Nobody waits for ever."""
        late = time.perf_counter() - PATIENCE
        while self._open and (oldest := next(iter(self._open.values()))).begun < late:
            self._end(oldest, whole=False)

    def _end(self, call: Call, *, whole: bool) -> None:
        del self._open[call.line.fileno()]
        call.line.close()
        status, headers = read(bytes(call.heard)) if whole else (0, {})
        where, number, one = headers.get("location", ""), "", call.one
        if one.named_in and 300 <= status < 400 and one.named_in in where:
            number = where.split(one.named_in, 1)[1].split("/", 1)[0]
        took = time.perf_counter() - call.begun
        self._answers.append(Answer(one.kind, one.key, status, headers.get("retry-after", ""), number, took))


def read(heard: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers (names in small letters); 0 where the answer broke off."""
    head, empty_line, body = heard.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _is, value in (line.partition(": ") for line in lines[1:])}
    if not empty_line or len(lines[0].split(" ")) < 2:
        return 0, {}
    length = headers.get("content-length")
    chunked = headers.get("transfer-encoding") == "chunked"
    if (length and len(body) < int(length)) or (chunked and not body.endswith(b"0\r\n\r\n")):
        return 0, {}
    return int(lines[0].split(" ")[1]), headers


def written(one: Asked) -> bytes:
    token = "t" * 32
    cookies = f"csrftoken={token}" + (f"; sessionid={one.session}" if one.session else "")
    address = ".".join(str(random.randint(1, 250)) for _ in range(4))
    lines = [
        f"{one.method} {one.path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Accept: text/html",
        f"Cookie: {cookies}", f"X-Forwarded-For: {address}",
    ]  # fmt: skip
    body = b""
    if one.form is not None:
        body = urlencode(one.form | {"csrfmiddlewaretoken": token}).encode()
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def new_key() -> str:
    return secrets.token_hex(16)


def _more_files() -> None:
    """Each that waits for an answer is an open file."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
