"""突发紧急: from every page of the worker in two steps, the second of which asks again."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.flow.access import ALARM, REPORT
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.forms.reports import FIELD_OF, PlacedForm
from onegrid.cases.flow.models import Channel
from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import ADDRESS_MAX, TEXT_MAX
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.files import Kinds
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.shell import page, standing


class EmergencyForm(PlacedForm):
    """Words, place, and the box that is the second thought, also without script."""

    text = forms.CharField(
        label=gettext_lazy("What is the danger?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    address = forms.CharField(
        label=gettext_lazy("Or the place in words"), required=False, max_length=ADDRESS_MAX
    )
    photos = PhotosField(kinds=Kinds.PHOTO, label=gettext_lazy("Photos of the place"))
    sure = forms.BooleanField(label=gettext_lazy("Yes, it is an emergency: tell the leaders now."))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["photos"].widget.attrs |= {"capture": "environment"}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Opens a case past every queue; where the worker was seen last is filled in already."""
    worker, now = me(request), timezone.now()
    if not worker.scope(ALARM).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=ALARM)
    if not worker.scope(REPORT).reaches:  # such as a leader: the right is to declare, not to report
        words = _("Your role does not report matters. Declare an emergency on the page of the case itself.")
        raise NotAllowed("reports_nothing", words, what=REPORT)
    strip = standing(worker, now)
    initial: dict[str, Any] = {"key": uuid4().hex}
    if strip.here is not None and strip.here.fresh:
        initial |= {"lon": round(strip.here.lon, 6), "lat": round(strip.here.lat, 6)}
    form = EmergencyForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            case = open_case(
                channel=Channel.GRID_WORKER,
                urgent=True,
                idempotency_key=given["key"],
                by=worker,
                at=now,
                **{name: given[name] for name in ("text", "lon", "lat", "address", "photos")},
            )
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), str(refusal.message))
        else:
            messages.success(
                request, _("%(number)s is an emergency now; the leaders are told.") % {"number": case.number}
            )
            return redirect("worker:task", case.number)
    context = {"form": form, "point_map": point_map_config()}
    return page(request, "worker/emergency.html", context, status=400 if form.errors else 200, strip=strip)
