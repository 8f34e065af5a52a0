"""Areas by page: the forest, one with its border, what hangs on it and its history; opening, naming, closing."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.ui.asking import form_page, number, part_of
from onegrid.places.areas import actions, queries
from onegrid.places.areas.access import EDIT, IMPORT, SEE
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.levels import kinds_below
from onegrid.places.areas.models import Area
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.operator.areas.drawing import drawing
from onegrid.portals.operator.areas.treeforms import CloseForm, OpenForm, RenameForm, ReopenForm
from onegrid.portals.operator.exporting import workbook
from onegrid.portals.operator.trail import told

MOST = 50_000


@login_required
@never_cache
@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """Level by level; with a search, a level or "closed" a flat list. Names and borders are public."""
    viewer = viewer_of(request)
    _require_some(viewer, SEE)
    text, kind, closed = _asked(request)
    under = number(request.GET.get("under", ""))
    above = queries.area(under) if under else None
    flat = bool(text.strip() or kind or closed)
    rows = queries.found_areas(text, kind=kind, closed=closed) if flat else queries.level(above)
    context = {
        "part": part_of(rows, request),
        "text": text,
        "kind": kind,
        "kinds": AreaKind.choices,
        "closed": closed,
        "flat": flat,
        "above": above,
        "way": queries.ancestors(above) if above else [],
        "may_open": viewer.scope(EDIT).covers(above.path if above else None),
        "may_import": bool(viewer.scope(IMPORT).reaches),
    }
    return render(request, "operator/areas/tree.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    _require_some(viewer_of(request), SEE)
    text, kind, closed = _asked(request)
    rows = queries.found_areas(text, kind=kind, closed=closed)
    header = [
        _("Code of the area"),
        _("Name of the area"),
        _("Level"),
        _("Area above"),
        _("Valid from"),
        _("m²"),
    ]
    cells = (
        [
            area.code,
            area.name,
            area.get_kind_display(),
            area.parent.name if area.parent else "",
            f"{area.valid_from:%Y-%m-%d}",
            round(area.area_m2) if area.area_m2 else None,
        ]
        for area in rows[:MOST]
    )
    return workbook(_("Areas"), header, cells, widths=(18, 28, 14, 28, 14, 14))


@login_required
@never_cache
@require_GET
def one_area(request: HttpRequest, area_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    _require_some(viewer, SEE)
    card = queries.area_card(area_id)
    area = card.area
    border = queries.border(area)
    shape = _collection(area, border)
    may_edit = viewer.scope(EDIT).covers(area.path) and area.valid_to is None
    context = {
        "area": area,
        "above": card.above,
        "counts": [(AreaKind(kind).label, count) for kind, count in card.below.items()],
        "children": part_of(queries.level(area), request),
        "predecessors": [*area.predecessors.defer("boundary")],
        "heirs": queries.heirs(area),
        "hanging": queries.hanging(area, timezone.now()) if may_edit else None,  # says how much is open
        "shape": shape,
        "drawing": drawing(shape),
        "map_config": point_map_config() if border else None,
        "history": told(area, viewer=viewer, path=area.path),
        "may_edit": may_edit,
        "may_reopen": area.valid_to is not None and viewer.scope(EDIT).covers(area.path),
        "may_import": viewer.scope(IMPORT).covers(area.path),
    }
    return render(request, "operator/areas/one.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, area_id: int) -> HttpResponse:
    area = _to_edit(request, area_id)
    form = RenameForm(request.POST or None, initial={"name": area.name})
    act = partial(actions.rename_area, area_id=area.pk)
    told_ = _(
        "Its code, its border and everything below it stay. Cases of the past show the new name as well."
    )
    context = {"area": area, "title": _("Rename the area"), "told": told_}
    done = partial(_done, request, _("%(name)s is its name now."))
    return form_page(request, "operator/areas/form.html", form, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_below(request: HttpRequest, area_id: int) -> HttpResponse:
    area = _to_edit(request, area_id)
    act = partial(actions.open_area, parent=area)
    context = {"area": area, "title": _("Open an area below it"), "told": _without_border()}
    done = partial(_done, request, _("%(name)s is open."))
    form = OpenForm(request.POST or None, kinds=kinds_below(area))
    return form_page(request, "operator/areas/form.html", form, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_top(request: HttpRequest) -> HttpResponse:
    """The first area of an installation, such as its street, where there is no file with borders."""
    _require_some(viewer_of(request), EDIT)
    act = partial(actions.open_area, parent=None)
    context = {"title": _("Open an area at the top"), "told": _without_border()}
    done = partial(_done, request, _("%(name)s is open."))
    form = OpenForm(request.POST or None, kinds=kinds_below(None), initial={"kind": AreaKind.STREET})
    return form_page(request, "operator/areas/form.html", form, act=act, done=done, show=lambda: context)


def _without_border() -> str:
    return _("It has no border yet: import one with the same code, and it is taken over.")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, area_id: int) -> HttpResponse:
    area = _to_edit(request, area_id)
    below = actions.closed_with(area) if area.valid_to else []
    act = partial(actions.reopen_area, area_id=area.pk)
    told_ = _(
        "Components, addresses and cases that name it are in it again. Duties and units are not: arrange them anew."
    )
    context = {"area": area, "title": _("Reopen the area"), "told": told_}
    done = partial(_done, request, _("%(name)s is open again."))
    form = ReopenForm(request.POST or None, below=below)
    return form_page(request, "operator/areas/form.html", form, act=act, done=done, show=lambda: context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, area_id: int) -> HttpResponse:
    """What hangs on it, then from when on."""
    area = _to_edit(request, area_id)

    def show() -> dict[str, Any]:
        return {"area": area, "hanging": queries.hanging(area, timezone.now())}

    act = partial(actions.close_area, area_id=area.pk)
    done = partial(_done, request, _("%(name)s is closed from that day on."))
    form = CloseForm(request.POST or None)
    return form_page(request, "operator/areas/close.html", form, act=act, done=done, show=show)


def _done(request: HttpRequest, words: str, area: Area) -> HttpResponse:
    messages.success(request, words % {"name": area.name})
    return redirect("operator:area", area.pk)


def _to_edit(request: HttpRequest, area_id: int) -> Area:
    viewer = viewer_of(request)
    _require_some(viewer, EDIT)
    area = queries.area(area_id)
    require(viewer, EDIT, path=area.path)
    return area


def _require_some(viewer: Actor, what: str) -> None:
    if not viewer.scope(what).reaches:
        require(viewer, what)


def _asked(request: HttpRequest) -> tuple[str, str, bool]:
    kind = request.GET.get("kind", "")
    kind = kind if kind in AreaKind.values else ""
    return request.GET.get("q", "")[:60], kind, request.GET.get("show") == "closed"


def _collection(area: Area, border: dict[str, Any] | None) -> dict[str, Any]:
    """As the map of an import takes it."""
    properties = {"kind": "area", "code": area.code, "name": area.name}
    features = [{"type": "Feature", "properties": properties, "geometry": border}] if border else []
    return {"type": "FeatureCollection", "features": features}
