"""派遣台: cases that wait beside the units that may have them; send, take back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import DISPATCH, require_case
from onegrid.cases.flow.actions import dispatch_case, recall_case
from onegrid.cases.flow.facts import CaseFiled, CaseRecalled, CaseReturned
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.queries.board import dispatch_board
from onegrid.cases.flow.rules import NOTE_MAX, State
from onegrid.kit.errors import Refused
from onegrid.kit.ui.live import live_stream

SENT = "board_sent"  # in the session: what was sent last, to be taken back


@login_required
@never_cache
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Everything on it is a form or a link; script adds dragging, and moving by keys."""
    assert isinstance(request.user, User)
    stream = live_stream(request, [CaseFiled, CaseRecalled, CaseReturned])  # before the list is read
    found = dispatch_board(viewer=request.user, at=timezone.now())
    return render(
        request,
        "desk/board.html",
        {"board": found, "stream": stream, "sent": request.session.pop(SENT, None), "words_max": NOTE_MAX},
    )


@login_required
@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """One case to one unit. When somebody was faster the words say who did what; nothing is sent twice."""
    assert isinstance(request.user, User)
    number, unit = request.POST.get("case", "")[:24], request.POST.get("unit", "")
    case = case_story(number=number, viewer=request.user).case
    require_case(request.user, DISPATCH, case)
    try:
        after = dispatch_case(
            case_id=case.pk,
            unit_id=int(unit) if unit.isdecimal() and len(unit) < 19 else None,
            words=request.POST.get("words", "").replace("\x00", ""),
            seen_version=_version(request),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.warning(request, f"{case.number}: {refusal.message}")
    else:
        assert after.unit is not None  # dispatched
        request.session[SENT] = {"number": after.number, "version": after.version, "unit": after.unit.name}
    return redirect("desk:board")


@login_required
@never_cache
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """收回: while the unit has not begun."""
    assert isinstance(request.user, User)
    case = case_story(number=request.POST.get("case", "")[:24], viewer=request.user).case
    require_case(request.user, DISPATCH, case)
    if case.state != State.DISPATCHED:
        words = _("Somebody has gone on with it; it cannot be taken back any more.")
        messages.warning(request, f"{case.number}: {words}")
        return redirect("desk:board")
    try:
        recall_case(case_id=case.pk, seen_version=_version(request), by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, f"{case.number}: {refusal.message}")
    else:
        messages.success(
            request, _("%(number)s is taken back and waits here again.") % {"number": case.number}
        )
    return redirect("desk:board")


def _version(request: HttpRequest) -> int | None:
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else None
