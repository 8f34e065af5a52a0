"""What is done from the screen: one case opened, dispatched, pressed; whom to call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.duties.queries import on_duty
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions import dispatch_case, press_case
from onegrid.cases.flow.forms.office import DispatchForm, PressForm
from onegrid.cases.flow.forms.steps import StepForm
from onegrid.cases.flow.models import Case, VerbChoices
from onegrid.cases.flow.queries import Story, case_story, why_not_open
from onegrid.cases.flow.queries.suggesting import dispatch_suggestion
from onegrid.cases.flow.rules import GOES_ON_HELD, Verb
from onegrid.cases.paths.queries import path_of_case
from onegrid.cases.whistle.access import BLOW
from onegrid.kit.errors import NotFound, Refused
from onegrid.portals.command.access import commander

DUTIES = "duties.see"
FORMS: dict[Verb, type[StepForm]] = {Verb.DISPATCH: DispatchForm, Verb.PRESS: PressForm}
ACTIONS: dict[Verb, Callable[..., Case]] = {Verb.DISPATCH: dispatch_case, Verb.PRESS: press_case}


@dataclass(frozen=True)
class Phone:
    """Whom to call about a case: a published number, of a unit or of who is on duty there."""

    name: str
    what: str
    number: str


@login_required
@never_cache
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, what may be done from here, and whom to call."""
    return _shown(request, case_story(number=number, viewer=commander(request)), {})


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """The same actions as at the desk. When somebody was faster the words say who, and the case is shown as it is."""
    story, now = case_story(number=number, viewer=commander(request)), timezone.now()
    chosen = Verb(verb) if verb in {one.value for one in FORMS} else None
    if chosen is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if chosen not in _possible(story):
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        words = str(why_not_open(story=story, verb=chosen, seen_version=version, viewer=story.viewer).message)
        return _shown(request, story, {}, words)
    form = _form(chosen, story, now, request.POST)
    if form.is_valid():
        given = {"seen_version": form.cleaned_data["version"], "by": story.viewer, "at": now} | form.given()
        try:
            ACTIONS[chosen](case_id=story.case.pk, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return _done(request, number, chosen)
    return _shown(request, case_story(number=number, viewer=story.viewer), {chosen: form})


def _done(request: HttpRequest, number: str, verb: Verb) -> HttpResponse:
    words = _("%(number)s: %(step)s – done.") % {"number": number, "step": VerbChoices(verb).label}
    if not _part(request):
        messages.success(request, words)
        return redirect("command:screen")
    story = case_story(number=number, viewer=commander(request))
    return _shown(request, story, {}, words, good=True)


def _shown(
    request: HttpRequest, story: Story, tried: dict[Verb, StepForm], words: str = "", *, good: bool = False
) -> HttpResponse:
    now = timezone.now()
    asked = [
        (verb, VerbChoices(verb).label, tried.get(verb) or _form(verb, story, now))
        for verb in _possible(story)
    ]
    failed = any(form.errors for form in tried.values()) or (words and not good)
    context = {
        "story": story,
        "case": story.case,
        "asked": asked,
        "phones": phones_of(story, now),
        "suggestion": next(
            (form.suggestion for _v, _l, form in asked if isinstance(form, DispatchForm)), None
        ),
        "path_id": path_of_case(case=story.case),
        "may_blow": not story.case.is_final and _may_blow(story),
        "words": words,
        "good": good,
    }
    name = "command/case_part.html" if _part(request) else "command/case.html"
    return render(request, name, context, status=400 if failed else 200)


def _part(request: HttpRequest) -> bool:
    return request.headers.get("X-Part") == "1"


def _possible(story: Story) -> list[Verb]:
    held = story.case.holds_open
    return [verb for verb in FORMS if verb in story.verbs and (not held or verb in GOES_ON_HELD)]


def _may_blow(story: Story) -> bool:
    return story.viewer.scope(BLOW).covers(story.case.area_path, None)


def _form(verb: Verb, story: Story, at: datetime, data: Any = None) -> StepForm:
    more: dict[str, Any] = {"initial": {"version": story.case.version}, "auto_id": f"{verb}_%s"}
    if verb == Verb.DISPATCH:
        more["suggestion"] = dispatch_suggestion(case=story.case, at=at)
    return FORMS[verb](data, **more)


def phones_of(story: Story, at: datetime) -> list[Phone]:
    """The unit that has it, and who is on duty in its grid: published work phones only, for whom may see duties."""
    case, viewer = story.case, story.viewer
    assert isinstance(viewer, User)
    unit = case.holder_org or case.unit
    found = [Phone(unit.name, str(_("the unit that has it")), unit.phone)] if unit and unit.phone else []
    if case.grid_id and viewer.scope(DUTIES).covers(case.area_path):
        people = [one for one in on_duty(case.grid_id, at) if one.public_phone]
        found += [Phone(one.name, one.post or one.reason, one.public_phone) for one in people[:3]]
    return found
