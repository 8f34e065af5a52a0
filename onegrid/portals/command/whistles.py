"""Whistles at the screen: one looked at, with whom to call; one blown for a case that is open there."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.cases.whistle.access import BLOW
from onegrid.cases.whistle.actions import blow_whistle
from onegrid.cases.whistle.forms import ADVICE, blow_form
from onegrid.cases.whistle.models import WhistleCall
from onegrid.cases.whistle.queries import blow_facts, whistle_story
from onegrid.cases.whistle.rules import CallState, WhistleState, is_late
from onegrid.kit.actors import require
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.portals.command.access import commander

TONES = {
    CallState.CALLED: "warn",
    CallState.REFUSED: "bad",
    CallState.FINISHED: "good",
    CallState.REPORTED: "good",
}


@dataclass(frozen=True)
class CallShown:
    """One department, what it owes until when, and whether that is over."""

    call: WhistleCall
    tone: str
    due_at: Any
    late: bool


@login_required
@never_cache
@require_GET
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    """Who was called, how far each is, and whom to call."""
    return _shown(request, number)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def blow(request: HttpRequest, number: str) -> HttpResponse:
    """The facts in short, and the form; blown, the whistle is shown."""
    viewer, now = commander(request), timezone.now()
    if not viewer.scope(BLOW).reaches:
        require(viewer, BLOW)
    facts = blow_facts(area_id=None, case_numbers=[number], viewer=viewer, at=now)
    form = blow_form(request.POST or None, facts, now)
    if request.method == "POST" and form.is_valid():
        try:
            done = blow_whistle(wanted=form.wanted(facts), key=form.cleaned_data["key"], by=viewer, at=now)
        except (Refused, NotAllowed) as refusal:
            form.add_error(None, str(refusal.message))
        else:
            waits = done.state == WhistleState.WAITING
            words = (
                _("Written down; it is blown once the principal approves.")
                if waits
                else _("The whistle is blown; the departments are called.")
            )
            if _part(request):
                return _shown(request, done.number, words)
            messages.success(request, words)
            return redirect("command:whistle", done.number)
    context = {
        "number": facts.cases[0].number,
        "facts": facts,
        "form": form,
        "advice": [ADVICE[code] for code in facts.advice],
    }
    return _answer(request, "blow", context, 400 if form.errors else 200)


def _shown(request: HttpRequest, number: str, words: str = "") -> HttpResponse:
    story, now = whistle_story(number=number, viewer=commander(request)), timezone.now()
    running = story.whistle.state == WhistleState.RUNNING
    calls = [_call(one, now, running) for one in story.calls]
    return _answer(
        request, "whistle", {"story": story, "whistle": story.whistle, "calls": calls, "words": words}
    )


def _call(call: WhistleCall, now: Any, running: bool) -> CallShown:
    due = call.decide_due if call.state == CallState.REFUSED else None
    if call.owed is not None:
        due = getattr(call, f"{call.owed}_due")
    state = CallState(call.state)
    late = running and due is not None and is_late(None, due, now)
    return CallShown(call, TONES.get(state, ""), due, late)


def _answer(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    piece = "_part" if _part(request) else ""
    return render(request, f"command/{name}{piece}.html", context, status=status)


def _part(request: HttpRequest) -> bool:
    return request.headers.get("X-Part") == "1"
