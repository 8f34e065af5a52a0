"""Where a page finds the stream of live facts."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import get_language

from onegrid.kit.facts import Fact
from onegrid.kit.facts.replay import live_position


def live_stream(request: HttpRequest, facts: Iterable[type[Fact]], piece: str = "") -> str:
    """Address of a stream of these facts that begins now: call it before reading what the page shows.

    `piece`: which piece (kit.facts.plugins) it carries beside them, in the language of the page.
    ONEGRID_LIVE_URL where it is set; else the live process's port on the host that the browser asked, because the
    session's cookie belongs to that name.
    """
    asked = {"kinds": ",".join(fact.kind for fact in facts), "after": live_position()}
    query = urlencode(asked | ({"piece": piece, "lang": str(get_language())} if piece else {}))
    return f"{_live(request).rstrip('/')}/stream?{query}"


def live_stream_from_now(request: HttpRequest, facts: Iterable[type[Fact]]) -> str:
    """The same without a position, and without a query: for a page that asks how things stand once it is open."""
    query = urlencode({"kinds": ",".join(fact.kind for fact in facts)})
    return f"{_live(request).rstrip('/')}/stream?{query}"


def _live(request: HttpRequest) -> str:
    if settings.LIVE_URL:
        return str(settings.LIVE_URL)
    host, _port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}/live"
