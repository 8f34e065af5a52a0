"""One of my matters, and doing one step of it. Each button posts to its own address."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case, VerbChoices
from onegrid.cases.flow.queries import Story, case_story, photo_of_case, why_not_open
from onegrid.cases.flow.rules import Verb
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.files import file_answer
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.forms import FORMS
from onegrid.portals.worker.outbox import VERSION, from_outbox, with_case_now
from onegrid.portals.worker.shell import page

ACTIONS: dict[Verb, Callable[..., Case]] = {
    Verb.VERIFY: actions.verify_case,
    Verb.SETTLE: actions.settle_case,
    Verb.HANDLE: actions.handle_case,
    Verb.CHECK: actions.check_case,
    Verb.REWORK: actions.rework_case,
    Verb.ESCALATE: actions.escalate_case,
    Verb.RAISE_ALARM: actions.raise_alarm,
    Verb.NOTE: actions.note_case,
}
# What leaves the task with the worker: afterwards the matter is shown again, not the list.
BESIDE = (Verb.RAISE_ALARM, Verb.NOTE)


@login_required
@never_cache
@require_GET
def task(request: HttpRequest, number: str) -> HttpResponse:
    """One matter, with the steps that may be taken on site."""
    story = case_story(number=number, viewer=me(request))
    named = [{"code": verb, "label": VerbChoices(verb).label} for verb in story.verbs if _fits(verb, story)]
    beside = (*BESIDE, Verb.ESCALATE)
    verbs = [verb for verb in named if verb["code"] not in beside]
    more = [verb for verb in named if verb["code"] in beside]
    point_map = point_map_config() if story.case.point else None
    return page(
        request, "worker/task.html", {"story": story, "verbs": verbs, "more": more, "point_map": point_map}
    )


def _fits(verb: Verb, story: Story) -> bool:
    """Steps of this portal; an emergency is declared once, also while the clock is held."""
    if verb == Verb.RAISE_ALARM and not story.may_become_emergency:
        return False
    return verb in FORMS


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    story, now = case_story(number=number, viewer=me(request)), timezone.now()
    chosen = Verb(verb) if verb in set(Verb) else None
    if chosen not in FORMS:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if chosen not in story.verbs:
        return _not_open(request, story, chosen)
    form = FORMS[chosen](request.POST or None, request.FILES or None, initial={"version": story.case.version})
    if request.method == "POST" and form.is_valid():
        try:
            case = ACTIONS[chosen](
                case_id=story.case.pk,
                seen_version=form.cleaned_data["version"],
                by=me(request),
                at=now,
                **form.given(),
            )
        except Refused as refusal:
            if from_outbox(request):
                raise with_case_now(refusal, story, me(request)) from None
            form.add_error(None, str(refusal.message))
            if refusal.code in ("changed_meanwhile", "step_not_allowed", "case_is_final"):
                messages.warning(request, str(refusal.message))
                return redirect("worker:task", number)
        else:
            messages.success(request, _("%(number)s is done. Thank you.") % {"number": number})
            answer = redirect("worker:task", number) if chosen in BESIDE else redirect("worker:tasks")
            answer[VERSION] = str(case.version)
            return answer
    return page(
        request,
        "worker/act.html",
        {"story": story, "verb": chosen, "label": VerbChoices(chosen).label, "form": form},
        status=400 if form.errors else 200,
    )


def _not_open(request: HttpRequest, story: Story, verb: Verb) -> HttpResponse:
    """Refused to who may not do it; to others the words why it is not possible now, beside the matter."""
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 19 else None
    refusal = why_not_open(story=story, verb=verb, seen_version=version, viewer=me(request))
    if from_outbox(request):
        raise with_case_now(refusal, story, me(request))
    messages.warning(request, str(refusal.message))
    return redirect("worker:task", story.case.number)


@login_required
@require_GET
def photo(request: HttpRequest, number: str, evidence_id: int) -> HttpResponseBase:
    return file_answer(photo_of_case(number=number, evidence_id=evidence_id, viewer=me(request)), request)
