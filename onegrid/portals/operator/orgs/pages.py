"""Organisations by page. Reading needs "orgs.see", writing "orgs.edit", each where the organisation serves."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.queries import people_of
from onegrid.accounts.orgs import actions, queries
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.ui.asking import form_page, number, part_of
from onegrid.places.areas.queries import areas_in_reach
from onegrid.portals.operator.exporting import me, workbook
from onegrid.portals.operator.orgs.forms import ChangeForm, MoveForm, OpenForm, ReasonForm
from onegrid.portals.operator.trail import pairs_of, told


@login_required
@never_cache
@require_GET
def org_list(request: HttpRequest) -> HttpResponse:
    """The tree level by level; with a search, a kind or "closed" a flat list."""
    viewer = viewer_of(request)
    text, kind = request.GET.get("q", "")[:60], _kind(request)
    closed = request.GET.get("show") == "closed"
    under = number(request.GET.get("under", ""))
    above = queries.organisation(under, viewer=viewer) if under else None
    flat = bool(text.strip() or kind or closed)
    rows = (
        queries.found_organisations(viewer=viewer, text=text, kind=kind, closed=closed)
        if flat
        else queries.level(viewer=viewer, under=above)
    )
    context = {
        "part": part_of(rows, request),
        "text": text,
        "kind": kind,
        "kinds": OrgKind.choices,
        "closed": closed,
        "flat": flat,
        "above": above,
        "may_edit": bool(viewer.scope(actions.EDIT).reaches),
    }
    return render(request, "operator/orgs/list.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is searched, as Excel."""
    rows = actions.export_organisations(
        text=request.GET.get("q", "")[:60],
        kind=_kind(request),
        closed=request.GET.get("show") == "closed",
        by=viewer_of(request),
        about=me(request),
        at=timezone.now(),
    )
    header = [
        _("Code"),
        _("Name"),
        _("Kind"),
        _("Area it serves"),
        _("Hangs below"),
        _("Public phone"),
        _("Closed on"),
    ]
    cells = (
        [
            org.code,
            org.name,
            org.get_kind_display(),
            org.area.name,
            org.parent.name if org.parent else "",
            org.phone,
            f"{org.closed_on:%Y-%m-%d}" if org.closed_on else "",
        ]
        for org in rows
    )
    return workbook(_("Organisations"), header, cells, widths=(18, 30, 18, 18, 30, 18, 12))


@login_required
@never_cache
@require_GET
def one_org(request: HttpRequest, org_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    org = queries.organisation(org_id, viewer=viewer)
    people = people_of(org, viewer=viewer, at=timezone.now())
    context = {
        "org": org,
        "below": part_of(queries.level(viewer=viewer, under=org), request),
        "people": part_of(people, request) if people is not None else None,
        "history": told(org, viewer=viewer, path=org.area.path, org_id=org.pk, more=_change),
        "may_edit": _may_edit(viewer, org),
    }
    return render(request, "operator/orgs/one.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_org(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.scope(actions.EDIT).reaches:
        require(viewer, actions.EDIT)
    form = OpenForm(
        request.POST or None,
        areas=areas_in_reach(viewer=viewer, what=actions.EDIT),
        units=queries.organisations_in_reach(viewer=viewer, what=actions.EDIT),
        initial=_below(request, viewer),
    )
    done = partial(_done, request, _("%(name)s is open."))
    return form_page(
        request, "operator/orgs/open.html", form, act=actions.open_organisation, done=done, show=dict
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change_org(request: HttpRequest, org_id: int) -> HttpResponse:
    org = _to_edit(request, org_id)
    form = ChangeForm(request.POST or None, initial={"name": org.name, "phone": org.phone})
    act = partial(actions.change_organisation, organisation_id=org.pk)
    done = partial(_done, request, _("%(name)s was changed."))
    return form_page(
        request, "operator/orgs/change.html", form, act=act, done=done, show=lambda: {"org": org}
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def move_org(request: HttpRequest, org_id: int) -> HttpResponse:
    org = _to_edit(request, org_id)
    units = queries.organisations_in_reach(viewer=viewer_of(request), what=actions.EDIT)
    form = MoveForm(request.POST or None, units=units, of=org)
    act = partial(actions.move_organisation, organisation_id=org.pk)
    done = partial(_done, request, _("%(name)s was moved."))
    return form_page(request, "operator/orgs/move.html", form, act=act, done=done, show=lambda: {"org": org})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def close_org(request: HttpRequest, org_id: int) -> HttpResponse:
    """What hangs on it, then the question why."""
    org = _to_edit(request, org_id)

    def show() -> dict[str, object]:
        return {"org": org, "closing": queries.closing(org, timezone.now())}

    act = partial(actions.close_organisation, organisation_id=org.pk)
    done = partial(_done, request, _("%(name)s is closed. It can be reopened here."))
    form = ReasonForm(request.POST or None)
    return form_page(request, "operator/orgs/close.html", form, act=act, done=done, show=show)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reopen_org(request: HttpRequest, org_id: int) -> HttpResponse:
    org = _to_edit(request, org_id)
    act = partial(actions.reopen_organisation, organisation_id=org.pk)
    done = partial(_done, request, _("%(name)s is open again."))
    form = ReasonForm(request.POST or None)
    return form_page(
        request, "operator/orgs/reopen.html", form, act=act, done=done, show=lambda: {"org": org}
    )


def _to_edit(request: HttpRequest, org_id: int) -> Organisation:
    viewer = viewer_of(request)
    if not viewer.scope(actions.EDIT).reaches:
        require(viewer, actions.EDIT)
    org = queries.organisation(org_id, viewer=viewer)
    require(viewer, actions.EDIT, path=org.area.path, org_id=org.pk)
    return org


def _may_edit(viewer: Actor, org: Organisation) -> bool:
    return viewer.scope(actions.EDIT).covers(org.area.path, org.pk)


def _done(request: HttpRequest, words: str, org: Organisation) -> HttpResponse:
    messages.success(request, words % {"name": org.name})
    return redirect("operator:org", org.pk)


def _below(request: HttpRequest, viewer: Actor) -> dict[str, str]:
    """`?under=`: the form begins below that organisation, in its area."""
    under = number(request.GET.get("under", ""))
    if not under:
        return {}
    org = queries.organisation(under, viewer=viewer)
    return {"parent": f"{org.code} {org.name}", "area": f"{org.area.code} {org.area.name}"}


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in OrgKind.values else ""


def _change(entry: AuditEntry) -> str:
    if entry.verb != "orgs.change":
        return ""
    return "; ".join(f"{before or '—'} → {after or '—'}" for before, after in pairs_of(entry.details))
