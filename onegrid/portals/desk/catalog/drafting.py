"""Drafts of a scheme: begin, compare, write and add and remove classes, set limits, publish from a day, discard."""

from collections import Counter
from functools import partial
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
    ClassStory,
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
from onegrid.kit.ui.asking import form_page, part_of
from onegrid.portals.desk.catalog.classforms import ClassForms, NewClassForm
from onegrid.portals.desk.catalog.forms import LimitsForm, PublishForm, SureForm
from onegrid.portals.desk.catalog.telling import CHANGES, told


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
    part = part_of([one for one in differences if not change or one.change == change], request)
    return {
        "compared": True,
        "change": change,
        "counts": [(key.value, words, _count(differences)[key]) for key, (words, _tone) in CHANGES.items()],
        "difference_count": len(differences),
        "told": told(part.rows, _classes(found, now)),
        "part": part,
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

    def done(_published: CatalogVersion) -> HttpResponse:
        messages.success(request, _("The version is published."))
        return redirect("desk:catalog_version", version_id)

    def show() -> dict[str, Any]:
        counts = _count(draft_differences(found))
        return {
            "version": found,
            "counts": [(words, counts[change]) for change, (words, _tone) in CHANGES.items()],
        }

    form = PublishForm(request.POST or None, draft=found, today=timezone.localdate())
    act = partial(actions.publish_draft, version_id=version_id)
    return form_page(request, "desk/catalog/publish.html", form, act=act, done=done, show=show)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, version_id: int) -> HttpResponse:
    found = _draft(request, version_id)

    def done(_nothing: None) -> HttpResponse:
        messages.success(request, _("The draft was discarded."))
        return redirect("desk:catalog")

    sure = _("Yes, throw this draft away with everything in it")
    form = SureForm(request.POST or None, seen=found.edits, sure=sure)
    act = partial(actions.discard_draft, version_id=version_id)
    context = {"version": found}
    return form_page(request, "desk/catalog/discard.html", form, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest, version_id: int) -> HttpResponse:
    """How long each stage may take, for every class of a draft that says nothing else."""
    found = _draft(request, version_id)

    def done(_kept: CatalogVersion) -> HttpResponse:
        messages.success(request, _("The limits are kept in the draft."))
        return redirect("desk:catalog_version", version_id)

    form = LimitsForm(request.POST or None, rows=stage_limits(found.pk), seen=found.edits)
    act = partial(actions.set_version_limits, version_id=version_id)
    context = {"version": found}
    return form_page(request, "desk/catalog/limits.html", form, act=act, done=done, show=lambda: context)


# ---- its classes


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def add_class(request: HttpRequest, version_id: int) -> HttpResponse:
    """What names a new class; its conditions are written on its own page, where this leads."""
    found = _draft(request, version_id)
    if found.status != CatalogVersion.Status.DRAFT:
        raise _published()

    def done(made: CaseClass) -> HttpResponse:
        messages.success(request, _("The class is in the draft. Now say when it is filed, and by whom."))
        return redirect("desk:catalog_class_edit", made.pk)

    form = NewClassForm(request.POST or None)
    act = partial(actions.add_class, version_id=version_id)
    context = {"version": found}
    return form_page(request, "desk/catalog/class_add.html", form, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """All of a class of a draft on one page."""
    story = _class_of_draft(request, class_id)

    def done(_kept: CaseClass) -> HttpResponse:
        messages.success(request, _("The class is kept in the draft."))
        return redirect("desk:catalog_class", class_id)

    forms = ClassForms(request.POST or None, story)
    act = partial(actions.rewrite_class, class_id=class_id)
    context = {"story": story, "one": story.case_class}
    return form_page(request, "desk/catalog/class_edit.html", forms, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def remove_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """Says what goes with the class, and asks."""
    story = _class_of_draft(request, class_id)
    one = story.case_class

    def done(version: CatalogVersion) -> HttpResponse:
        messages.success(request, _("%(code)s is no longer in the draft.") % {"code": f"{one.code} {one}"})
        return redirect("desk:catalog_version", version.pk)

    own = [row for row in story.standards if row.case_class_id == one.pk]
    form = SureForm(request.POST or None, seen=one.edited, sure=_("Yes, take this class out of the draft"))
    act = partial(actions.remove_class, class_id=class_id)
    context = {"story": story, "one": one, "conditions": own}
    return form_page(
        request, "desk/catalog/class_remove.html", form, act=act, done=done, show=lambda: context
    )


def _class_of_draft(request: HttpRequest, class_id: int) -> ClassStory:
    require_everywhere(viewer_of(request))
    story = class_story(class_id, viewer=viewer_of(request))
    if story.case_class.version.status != CatalogVersion.Status.DRAFT:
        raise _published()
    return story


def _published() -> NotFound:
    return NotFound("version_published", _("A published version never changes. Start a draft from it."))
