"""Hostile input for every address of the site: pages, forms and both interfaces. Nothing may end in a 5xx.

    python -m tests.security.hostile --count 10000 [--seed 7]

walks them with 10,000 made-up requests, in a database of its own, and exits with 1 when one failed; what failed is
printed with what was sent, and comes again with the same seed. What walks is hostile_walk.py.

Made up of: texts that break parsers, queries, encodings and templates (CORPUS), numbers at the ends of their types,
files that are two things at once, in every place where an address takes something: its path, its query, the fields of
its form (read from the page itself), JSON bodies, headers and cookies. Who asks is somebody who may, or nobody.
"""

import json
import os
import random
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.security.corpus import CORPUS, FILES, HEADERS

ROOT = Path(__file__).parents[2]

BODIES = [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 5_000, b'{"a":1e999}', b"NaN"]
FORMS = [b"", b"\xff" * 99, b"a=%ff&b=%00", b"=&=&=", b"--x\r\n\r\n--x--"]
KINDS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/json",
]
NAMES_IN_CODE = re.compile(r"""(?:GET|POST|asked|given|query|FILES)\.(?:get|getlist)\(\s*"([A-Za-z_]\w*)\"""")
FIELD = re.compile(
    rb"""<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"(?:[^>]*?\bvalue="([^"]*)")?"""
)


@dataclass(frozen=True)
class Sent:
    """One request: enough to send it again."""

    name: str
    method: str
    path: str
    who: str
    headers: dict[str, str]
    content_type: str
    body: bytes | dict[str, Any] | None = None

    def __str__(self) -> str:
        body = repr(self.body)
        return (
            f"{self.method} {self.name} {self.path[:300]!r} as {self.who} {self.headers!r:.300} {body:.600}"
        )


@dataclass
class Report:
    """`faults`: what must not be. `statuses`: how often each came."""

    faults: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


@cache
def words_of_code() -> list[str]:
    """Names that pages and interfaces look for in a query or a form."""
    found = set()
    for file in (ROOT / "onegrid").glob("**/*.py"):
        found |= set(NAMES_IN_CODE.findall(file.read_text()))
    return sorted(found)


