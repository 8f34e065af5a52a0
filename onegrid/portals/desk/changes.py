"""Changes of city components that workers reported and somebody else decides on."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegrid.accounts.identity.models import User
from onegrid.kit.errors import Refused
from onegrid.kit.files import file_answer
from onegrid.registry.things.actions_changes import WORDS_MAX, decide_change
from onegrid.registry.things.changes import change_photo, waiting_changes


@login_required
@never_cache
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What waits in my areas, the oldest first."""
    viewer = request.user
    assert isinstance(viewer, User)
    return render(request, "desk/thing_changes.html", {"changes": waiting_changes(viewer=viewer)})


class DecisionForm(forms.Form):
    accept = forms.CharField(required=False)
    answer = forms.CharField(required=False, max_length=WORDS_MAX)


@login_required
@require_POST
def decide(request: HttpRequest, change_id: int) -> HttpResponse:
    """Takes one, or not."""
    viewer, form = request.user, DecisionForm(request.POST)
    assert isinstance(viewer, User)
    given = form.cleaned_data if form.is_valid() else {"accept": "", "answer": ""}
    accept = given.get("accept") == "yes"
    try:
        decide_change(
            change_id=change_id, accept=accept, answer=given.get("answer", ""), by=viewer, at=timezone.now()
        )
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Taken over.") if accept else _("Not taken; the worker reads why."))
    return redirect("desk:thing_changes")


@login_required
@require_GET
def photo(request: HttpRequest, change_id: int) -> HttpResponseBase:
    assert isinstance(request.user, User)
    return file_answer(change_photo(change_id, viewer=request.user), request)
