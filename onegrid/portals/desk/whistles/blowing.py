"""要不要吹哨: the facts on one page, and the form under them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries.choices import areas_to_choose
from onegrid.cases.whistle.access import BLOW
from onegrid.cases.whistle.actions import blow_whistle
from onegrid.cases.whistle.forms import ADVICE, BlowForm, blow_form
from onegrid.cases.whistle.kinds import active_kinds, limits_of
from onegrid.cases.whistle.models import StepChoices
from onegrid.cases.whistle.queries import BlowFacts, blow_facts
from onegrid.cases.whistle.rules import CASES_MOST, WhistleState
from onegrid.kit.actors import require
from onegrid.kit.errors import NotAllowed, Refused


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First which place or case; then its facts and the form."""
    viewer, now = me(request), timezone.now()
    if not viewer.scope(BLOW).reaches:
        require(viewer, BLOW)
    numbers = [one.strip() for one in request.GET.get("case", "").split(",") if one.strip()][:CASES_MOST]
    given = request.GET.get("area", "")
    area_id = int(given) if given.isdecimal() and len(given) < 19 else None
    if not numbers and area_id is None:
        areas = areas_to_choose(viewer=viewer, chosen=None)
        return render(request, "desk/whistles/place.html", {"areas": areas})
    facts = blow_facts(area_id=area_id, case_numbers=numbers, viewer=viewer, at=now)
    form = blow_form(request.POST or None, facts, now)
    if request.method == "POST" and form.is_valid():
        found = _blown(request, form, facts, viewer, now)
        if found is not None:
            return found
    context = {
        "facts": facts,
        "form": form,
        "kinds": [(kind, _limits(kind)) for kind in active_kinds()],
        "advice": [ADVICE[code] for code in facts.advice],
    }
    return render(request, "desk/whistles/new.html", context, status=400 if form.errors else 200)


def _limits(kind: Any) -> list[tuple[str, str, Any]]:
    """(step, "24 clock hours", mark) in words."""
    return [
        (str(StepChoices(step).label), unit_words(limit.limit, limit.unit), limit.mark.label)
        for step, limit in limits_of(kind).items()
    ]


UNITS = {
    "urgent_hour": gettext_lazy("%(number)s hours of the clock"),
    "urgent_day": gettext_lazy("%(number)s days of the clock"),
    "work_hour": gettext_lazy("%(number)s working hours"),
    "work_day": gettext_lazy("%(number)s working days"),
    "natural_day": gettext_lazy("%(number)s days"),
}


def unit_words(limit: Any, unit: str) -> str:
    if unit == "urgent_hour" and limit < 1:
        return _("%(number)s minutes") % {"number": round(limit * 60)}
    return str(UNITS[unit]) % {"number": float(limit).__format__("g")}


def _blown(
    request: HttpRequest, form: BlowForm, facts: BlowFacts, viewer: User, now: Any
) -> HttpResponse | None:
    try:
        whistle = blow_whistle(wanted=form.wanted(facts), key=form.cleaned_data["key"], by=viewer, at=now)
    except (Refused, NotAllowed) as refusal:
        form.add_error(None, str(refusal.message))
        return None
    if whistle.state == WhistleState.WAITING:
        messages.success(request, _("Written down; it is blown once the principal approves."))
    else:
        messages.success(request, _("The whistle is blown; the departments are called."))
    return redirect("desk:whistle", whistle.number)
