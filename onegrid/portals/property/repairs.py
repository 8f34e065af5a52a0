"""Repairs that a firm has: the list with clocks, one of them, and what the firm says and does."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.flow.access import may_ask_reporter
from onegrid.cases.flow.rules import Verb
from onegrid.cases.repairs import actions
from onegrid.cases.repairs.queries import PAGE, RepairStory, repair_story, repairs
from onegrid.kit.crypto import mask_name, mask_phone
from onegrid.kit.errors import NotFound, Refused
from onegrid.portals.property.forms import AcceptForm, AssignForm, FeedbackForm
from onegrid.portals.property.pages import number

LABELS = {
    "accept": gettext_lazy("Take it"),
    "assign": gettext_lazy("Give it to somebody"),
    "feedback": gettext_lazy("It is repaired"),
}
ACTIONS: dict[str, Callable[..., Any]] = {
    "accept": actions.accept_repair,
    "assign": actions.assign_repair,
    "feedback": actions.feed_back_repair,
}


@login_required
@never_cache
@require_GET
def repair_list(request: HttpRequest) -> HttpResponse:
    ended, before = request.GET.get("ended") == "1", number(request.GET.get("before", "")) or None
    compound = number(request.GET.get("compound", "")) or None
    found = repairs(viewer=me(request), compound_id=compound, ended=ended, before=before)
    older = ""
    if len(found) == PAGE:
        older = f"?before={found[-1].pk}" + ("&ended=1" if ended else "")
        older += f"&compound={compound}" if compound else ""
    return render(request, "property/repairs.html", {"repairs": found, "ended": ended, "older": older})


@login_required
@never_cache
@require_GET
def repair(request: HttpRequest, number: str) -> HttpResponse:
    """What was reported and where, the clock, who does it, and what may be done now."""
    found = repair_story(number, viewer=me(request), today=timezone.localdate())
    case = found.story.case
    contact = None
    if (case.reporter_name or case.reporter_phone) and may_ask_reporter(me(request), case):
        contact = {"name": mask_name(case.reporter_name), "phone": mask_phone(case.reporter_phone)}
    context = {
        "found": found,
        "story": found.story,
        "steps": [{"code": code, "label": LABELS[code]} for code in _open_steps(found)],
        "contact": contact,
        "may_return": Verb.RETURN in found.story.verbs and not case.designated,
        "may_apply": Verb.APPLY in found.story.verbs and case.state == "dispatched",
    }
    return render(request, "property/repair.html", context)


def _open_steps(found: RepairStory) -> list[str]:
    """Only while the firm has it, and only for its own people."""
    if Verb.HANDLE not in found.story.verbs:
        return []
    first = [] if found.repair.accepted_at else ["accept"]
    return [*first, "assign", "feedback"]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    now = timezone.now()
    found = repair_story(number, viewer=me(request), today=timezone.localdate(now))
    if step not in ACTIONS:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if step not in _open_steps(found):
        messages.warning(request, _("This step is not possible now."))
        return redirect("property:repair", number)
    form = _form(request, step, found)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        seen = given.pop("version")
        try:
            ACTIONS[step](case_id=found.story.case.pk, seen_version=seen, **given, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            if refusal.code in ("changed_meanwhile", "step_not_allowed", "accepted_before"):
                messages.warning(request, str(refusal.message))
                return redirect("property:repair", number)
        else:
            messages.success(request, _("%(number)s: it is on the record.") % {"number": number})
            return redirect("property:repair", number)
    context = {"found": found, "story": found.story, "form": form, "label": LABELS[step]}
    return render(request, "property/repair_act.html", context, status=400 if form.errors else 200)


def _form(request: HttpRequest, step: str, found: RepairStory) -> Form:
    initial = {"version": found.story.case.version}
    if step == "assign":
        initial["worker_id"] = found.repair.worker_id or 0
        workers = [(one.pk, one.display_name) for one in found.workers]
        return AssignForm(request.POST or None, initial=initial, workers=workers)
    if step == "accept":
        return AcceptForm(request.POST or None, initial=initial)
    return FeedbackForm(request.POST or None, request.FILES or None, initial=initial)
