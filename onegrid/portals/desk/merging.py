"""Which open cases may be the same matter, and the buttons that merge and un-merge."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import MERGE, require_case
from onegrid.cases.flow.actions import merge_case, unmerge_case
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import Story, case_story
from onegrid.cases.flow.similar.queries import Merged, merged_with, similar_cases
from onegrid.kit.errors import NotFound, Refused


def likeness_of(story: Story, viewer: User) -> dict:
    """For the case page. A finished case, or one that is merged already, is compared with nothing."""
    case = story.case
    merged = merged_with(case=case, viewer=viewer) if story.has.links else Merged(None, [])
    compared = not case.is_final and merged.into is None
    return {
        "merged": merged,
        "similar": similar_cases(case=case, viewer=viewer) if compared else [],
        "may_merge": not case.is_final and viewer.scope(MERGE).covers(case.area_path, case.unit_id),
    }


@login_required
@never_cache
@require_POST
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """并案: this case is carried on by the one whose number was given."""
    case, me = _mine(request, number)
    return _done(request, number, lambda: merge_case(into_id=_other(request, me), **_given(request, case)))


@login_required
@never_cache
@require_POST
def unmerge(request: HttpRequest, number: str) -> HttpResponse:
    """撤销并案."""
    case, _me = _mine(request, number)
    return _done(request, number, lambda: unmerge_case(**_given(request, case)))


def _mine(request: HttpRequest, number: str) -> tuple[Case, User]:
    assert isinstance(request.user, User)
    case = case_story(number=number, viewer=request.user).case
    require_case(request.user, MERGE, case)
    return case, request.user


def _other(request: HttpRequest, viewer: User) -> int:
    given = request.POST.get("into", "")[:40]
    try:
        return case_story(number=given, viewer=viewer).case.pk
    except NotFound:
        raise Refused("no_such_case", _("There is no case with this number here.")) from None


def _given(request: HttpRequest, case: Case) -> dict:
    seen = request.POST.get("version", "")
    return {
        "case_id": case.pk,
        "reason": request.POST.get("reason", ""),
        "seen_version": int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        "by": request.user,
        "at": timezone.now(),
    }


def _done(request: HttpRequest, number: str, act: Callable[[], Case]) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Done. The timeline says so."))
    return redirect("desk:case", number)
