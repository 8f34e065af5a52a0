"""The connection that is shipped: a ticket system that speaks JSON over HTTP, described by a mapping."""

import base64
import hashlib
import json
import re
import secrets
import time
from binascii import Error as NotBase64
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.utils.dateparse import parse_datetime

from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.models import OutsideSystem, Ticket
from onegrid.exchange.connectors.outgoing import Reply, call
from onegrid.exchange.connectors.plugins import (
    CONNECTORS,
    Connector,
    Event,
    Incoming,
    Refusing,
    Sent,
    Strange,
)

PHOTOS_MOST = 6
MAPPING_MAX = 20_000  # characters
UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")  # what no text of a database holds: NUL, half of a pair
TIMESTAMP, NONCE, SIGNATURE = "X-OneGrid-Timestamp", "X-OneGrid-Nonce", "X-OneGrid-Signature"


@CONNECTORS.register("json-http")
class JsonHttp(Connector):
    """Tickets are POSTed, asked for by GET, and come back as events; every request is signed both ways."""

    name = "JSON over HTTP"

    def check_mapping(self, text: str) -> None:
        mapping_in(text)

    def send_matter(self, system: OutsideSystem, matter: dict[str, Any], *, key: str) -> Sent:
        mapping = mapping_in(system.mapping)
        body = _bytes(rules.theirs(mapping, matter))
        answer = _read(_signed(system, "POST", mapping.send, body, key))
        return Sent(str(answer.get(mapping.answer_id) or "")[:80])

    def withdraw(self, system: OutsideSystem, ticket: Ticket, *, key: str) -> None:
        mapping = mapping_in(system.mapping)
        _signed(system, "POST", _of(mapping.withdraw, ticket), _bytes({"our_ref": ticket.key}), key)

    def ask_state(self, system: OutsideSystem, ticket: Ticket) -> list[Event]:
        mapping = mapping_in(system.mapping)
        answer = _read(_signed(system, "GET", _of(mapping.state, ticket)))
        listed = answer.get(mapping.events)
        if not isinstance(listed, list):
            raise Strange("the answer has no list of events")
        found = [event_in(mapping, one) for one in listed]
        return sorted((event for event in found if event.ticket == ticket.key), key=lambda event: event.seq)

    def receive(self, system: OutsideSystem, incoming: Incoming) -> Event:
        try:
            given = json.loads(incoming.body)
        except (ValueError, RecursionError):
            raise Strange("the body is no JSON") from None
        return event_in(mapping_in(system.mapping), given)

    def health(self, system: OutsideSystem) -> None:
        _signed(system, "GET", mapping_in(system.mapping).health)


def mapping_in(text: str) -> rules.Mapping:
    """Raises rules.BadMapping."""
    if len(text) > MAPPING_MAX:
        raise rules.BadMapping("length")
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, AttributeError, RecursionError):  # its reader raises all of these
        raise rules.BadMapping("YAML") from None
    if not isinstance(given, dict):
        raise rules.BadMapping("YAML")
    return rules.read_mapping(given)


def event_in(mapping: rules.Mapping, given: Any) -> Event:
    """Raises Strange, with the name of what is missing or does not fit."""
    if not isinstance(given, dict):
        raise Strange("an event is an object")
    said = rules.ours(mapping, given)
    if said["kind"] is None:
        raise Strange("the status is not in the mapping")
    seq = said["seq"]
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 < seq < 2**31:
        raise Strange("the number of the event is no positive number")
    for name in ("id", "ticket"):
        if not isinstance(said[name], str) or not 0 < len(said[name]) <= 60 or not said[name].isprintable():
            raise Strange(f"{name} is missing or too long")
    photos = _photos(said.get("photos"))
    return Event(
        id=said["id"],
        ticket=said["ticket"],
        seq=seq,
        kind=said["kind"],
        words=_text(said, "words", 2000),
        photos=photos,
        at=_moment(said.get("at")),
        officer=_text(said, "officer", 40),
        number=_text(said, "number", 80),
        digest=_digest(said, photos),
    )


def _digest(said: dict[str, Any], photos: tuple[bytes, ...]) -> str:
    """Of what is said, to find another content under the same id."""
    words = {name: str(value) for name, value in said.items() if name != "photos"}
    made = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
    for photo in photos:
        made.update(hashlib.sha256(photo).digest())
    return made.hexdigest()


def _text(said: dict[str, Any], name: str, most: int) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or UNWRITABLE.search(value):
        raise Strange(f"{name} is no text, or too long")
    return value.strip()


def _photos(given: Any) -> tuple[bytes, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > PHOTOS_MOST:
        raise Strange("too many photos")
    try:
        return tuple(base64.b64decode(one, validate=True) for one in given)
    except (TypeError, ValueError, NotBase64):
        raise Strange("a photo is not base64") from None


def _moment(given: Any) -> datetime | None:
    if not isinstance(given, str):
        return None
    try:
        found = parse_datetime(given)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Strange("the time has no offset, or is none")
    return found


def _of(path: str, ticket: Ticket) -> str:
    """Their number in a path is theirs: only plain signs go in."""
    number = "".join(
        sign for sign in ticket.foreign_number if sign.isascii() and (sign.isalnum() or sign in "-_")
    )
    if not number:
        raise Refusing("the system gave no number for this ticket")
    return path.replace("{id}", number)


def _signed(system: OutsideSystem, method: str, path: str, body: bytes = b"", key: str = "") -> Reply:
    timestamp, nonce = int(time.time()), secrets.token_urlsafe(18)
    whole = urlsplit(system.address).path.rstrip("/") + path
    made = rules.signature(
        system.secret, timestamp=timestamp, nonce=nonce, method=method, path=whole, body=body
    )
    headers = {
        "Accept": "application/json",
        "User-Agent": "OneGrid",
        TIMESTAMP: str(timestamp),
        NONCE: nonce,
        SIGNATURE: made,
    }
    if body:
        headers["Content-Type"] = "application/json; charset=utf-8"
    if key:
        headers["Idempotency-Key"] = key
    return call(system.address, path, method=method, body=body, headers=headers)


def _bytes(given: dict[str, Any]) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode()


def _read(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise Refusing("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise Refusing("the answer is no object")
    return found
