"""Answers to search, and asking what is not among them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.hall.answers.actions import ask_question
from onegrid.hall.answers.queries import asked_question, find_answers, newest_answers, published_answer
from onegrid.kit.errors import Refused
from onegrid.portals.resident.forms import new_key
from onegrid.portals.resident.hall.forms import AskForm
from onegrid.portals.resident.hall.places import reading
from onegrid.portals.resident.limits import count_report, guarded

LIKE = 3


@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """业务咨询: found by words, else the newest."""
    place, text = reading(request), request.GET.get("q", "")[:200].strip()
    found = find_answers(text=text, path=place.path) if text else newest_answers(path=place.path)
    return render(request, "resident/hall/answers.html", {"place": place, "text": text, "rows": found})


@require_GET
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    return render(request, "resident/hall/answer.html", {"answer": published_answer(answer_id)})


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A question. What was answered to like ones is shown once before it is sent."""
    form = AskForm(request.POST or None, initial={"key": new_key(), "text": request.GET.get("q", "")[:200]})
    like = []
    if request.method == "POST" and form.is_valid():
        given = form.asked()
        if "anyway" not in request.POST:
            like = find_answers(text=given["text"], path=given["area"].path, limit=LIKE)
        if not like:
            count_report(request)
            try:
                made = ask_question(**given, at=timezone.now())
            except Refused as refusal:
                form.add_error("phone" if refusal.code == "no_phone" else None, str(refusal.message))
            else:
                return redirect("resident:own_question", made.code)
    context = {"form": form, "like": like}
    return render(request, "resident/hall/ask.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
def own_question(request: HttpRequest, code: str) -> HttpResponse:
    found = guarded(request, lambda: asked_question(code))
    return render(request, "resident/hall/question.html", {"found": found, "question": found.question})
