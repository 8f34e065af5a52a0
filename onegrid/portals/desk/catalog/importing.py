"""A city's filing standard from Excel and back: upload, look, choose, take into a draft; download."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.cases.catalog import actions
from onegrid.cases.catalog.findings import sentence
from onegrid.cases.catalog.models import ImportState, StandardImport, units
from onegrid.cases.catalog.queries import city_standard, readable_version
from onegrid.cases.catalog.queries.imports import (
    local_schemes,
    reading_of,
    standard_import,
    standard_imports,
    tally,
)
from onegrid.cases.catalog.rules.sheet_writing import write_standard
from onegrid.cases.catalog.rules.sheets import COLUMNS, Line, Problem, Reading
from onegrid.cases.catalog.workbooks import MAX_BYTES, check_size, write_workbook
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused
from onegrid.kit.ui.asking import form_page, number, part_of
from onegrid.portals.desk.catalog.forms import MeaningForm, UploadForm

SLACK = 64 * 1024  # what a form needs around its file
ROWS = 100
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@csrf_exempt
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The list and the upload. Too big a file is refused by its announced size, before it is read: the CSRF check
    reads the form, so it comes after that."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method == "POST" and size > MAX_BYTES + SLACK:
        try:
            check_size(size - SLACK)
        except Refused as refusal:
            return _list(request, UploadForm(), refusal, status=413)
    return _imports(request)


@csrf_protect
def _imports(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _list(request, UploadForm())
    rows = standard_imports(viewer=viewer_of(request))  # may they? Before anything is read
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        check_size(file.size)
        made = actions.start_standard_import(
            content=file.read(), file_name=file.name, by=viewer_of(request), at=timezone.now()
        )
    except Refused as refusal:
        return _list(request, UploadForm(), refusal, status=409, rows=rows)
    return redirect("desk:catalog_import", made.pk)


def _list(
    request: HttpRequest,
    form: UploadForm,
    refusal: Refused | None = None,
    status: int = 200,
    rows: list[StandardImport] | None = None,
) -> HttpResponse:
    found = rows if rows is not None else standard_imports(viewer=viewer_of(request))
    context = {"form": form, "imports": found, "refusal": refusal, "columns": COLUMNS}
    return render(request, "desk/catalog/imports.html", context, status=status)


@dataclass(frozen=True)
class Shown:
    """A row of the preview: what was understood, and each problem in words beside its column."""

    line: Line
    problems: list[tuple[Problem, str, str]]

    @property
    def unit(self) -> str:
        return str(dict(units())[self.line.limit.unit]) if self.line.limit else ""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Every row with its problems, and the choices that are still to be made."""
    found = standard_import(import_id, viewer=viewer_of(request))

    def done(_chosen: StandardImport) -> HttpResponse:
        return redirect(f"{reverse('desk:catalog_import', args=[import_id])}#rows")

    def show() -> dict[str, Any]:
        known: dict[str, Any] = {"found": found, "columns": COLUMNS}
        return known | (_preview(request, found) if found.state == ImportState.READ else {})

    form = MeaningForm(request.POST or None, draft=found, schemes=local_schemes())
    act = partial(actions.choose_meaning, import_id=import_id)
    return form_page(request, "desk/catalog/import.html", form, act=act, done=done, show=show)


def _preview(request: HttpRequest, found: StandardImport) -> dict[str, Any]:
    reading = reading_of(found)
    only = request.GET.get("show", "")
    lines = [line for line in reading.lines if _wanted(line, only)]
    part = part_of(lines, request, ROWS)
    return {
        "is_open": True,
        "reading": reading,
        "problems": len(reading.problems),
        "notes": len(reading.notes),
        "tally": tally(reading.standard),
        "only": only,
        "shown": [
            Shown(line, [(one, COLUMNS[one.column], sentence(one)) for one in line.problems])
            for line in part.rows
        ],
        "part": part,
        "ready": _is_ready(found, reading),
    }


def _wanted(line: Line, only: str) -> bool:
    if only == "problems":
        return any(not one.harmless for one in line.problems)
    return bool(line.problems) if only == "notes" else True


def _is_ready(found: StandardImport, reading: Reading) -> bool:
    return bool(found.scheme_code) and not reading.problems


@login_required
@require_POST
def take(request: HttpRequest, import_id: int) -> HttpResponse:
    """All of it into a draft, or nothing."""
    try:
        draft = actions.take_standard_import(
            import_id=import_id,
            seen=number(request.POST.get("seen", "")),
            by=viewer_of(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:catalog_import", import_id)
    messages.success(
        request, _("The standard stands in a draft. Nothing is in force before the draft is published.")
    )
    return redirect("desk:catalog_version", draft.pk)


@login_required
@require_POST
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    try:
        actions.discard_standard_import(import_id=import_id, by=viewer_of(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:catalog_import", import_id)
    messages.success(request, _("The import was discarded; nothing changed."))
    return redirect("desk:catalog_imports")


@login_required
@never_cache
@require_GET
def export(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version as the two sheets that the import reads back."""
    version = readable_version(version_id, viewer=viewer_of(request))
    content = write_workbook(write_standard(city_standard(version)))
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{version.scheme.code}-v{version.number}.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
