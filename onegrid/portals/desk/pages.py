"""One case, and a page for each step."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.naming import suggest_classes
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.models import EvidenceKind, VerbChoices
from onegrid.cases.flow.queries import (
    Story,
    case_story,
    photo_of_case,
    why_not_open,
)
from onegrid.cases.flow.queries.calls import calls_about
from onegrid.cases.flow.queries.missing import missing_steps
from onegrid.cases.flow.queries.suggesting import dispatch_suggestion
from onegrid.cases.flow.queries.told import told_about
from onegrid.cases.flow.rules import Verb
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.files import file_answer
from onegrid.oversight.supervision.queries.instructions import instructions_on_case
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.desk.contact import masked_contact
from onegrid.portals.desk.forms import FORMS, StepForm
from onegrid.portals.desk.merging import likeness_of
from onegrid.portals.desk.returning import came_from, list_address, list_query, with_from
from onegrid.portals.desk.steps import (
    ACTIONS,
    BACKWARD,
    MAIN_ROAD,
    is_possible,
    needs_of,
    own_waiting,
    possible,
)
from onegrid.portals.desk.whistles.pages import whistle_on_case


@login_required
@never_cache
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The story, the clock, and what this person may do now."""
    return render(request, "desk/case.html", case_context(request, number))


@login_required
@never_cache
@require_GET
def beside(request: HttpRequest, number: str) -> HttpResponse:
    """The same, to stand beside the list."""
    return render(request, "desk/beside.html", case_context(request, number))


def case_context(request: HttpRequest, number: str) -> dict[str, Any]:
    """What the page of a case shows, alone or beside the list."""
    viewer = me(request)
    story = case_story(number=number, viewer=viewer)
    return {
        "story": story,
        **_verbs(story, viewer),
        "missing": missing_steps(story),
        "compared": _compared(story),
        "told": told_about(story),
        "heard": calls_about(story),
        "instructions": instructions_on_case(case=story.case, viewer=viewer, at=timezone.now()),
        "may_take_back": _may_take_back(story, viewer),
        "may_release": Verb.ASK_HELP in story.verbs,
        "point_map": _point_map(story),
        "contact": masked_contact(story, viewer),
        "likeness": likeness_of(story, viewer),
        **whistle_on_case(story.case, viewer),
        "from": came_from(request),
        "back": list_address(request),
        "closed": list_query(QueryDict(came_from(request).removeprefix("?")), without=("case",)),
    }


def beside_list(request: HttpRequest, number: str) -> dict[str, Any] | None:
    """The case that the list's address names; None when it is not (or no longer) the viewer's to see."""
    try:
        found = case_context(request, number)
    except NotFound:
        return None
    return found | {"from": list_query(request.GET), "closed": list_query(request.GET, without=("case",))}


def _may_take_back(story: Story, viewer: User) -> list:
    return own_waiting(story, viewer) if Verb.TAKE_BACK in story.verbs else []


def _compared(story: Story) -> dict[str, Any]:
    """The place before beside the place after, the newest photo or film of each; `rest`: every other file."""
    seen = [pair for pair in story.photos if pair[0].file.kind != "audio"]
    before = [pair for pair in seen if pair[0].kind != EvidenceKind.AFTER]
    after = [pair for pair in seen if pair[0].kind == EvidenceKind.AFTER]
    pair = (before[-1], after[-1]) if before and after else None
    return {"pair": pair, "rest": [one for one in story.photos if pair is None or one not in pair]}


def _point_map(story: Story) -> dict | None:
    return point_map_config() if story.case.point else None


def _verbs(story: Story, viewer: User) -> dict[str, object]:
    """The steps of the main road, and the side roads; whether one of them brings the case on."""
    named = [
        {"code": verb, "label": VerbChoices(verb).label, "onward": verb not in BACKWARD}
        for verb in possible(story, viewer)
    ]
    return {
        "goes_on": any(verb["onward"] and verb["code"] in MAIN_ROAD for verb in named),
        "verbs": [verb for verb in named if verb["code"] in MAIN_ROAD],
        "more": [verb for verb in named if verb["code"] not in MAIN_ROAD],
    }


@login_required
@require_GET
def photo(request: HttpRequest, number: str, evidence_id: int) -> HttpResponseBase:
    return file_answer(photo_of_case(number=number, evidence_id=evidence_id, viewer=me(request)), request)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One step of one case: look, decide, send. When somebody was faster the page says who, and shows the case."""
    story, now = case_story(number=number, viewer=me(request)), timezone.now()
    chosen = Verb(verb) if verb in set(Verb) else None
    if chosen is None or chosen not in FORMS:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if not is_possible(chosen, story, me(request)):
        return _closed(request, story, chosen)
    extras = _extras(request, story, chosen, now)
    form = _form(request, story, chosen, extras)
    if request.method == "POST" and form.is_valid():
        try:
            after = ACTIONS[chosen](
                case_id=story.case.pk,
                seen_version=form.cleaned_data["version"],
                by=me(request),
                at=now,
                **form.given(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            if refusal.code in ("changed_meanwhile", "step_not_allowed", "case_is_final"):
                messages.warning(request, str(refusal.message))
                return redirect(with_from(reverse("desk:case", args=[number]), request))
        else:
            words = _("%(number)s: %(state)s.")
            messages.success(request, words % {"number": number, "state": after.get_state_display()})
            return redirect(list_address(request))
    return render(
        request,
        "desk/act.html",
        {
            "story": story,
            "verb": chosen,
            "label": VerbChoices(chosen).label,
            "form": form,
            "from": came_from(request),
            "guesses": suggest_classes(text=story.case.text, at=now) if chosen == Verb.FILE else [],
            **extras,
        },
        status=400 if form.errors else 200,
    )


def _closed(request: HttpRequest, story: Story, verb: Verb) -> HttpResponse:
    """Before any form is made of a case that is not in the state for it."""
    words = _("This step is not possible now.")
    if request.method == "POST":
        seen = _number(request.POST.get("version", ""))
        refusal = why_not_open(story=story, verb=verb, seen_version=seen, viewer=me(request))
        words = str(refusal.message)
    messages.warning(request, words)
    return redirect(with_from(reverse("desk:case", args=[story.case.number]), request))


def _number(given: str) -> int | None:
    """What PostgreSQL takes as a number; anything else in an address or a form counts as none."""
    return int(given) if given.isdecimal() and len(given) < 19 else None


def _extras(request: HttpRequest, story: Story, verb: Verb, now: datetime) -> dict:
    """What the form of filing and dispatching needs besides the case."""
    if verb == Verb.FILE:
        asked = (request.POST if request.method == "POST" else request.GET).get("class_id", "")
        known = class_by_id(int(asked)) if asked.isdecimal() and len(asked) < 10 else story.case.case_class
        return {"case": story.case, "chosen": known, "at": now}
    if verb == Verb.DISPATCH and story.case.case_class is not None:
        return {"suggestion": dispatch_suggestion(case=story.case, at=now)}
    return needs_of(verb, story, now)


def _form(request: HttpRequest, story: Story, verb: Verb, extras: dict) -> StepForm:
    return FORMS[verb](
        request.POST or None,
        request.FILES or None,
        initial={"version": story.case.version},
        **extras,
    )
