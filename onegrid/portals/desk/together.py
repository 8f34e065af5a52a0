"""One step with many cases of the list: choose, look what can be done, confirm, read what became of each."""

from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.models import User
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import VerbChoices
from onegrid.cases.flow.queries.filters import Filters
from onegrid.cases.flow.queries.together import TOGETHER_MOST, prospects, verbs_together, words_asked
from onegrid.cases.flow.rules import NOTE_MAX, TOLD_TO_REPORTER, Verb
from onegrid.kit.errors import Refused

NUMBER_MAX = 24


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """A post from the list shows what would happen; a post from there does it. Nothing is kept in between: each case
    carries the version that was shown, so that what changed meanwhile is refused, and a second post does nothing."""
    assert isinstance(request.user, User)
    back = reverse("desk:queue") + Filters.of(_query(request)).address()
    verb = _verb(request, request.user)
    chosen = _chosen(request)
    if request.method == "GET" or verb is None or not chosen:
        if request.method == "POST":
            messages.warning(request, _("Please choose a step and at least one case."))
        return redirect(back)
    if len(chosen) > TOGETHER_MOST:
        messages.warning(request, _("At most %(most)s cases at once.") % {"most": TOGETHER_MOST})
        return redirect(back)
    if "go" in request.POST:
        return _done(request, verb, chosen, back)
    return _preview(request, verb, chosen, back)


def _done(request: HttpRequest, verb: Verb, chosen: dict[str, int], back: str) -> HttpResponse:
    try:
        outcomes = actions.take_together(
            verb=verb,
            chosen=list(chosen.items()),
            words=request.POST.get("words", "").replace("\x00", ""),
            by=request.user,  # type: ignore[arg-type]  # signed in
            at=timezone.now(),
        )
    except Refused as refusal:
        return _preview(request, verb, chosen, back, error=str(refusal.message))
    done = sum(outcome.refusal is None for outcome in outcomes)
    return render(
        request,
        "desk/together_done.html",
        {
            "verb": verb,
            "label": VerbChoices(verb).label,
            "outcomes": outcomes,
            "done": done,
            "refused": len(outcomes) - done,
            "back": back,
        },
    )


def _preview(
    request: HttpRequest, verb: Verb, chosen: dict[str, int], back: str, *, error: str = ""
) -> HttpResponse:
    assert isinstance(request.user, User)
    looked = prospects(verb=verb, numbers=list(chosen), viewer=request.user, at=timezone.now())
    looked.sort(key=lambda one: one.refusal is not None)  # what cannot be done stands last
    possible = sum(one.refusal is None for one in looked)
    return render(
        request,
        "desk/together.html",
        {
            "verb": verb,
            "label": VerbChoices(verb).label,
            "prospects": looked,
            "units": Counter(one.unit for one in looked if one.unit is not None).most_common(),
            "possible": possible,
            "refused": len(looked) - possible,
            "words": request.POST.get("words", ""),
            "words_needed": words_asked(verb),
            "words_max": NOTE_MAX,
            "told": verb in TOLD_TO_REPORTER,
            "error": error,
            "query": back.partition("?")[2],
            "back": back,
        },
        status=400 if error else 200,
    )


def _verb(request: HttpRequest, viewer: User) -> Verb | None:
    said = request.POST.get("verb", "")
    return next((verb for verb in verbs_together(viewer) if verb == said), None)


def _chosen(request: HttpRequest) -> dict[str, int]:
    """Number → version as shown (0: not shown yet). From the list only numbers come."""
    found: dict[str, int] = {}
    for said in request.POST.getlist("case")[: TOGETHER_MOST + 1]:
        number, _colon, version = said.partition(":")
        number = number.strip().upper()[:NUMBER_MAX].replace("\x00", "")
        if number:
            known = version.isdecimal() and version.isascii() and len(version) < 9
            found[number] = int(version) if known else 0
    return found


def _query(request: HttpRequest) -> dict[str, Any]:
    return dict(parse_qsl(request.POST.get("query", "").removeprefix("?")))
