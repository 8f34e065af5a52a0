"""Letting a helping unit go that is not needed any more."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import HANDLE, require_case
from onegrid.cases.flow.actions import release_help
from onegrid.cases.flow.queries import case_story
from onegrid.kit.errors import Refused


@login_required
@never_cache
@require_POST
def release_helper(request: HttpRequest, number: str) -> HttpResponse:
    """协办解除: a button beside the unit on the page of the case."""
    assert isinstance(request.user, User)
    case = case_story(number=number, viewer=request.user).case
    require_case(request.user, HANDLE, case)
    seen, unit = (_number(request.POST.get(name, "")) for name in ("version", "unit"))
    try:
        release_help(
            case_id=case.pk,
            unit_id=unit or 0,
            reason=request.POST.get("reason", "")[:500],
            seen_version=seen,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Done. The timeline says so."))
    return redirect("desk:case", number)


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 19 else None
