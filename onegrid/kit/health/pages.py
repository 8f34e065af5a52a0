"""Two small answers for programs. They name checks and nothing else: the log has the reasons."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onegrid.kit.health.checks import PULSE

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
