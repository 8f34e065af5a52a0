"""City components near me, and reporting that one was moved, is gone, broken, whole again, or looks different."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.duties.queries import duties_of
from onegrid.accounts.identity.me import me
from onegrid.kit.errors import Refused
from onegrid.kit.files import file_answer
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.shell import page, standing
from onegrid.portals.worker.words import metres_words
from onegrid.registry.things.access import PROPOSE
from onegrid.registry.things.actions_changes import WORDS_MAX, propose_change
from onegrid.registry.things.changes import change_photo, changes_of
from onegrid.registry.things.models import ChangeKind, ChangeState
from onegrid.registry.things.queries import require_some, thing, things_near

WITHIN_M = 300.0
FIELD_OF = {
    "place_needed": "lon",
    "outside_grids": "lon",
    "photo_needed": "photo",
    "words_or_photo_needed": "words",
}


class ChangeForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What has changed?"), choices=ChangeKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In words"),
        required=False,
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_photo(self) -> Any:
        given = self.cleaned_data["photo"]
        if given and given.size > settings.FILE_BYTES["photo"]:
            raise forms.ValidationError(_("Please choose a smaller photo."))
        return given


@login_required
@never_cache
@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """Around where I was last, else around the middle of my first grid; nearest first."""
    worker, now = me(request), timezone.now()
    require_some(worker)
    strip = standing(worker, now)
    here = (strip.here.lon, strip.here.lat) if strip.here and strip.here.fresh else None
    known = here is not None
    if here is None:
        grids = [duty.area for duty in duties_of(worker, now) if duty.area.centre]
        here = (grids[0].centre.x, grids[0].centre.y) if grids and grids[0].centre else None
    found = things_near(*here, viewer=worker, within_m=WITHIN_M, limit=50) if here else []
    rows = [(one, metres_words(one.metres)) for one in found]
    return page(request, "worker/things.html", {"rows": rows, "known": known}, strip=strip)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, identifier: str) -> HttpResponse:
    """One component: what is known of it, what was reported, and the form to report a change."""
    worker, now = me(request), timezone.now()
    found = thing(identifier, viewer=worker)
    may = worker.scope(PROPOSE).covers(found.area_path, found.authority_id)
    form = ChangeForm(request.POST or None, request.FILES or None, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        photo = given["photo"].read() if given["photo"] else None
        try:
            change = propose_change(
                identifier=identifier,
                by=worker,
                at=now,
                photo=photo,
                **{name: given[name] for name in ("kind", "words", "lon", "lat", "key")},
            )
        except Refused as refusal:
            form.add_error(FIELD_OF.get(refusal.code), str(refusal.message))
        else:
            taken = change.state == ChangeState.TAKEN
            words = _("It is written down. Thank you.") if taken else _("Reported; somebody decides on it.")
            messages.success(request, words)
            return redirect("worker:thing", identifier)
    context = {
        "thing": found,
        "form": form if may else None,
        "changes": changes_of(found),
        "point_map": point_map_config(),
    }
    return page(request, "worker/thing.html", context, status=400 if form.errors and may else 200)


@login_required
@require_GET
def photo(request: HttpRequest, change_id: int) -> HttpResponseBase:
    return file_answer(change_photo(change_id, viewer=me(request)), request)
