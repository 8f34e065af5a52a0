"""On duty and off: signing on, signing off, the position while it lasts, and who looked at it."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.identity.me import me
from onegrid.accounts.presence import actions
from onegrid.accounts.presence.access import SIGN_ON
from onegrid.accounts.presence.queries import limits_now, looks_at, presences_since
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.portals.worker.shell import page, standing

SHOWN = timedelta(days=14)


@login_required
@never_cache
@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """Whether I am on duty, what is shared meanwhile, for how long it is kept, and who looked."""
    worker, now = me(request), timezone.now()
    if not worker.scope(SIGN_ON).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SIGN_ON)
    strip = standing(worker, now)
    context = {
        "limits": limits_now(now),
        "looks": looks_at(strip.presence, viewer=worker) if strip.presence else [],
        "turns": presences_since(worker, now - SHOWN),
        "shown_days": SHOWN.days,
    }
    return page(request, "worker/duty.html", context, strip=strip)


@login_required
@require_POST
def sign_on(request: HttpRequest) -> HttpResponse:
    """签到. Sent twice it is one duty."""
    try:
        presence = actions.sign_on(by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("worker:duty")
    began = f"{timezone.localtime(presence.started_at):%H:%M}"
    messages.success(request, _("You are on duty since %(time)s.") % {"time": began})
    return redirect("worker:tasks")


class SignOffForm(forms.Form):
    """Which duty ends: a form that comes late ends no later duty."""

    presence = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@login_required
@require_POST
def sign_off(request: HttpRequest) -> HttpResponse:
    """签退."""
    form = SignOffForm(request.POST)
    if form.is_valid():
        done = actions.sign_off(presence_id=form.cleaned_data["presence"], by=me(request), at=timezone.now())
        ended = f"{timezone.localtime(done.ended_at):%H:%M}" if done.ended_at else ""
        words = _("You are off duty since %(time)s. Your position is no longer shared.")
        messages.success(request, words % {"time": ended})
    elif not me(request).scope(SIGN_ON).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SIGN_ON)
    return redirect("worker:duty")


class PositionForm(forms.Form):
    lon = forms.FloatField()
    lat = forms.FloatField()
    accuracy = forms.FloatField(required=False)


@login_required
@require_POST
def position(request: HttpRequest) -> HttpResponse:
    """From the page's own script, while on duty: 204, or the refusal as it is."""
    worker, form = me(request), PositionForm(request.POST)
    if not worker.scope(SIGN_ON).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SIGN_ON)
    if not form.is_valid():
        raise Refused("bad_position", _("This is no position on earth."))
    given = form.cleaned_data
    actions.keep_position(
        lon=given["lon"], lat=given["lat"], accuracy_m=given["accuracy"], by=worker, at=timezone.now()
    )
    return HttpResponse(status=204)
