"""People from an Excel file: upload → every row with what is wrong → all of them or nobody → passwords, once."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity import importing
from onegrid.accounts.identity.access import EDIT, require_somewhere
from onegrid.accounts.identity.actions.engaging import MOST_AT_ONCE, take_on_all
from onegrid.accounts.orgs.queries import organisations_in_reach
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import Refused
from onegrid.kit.sheets import read_table
from onegrid.places.areas.queries import areas_in_reach
from onegrid.portals.operator.exporting import workbook
from onegrid.portals.operator.people.forms import FileForm, RowsForm

PLACES = 10_000  # organisations and areas that a file may name


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    require_somewhere(viewer_of(request), EDIT)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=200 if request.method == "GET" else 422)
    try:
        rows = read_table(form.cleaned_data["file"].read(), most=MOST_AT_ONCE + 1)
        return _preview(request, rows)
    except Refused as refusal:
        return _page(request, form, refusal=refusal, status=409)


@login_required
@never_cache
@require_POST
def people_confirm(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    require_somewhere(viewer, EDIT)
    form = RowsForm(request.POST)
    if not form.is_valid():
        return _page(request, FileForm(), status=422)
    rows = form.cleaned_data["rows"]
    try:
        lines = _checked(request, rows)
        people = [line.person for line in lines if line.person is not None]
        if len(people) < len(lines):
            return _preview(request, rows, status=409)
        taken = take_on_all(people=people, by=viewer, at=timezone.now())
    except Refused as refusal:
        return _page(request, FileForm(), refusal=refusal, status=409)
    return render(request, "operator/people/password.html", {"taken": taken})


@login_required
@require_GET
def template(request: HttpRequest) -> StreamingHttpResponse:
    """An empty list with its header."""
    require_somewhere(viewer_of(request), EDIT)
    header = [str(words) for words in importing.COLUMNS.values()]
    return workbook(_("People"), header, [], widths=[20] * len(header))


def _checked(request: HttpRequest, rows: list[list[str]]) -> list[importing.Line]:
    viewer = viewer_of(request)
    return importing.checked(
        importing.read_lines(rows),
        organisations=organisations_in_reach(viewer=viewer, what=EDIT, limit=PLACES),
        areas=areas_in_reach(viewer=viewer, what=EDIT, limit=PLACES),
    )


def _preview(request: HttpRequest, rows: list[list[str]], status: int = 200) -> HttpResponse:
    lines = _checked(request, rows)
    wrong = sum(bool(line.wrong) for line in lines)
    form = RowsForm(initial={"rows": rows})
    context = {"lines": lines, "wrong": wrong, "good": len(lines) - wrong, "form": form}
    return render(request, "operator/people/preview.html", context, status=status)


def _page(
    request: HttpRequest, form: FileForm, *, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "operator/people/import.html", {"form": form, "refusal": refusal}, status=status)
