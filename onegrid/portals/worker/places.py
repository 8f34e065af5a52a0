"""Which places are patrolled: found, put on the list, corrected, taken off it, by who arranges patrols there."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.patrol import actions
from onegrid.cases.patrol.access import PLAN
from onegrid.cases.patrol.models import PatrolPlace
from onegrid.cases.patrol.queries import (
    checklists_in_force,
    history_of,
    patrols_of,
    place_to_keep,
    places_to_keep,
)
from onegrid.kit.actors import require
from onegrid.kit.errors import NotFound
from onegrid.kit.ui.asking import form_page, number, part_of, where_one_may
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.shell import page, standing
from onegrid.registry.establishments.access import SEE as SEE_FIRMS
from onegrid.registry.establishments.models import Establishment
from onegrid.registry.establishments.queries import establishment, establishments

FIRMS_OFFERED = 12
VERBS = {
    "patrols.place": gettext_lazy("Put on the list"),
    "patrols.place_change": gettext_lazy("Corrected"),
    "patrols.place_retire": gettext_lazy("Taken off the list"),
    "patrols.place_take_up": gettext_lazy("Put on the list again"),
}


class PlaceForm(forms.Form):
    """A place. `reason` is asked of corrections only, `place_class` of new places."""

    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=100)
    place_class = forms.ChoiceField(label=gettext_lazy("Kind of place"))
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=200)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90)
    reason = forms.CharField(label=gettext_lazy("Why is this done?"), max_length=200)

    def __init__(self, *args: Any, firm: Establishment | None = None, asks: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.firm = firm
        if asks == "reason":
            del self.fields["place_class"]
            return
        del self.fields["reason"]
        lists = checklists_in_force(timezone.localdate())
        self.fields["place_class"].choices = [(one.place_class, str(one)) for one in lists]  # type: ignore[attr-defined]  # a ChoiceField

    def given(self) -> dict[str, Any]:
        """As the action of a new place or of a correction takes it."""
        return {**self.cleaned_data, **({"establishment": self.firm} if self.firm else {})}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


@login_required
@never_cache
@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """The list, by words, by kind, and those taken off it."""
    viewer = me(request)
    lists = {one.place_class: one for one in checklists_in_force(timezone.localdate())}
    text, chosen = request.GET.get("q", "").strip()[:60], request.GET.get("class", "")
    retired = request.GET.get("retired") == "1"
    chosen = chosen if chosen in lists else ""
    part = part_of(places_to_keep(viewer=viewer, text=text, place_class=chosen, retired=retired), request)
    rows = [(place, lists.get(place.place_class, place.place_class)) for place in part.rows]
    context = {"rows": rows, "part": part, "text": text, "lists": lists.values(), "chosen": chosen}
    return page(request, "worker/places.html", {**context, "retired": retired})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A place of its own, or a shop or firm on the record, which is found by a part of its name."""
    viewer = me(request)
    if not viewer.scope(PLAN).reaches:
        require(viewer, PLAN)
    text, firm = request.GET.get("q", "").strip()[:60], _firm(request)
    sees = bool(viewer.scope(SEE_FIRMS).reaches)
    initial = {"name": firm.name, "address": firm.address_text} if firm else {}
    if firm:
        initial |= {"lon": round(firm.point.x, 6), "lat": round(firm.point.y, 6)}  # type: ignore[dict-item]  # figures
    form = PlaceForm(request.POST or None, initial=initial, firm=firm, asks="class")

    act = where_one_may(actions.keep_place, _("This point lies outside the area you arrange patrols for."))

    def show() -> dict[str, Any]:
        found = establishments(viewer=viewer, text=text, limit=FIRMS_OFFERED) if text and sees else []
        known = {"firm": firm, "text": text, "found": found, "searches": sees}
        return {**known, "point_map": point_map_config(), "strip": standing(viewer, timezone.now())}

    def done(made: PatrolPlace) -> HttpResponse:
        messages.success(request, _("%(name)s is on the list.") % {"name": made.name})
        return redirect("worker:patrol_place", made.pk)

    return form_page(request, "worker/place_new.html", form, act=act, done=done, show=show)


def _firm(request: HttpRequest) -> Establishment | None:
    """The open establishment that the address names, within what the viewer may see."""
    wanted = number(request.GET.get("firm", ""))
    if not wanted:
        return None
    found = establishment(wanted, viewer=me(request))
    if found.closed_on is not None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, place_id: int) -> HttpResponse:
    """One place: corrected here, with what was arranged before and when it was seen."""
    place = place_to_keep(place_id, viewer=me(request))
    initial = {
        "name": place.name,
        "address": place.address,
        "lon": round(place.point.x, 6),
        "lat": round(place.point.y, 6),
    }
    form = PlaceForm(request.POST or None, initial=initial, asks="reason")
    lists = {each.place_class: each for each in checklists_in_force(timezone.localdate())}

    def show() -> dict[str, Any]:
        return {
            "place": place,
            "kind": lists.get(place.place_class, place.place_class),
            "patrols": patrols_of(place, limit=5),
            "history": [(entry, VERBS[entry.verb]) for entry in history_of(place)],
            "point_map": point_map_config(),
            "strip": standing(me(request), timezone.now()),
        }

    def done(made: PatrolPlace) -> HttpResponse:
        messages.success(request, _("It is corrected."))
        return redirect("worker:patrol_place", made.pk)

    change = partial(actions.change_place, place_id=place.pk)
    act = where_one_may(change, _("This point lies outside the area you arrange patrols for."))
    return form_page(request, "worker/place.html", form, act=act, done=done, show=show)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, place_id: int) -> HttpResponse:
    act = partial(actions.retire_place, place_id=place_id)
    told = _("Nobody is sent there any more. Its patrols stay, and it can be put on the list again.")
    return _ask(request, place_id, act, _("Take it off the list"), told, _("%(name)s is off the list."))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, place_id: int) -> HttpResponse:
    act = partial(actions.take_up_place, place_id=place_id)
    told = _("It falls due by the plan in force, counted from when it was seen last.")
    return _ask(request, place_id, act, _("Put it on the list again"), told, _("%(name)s is on the list."))


def _ask(request: HttpRequest, place_id: int, act: Any, title: str, told: str, said: str) -> HttpResponse:
    place = place_to_keep(place_id, viewer=me(request))

    def done(made: PatrolPlace) -> HttpResponse:
        messages.success(request, said % {"name": made.name})
        return redirect("worker:patrol_place", made.pk)

    context = {"place": place, "title": title, "told": told, "strip": standing(me(request), timezone.now())}
    form = ReasonForm(request.POST or None)
    return form_page(request, "worker/place_ask.html", form, act=act, done=done, show=lambda: context)
