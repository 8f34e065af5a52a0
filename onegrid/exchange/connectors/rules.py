"""How an exchange is signed, when it is tried again, and how fields and codes are translated. Pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

NAME_MAX = 60
PURPOSE_MAX = 300
ADDRESS_MAX = 300
UNITS_MOST = 50
SCHEME = "v1"
CLOCKS_APART = timedelta(minutes=5)  # a signature older, or further ahead, than this opens nothing
NONCE = re.compile(r"[0-9A-Za-z_-]{16,64}")
GRACE = timedelta(days=1)  # how long the secret before still opens after a rotation
# After the first, second, … failed try; then it is a dead letter. Two hours and a quarter in all.
WAITS = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900, 2700, 4000))
LEASE = timedelta(minutes=2)  # a try that nobody ended after so long was killed in the middle
SILENT = timedelta(hours=1)  # an open ticket of which nothing was heard for so long is asked about
PHOTOS_MOST = 3
PHOTO_BYTES = 1_500_000
KEPT = timedelta(days=200)  # of the log of exchanges: network logs stay for six months at least


class EventKind(StrEnum):
    """What an outside system says of a ticket."""

    ACCEPTED = "accepted"  # 已接单
    PROGRESS = "progress"  # 处理中
    DONE = "done"  # 已办结
    RETURNED = "returned"  # 退回


# ---------------------------------------------------------------- signatures


def signature(secret: str, *, timestamp: int, nonce: str, method: str, path: str, body: bytes) -> str:
    """ "v1=" and HMAC-SHA256 of scheme, seconds since 1970, nonce, method, path and SHA-256 of the body, by lines."""
    said = [SCHEME, str(timestamp), nonce, method.upper(), path, hashlib.sha256(body).hexdigest()]
    made = hmac.new(secret.encode(), "\n".join(said).encode(), hashlib.sha256).hexdigest()
    return f"{SCHEME}={made}"


def is_signed(
    given: str, secrets: Sequence[str], *, timestamp: int, nonce: str, method: str, path: str, body: bytes
) -> bool:
    """Whether one of the secrets made it; compared in constant time."""
    made = [
        signature(secret, timestamp=timestamp, nonce=nonce, method=method, path=path, body=body)
        for secret in secrets
    ]
    return any([hmac.compare_digest(given.encode(), one.encode()) for one in made])


def in_time(timestamp: int, now: datetime) -> bool:
    return abs(now.timestamp() - timestamp) <= CLOCKS_APART.total_seconds()


def wait_after(tries: int) -> timedelta | None:
    """None after the last one."""
    return WAITS[tries - 1] if 0 < tries <= len(WAITS) else None


# ---------------------------------------------------------------- addresses


def host_of(address: str) -> str | None:
    """The one host that requests may go to, or None for what is no plain base address.

    No user, no query, no fragment, no spaces or control signs: nothing that two readers could read in two ways.
    """
    if len(address) > ADDRESS_MAX or not address.isascii() or re.search(r"[\s\\\x00-\x1f]", address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    if not plain or parts.query or parts.fragment or port == 0 or ".." in parts.path or "//" in parts.path:
        return None
    return parts.hostname


# ---------------------------------------------------------------- mappings

MATTER_FIELDS = (
    "key", "number", "text", "class_code", "class_name", "condition", "address", "lon", "lat", "area", "unit_code",
    "unit_name", "urgent", "reported_at", "due_at", "round", "photos",
)  # fmt: skip
EVENT_FIELDS = ("id", "ticket", "seq", "kind", "words", "photos", "at", "officer", "number")
NEEDED_OF_EVENTS = ("id", "ticket", "seq", "kind")
OTHERWISE = "*"  # the code for what a table does not name


class BadMapping(Exception):
    """What in a mapping does not fit: `where` is the path to it."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True)
class Mapping:
    """`fields`: theirs → ours. `codes`: their field → our code → theirs. `kinds`: their status → what it means.
    `{id}` in a path stands for their number of the ticket."""

    send: str
    withdraw: str
    state: str
    health: str
    fields: Given[str, str]
    codes: Given[str, Given[str, str]]
    answer_id: str
    events: str
    event_fields: Given[str, str]  # ours → theirs
    kinds: Given[str, EventKind] = field(default_factory=dict)


def read_mapping(given: Any) -> Mapping:
    """Raises BadMapping."""
    fields = _words(given, "fields")
    for theirs, ours in fields.items():
        if ours not in MATTER_FIELDS:
            raise BadMapping(f"fields.{theirs}")
    codes = given.get("codes") or {}
    if not isinstance(codes, dict) or set(codes) - set(fields):
        raise BadMapping("codes")
    events = given.get("events")
    if not isinstance(events, dict):
        raise BadMapping("events")
    told = _words(events, "fields", "events.")
    if set(told) - set(EVENT_FIELDS) or set(NEEDED_OF_EVENTS) - set(told):
        raise BadMapping("events.fields")
    kinds = _words(events, "kinds", "events.")
    if set(kinds.values()) - set(EventKind):
        raise BadMapping("events.kinds")
    paths = {name: _path(given, name) for name in ("send", "withdraw", "state", "health")}
    return Mapping(
        **paths,
        fields=fields,
        codes={theirs: _words(codes, theirs, "codes.") for theirs in codes},
        answer_id=_word(given, "answer_id"),
        events=_word(events, "list", "events."),
        event_fields=told,
        kinds={theirs: EventKind(ours) for theirs, ours in kinds.items()},
    )


def _word(given: Any, name: str, where: str = "") -> str:
    found = given.get(name) if isinstance(given, dict) else None
    if not isinstance(found, str) or not 0 < len(found) <= 200:
        raise BadMapping(where + name)
    return found


def _words(given: Any, name: str, where: str = "") -> dict[str, str]:
    found = given.get(name) if isinstance(given, dict) else None
    if not isinstance(found, dict) or not 0 < len(found) <= 500:
        raise BadMapping(where + name)
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in found.items()):
        raise BadMapping(where + name)
    return found


def _path(given: Any, name: str) -> str:
    path = _word(given, name)
    if not re.fullmatch(r"/[0-9A-Za-z/._{}-]*", path) or "//" in path or ".." in path:
        raise BadMapping(name)
    return path


def theirs(mapping: Mapping, matter: Given[str, Any]) -> dict[str, Any]:
    """What they are sent: their names, their codes."""
    return {name: _coded(mapping, name, matter.get(ours)) for name, ours in mapping.fields.items()}


def _coded(mapping: Mapping, name: str, value: Any) -> Any:
    table = mapping.codes.get(name)
    if table is None:
        return value
    return table.get(str(value), table.get(OTHERWISE, value))


def ours(mapping: Mapping, event: Given[str, Any]) -> dict[str, Any]:
    """What they said, by our names; `kind` is None for a status that the mapping does not know."""
    found = {name: event.get(their_name) for name, their_name in mapping.event_fields.items()}
    found["kind"] = mapping.kinds.get(str(found["kind"]))
    return found
