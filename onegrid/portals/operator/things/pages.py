"""City components by page. Reading needs "things.see", writing "things.edit", each where they stand."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.kit.actors import require, viewer_of
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.ui.asking import PAGE, form_page, number, where_one_may
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.operator.things.forms import MoveForm, PlaceForm, StatusForm
from onegrid.portals.operator.trail import in_words
from onegrid.registry.things import actions, queries
from onegrid.registry.things.access import EDIT
from onegrid.registry.things.changes import changes_of
from onegrid.registry.things.models import Thing, ThingStatus


@login_required
@never_cache
@require_GET
def thing_list(request: HttpRequest) -> HttpResponse:
    """By the whole number of one, else by class."""
    viewer, after = viewer_of(request), number(request.GET.get("after", ""))
    text, code = request.GET.get("q", "").strip()[:20], request.GET.get("class", "")[:5]
    queries.require_some(viewer)
    if text:
        found = queries.things_by_number(text, viewer=viewer)
    else:
        found = queries.things(viewer=viewer, after=after, limit=PAGE, class_code=code)
    context = {
        "things": found,
        "further": found[-1].pk if len(found) == PAGE and not text else None,
        "begun": bool(after),
        "text": text,
        "code": code,
        "classes": [one for one in queries.thing_classes() if one.kind == "component"],
        "may_edit": bool(viewer.scope(EDIT).reaches),
    }
    return render(request, "operator/things/list.html", context)


@login_required
@never_cache
@require_GET
def one(request: HttpRequest, identifier: str) -> HttpResponse:
    viewer = viewer_of(request)
    found = queries.thing(identifier, viewer=viewer)
    keeps = viewer.scope(EDIT).covers(found.area_path, found.authority_id)
    context = {
        "thing": found,
        "changes": changes_of(found),
        "may_edit": keeps and found.status != ThingStatus.REMOVED,
        "history": in_words(queries.history_of(found), _more) if keeps else None,
    }
    return render(request, "operator/things/one.html", context)


def _more(entry: AuditEntry) -> str:
    """From which state to which, or from which point to which."""
    said: dict[str, Any] = entry.details
    if entry.verb == "things.status":
        return f"{ThingStatus(said['from']).label} → {ThingStatus(said['to']).label}"
    if entry.verb == "things.move":
        return " → ".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in (said["from"], said["to"]))
    return ""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.scope(EDIT).reaches:
        require(viewer, EDIT)
    told = _("It gets the next number of its class in its district.")
    form = PlaceForm(request.POST or None)
    act = where_one_may(actions.place_thing, _("This point lies outside your area."))
    return _form(request, form, act, _("Put a component on the record"), told)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, identifier: str) -> HttpResponse:
    found = _to_edit(request, identifier)
    initial = {"lon": round(found.point.x, 6), "lat": round(found.point.y, 6)}
    form = MoveForm(request.POST or None, initial=initial)
    act = where_one_may(
        partial(actions.move_thing, thing_id=found.pk), _("This point lies outside your area.")
    )
    told = _("Its grid, community and unit grid follow the point.")
    return _form(request, form, act, _("Correct its position"), told, found)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, identifier: str) -> HttpResponse:
    found = _to_edit(request, identifier)
    form = StatusForm(request.POST or None, initial={"status": found.status})
    act = partial(actions.change_status, thing_id=found.pk)
    told = _("What was removed stays as history and cannot come back: a new one gets a new number.")
    return _form(request, form, act, _("Change its state"), told, found)


def _to_edit(request: HttpRequest, identifier: str) -> Thing:
    viewer = viewer_of(request)
    if not viewer.scope(EDIT).reaches:
        require(viewer, EDIT)
    found = queries.thing(identifier, viewer=viewer)
    require(viewer, EDIT, path=found.area_path, org_id=found.authority_id)
    return found


def _form(
    request: HttpRequest, form: Any, act: Any, title: str, told: str, thing: Thing | None = None
) -> HttpResponse:
    def done(made: Thing) -> HttpResponse:
        messages.success(request, _("%(name)s: it is written down.") % {"name": made.identifier})
        return redirect("operator:thing", made.identifier)

    context: dict[str, Any] = {"thing": thing, "title": title, "told": told}
    context["point_map"] = point_map_config() if "lon" in form.fields else None
    return form_page(request, "operator/things/form.html", form, act=act, done=done, show=lambda: context)
