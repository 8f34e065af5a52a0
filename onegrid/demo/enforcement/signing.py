"""Signatures as docs/connectors.md tells them, written from the page and not from OneGrid's code."""

import hashlib
import hmac
import secrets
import time


def made(secret: str, method: str, path: str, body: bytes) -> dict[str, str]:
    """The three headers of a request."""
    timestamp, nonce = str(int(time.time())), secrets.token_urlsafe(18)
    return {
        "X-OneGrid-Timestamp": timestamp,
        "X-OneGrid-Nonce": nonce,
        "X-OneGrid-Signature": _sign(secret, timestamp, nonce, method, path, body),
    }


def fits(secret: str, headers, method: str, path: str, body: bytes) -> bool:
    """Whether a request is signed with the secret, within five minutes."""
    timestamp, nonce = headers.get("X-OneGrid-Timestamp", ""), headers.get("X-OneGrid-Nonce", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        return False
    given = headers.get("X-OneGrid-Signature", "")
    return hmac.compare_digest(given, _sign(secret, timestamp, nonce, method, path, body))


def _sign(secret: str, timestamp: str, nonce: str, method: str, path: str, body: bytes) -> str:
    lines = ["v1", timestamp, nonce, method, path, hashlib.sha256(body).hexdigest()]
    return "v1=" + hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
