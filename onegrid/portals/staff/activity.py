"""When a browser was last seen, for the list of sessions; a map of a hundred tiles is one visit."""

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

ONCE_IN = timedelta(minutes=1)
TILES = "/api/v1/tiles/"


class SeenOnceAMinute:
    """In place of allauth's middleware, which writes at every request. The memory of each process saves the
    question to the database; what another process wrote is found there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(TILES):
            _see(request)
        return self.get_response(request)


def _see(request: HttpRequest) -> None:
    key = request.session.session_key
    if not key or not request.user.is_authenticated:
        return
    if not cache.add(f"seen:{key}", True, timeout=ONCE_IN.total_seconds()):
        return
    since = timezone.now() - ONCE_IN
    if not UserSession.objects.filter(session_key=key, user=request.user, last_seen_at__gt=since).exists():
        UserSession.objects.create_from_request(request)
