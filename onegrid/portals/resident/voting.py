"""An owner votes by the one-time code of a slip."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.cases.flow.access import Resident
from onegrid.kit.errors import Refused
from onegrid.portals.resident.limits import guarded
from onegrid.registry.owners.actions import cast_by_code
from onegrid.registry.owners.queries import open_now, voice_of_code


@never_cache
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, code: str) -> HttpResponse:
    """The question, and what may be chosen. A code that was used opens nothing any more."""
    now = timezone.now()
    voice = guarded(request, lambda: voice_of_code(code))
    problem, given = "", request.POST.get("option", "")
    if request.method == "POST":
        try:
            option = int(given) if given.isdecimal() and len(given) < 4 else -1
            cast_by_code(code=code, option=option, by=Resident(), at=now)
            return redirect("resident:voted")
        except Refused as refusal:
            problem = str(refusal.message)
    context = {"voice": voice, "vote": voice.vote, "is_open": open_now(voice.vote, now), "problem": problem}
    return render(request, "resident/ballot.html", context, status=400 if problem else 200)


@require_GET
def voted(request: HttpRequest) -> HttpResponse:
    return render(request, "resident/voted.html")
