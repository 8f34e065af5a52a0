"""Answers for programs. Those for everybody name checks and nothing else: the log has the reasons."""

from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onegrid.kit.errors import NotFound
from onegrid.kit.health.checks import PULSE
from onegrid.kit.health.figures import MEDIA_TYPE, all_figures, exposition

WORDS = {True: "ok", False: "failing"}


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """This process answers. No database is asked: restarting this process would not mend one."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every check is well, 503 when one is not."""
    outcome = PULSE.outcome()
    well = all(outcome.values())
    body = {"status": WORDS[well], "checks": {name: WORDS[fine] for name, fine in outcome.items()}}
    return JsonResponse(body, status=200 if well else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus. With ONEGRID_METRICS_TOKEN for its bearer; without it for this machine only."""
    if not may_read(request):
        raise NotFound("no_such_address", _("There is nothing at this address"))
    return HttpResponse(exposition(all_figures()), content_type=MEDIA_TYPE)


def may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    return came_from_here(request)


def came_from_here(request: HttpRequest) -> bool:
    """Asked on this machine, and not through a proxy that stands on it, from which all the world may ask."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
