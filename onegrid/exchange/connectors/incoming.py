"""POST /api/connectors/<id>/events/: what a connected system says, proved by its signature alone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onegrid.exchange.connectors.actions import receive
from onegrid.exchange.connectors.json_http import NONCE, SIGNATURE, TIMESTAMP
from onegrid.exchange.connectors.plugins import Incoming
from onegrid.kit.errors import Unreadable


@csrf_exempt
@require_POST
def events(request: HttpRequest, system_id: int) -> HttpResponse:
    """200 with what became of it; 401 when it is not proved; 409 when the case's rules say no."""
    timestamp, nonce = request.headers.get(TIMESTAMP, ""), request.headers.get(NONCE, "")
    signature = request.headers.get(SIGNATURE, "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 13 and nonce and signature):
        raise Unreadable(
            "signature_missing", _("The headers %(names)s are needed.") % {"names": ", ".join(HEADERS)}
        )
    incoming = Incoming("POST", request.path, request.body, int(timestamp), nonce[:200], signature[:200])
    answer = receive(system_id=system_id, incoming=incoming, at=timezone.now())
    return JsonResponse(
        {"outcome": answer.outcome, "ticket": answer.ticket, "case": answer.case, "state": answer.state}
    )


HEADERS = (TIMESTAMP, NONCE, SIGNATURE)
app_name = "connectors"
urlpatterns = [path("<int:system_id>/events/", events, name="events")]
