"""Every part of the platform, what was found and what helps; who is told; a test alert to oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.alerts.actions import send_test_alert
from onegrid.accounts.alerts.queries import (
    health_of_parts,
    on_call,
    own_test_alerts,
    slowest_so_far,
    statements_now,
    streets_now,
    told_states,
)
from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.plugins import CHANNELS
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused
from onegrid.kit.health import Tone

FIRST = (Tone.BAD, Tone.WARN, Tone.GOOD)  # on a phone, what is not well is not far down
TONES = {Tone.GOOD: "good", Tone.WARN: "warn", Tone.BAD: "bad"}
WORDS = {
    Tone.GOOD: gettext_lazy("well"),
    Tone.WARN: gettext_lazy("look at it"),
    Tone.BAD: gettext_lazy("needs you"),
}


@login_required
@never_cache
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx only what changes."""
    viewer = viewer_of(request)
    told = told_states(viewer=viewer)
    parts = [
        {"part": part, "word": WORDS[part.tone], "tone": TONES[part.tone], "state": told.get(part.name)}
        for part in sorted(health_of_parts(viewer=viewer), key=lambda part: FIRST.index(part.tone))
    ]
    changing = request.headers.get("HX-Request") == "true"
    context = {
        "parts": parts,
        "troubles": sum(one["tone"] != "good" for one in parts),
        "statements": statements_now(viewer=viewer),
        "slowest": slowest_so_far(viewer=viewer),
        "looked_at": timezone.localtime(),
    }
    if changing:
        return render(request, "operator/health/parts.html", context)
    now = timezone.now()
    assert isinstance(request.user, User)
    names = {key: channel.name for key, channel in CHANNELS}
    context |= {
        "people": on_call(viewer=viewer, at=now),
        "streets": streets_now(viewer=viewer, at=now),
        "tests": [(names.get(one.channel, one.channel), one) for one in own_test_alerts(viewer=request.user)],
    }
    return render(request, "operator/health/page.html", context)


@login_required
@require_POST
def test_alert(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    try:
        sent = send_test_alert(by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("A test alert is on its way by: %(channels)s.")
        messages.success(request, words % {"channels": ", ".join(sent)})
    return redirect("operator:health")
