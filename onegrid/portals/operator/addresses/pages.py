"""Addresses by page. Reading needs "addresses.see", writing "addresses.edit", each where the address lies."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.ui.asking import form_page, part_of
from onegrid.places.addresses import actions, queries
from onegrid.places.addresses.access import EDIT, SEE
from onegrid.places.addresses.models import Address
from onegrid.portals.operator.addresses.forms import CloseForm, OpenForm, RenameForm
from onegrid.portals.operator.trail import told

FOUND = 50


@login_required
@never_cache
@require_GET
def address_list(request: HttpRequest) -> HttpResponse:
    """A search inside one's own area; without one the topmost addresses there."""
    viewer = viewer_of(request)
    _require_some(viewer, SEE)
    text = request.GET.get("q", "")[:60]
    if text.strip():
        found = queries.find_addresses(text, viewer_scope=viewer.scope(SEE), only_in_scope=True, limit=FOUND)
        rows = [(hit.address, hit.former_name) for hit in found]
        part = None
    else:
        part = part_of(queries.address_level(viewer=viewer), request)
        rows = [(address, "") for address in part.rows]
    return render(request, "operator/addresses/list.html", {"rows": rows, "part": part, "text": text})


@login_required
@never_cache
@require_GET
def one_address(request: HttpRequest, address_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    _require_some(viewer, SEE)
    address = queries.address(address_id, viewer=viewer)
    context = {
        "address": address,
        "children": part_of(queries.address_level(viewer=viewer, under=address), request),
        "former": address.former_names.order_by("-valid_to"),
        "history": told(address, viewer=viewer, path=address.area_path or None),
        "may_edit": viewer.scope(EDIT).covers(address.area_path or None) and address.valid_to is None,
    }
    return render(request, "operator/addresses/one.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, address_id: int) -> HttpResponse:
    address = _to_edit(request, address_id)
    form = RenameForm(request.POST or None, initial={"name": address.name})
    act = partial(actions.rename_address, address_id=address.pk)
    told_ = _("Everything inside it is renamed with it; the old name still finds it.")
    return _form(request, address, form, act, _("Rename the address"), _("%(name)s is its name now."), told_)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, address_id: int) -> HttpResponse:
    address = _to_edit(request, address_id)
    act = partial(actions.close_address, address_id=address.pk)
    told_ = _("It is no longer there: it stays for cases of the past, and search offers it no more.")
    form = CloseForm(request.POST or None)
    return _form(request, address, form, act, _("Close the address"), _("%(name)s is closed."), told_)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_inside(request: HttpRequest, address_id: int) -> HttpResponse:
    address = _to_edit(request, address_id)
    act = partial(actions.open_address, parent_id=address.pk)
    told_ = _("Without a point it lies where the address above it lies.")
    form = OpenForm(request.POST or None)
    return _form(
        request, address, form, act, _("Add an address inside it"), _("%(name)s is there now."), told_
    )


def _form(
    request: HttpRequest, address: Address, form: Any, act: Any, title: str, said: str, told_: str
) -> HttpResponse:
    def done(made: Address) -> HttpResponse:
        messages.success(request, said % {"name": made.full_name})
        return redirect("operator:address", made.pk)

    context = {"address": address, "title": title, "told": told_}
    return form_page(request, "operator/addresses/form.html", form, act=act, done=done, show=lambda: context)


def _to_edit(request: HttpRequest, address_id: int) -> Address:
    viewer = viewer_of(request)
    _require_some(viewer, EDIT)
    address = queries.address(address_id, viewer=viewer)
    require(viewer, EDIT, path=address.area_path or None)
    return address


def _require_some(viewer: Actor, what: str) -> None:
    if not viewer.scope(what).reaches:
        require(viewer, what)
