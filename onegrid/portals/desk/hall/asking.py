"""Questions of residents: those that wait, and one with its answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.hall.answers.actions import answer_question, keep_answer
from onegrid.hall.answers.queries import find_answers, question_in_reach, questions_in_reach
from onegrid.hall.answers.rules import QuestionState
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused
from onegrid.portals.desk.hall.forms import KeepForm, ReplyForm
from onegrid.portals.desk.hall.pages import PAGE, shared


@login_required
@never_cache
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """Those that wait, or those that are answered, the newest first."""
    before, asked = request.GET.get("before", ""), request.GET.get("state", "")
    state = asked if asked in list(QuestionState) else QuestionState.OPEN
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = questions_in_reach(viewer=viewer_of(request), state=state, before=last, limit=PAGE + 1)
    older = f"?state={state}&before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    context = shared(request, "questions") | {"rows": rows[:PAGE], "older": older, "state": str(state)}
    return render(request, "desk/hall/questions.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """The question, what was answered to like ones, and the answer."""
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer_question(
                question_id=question_id,
                reply=given["reply"],
                answers=not given["no_answer"],
                by=viewer_of(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Answered. Whoever asked reads it by the code."))
            return redirect("desk:hall_question", question_id)
    return _page(request, question_id, form)


@login_required
@never_cache
@require_POST
def keep(request: HttpRequest, question_id: int) -> HttpResponse:
    """收入问答库: as a draft, to be looked at before it is put up."""
    form = KeepForm(request.POST)
    if form.is_valid():
        try:
            row = keep_answer(
                question_id=question_id, **form.cleaned_data, by=viewer_of(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Kept as a draft. Residents do not see it yet."))
            return redirect("desk:hall_sheet", "answers", row.pk)
    return _page(request, question_id, ReplyForm(), keep=form)


def _page(request: HttpRequest, question_id: int, form: Form, keep: Form | None = None) -> HttpResponse:
    found = question_in_reach(question_id, viewer=viewer_of(request))
    is_open = found.state == QuestionState.OPEN
    like = find_answers(text=found.text, path=found.area_path, limit=3) if is_open else []
    may_keep = found.state == QuestionState.ANSWERED and found.kept_as_id is None
    context = shared(request, "questions") | {
        "question": found,
        "form": form if is_open else None,
        "like": like,
        "keep": keep or (KeepForm(initial={"question": found.text[:200]}) if may_keep else None),
    }
    return render(request, "desk/hall/question.html", context, status=400 if form.errors or keep else 200)
