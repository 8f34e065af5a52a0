"""Importing areas by page. Every answer comes from one call into places.areas."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity.models import User
from onegrid.kit.errors import Refused
from onegrid.places.areas import actions, queries, reading
from onegrid.places.areas.importing import NEW, REDRAWN, RENAMED, SAME_AREA
from onegrid.places.areas.models import DraftState, ImportDraft
from onegrid.places.areas.refusals import sentence
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.operator.areas.drawing import boxes, drawing, split
from onegrid.portals.operator.areas.forms import ChoicesForm, UploadForm, guesses

SLACK = 64 * 1024  # what a form needs around its file
CHANGES = {
    NEW: gettext_lazy("new area"),
    SAME_AREA: gettext_lazy("unchanged"),
    RENAMED: gettext_lazy("new name"),
    REDRAWN: gettext_lazy("new border"),
}
MISFITS = {
    "gap": gettext_lazy("gap"),
    "overlap": gettext_lazy("overlap"),
    "outside": gettext_lazy("outside the area above"),
    "sliver": gettext_lazy("sliver"),
}


@csrf_exempt
@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The list of imports and the upload. Too big a file is refused by its announced size, before it is read:
    the CSRF check reads the form, so it comes after that."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method == "POST" and size > reading.MAX_BYTES + SLACK:
        try:
            reading.check_size(size - SLACK)
        except Refused as refusal:
            return _list(request, UploadForm(), refusal, status=413)
    return _imports(request)


@csrf_protect
def _imports(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _list(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        draft = actions.start_import(
            content=file, file_name=file.name, size=file.size, by=_me(request), at=timezone.now()
        )
    except Refused as refusal:
        return _list(request, form, refusal, status=409)
    return redirect("operator:areas_import", draft.pk)


def _list(
    request: HttpRequest, form: UploadForm, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    drafts = queries.import_drafts(viewer=_me(request))
    return render(
        request,
        "operator/areas/list.html",
        {"form": form, "drafts": drafts, "refusal": refusal},
        status=status,
    )


@login_required
@require_http_methods(["GET", "POST"])
def one_import(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Preview and choices, then the report."""
    me = _me(request)
    draft = queries.import_draft(draft_id, viewer=me)
    parents = queries.possible_parents(viewer=me)
    refusal = None
    if request.method == "POST":
        form = ChoicesForm(request.POST, draft=draft, parents=parents)
        if form.is_valid():
            try:
                actions.choose(draft_id=draft.pk, choices=form.choices(), by=me, at=timezone.now())
                return redirect("operator:areas_import", draft.pk)
            except Refused as caught:
                refusal = caught
    else:
        form = ChoicesForm(draft=draft, parents=parents, initial=guesses(draft))
    return render(
        request,
        "operator/areas/import.html",
        {"draft": draft, "form": form, "refusal": refusal, **_report(draft)},
        status=200 if request.method == "GET" else 422,
    )


@login_required
@require_POST
def confirm(request: HttpRequest, draft_id: int) -> HttpResponse:
    return _step(request, draft_id, actions.confirm, _("The areas were taken over."))


@login_required
@require_POST
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    return _step(request, draft_id, actions.discard, _("The import was discarded; nothing changed."))


@login_required
@require_GET
def progress(request: HttpRequest, draft_id: int) -> HttpResponse:
    """How far the background work is; asked again by the page itself."""
    draft = queries.import_draft(draft_id, viewer=_me(request))
    return render(request, "operator/areas/progress.html", {"draft": draft})


def _step(request: HttpRequest, draft_id: int, step: Callable[..., ImportDraft], done: str) -> HttpResponse:
    try:
        draft = step(draft_id=draft_id, by=_me(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("operator:areas_import", draft_id)
    if not draft.task:
        messages.success(request, done)
    return redirect("operator:areas_import", draft_id)


def _report(draft: ImportDraft) -> dict[str, object]:
    """The report in words and as a drawing."""
    found = draft.report
    drawn = found.get("map", {})
    places = boxes(drawn)
    areas, problems = split(drawn)
    return {
        "busy": draft.task in ("waiting", "working"),
        "is_open": draft.state in (DraftState.READ, DraftState.CHECKED),
        "errors": [sentence(error) for error in found.get("errors", [])],
        "more_errors": found.get("error_count", 0) - len(found.get("errors", [])),
        "notes": [sentence(note) for note in found.get("notes", [])],
        "changes": [(CHANGES[change], count) for change, count in found.get("changes", {}).items()],
        "changed": [{**row, "change": CHANGES[row["change"]]} for row in found.get("changed", [])],
        "misfits": [
            {**row, "kind": MISFITS[row["kind"]], "bounds": places.get(row["number"])}
            for row in found.get("misfits", [])
        ],
        "drawing": drawing(drawn),
        "areas": areas,
        "problems": problems,
        "map_config": point_map_config() if areas["features"] else None,
    }


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
