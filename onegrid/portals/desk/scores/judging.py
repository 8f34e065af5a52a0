"""Appeals and signs: what people say and decide about scores."""

from decimal import Decimal, InvalidOperation
from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.kit.actors import viewer_of
from onegrid.kit.ui.asking import post_only
from onegrid.oversight.scores import actions
from onegrid.oversight.scores.access import DECIDE, require_somewhere
from onegrid.oversight.scores.models import SignState
from onegrid.oversight.scores.queries import appeals_waiting, sign_counts, signs
from onegrid.oversight.scores.telling import sign_words


@login_required
@require_POST
def appeal(request: HttpRequest, score_id: int) -> HttpResponse:
    act = partial(actions.appeal, score_id=score_id)
    given = {"code": request.POST.get("code", ""), "reason": request.POST.get("reason", "")}
    said = _("Your appeal is with those who decide. You will be told.")
    return post_only(request, act, said=said, to=reverse("desk:score", args=[score_id]), **given)


@login_required
@require_POST
def correct(request: HttpRequest, score_id: int) -> HttpResponse:
    act = partial(actions.correct, score_id=score_id, points=_points(request))
    to = reverse("desk:score", args=[score_id])
    return post_only(
        request,
        act,
        said=_("The correction stands beside the score."),
        to=to,
        reason=request.POST.get("reason", ""),
    )


@login_required
@never_cache
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    require_somewhere(viewer, DECIDE)
    return render(request, "desk/scores/appeals.html", {"appeals": appeals_waiting(viewer=viewer)})


@login_required
@require_POST
def decide(request: HttpRequest, appeal_id: int) -> HttpResponse:
    granted = request.POST.get("granted") == "yes"
    act = partial(actions.decide_appeal, appeal_id=appeal_id, granted=granted)
    given = {"points": _points(request) if granted else None, "words": request.POST.get("words", "")}
    return post_only(request, act, said=_("Decided, and told."), to=reverse("desk:score_appeals"), **given)


@login_required
@never_cache
@require_GET
def sign_list(request: HttpRequest) -> HttpResponse:
    """What somebody should look at, each with its figures; nothing follows from a sign by itself."""
    viewer = viewer_of(request)
    told = request.GET.get("state", SignState.OPEN)
    state = told if told in SignState.values else SignState.OPEN
    counts = sign_counts(viewer=viewer)
    context = {
        "signs": [(sign, sign_words(sign)) for sign in signs(viewer=viewer, state=state)],
        "state": state,
        "tabs": [(code, words, code == state, counts.get(code, 0)) for code, words in SignState.choices],
        "open": SignState.OPEN,
    }
    return render(request, "desk/scores/signs.html", context)


@login_required
@require_POST
def review(request: HttpRequest, sign_id: int) -> HttpResponse:
    act = partial(actions.review_sign, sign_id=sign_id, in_order=request.POST.get("in_order") == "yes")
    words = request.POST.get("words", "")
    return post_only(
        request, act, said=_("Kept with your name."), to=reverse("desk:score_signs"), words=words
    )


def _points(request: HttpRequest) -> Decimal | None:
    try:
        return Decimal(request.POST.get("points", "").strip())
    except InvalidOperation:
        return None
