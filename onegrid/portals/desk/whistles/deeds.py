"""A page for each deed: what it asks for, then one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.actions.recording import owners
from onegrid.cases.whistle.models import WhistleCall
from onegrid.cases.whistle.queries import WhistleStory, units_to_call, whistle_story
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.kit.errors import Refused
from onegrid.portals.desk.whistles.forms import (
    TASK_ROWS,
    ContactForm,
    DecisionForm,
    NothingForm,
    RatingForm,
    ReasonForm,
    RecordForm,
    ReportInForm,
    ResultForm,
    WordsForm,
)
from onegrid.portals.desk.whistles.pages import open_deeds

TITLES: dict[str, Promise] = {
    "approve": _("Approve and blow"),
    "decline": _("Do not approve"),
    "withdraw": _("Withdraw the whistle"),
    "record": _("Write the joint site record"),
    "sign": _("Sign the call"),
    "contact": _("Note the contact"),
    "report-in": _("Report in"),
    "finish": _("Finish and feed back"),
    "refuse": _("Refuse the call"),
    "attest": _("Sign the joint record"),
    "decide": _("Decide on the refusal"),
    "rate": _("Rate the department"),
    "rate-whistle": _("Rate the whistle"),
}
HELP: dict[str, Promise] = {
    "approve": _("The departments are called at once, and their clocks run."),
    "withdraw": _("Nobody is called any more; the clocks of the cases run on."),
    "sign": _("You say that your department takes the call. The next limits run already."),
    "refuse": _(
        "The district decides. Until then your department's clocks stand still; say why it is not your duty."
    ),
    "attest": _(
        "You sign for your department what stands in the joint site record. It cannot be taken back."
    ),
    "record": _("Every department that has come signs it; then it stands. Written anew, it is signed anew."),
    "finish": _("With the last department the whistle has ended, and the clocks of the cases run on."),
}
DONE: dict[str, Promise] = {
    "approve": _("The whistle is blown; the departments are called."),
    "sign": _("Signed. The street has been told."),
    "report-in": _("You have reported in. The street has been told."),
    "refuse": _("The district has been told and decides."),
}


def _words(act: Callable[..., Any], name: str) -> Callable[..., Any]:
    """An action that takes the form's words under its own name."""

    def done(form: forms.Form, **given: Any) -> Any:
        return act(**given, **{name: form.cleaned_data["words"]})

    return done


def _plain(act: Callable[..., Any]) -> Callable[..., Any]:
    def done(form: forms.Form, **given: Any) -> Any:
        return act(**given)

    return done


def _report_in(form: forms.Form, **given: Any) -> Any:
    told = form.cleaned_data
    arrival = actions.Arrival(
        remote=told["way"] == "remote",
        lon=told["lon"],
        lat=told["lat"],
        code=told["code"],
        photo=told["photo"] or None,
        words=told["words"],
    )
    return actions.report_in(arrival=arrival, **given)


def _decide(form: forms.Form, **given: Any) -> Any:
    told = form.cleaned_data
    upheld = told["outcome"] == "stands"
    instead = None if upheld else told["instead"]
    return actions.decide_refusal(upheld=upheld, words=told["words"], instead_id=instead, **given)


def _rate(of_department: bool) -> Callable[..., Any]:
    def done(form: forms.Form, **given: Any) -> Any:
        return actions.rate_whistle(of_department=of_department, **form.cleaned_data, **given)

    return done


def _record(form: forms.Form, **given: Any) -> Any:
    told = form.cleaned_data
    tasks = [
        actions.Task(told[f"task{row}"], told[f"owner{row}"], told[f"due{row}"])
        for row in range(1, TASK_ROWS + 1)
        if told[f"task{row}"]
    ]
    return actions.write_record(findings=told["findings"], tasks=tasks, **given)


