"""Who is on duty now; where they are, for a purpose that is put on record."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.access import PURPOSE_MAX
from onegrid.accounts.presence.actions import Seen, look_at_positions
from onegrid.accounts.presence.queries import limits_now, people_on_duty
from onegrid.places.basemap.queries import point_map_config


class PurposeForm(forms.Form):
    purpose = forms.CharField(label=_("What do you need it for?"), max_length=PURPOSE_MAX)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def on_duty(request: HttpRequest) -> HttpResponse:
    """A GET shows nobody's position; a POST with a purpose shows the last one of each, once."""
    viewer, now = request.user, timezone.now()
    assert isinstance(viewer, User)
    people = people_on_duty(viewer=viewer, at=now)
    form, seen = PurposeForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        seen = look_at_positions(purpose=form.cleaned_data["purpose"], by=viewer, at=now)
    context = {"form": form, "people": people, "seen": seen, "limits": limits_now(now), "map": _map(seen)}
    return render(request, "desk/on_duty.html", context, status=400 if form.errors else 200)


def _map(seen: list[Seen]) -> dict | None:
    """Each position with its number in the list."""
    shown = [(number, one) for number, one in enumerate(seen, 1) if one.position is not None]
    config = point_map_config() if shown else None
    if config is None:
        return None
    config["stops"] = [
        {
            "at": one.position.point.coords,  # type: ignore[union-attr]  # of those shown
            "sign": str(number),
            "label": f"{number} {one.presence.user.display_name}",
        }
        for number, one in shown
    ]
    return config
