"""Requests about personal data: those that wait, by the day on which an answer is due, and one with its answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.hall.residents.actions.asking import answer_data_request, reveal_name
from onegrid.hall.residents.queries.held import request_in_reach, requests_in_reach, with_places
from onegrid.hall.residents.rules import RequestState
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.errors import Refused
from onegrid.portals.desk.hall.forms import DataAnswerForm, PurposeForm


@login_required
@never_cache
@require_GET
def data_requests(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("state", "")
    state = asked if asked in list(RequestState) else RequestState.OPEN
    today = timezone.localdate()
    rows = with_places(requests_in_reach(viewer=viewer_of(request), state=state))
    context = {"rows": [(row, (row.due_on - today).days, place) for row, place in rows], "state": str(state)}
    return render(request, "desk/hall/data_requests.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def data_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """What is wanted, and the answer. Whose it is, nobody needs to know for that; the right name is shown for a
    purpose, on record."""
    viewer = viewer_of(request)
    found = request_in_reach(request_id, viewer=viewer)
    showing = request.method == "POST" and "show" in request.POST
    purpose = PurposeForm(request.POST if showing else None)
    clear = showing and _is_shown(purpose, request_id, viewer)
    form = DataAnswerForm(request.POST if request.method == "POST" and not showing else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            done = answer_data_request(
                request_id=request_id,
                grant=given["grant"] == "yes",
                answer=given["answer"],
                by=viewer,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Answered; %(count)s rows were changed.") % {"count": done.changed})
            return redirect("desk:data_requests")
    left = (found.due_on - timezone.localdate()).days
    (_row, place), *_rest = with_places([found])
    context = {
        "row": found,
        "left": left,
        "place": place,
        "form": form if found.state == RequestState.OPEN else None,
        "purpose": purpose,
        "clear": clear,
    }
    wrong = form.errors or purpose.errors
    return render(request, "desk/hall/data_request.html", context, status=400 if wrong else 200)


def _is_shown(form: PurposeForm, request_id: int, viewer: Actor) -> bool:
    """Whether the name may stand there in the clear; a refusal stands on the form."""
    if not form.is_valid():
        return False
    try:
        reveal_name(request_id=request_id, **form.cleaned_data, by=viewer, at=timezone.now())
    except Refused as refusal:
        form.add_error("purpose", str(refusal.message))
        return False
    return True
