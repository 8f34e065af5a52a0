"""Compounds by page, for whoever keeps them ("compounds.edit" where they lie)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.orgs.models import OrgKind
from onegrid.accounts.orgs.queries import organisations
from onegrid.kit.actors import require, viewer_of
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotFound
from onegrid.kit.ui.asking import form_page, number, part_of
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.addresses.queries import address as address_of
from onegrid.portals.operator.compounds.forms import DoorsForm, HandOverForm, TakeOverForm
from onegrid.portals.operator.trail import in_words
from onegrid.registry.dwellings import actions, queries
from onegrid.registry.dwellings.access import EDIT
from onegrid.registry.dwellings.models import Compound


@login_required
@never_cache
@require_GET
def compound_list(request: HttpRequest) -> HttpResponse:
    """Those that the viewer keeps, by a part of the name."""
    text, today = request.GET.get("q", "").strip()[:60], timezone.localdate()
    after = number(request.GET.get("after", ""))
    found = queries.compounds(viewer=viewer_of(request), day=today, what=EDIT, after=after, text=text)
    further = found[-1].pk if len(found) == queries.PAGE else None
    context = {"compounds": found, "further": further, "text": text, "begun": bool(after)}
    return render(request, "operator/compounds/list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Found in the address tree; then what would be recorded is shown and taken over by one press."""
    viewer, text = viewer_of(request), request.GET.get("q", "").strip()[:60]
    if not viewer.scope(EDIT).reaches:
        require(viewer, EDIT)
    wanted = number(request.GET.get("address", ""))
    if not wanted:
        found = queries.compounds_to_record(viewer=viewer, text=text) if text else []
        return render(request, "operator/compounds/new.html", {"text": text, "found": found})
    address = address_of(wanted, viewer=viewer)
    if address.kind != AddressKind.COMPOUND:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))

    def done(made: Compound) -> HttpResponse:
        messages.success(request, _("%(name)s is on the record.") % {"name": made.name})
        return redirect("operator:compound", made.pk)

    act = partial(actions.take_over_compound, address_id=address.pk)
    context = {"address": address, "buildings": queries.buildings_in_tree(address)}
    form = TakeOverForm(request.POST if request.method == "POST" else None)
    return form_page(request, "operator/compounds/new.html", form, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_GET
def one(request: HttpRequest, compound_id: int) -> HttpResponse:
    found = queries.compound(compound_id, viewer=viewer_of(request), day=timezone.localdate(), what=EDIT)
    context = {
        "compound": found,
        "buildings": queries.buildings_of(found.pk),
        "managements": queries.managements_of(found.pk),
        "history": in_words(queries.keeping_of(found), _more),
    }
    return render(request, "operator/compounds/one.html", context)


def _more(entry: AuditEntry) -> str:
    """What an entry says besides its verb: the day of a hand-over, the doors of a building."""
    details: dict[str, Any] = entry.details
    if entry.verb == "compounds.hand_over":
        return _("from %(day)s on") % {"day": details.get("on", "")}
    if entry.verb == "compounds.dwellings":
        count = int(details.get("count", 0))
        words = ngettext("%(building)s: %(count)s door", "%(building)s: %(count)s doors", count)
        return words % {"building": details.get("building", ""), "count": count}
    return ""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, compound_id: int) -> HttpResponse:
    """物业交接: the firm that manages now, the next one, the day."""
    viewer = viewer_of(request)
    found = queries.compound(compound_id, viewer=viewer, day=timezone.localdate(), what=EDIT)
    firms = list(organisations(viewer=viewer, kind=OrgKind.PROPERTY_FIRM)[:500])

    def done(made: object) -> HttpResponse:
        messages.success(request, _("The hand-over is written down."))
        return redirect("operator:compound", found.pk)

    act = partial(actions.hand_over_management, compound_id=found.pk)
    form = HandOverForm(request.POST or None, firms=firms)
    context = {"compound": found, "managements": queries.managements_of(found.pk)}
    return form_page(
        request, "operator/compounds/hand_over.html", form, act=act, done=done, show=lambda: context
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def doors(request: HttpRequest, building_id: int) -> HttpResponse:
    """The doors of a building; new ones are read, shown, and written down when they were looked at."""
    building = queries.building(building_id, viewer=viewer_of(request), what=EDIT)
    form = DoorsForm(request.POST or None)
    context: dict[str, Any] = {
        "building": building,
        "part": part_of(queries.doors_of(building), request),
    }
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["looked"]:
        shown = form.cleaned_data["doors"]
        context |= {"preview": shown, "whole": sum(area for _name, area in shown)}
        return render(request, "operator/compounds/doors.html", {"form": form, "refusal": None, **context})

    def done(count: int) -> HttpResponse:
        words = ngettext("%(count)s door is written down.", "%(count)s doors are written down.", count)
        messages.success(request, words % {"count": count})
        return redirect("operator:building_doors", building.pk)

    act = partial(actions.record_dwellings, building_id=building.pk)
    return form_page(request, "operator/compounds/doors.html", form, act=act, done=done, show=lambda: context)
