"""Requests at a fixed rate, whether they are answered or not: each on a connection of its own, like a crowd's."""

import asyncio
import random
import resource
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from prove.judging import Answer

PATIENCE = 30.0  # seconds for one answer
OPEN_FILES = 8192


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


def crowd(
    port: int, rate: float, seconds: float, next_one: Callable[[int], Asked]
) -> tuple[list[Answer], float]:
    """Every answer, and the rate that was really reached: a machine that is too slow to ask says so."""
    _more_files()
    return asyncio.run(_crowd(port, rate, int(rate * seconds), next_one))


async def _crowd(
    port: int, rate: float, count: int, next_one: Callable[[int], Asked]
) -> tuple[list[Answer], float]:
    begun, asked = time.perf_counter(), []
    for turn in range(count):
        early = begun + turn / rate - time.perf_counter()
        if early > 0:
            await asyncio.sleep(early)
        asked.append(asyncio.create_task(_answer(port, next_one(turn))))
    reached = count / (time.perf_counter() - begun)
    return list(await asyncio.gather(*asked)), reached


async def _answer(port: int, one: Asked) -> Answer:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            status, headers = await _ask(port, one)
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
        status, headers = 0, {}
    where, number = headers.get("location", ""), ""
    if one.named_in and 300 <= status < 400 and one.named_in in where:
        number = where.split(one.named_in, 1)[1].split("/", 1)[0]
    return Answer(
        one.kind, one.key, status, headers.get("retry-after", ""), number, time.perf_counter() - begun
    )


async def _ask(port: int, one: Asked) -> tuple[int, dict[str, str]]:
    own = (f"127.0.0.{random.randint(2, 99)}", 0)  # one address has not ports enough for a minute of this
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=own)
    try:
        writer.write(written(one))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) if not line.lower().startswith("location") else
                       ("location", line.split(": ", 1)[1]) for line in head[1:] if ": " in line)  # fmt: skip
        await reader.read()  # to the end: a page that breaks off is no answer
        return int(head[0].split(" ", 2)[1]), headers
    finally:
        writer.close()


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
