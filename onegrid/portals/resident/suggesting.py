"""Help while a report is written: kinds by the words, addresses by what was typed. By a button without script."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.cases.flow.rules import ADDRESS_MAX
from onegrid.places.addresses.models import Address
from onegrid.places.addresses.queries import find_addresses
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.resident.alike import keep_chosen
from onegrid.portals.resident.forms import ReportForm
from onegrid.portals.resident.limits import count_typing

ADDRESSES = 6


def helped(request: HttpRequest, now: datetime) -> HttpResponse:
    """帮我选、查地址: nothing is sent; the same form with what was typed, and what was found."""
    count_typing(request)
    given = ReportForm(request.POST, request.FILES, at=now)
    given.is_valid()  # what is still missing is not said; what is wrong with a photo is, since it is not kept
    keep_chosen(request, given, now)
    form = ReportForm(initial=given.data.dict(), at=now)  # type: ignore[attr-defined]  # a copy of the posted data
    form.kept = given.kept
    context: dict = {
        "form": form,
        "point_map": point_map_config(),
        "photo_errors": given.errors.get("photos", ""),
    }
    if "find" in request.POST:
        context |= _places(request.POST.get("address", ""))
    else:
        context |= {"guesses": form.suggest(request.POST.get("text", ""), now), "asked": True}
    return render(request, "resident/report.html", context)


@never_cache
@require_POST
def kinds(request: HttpRequest) -> HttpResponse:
    """The field of kinds, the likeliest first, for the words so far; what was chosen already stays."""
    count_typing(request)
    now, text = timezone.now(), request.POST.get("text", "")
    chosen = request.POST.get("matter", "")
    form = ReportForm(initial={"matter": chosen}, at=now)
    guesses = form.suggest(text, now, chosen=chosen)
    context = {"form": form, "guesses": guesses, "asked": bool(text.strip())}
    return render(request, "resident/kinds.html", context)


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Addresses that begin like the words, to choose one."""
    count_typing(request)
    return render(request, "resident/places.html", _places(request.GET.get("address", "")))


def _places(words: str) -> dict[str, str | list[Address] | bool]:
    words = words.strip()[:ADDRESS_MAX]
    found = [hit.address for hit in find_addresses(words, limit=ADDRESSES)] if words else []
    return {"places": found, "place_for": words, "places_asked": bool(words)}
