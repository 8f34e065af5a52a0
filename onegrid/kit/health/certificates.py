"""How long the site's certificate is valid, as browsers see it."""

import socket
import ssl
import time
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

ASKED_EVERY = 3600  # seconds
PATIENCE = 3  # seconds


def days_left(site: str) -> int:
    """Whole days until it ends; raises when the site does not answer or shows one that is not valid."""
    return _days_left(site, int(time.time() // ASKED_EVERY))


@lru_cache(maxsize=4)
def _days_left(site: str, _hour: int) -> int:
    parts = urlsplit(site)
    assert parts.hostname
    with (
        socket.create_connection((parts.hostname, parts.port or 443), timeout=PATIENCE) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as secured,
    ):
        shown = secured.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    return (ends - datetime.now(UTC)).days
