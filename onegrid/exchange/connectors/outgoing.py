"""One guarded request to an outside system: to the registered host and nowhere else.

The address that the name stands for is looked up once, judged, and called by number, so that nobody can answer
differently the second time. There is no proxy, no redirect, no waiting without end, no answer without end.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from onegrid.exchange.connectors.plugins import NotTaken, Refusing
from onegrid.exchange.connectors.rules import host_of
from onegrid.kit.patience import Patience

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0  # for all: connecting, the headers, the last byte read
ANSWER_BYTES = 8 * 1024 * 1024  # a ticket with its photos
PORTS = {"http": 80, "https": 443}
BUSY = (408, 425, 429)
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
Known = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes


def call(
    base: str, path: str, *, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Reply:
    """The answer of a 2xx. NotTaken when nobody answers in time or the other is busy; Refusing for any other answer,
    and for an address that may not be called."""
    parts = urlsplit(base)
    if host_of(base) is None:
        raise Refusing("bad address")
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    number = _looked_up(host, port, secure=parts.scheme == "https")
    link = _link(host, port, secure=parts.scheme == "https")
    try:
        with Patience(ANSWER_SECONDS) as patience:
            _to_number(link, number, port, patience)
            link.request(method, parts.path.rstrip("/") + path, body or None, dict(headers or {}))
            assert link.sock is not None
            link.sock.settimeout(ANSWER_SECONDS)
            answer = link.getresponse()
            content = _read(answer)
    except (OSError, http.client.HTTPException) as trouble:
        raise NotTaken(type(trouble).__name__) from None
    finally:
        link.close()
    if answer.status >= 500 or answer.status in BUSY:
        raise NotTaken(f"HTTP {answer.status}")
    if not 200 <= answer.status < 300:  # a redirect is no answer
        raise Refusing(f"HTTP {answer.status}")
    return Reply(answer.status, content)


def _read(answer: http.client.HTTPResponse) -> bytes:
    found = bytearray()
    while piece := answer.read1(65_536):
        found += piece
        if len(found) > ANSWER_BYTES:
            raise Refusing("the answer is too long")
    return bytes(found)


def _looked_up(host: str, port: int, *, secure: bool) -> str:
    """The first number behind the name, when all of them may be called."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotTaken("the name is not known") from None
    numbers = list(dict.fromkeys(str(row[4][0]) for row in found))
    judge(numbers, secure=secure)
    return numbers[0]


def judge(numbers: Iterable[str], *, secure: bool) -> None:
    """Refusing unless each is public and spoken to by https, or stands in one of settings.CONNECTOR_NETWORKS."""
    networks = [ipaddress.ip_network(one) for one in settings.CONNECTOR_NETWORKS]
    for number in numbers:
        known = _behind(ipaddress.ip_address(number.split("%")[0]))
        if any(known.version == network.version and known in network for network in networks):
            continue
        if not known.is_global or known.is_multicast:
            raise Refusing("the address is in a network that may not be called (ONEGRID_CONNECTOR_NETWORKS)")
        if not secure:
            raise Refusing("outside of our own networks only https is spoken")


def _behind(known: Known) -> Known:
    """The IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo, or through a translator (RFC 6052)."""
    if not isinstance(known, ipaddress.IPv6Address):
        return known
    if known in TRANSLATED:
        return ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
    return known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else known)


def _link(host: str, port: int, *, secure: bool) -> http.client.HTTPConnection:
    if not secure:
        return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)


def _to_number(link: http.client.HTTPConnection, number: str, port: int, patience: Patience) -> None:
    """It is connected to that number, and asked for by its name."""

    def connect(_address: tuple[str, int], *given: object, **more: object) -> socket.socket:
        return patience.connect((number, port), timeout=CONNECT_SECONDS)

    link._create_connection = connect  # type: ignore[attr-defined]  # http.client has no public way to say it
