"""The keyed hashes (HMAC-SHA256) of the trail. The key is the setting AUDIT_KEY and never in the database."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from functools import lru_cache
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]  # not in typeshed
from typing import Any

from django.conf import settings

BLOCK = 64  # bytes that SHA-256 takes at a time

HASHED = (
    "actor_key",
    "actor_label",
    "verb",
    "object_kind",
    "object_id",
    "path",
    "reason",
    "details",
    "lane",
    "prev_hash",
)


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Over everything but `seq`: an entry moved to another place stays recognisable by its own hash, and it is
    the link to its neighbour that breaks."""
    content = {name: entry[name] for name in HASHED}
    content["at"] = entry["at"].astimezone(UTC).isoformat()
    return keyed(canonical(content))


def first_hash(lane: int) -> str:
    """What the first entry of a lane is chained to."""
    return keyed(b"lane %d" % lane)


def head_seal(lane: int, seq: int, head: str) -> str:
    return keyed(f"head {lane} {seq} {head}".encode())


def keyed(content: bytes) -> str:
    """64 hex digits: HMAC-SHA256."""
    inner, outer = _begun(settings.AUDIT_KEY)
    inside, outside = inner.copy(), outer.copy()
    inside.update(content)
    outside.update(inside.digest())
    return outside.hexdigest()


@lru_cache(maxsize=4)
def _begun(key: bytes) -> tuple:
    """The two hashes of HMAC with the key already in them (RFC 2104): half the work of a short message."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    return tuple(hashlib.sha256(bytes(byte ^ mask for byte in block)) for mask in (0x36, 0x5C))


def canonical(value: Any) -> bytes:
    """One spelling per value, the same before and after jsonb. ValueError for NaN and infinity."""
    return "".join(_spell(_plain(value), 0)).encode()


def _speller() -> Callable[[Any, int], Iterable[str]]:
    """What `JSONEncoder(sort_keys=True, …).iterencode` makes anew at each call, made once."""
    encoder = json.JSONEncoder(
        sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str
    )
    if c_make_encoder is None:  # an interpreter without it
        return lambda value, _depth: encoder.iterencode(value)
    return c_make_encoder(None, str, encode_basestring, None, ":", ",", True, False, False)


_spell = _speller()


def _plain(value: Any) -> Any:
    """jsonb keeps numbers as decimals: 1.0 and 1e20 come back as whole numbers."""
    kind = value.__class__
    if kind is str or value is None or kind is int:
        return value
    if kind is dict:
        return {name if name.__class__ is str else str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, str | int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
