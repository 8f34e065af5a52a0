"""Drafts of a scheme: begin, compare, edit a class, set limits, publish from a day, discard."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.cases.catalog import actions
from onegrid.cases.catalog.access import may_edit_everywhere, require_everywhere
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, Stage
from onegrid.cases.catalog.queries import (
    Edition,
    class_story,
    draft_differences,
    edition,
    readable_version,
    stage_limits,
    versions_of,
)
from onegrid.cases.catalog.rules.differences import Difference
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import NotFound, Refused
from onegrid.portals.desk.catalog.classforms import ClassForms
from onegrid.portals.desk.catalog.forms import DiscardForm, LimitsForm, PublishForm
from onegrid.portals.desk.catalog.telling import CHANGES, told

PAGE = 50


def _draft(request: HttpRequest, version_id: int) -> CatalogVersion:
    """For pages that write: without the right for all areas it says so, a published version is no draft."""
    require_everywhere(viewer_of(request))
    return readable_version(version_id, viewer=viewer_of(request))


@login_required
@never_cache
@require_GET
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: its days, its limits, and what a draft changes."""
    found = readable_version(version_id, viewer=viewer_of(request))
    now = edition(found.pk)
    context: dict[str, Any] = {
        "version": found,
        "is_draft": found.status == CatalogVersion.Status.DRAFT,
        "may_edit": may_edit_everywhere(viewer_of(request)),
        "limits": [now.limits[stage] for stage in Stage if stage in now.limits],
        "size": len(now.classes),
    }
    if found.based_on_id is not None:
        context |= _compared(request, found, now)
    context["has_draft"] = any(one.status == CatalogVersion.Status.DRAFT for one in versions_of(found.scheme))
    return render(request, "desk/catalog/version.html", context)


def _compared(request: HttpRequest, found: CatalogVersion, now: Edition) -> dict[str, Any]:
    differences = draft_differences(found)
    change = request.GET.get("change", "")
    change = change if change in set(CHANGES) else ""
    wanted = [one for one in differences if not change or one.change == change]
    begin = _number(request.GET.get("after", ""))
    page = wanted[begin : begin + PAGE]
    return {
        "compared": True,
        "change": change,
        "counts": [(key.value, words, _count(differences)[key]) for key, (words, _tone) in CHANGES.items()],
        "difference_count": len(differences),
        "told": told(page, _classes(found, now)),
        "first": begin + 1,
        "last": begin + len(page),
        "wanted": len(wanted),
        "before": max(begin - PAGE, 0) if begin else None,
        "after": begin + PAGE if len(wanted) > begin + PAGE else None,
    }


def _count(differences: list[Difference]) -> Counter:
    return Counter(one.change for one in differences)


def _classes(found: CatalogVersion, now: Edition) -> dict[tuple[str, str], CaseClass]:
    before = edition(found.based_on_id).classes.values() if found.based_on_id else ()
    return {(row.kind, row.code): row for row in (*before, *now.classes.values())}


@login_required
@require_POST
def start(request: HttpRequest, version_id: int) -> HttpResponse:
    try:
        made = actions.start_draft(version_id=version_id, by=viewer_of(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:catalog_version", version_id)
    return redirect("desk:catalog_version", made.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Asks from which day, and that somebody looked at what changes."""
    found = _draft(request, version_id)
    form = PublishForm(request.POST or None, draft=found, today=timezone.localdate())
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_draft(
                version_id=version_id, **form.given(), by=viewer_of(request), at=timezone.now()
            )
            messages.success(request, _("The version is published."))
            return redirect("desk:catalog_version", version_id)
        except Refused as caught:
            refusal = caught
    counts = _count(draft_differences(found))
    context = {
        "version": found,
        "form": form,
        "refusal": refusal,
        "counts": [(words, counts[change]) for change, (words, _tone) in CHANGES.items()],
    }
    return render(request, "desk/catalog/publish.html", context, status=_status(request, refusal))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, version_id: int) -> HttpResponse:
    found = _draft(request, version_id)
    form = DiscardForm(request.POST or None, initial={"seen": found.edits})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.discard_draft(
                version_id=version_id,
                seen=form.cleaned_data["seen"],
                by=viewer_of(request),
                at=timezone.now(),
            )
            messages.success(request, _("The draft was discarded."))
            return redirect("desk:catalog")
        except Refused as caught:
            refusal = caught
    context = {"version": found, "form": form, "refusal": refusal}
    return render(request, "desk/catalog/discard.html", context, status=_status(request, refusal))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest, version_id: int) -> HttpResponse:
    """How long each stage may take, for every class of a draft that says nothing else."""
    found = _draft(request, version_id)
    form = LimitsForm(request.POST or None, rows=stage_limits(found.pk), seen=found.edits)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_version_limits(
                version_id=version_id, **form.given(), by=viewer_of(request), at=timezone.now()
            )
            messages.success(request, _("The limits are kept in the draft."))
            return redirect("desk:catalog_version", version_id)
        except Refused as caught:
            refusal = caught
    context = {"version": found, "form": form, "refusal": refusal}
    return render(request, "desk/catalog/limits.html", context, status=_status(request, refusal))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """All of a class of a draft on one page."""
    require_everywhere(viewer_of(request))
    story = class_story(class_id, viewer=viewer_of(request))
    one, refusal = story.case_class, None
    if one.version.status != CatalogVersion.Status.DRAFT:
        raise NotFound("version_published", _("A published version never changes. Start a draft from it."))
    forms = ClassForms(request.POST or None, story)
    if request.method == "POST" and forms.is_valid():
        try:
            actions.rewrite_class(
                class_id=class_id, **forms.given(), by=viewer_of(request), at=timezone.now()
            )
            messages.success(request, _("The class is kept in the draft."))
            return redirect("desk:catalog_class", class_id)
        except Refused as caught:
            refusal = caught
    context = {"story": story, "one": one, "forms": forms, "refusal": refusal}
    return render(request, "desk/catalog/class_edit.html", context, status=_status(request, refusal))


def _status(request: HttpRequest, refusal: Refused | None) -> int:
    if refusal is not None:
        return 409
    return 422 if request.method == "POST" else 200


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 7 else 0