ON_WHISTLE: dict[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "approve": (NothingForm, _plain(actions.approve_whistle)),
    "decline": (ReasonForm, _words(actions.decline_whistle, "reason")),
    "withdraw": (ReasonForm, _words(actions.withdraw_whistle, "reason")),
    "record": (RecordForm, _record),
}
ON_CALL: dict[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "sign": (NothingForm, _plain(actions.sign_call)),
    "contact": (ContactForm, _words(actions.note_contact, "words")),
    "report-in": (ReportInForm, _report_in),
    "finish": (ResultForm, _words(actions.finish_call, "result")),
    "refuse": (ReasonForm, _words(actions.refuse_call, "reason")),
    "attest": (NothingForm, _plain(actions.sign_record)),
    "decide": (DecisionForm, _decide),
    "rate": (RatingForm, _rate(True)),
    "rate-whistle": (RatingForm, _rate(False)),
}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def on_whistle(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Approve, decline, withdraw, write the joint record."""
    if deed not in ON_WHISTLE:
        raise Http404
    story = whistle_story(number=number, viewer=me(request))
    return _page(request, story, deed, None, ON_WHISTLE[deed])


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def on_call(request: HttpRequest, number: str, call_id: int, deed: str) -> HttpResponse:
    """What a department does with its call, what the district decides, what either side rates."""
    if deed not in ON_CALL:
        raise Http404
    story = whistle_story(number=number, viewer=me(request))
    call = next((one for one in story.calls if one.pk == call_id), None)
    if call is None:
        raise no_such_whistle()
    return _page(request, story, deed, call, ON_CALL[deed])


def _page(
    request: HttpRequest,
    story: WhistleStory,
    deed: str,
    call: WhistleCall | None,
    how: tuple[type[forms.Form], Callable[..., Any]],
) -> HttpResponse:
    if request.method == "GET" and deed not in open_deeds(story, call, me(request)):
        messages.warning(request, str(_("This step is not yours to take, or not now.")))
        return redirect("desk:whistle", story.whistle.number)
    form = how[0](*_given(request), **_needs(deed, story, request.GET.get("code", "")[:200]))
    if request.method == "POST" and form.is_valid():
        about: dict[str, Any] = {"whistle_id": story.whistle.pk, "by": me(request), "at": timezone.now()}
        if call is not None:
            about["call_id"] = call.pk
        try:
            how[1](form, **about)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, str(DONE.get(deed, _("Done."))))
            return redirect("desk:whistle", story.whistle.number)
    context = {
        "story": story,
        "whistle": story.whistle,
        "call": call,
        "deed": deed,
        "form": form,
        "title": TITLES[deed],
        "help": HELP.get(deed, ""),
        "record": story.record,
        "tasks": story.tasks,
        "scanned": bool(request.GET.get("code") or request.POST.get("code")),
    }
    return render(request, "desk/whistles/act.html", context, status=400 if form.errors else 200)


def _given(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _needs(deed: str, story: WhistleStory, code: str) -> dict[str, Any]:
    now, whistle = timezone.now(), story.whistle
    if deed == "report-in":
        return {"remote": whistle.kind.remote, "initial": {"code": code}}
    if deed == "decide":
        return {"units": units_to_call(whistle.area_path, now)}
    if deed == "record":
        return {"owners": owners(whistle, now), "today": timezone.localdate(now), "initial": _before(story)}
    return {}


def _before(story: WhistleStory) -> dict[str, Any]:
    """What the record says so far, to be written on."""
    found: dict[str, Any] = {"findings": story.record.findings} if story.record else {}
    for row, task in enumerate(story.tasks[:TASK_ROWS], 1):
        found |= {f"task{row}": task.words, f"owner{row}": task.organisation_id, f"due{row}": task.due_on}
    return found


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, number: str, task_id: int) -> HttpResponse:
    """A task of the joint record is done."""
    story = whistle_story(number=number, viewer=me(request))
    found = next((one for one in story.tasks if one.pk == task_id), None)
    if found is None:
        raise no_such_whistle()
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_task(
                whistle_id=story.whistle.pk,
                task_id=found.pk,
                words=form.cleaned_data["words"],
                by=me(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, str(_("The task is done.")))
            return redirect("desk:whistle", story.whistle.number)
    context = {"whistle": story.whistle, "form": form, "title": _("The task is done"), "help": found.words}
    return render(request, "desk/whistles/act.html", context, status=400 if form.errors else 200)
