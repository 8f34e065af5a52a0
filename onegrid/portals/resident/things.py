"""The page that a label on a facility opens, and what it puts into the report form."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from onegrid.kit.errors import NotFound
from onegrid.portals.resident.limits import guarded
from onegrid.registry.facilities.queries import PublicFacility, public_facility


@require_GET
def thing(request: HttpRequest, code: str) -> HttpResponse:
    """What it is, where, and until when it was looked after. Wrong codes count as wrong follow codes do."""
    found = guarded(request, lambda: public_facility(code, today=timezone.localdate()))
    return render(request, "resident/thing.html", {"found": found})


def of_label(request: HttpRequest, classes: dict[str, Any]) -> dict[str, Any]:
    """What the report form begins with when it was opened from a label (?t=code); nothing for a code that is gone.

    `classes`: the kinds of matter that the form offers, by key.
    """
    code = request.GET.get("t", "")
    if not code:
        return {}
    try:
        found = guarded(request, lambda: public_facility(code, today=timezone.localdate()))
    except NotFound:
        return {}
    return {"lon": found.lon, "lat": found.lat, "address": found.address, "matter": _matter(found, classes)}


def _matter(found: PublicFacility, classes: dict[str, Any]) -> str:
    return next((key for key, one in classes.items() if one.code == found.case_class), "")
