"""Writing for residents: lists, one sheet, putting it up and taking it down."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.hall.activities.actions import call_off_activity, reveal_sign_ups
from onegrid.hall.activities.queries import activity_to_edit, who_comes
from onegrid.hall.answers.access import EDIT as EDIT_ANSWERS
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.errors import Refused
from onegrid.portals.desk.hall.forms import PurposeForm, ReasonForm
from onegrid.portals.desk.hall.kinds import KINDS, Kind

PAGE = 20


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def tabs(viewer: Actor) -> list[Kind]:
    """The kinds that this person may write."""
    return [kind for kind in KINDS.values() if viewer.scope(kind.what).reaches]


def shared(request: HttpRequest, here: str) -> dict:
    """What every page of these shows: the ways between them."""
    viewer = viewer_of(request)
    return {"tabs": tabs(viewer), "here": here, "asks": bool(viewer.scope(EDIT_ANSWERS).reaches)}


@login_required
@never_cache
@require_GET
def sheets(request: HttpRequest, kind: str) -> HttpResponse:
    """All of one kind in reach, the last written first."""
    chosen, before = kind_of(kind), request.GET.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = chosen.rows(viewer=viewer_of(request), before=last, limit=PAGE + 1)
    older = f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    context = shared(request, kind) | {"kind": chosen, "rows": rows[:PAGE], "older": older}
    return render(request, "desk/hall/sheets.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    chosen, viewer = kind_of(kind), viewer_of(request)
    form = chosen.form(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        row = form.save(chosen.write, by=viewer, at=timezone.now())
        if row is not None:
            messages.success(request, _("Kept as a draft. Residents do not see it yet."))
            return redirect("desk:hall_sheet", kind, row.pk)
    return _form_page(request, chosen, form, None)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one_sheet(request: HttpRequest, kind: str, sheet_id: int) -> HttpResponse:
    chosen, viewer = kind_of(kind), viewer_of(request)
    sheet = chosen.one(sheet_id, viewer=viewer)
    form = chosen.form(request.POST or None, viewer=viewer, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        which = {chosen.row_id: sheet_id, "seen_version": form.cleaned_data["seen_version"]}
        if form.save(chosen.write, **which, by=viewer, at=timezone.now()) is not None:
            messages.success(request, _("Kept."))
            return redirect("desk:hall_sheet", kind, sheet_id)
    return _form_page(request, chosen, form, sheet)


def _form_page(request: HttpRequest, kind: Kind, form, sheet) -> HttpResponse:
    context = shared(request, kind.name) | {"kind": kind, "form": form, "sheet": sheet}
    return render(request, "desk/hall/sheet.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def move_sheet(request: HttpRequest, kind: str, sheet_id: int, verb: str) -> HttpResponse:
    """发布、撤下."""
    chosen = kind_of(kind)
    act = {"publish": chosen.publish, "withdraw": chosen.withdraw}[verb]
    try:
        act(**{chosen.row_id: sheet_id}, by=viewer_of(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        words = _("Residents read it now.") if verb == "publish" else _("Taken down.")
        messages.success(request, words)
    return redirect("desk:hall_sheet", kind, sheet_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Who comes: masked; names and phones in the clear for a purpose, by POST, on record."""
    viewer = viewer_of(request)
    activity = activity_to_edit(activity_id, viewer=viewer)
    form, clear = PurposeForm(request.POST or None), False
    rows = []
    if request.method == "POST" and form.is_valid():
        try:
            rows = reveal_sign_ups(activity_id=activity_id, **form.cleaned_data, by=viewer, at=timezone.now())
            clear = True
        except Refused as refusal:
            form.add_error("purpose", str(refusal.message))
    rows = rows or who_comes(activity_id, viewer=viewer)
    context = shared(request, "activities") | {
        "activity": activity,
        "rows": rows,
        "form": form,
        "clear": clear,
    }
    return render(request, "desk/hall/people.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, activity_id: int) -> HttpResponse:
    """取消活动: a page of its own; everybody who comes is told."""
    viewer = viewer_of(request)
    activity = activity_to_edit(activity_id, viewer=viewer)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call_off_activity(activity_id=activity_id, **form.cleaned_data, by=viewer, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("It is called off; whoever signed up is told."))
            return redirect("desk:hall_sheet", "activities", activity_id)
    context = shared(request, "activities") | {"activity": activity, "form": form}
    return render(request, "desk/hall/call_off.html", context, status=400 if form.errors else 200)
