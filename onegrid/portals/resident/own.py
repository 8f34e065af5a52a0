"""What the reporter does with number and code: take it back, rate the result, add something."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from onegrid.cases.flow.actions import (
    add_as_follower,
    add_to_report,
    rate_as_follower,
    rate_case,
    stop_following,
    withdraw_report,
)
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.public import PublicCase
from onegrid.kit.errors import Refused
from onegrid.portals.resident.forms import NoteForm, RateForm, WithdrawForm
from onegrid.portals.resident.limits import count_deed
from onegrid.portals.resident.pages import found_case, shown_case


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """撤回: a page of its own, so that nobody takes a report back by a slip."""
    found = found_case(request, number, code)
    if "withdraw" not in found.may:
        messages.warning(
            request, _("It cannot be taken back any more: somebody is working on it, or it has ended.")
        )
        return _back(found)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _done(request, found, form, lambda **key: withdraw_report(reason=reason, **key))
        if done:
            messages.success(request, _("Your report is taken back. Thank you for telling us."))
            return _back(found)
    status = 400 if form.errors else 200
    return render(request, "resident/withdraw.html", {"found": found, "form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """评价: the form stands on the case's page; this address takes it."""
    found = found_case(request, number, code)
    if request.method == "GET" or "rate" not in found.may:
        if request.method == "POST":
            messages.warning(request, _("There is nothing to rate now, or it is rated already."))
        return _back(found)
    form = RateForm(request.POST, redo_left="redo" in found.may, auto_id="rate_%s")
    if form.is_valid() and _done(request, found, form, lambda **key: _rated(found, form, **key)):
        words = (
            _("Thank you. It will be done once more.")
            if form.rating()["redo"]
            else _("Thank you for telling us.")
        )
        messages.success(request, words)
        return _back(found)
    return shown_case(request, found, rate=form)


def _rated(found: PublicCase, form: RateForm, **key: Any) -> Case:
    """The reporter's rating, or that of somebody who follows it, who asks for no redo."""
    given = form.rating()
    if found.follower is None:
        return rate_case(**given, **key)
    return rate_as_follower(**{name: given[name] for name in ("stars", "satisfied", "words")}, **key)


@never_cache
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """补充说明: the form stands on the case's page; this address takes it."""
    found = found_case(request, number, code)
    if request.method == "GET":
        return _back(found)
    form = NoteForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        words = form.cleaned_data["words"]
        add = add_to_report if found.follower is None else add_as_follower
        if _done(request, found, form, lambda **key: add(words=words, **key)):
            messages.success(request, _("Passed on to whoever has the matter."))
            return _back(found)
    return shown_case(request, found, note=form)


@never_cache
@require_POST
def leave(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """不再关注."""
    found = found_case(request, number, code)
    if "leave" not in found.may:
        return _back(found)
    count_deed(request, found.case.number)
    stop_following(number=found.case.number, follow_code=found.code, at=timezone.now())
    messages.success(request, _("You do not follow it any more."))
    return redirect("resident:home")


def _done(request: HttpRequest, found: PublicCase, form: Form, act: Callable[..., Case]) -> bool:
    """Whether it was done; a refusal stands on the form."""
    count_deed(request, found.case.number)
    try:
        act(number=found.case.number, follow_code=found.code, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True


def _back(found: PublicCase) -> HttpResponse:
    return redirect("resident:case", found.case.number, found.code)