class Maker:
    """Makes requests, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)

    def text(self) -> str:
        chosen = self.luck.choice(CORPUS)
        if self.luck.random() < 0.25:  # two of them, or something nobody wrote down
            chosen = (chosen[:2_000] + self.luck.choice(CORPUS))[:100_000]
        if self.luck.random() < 0.15:
            chosen = "".join(
                chr(self.luck.choice([*range(1, 256), 0x4E00, 0xFFFD, 0x1F600])) for _ in range(9)
            )
        return chosen

    def path(self, address: str, changeable: list[str]) -> str:
        """One of the values in the address becomes something else, of what a path can hold."""
        if changeable and self.luck.random() < 0.5:
            value = self.luck.choice(changeable)
            other = quote(self.text()[:300].encode("utf-8", "surrogatepass"), safe="%")
            address = address.replace(f"/{value}", f"/{other}", 1)
        return address

    def query(self, names: list[str]) -> str:
        if self.luck.random() < 0.3:
            return ""
        chosen = self.luck.sample(names, min(len(names), self.luck.randint(1, 4)))
        return "?" + "&".join(
            f"{quote(name)}={quote(self.text()[:3_000].encode('utf-8', 'surrogatepass'))}" for name in chosen
        )

    def headers(self) -> dict[str, str]:
        if self.luck.random() < 0.6:
            return {}
        chosen = self.luck.sample(sorted(HEADERS), self.luck.randint(1, 2))
        return {name: self.luck.choice(HEADERS[name]) for name in chosen}

    def form(self, fields: dict[str, str]) -> dict[str, Any]:
        """Most fields as the page had them, one to three of them hostile; sometimes others than it has."""
        given: dict[str, Any] = dict(fields)
        names = sorted(fields) or words_of_code()
        for name in self.luck.sample(names, min(len(names), self.luck.randint(1, 3))):
            given[name] = self.text()
        if self.luck.random() < 0.3:
            given[self.luck.choice(words_of_code())] = self.text()
        if self.luck.random() < 0.2 and given:
            given.pop(self.luck.choice(sorted(given)))
        return given

    def file(self) -> Any:
        name, content, kind = self.luck.choice(FILES)
        upload = SimpleUploadedFile("x", content, kind)
        upload._name = name  # as it stands in the request: Django's own setter would clean it here
        return upload

    def json(self, names: list[str]) -> bytes:
        """A body: what fits in shape and not in content, or what fits in nothing."""
        chance = self.luck.random()
        if chance < 0.15:
            return self.luck.choice(
                [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 5_000, b'{"a":1e999}', b"NaN"]
            )
        values: list[Any] = [
            None, True, -1, 0, 2**63, 1e308, [], {}, [None], {"x": {}}, "", self.text(), self.text(), [self.text()],
        ]  # fmt: skip
        given = {name: self.luck.choice(values) for name in self.luck.sample(names, min(len(names), 4))}
        return json.dumps(given).encode("utf-8", "surrogatepass")

    def body(self, method: str, api: bool, fields: dict[str, str]) -> tuple[Any, str]:
        if method == "GET":
            return None, ""
        if api and self.luck.random() < 0.8:
            return self.json(sorted(fields) or words_of_code()), "application/json"
        if self.luck.random() < 0.1:
            return self.luck.choice(
                [b"", b"\xff" * 99, b"a=%ff&b=%00", b"=&=&=", b"--x\r\n\r\n--x--"]
            ), self.luck.choice(
                [
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x",
                    "text/plain",
                    "application/json",
                ]
            )
        form = self.form(fields)
        for name in ("photos", "photo", "file", "files", "media"):
            if name in fields or self.luck.random() < 0.05:
                form[name] = self.file()
        return form, "multipart"


def fields_of(page: bytes) -> dict[str, str]:
    """Names of what a page's forms send, with the value that stands there."""
    found = {name.decode(): value.decode() for name, value in FIELD.findall(page)}
    found.pop("csrfmiddlewaretoken", None)
    return found


def made_up(
    maker: Maker, targets: list[Any], count: int, prepare: Callable[[Any], Any] = lambda target: target
) -> Iterator[Sent]:
    """Every address in turn, so that few requests reach all of them before many reach one twice."""
    order = list(targets)
    maker.luck.shuffle(order)
    for number in range(count):
        target = prepare(order[number % len(order)])
        method = maker.luck.choice(target.methods)
        body, content_type = maker.body(method, target.api, target.fields)
        yield Sent(
            target.name, method, maker.path(target.address, target.values) + maker.query(target.names),
            maker.luck.choice(target.people), maker.headers(), content_type, body,
        )  # fmt: skip


def walk(requests: Iterator[Sent], send: Callable[[Sent], tuple[int, str]]) -> Report:
    """Sends each; a 5xx other than 503 (something needed is down, said in words) is a fault."""
    report = Report()
    for one in requests:
        status, why = send(one)
        report.statuses[status] = report.statuses.get(status, 0) + 1
        if status >= 500 and status != 503:
            report.faults.append(f"{status} {one}\n    {why}")
    return report


def encoded(sent: Sent) -> tuple[bytes, str]:
    """Body and type as they go over the wire."""
    if isinstance(sent.body, dict):
        clean = {name: _sendable(value) for name, value in sent.body.items()}
        return encode_multipart(BOUNDARY, clean), MULTIPART_CONTENT
    return sent.body or b"", sent.content_type


def _sendable(value: Any) -> Any:
    """Half of a surrogate pair cannot be sent; a browser sends U+FFFD instead."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261126)
    given = parser.parse_args()
    command = [
        ROOT / ".venv" / "bin" / "onegrid",
        "test",
        "tests/security/test_walks.py",
        "-s",
        "-k",
        "made_up",
    ]
    variables = os.environ | {"HOSTILE_COUNT": str(given.count), "HOSTILE_SEED": str(given.seed)}
    sys.exit(subprocess.run([str(part) for part in command], cwd=ROOT, env=variables).returncode)


if __name__ == "__main__":
    main()
