"""Who is on duty, and, for a purpose that is put on record, where (decision 0030)."""

from collections import Counter

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import POSITIONS, PURPOSE_MAX
from onegrid.accounts.presence.actions import Seen, look_at_positions
from onegrid.accounts.presence.models import Presence
from onegrid.accounts.presence.queries import people_on_duty
from onegrid.portals.command.access import commander


class PurposeForm(forms.Form):
    purpose = forms.CharField(label=_("What do you need it for?"), max_length=PURPOSE_MAX)


def on_duty_now(viewer: User) -> list[Presence]:
    """Nobody for whom may not see positions."""
    if not viewer.scope(POSITIONS).reaches:
        return []
    return people_on_duty(viewer=viewer, at=timezone.now())


def duty_marks(people: list[Presence]) -> list[list]:
    """How many are on duty for each area, at its middle: [lon, lat, how many, its name]. No position of anybody."""
    areas = {one.area_id: one.area for one in people}
    counts = Counter(one.area_id for one in people)
    return [
        [round(area.centre.x, 6), round(area.centre.y, 6), counts[pk], area.name]
        for pk, area in areas.items()
        if area.centre is not None
    ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """A GET names who is on duty; a POST with a purpose shows the last position of each, once."""
    viewer, now = commander(request), timezone.now()
    here = people_on_duty(viewer=viewer, at=now)
    form, seen = PurposeForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        seen = look_at_positions(purpose=form.cleaned_data["purpose"], by=viewer, at=now)
    context = {
        "form": form,
        "people": here,
        "duty": duty_marks(here),
        "seen": seen,
        "spots": [_spot(one) for one in seen if one.position],
    }
    part = request.headers.get("X-Part") == "1"
    return render(
        request, f"command/people{'_part' if part else ''}.html", context, status=400 if form.errors else 200
    )


def _spot(one: Seen) -> dict:
    assert one.position is not None
    lon, lat = one.position.point.coords
    return {"name": one.presence.user.display_name, "at": [lon, lat], "fresh": one.fresh}
