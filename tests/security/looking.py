"""What must be true of every answer, whoever asked: its headers, no inline code, and nobody's name or number in it.

The walk over all addresses and roles (tests/house/matrix/walking.py) hands each answer to `faults`; a new address is
looked at without anybody thinking of it.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

from django.conf import settings
from django.http import HttpResponseBase

from onegrid.kit.audit.models import AuditEntry

# People of the walked world (test_matrix.build_world), sealed in the database: no list, page, file or map tile that
# comes by GET shows them in the clear. Who holds the code or the phone reads the own name (OWN).
PEOPLE = [
    "000-0000-1234",
    "00000001234",
    "张三",
    "王奶奶",
    "000-1234-5678",
    "00012345678",
    "李建国",
    "000-0000-4321",
    "000-0000-7777",
    "00000007777",
    "赵六顺",
]
OWN: dict[str, set[str]] = {
    "resident:own_place": {"张三"},
}
POLICY = "Content-Security-Policy"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
READ_BY_SCRIPTS = {"csrftoken", "look_theme", "look_type"}
# What is the same for everybody.
SAME_FOR_ALL = {"api:area_tile", "api:unit_grid_tile", "api:base_tile", "worker:service_worker"}
# Files without an entry about who took them.
NO_ENTRY = {
    "operator:area_export": "names, codes and sizes of areas, which are public",
    "desk:catalog_export": "the city's own standard, which whoever is signed in may read",
    "desk:measures_export": "totals of a city: no row is a matter or a person",
}
INLINE = re.compile(rb"""\s(?:style|on[a-z]{3,16})\s*=|<style|javascript:""", re.IGNORECASE)
SCRIPT = re.compile(rb"<script\b[^>]*>", re.IGNORECASE)
SECOND_ROW = b'<row r="2"'  # of a workbook, below its header
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKED_AT: set[tuple[str, int]] = (
    set()
)  # addresses whose markup was read in this process: it is the same for all


def faults(name: str, answer: HttpResponseBase) -> Iterator[str]:
    """Sentences, each about something that no answer of the address may be or hold."""
    if answer.status_code >= 500 and name != "health:ready":  # 503: something needed is down, said in words
        yield f"{name}: {answer.status_code}"
    yield from _headers(name, answer)
    yield from _kept(name, answer)
    text = content_of(answer)
    yield from _taken_along(name, answer, text)
    for person in set(PEOPLE) - OWN.get(name, set()):
        if answer.status_code < 400 and person.encode() in text and not _asked_by_post(answer):
            yield f"{name}: shows {person}"
    if answer.get("Content-Type", "").startswith("text/html") and (name, answer.status_code) not in LOOKED_AT:
        LOOKED_AT.add((name, answer.status_code))
        yield from (f"{name}: {fault}" for fault in inline_code(text))


def _asked_by_post(answer: HttpResponseBase) -> bool:
    """What a POST opens is opened for a purpose, on record, or is one's own."""
    request = getattr(answer, "wsgi_request", None)
    return request is not None and request.method == "POST"


def _headers(name: str, answer: HttpResponseBase) -> Iterator[str]:
    policy = answer.get(POLICY, "")
    if not policy or "unsafe" in policy or "*" in policy.split():
        yield f"{name}: {POLICY} is {policy!r}"
    if "frame-ancestors 'none'" not in policy and "sandbox" not in policy:
        yield f"{name}: may be framed by {policy!r}"
    for header, value in HEADERS.items():
        if answer.get(header) != value:
            yield f"{name}: {header} is {answer.get(header)!r}"
    if "camera=(self)" not in answer.get("Permissions-Policy", ""):
        yield f"{name}: no Permissions-Policy"


def _taken_along(name: str, answer: HttpResponseBase, text: bytes) -> Iterator[str]:
    """Rows that leave as a file leave an entry about who took them."""
    kind = answer.get("Content-Type", "")
    sheet = kind.startswith(SHEET) and SECOND_ROW in text
    if name in NO_ENTRY or not (sheet or (kind.startswith("text/csv") and b"\n" in text.strip())):
        return
    if not AuditEntry.objects.filter(verb__contains=".export").exists():
        yield f"{name}: rows leave as a file, and nothing says who took them"


def _kept(name: str, answer: HttpResponseBase) -> Iterator[str]:
    """What a browser keeps: nothing that somebody got while signed in, unless for that person alone or for all."""
    request = getattr(answer, "wsgi_request", None)
    keep = answer.get("Cache-Control", "")
    signed_in = request is not None and settings.SESSION_COOKIE_NAME in request.COOKIES
    if signed_in and name not in SAME_FOR_ALL and not ("private" in keep or "no-store" in keep):
        yield f"{name}: is kept by {keep!r}"
    for cookie in (one for one in answer.cookies.values() if one.value):
        if not cookie["samesite"] or (cookie.key not in READ_BY_SCRIPTS and not cookie["httponly"]):
            yield f"{name}: the cookie {cookie.key} is within reach"


def content_of(answer: HttpResponseBase) -> bytes:
    """The body; of a workbook, what lies in it unpacked. A stream stays readable."""
    if answer.streaming:
        body = b"".join(answer.streaming_content)
        answer.streaming_content = iter([body])
    else:
        body = answer.content
    if answer.get("Content-Type", "").startswith(SHEET) and body:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return b"\n".join(book.read(part) for part in book.namelist())
    return body


def inline_code(page: bytes) -> list[str]:
    """Scripts, styles and handlers in a page that a policy without 'unsafe-inline' keeps from working, or worse."""
    found = [
        f"a script without nonce: {tag.decode()[:80]}"
        for tag in SCRIPT.findall(page)
        if b"nonce=" not in tag and b"src=" not in tag and b"application/json" not in tag
    ]
    if INLINE.search(page):  # rare: only then is the page parsed
        reader = _Reader()
        reader.feed(page.decode())
        found += reader.found
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" and "nonce" not in given:
            self.found.append("a style without nonce")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}={value!r}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value!r}>")

    handle_startendtag = handle_starttag
