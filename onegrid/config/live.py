"""The door for live screens (granian, ASGI): `granian --interface asgi onegrid.config.live:application`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
django.setup()

from django.conf import settings  # noqa: E402  must be ready before the rooms are
from django.contrib.auth import get_user  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from onegrid.accounts.identity.models import User  # noqa: E402
from onegrid.accounts.identity.sessions import SessionStore  # noqa: E402
from onegrid.config.environment import environment  # noqa: E402
from onegrid.kit.facts.hub import Hub  # noqa: E402
from onegrid.kit.facts.relay import address  # noqa: E402
from onegrid.kit.facts.stream import Live  # noqa: E402


def signed_in(ticket: str) -> User | None:
    """The user of a session as the pages would see it; None when revoked, expired or not fully signed in."""
    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore.of_ticket(ticket)
    user = get_user(request)
    return user if isinstance(user, User) and not user.must_change_password else None


def site_origins() -> frozenset[str]:
    """Where pages come from that may open a stream: each allowed host, on the site's port or behind a proxy."""
    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host and host != "*"]
    port = environment().web_port
    own = frozenset({settings.SITE_URL} if settings.SITE_URL else ())
    return own | frozenset(
        origin
        for host in hosts
        for origin in (f"http://{host}:{port}", f"https://{host}", f"http://{host}", f"https://{host}:{port}")
    )


application = Live(
    hub=Hub(address()), admit=signed_in, cookie=settings.SESSION_COOKIE_NAME, origins=site_origins()
)
