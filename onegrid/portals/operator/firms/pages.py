"""Shops and firms by page: "establishments.see" reads, "establishments.edit" writes, each where they stand."""

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
from onegrid.kit.ui.asking import PAGE, form_page, number, where_one_may
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.operator.firms.forms import CloseForm, OpenForm
from onegrid.portals.operator.trail import in_words
from onegrid.registry.establishments import actions, queries
from onegrid.registry.establishments.access import EDIT
from onegrid.registry.establishments.models import Establishment, EstablishmentKind


@login_required
@never_cache
@require_GET
def firm_list(request: HttpRequest) -> HttpResponse:
    """Open ones in one's own area, by a part of the name and by kind."""
    viewer, after = viewer_of(request), number(request.GET.get("after", ""))
    text, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    kind = kind if kind in EstablishmentKind.values else ""
    found = queries.establishments(viewer=viewer, text=text, kind=kind, after=after, limit=PAGE)
    context = {
        "firms": found,
        "further": found[-1].pk if len(found) == PAGE else None,
        "begun": bool(after),
        "text": text,
        "kind": kind,
        "kinds": EstablishmentKind.choices,
        "may_edit": bool(viewer.scope(EDIT).reaches),
    }
    return render(request, "operator/firms/list.html", context)


@login_required
@never_cache
@require_GET
def one(request: HttpRequest, firm_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    firm = queries.establishment(firm_id, viewer=viewer)
    keeps = viewer.scope(EDIT).covers(firm.area_path)
    context = {
        "firm": firm,
        "may_edit": keeps and firm.closed_on is None,
        "history": in_words(queries.history_of(firm)) if keeps else None,
    }
    return render(request, "operator/firms/one.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.scope(EDIT).reaches:
        require(viewer, EDIT)
    form = OpenForm(request.POST or None)
    act = where_one_may(actions.open_establishment, _("This point lies outside your area."))
    return _form(request, form, act, _("Put a shop or firm on the record"), "")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, firm_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.scope(EDIT).reaches:
        require(viewer, EDIT)
    firm = queries.establishment(firm_id, viewer=viewer)
    require(viewer, EDIT, path=firm.area_path)
    told = _(
        "It is no longer there: it stays for cases and patrols of the past, and the map shows it no more."
    )
    act = partial(actions.close_establishment, establishment_id=firm.pk)
    form = CloseForm(request.POST or None)
    return _form(request, form, act, _("Close the shop or firm"), told, firm)


def _form(
    request: HttpRequest, form: Any, act: Any, title: str, told: str, firm: Establishment | None = None
) -> HttpResponse:
    def done(made: Establishment) -> HttpResponse:
        said = _("%(name)s is closed.") if made.closed_on else _("%(name)s is on the record.")
        messages.success(request, said % {"name": made.name})
        return redirect("operator:firm", made.pk)

    context: dict[str, Any] = {"firm": firm, "title": title, "told": told}
    context["point_map"] = point_map_config() if "lon" in form.fields else None
    return form_page(request, "operator/firms/form.html", form, act=act, done=done, show=lambda: context)
