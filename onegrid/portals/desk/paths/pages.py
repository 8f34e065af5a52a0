"""All paths, a new one, one of them, and what is done with it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity.me import me
from onegrid.cases.paths import actions
from onegrid.cases.paths.access import DRAW
from onegrid.cases.paths.models import PathSection
from onegrid.cases.paths.queries import PathStory, path_page, path_story, photo_of_path
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.files import file_answer
from onegrid.kit.sendings import Doing, Moment, digest_of, done_once
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.desk.paths.forms import ShowForm, WayForm, WorkForm

COLOURS = 6  # the tokens --map-kind-01 … 06


@login_required
@never_cache
@require_GET
def paths(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    cursor = int(after) if after.isdecimal() and len(after) < 19 else None
    may_draw = bool(me(request).scope(DRAW).reaches)
    found = path_page(viewer=me(request), after=cursor)
    return render(request, "desk/paths/list.html", {"page": found, "may_draw": may_draw})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A way becomes a draft; what the rules refuse is said on the form."""
    if not me(request).scope(DRAW).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=DRAW)
    now = timezone.now()
    form = WayForm(request.POST or None, request.FILES or None, at=now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with _once(request, now) as doing:
                if doing.answer is None:
                    path = actions.draw_path(
                        way=form.way(), text=given["text"], class_id=given["class_id"], owner_id=given["owner_id"],
                        by=me(request), at=now,
                    )  # fmt: skip
                    doing.answer = {"path": path.pk}
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("These are the sections. Nobody has been told yet."))
            return redirect("desk:path", doing.answer["path"])
    status = 400 if form.errors else 200
    context = {"form": form, "map": point_map_config(), "key": request.POST.get("key") or uuid4().hex}
    return render(request, "desk/paths/new.html", context, status=status)


def _once(request: HttpRequest, at: datetime) -> AbstractContextManager[Doing]:
    """A form that is sent twice, by two clicks, is done once; with other words it is another one."""
    fields = [(name, str(value)) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    files = [(name, str(one.name), one.size or 0) for name, some in request.FILES.lists() for one in some]
    if not request.POST.get("key"):
        fields.append(("key", uuid4().hex))
    key = digest_of(request.path, fields, files)
    return done_once(who=me(request).actor_key, key=key, digest=key, moment=Moment(), at=at)


@login_required
@never_cache
@require_GET
def path(request: HttpRequest, path_id: int) -> HttpResponse:
    return _page(request, path_story(path_id=path_id, viewer=me(request)))


def _page(request: HttpRequest, story: PathStory, **more: Any) -> HttpResponse:
    colours: dict[int, int] = {}
    for row in story.streets:
        vars(row)["colour"] = colours.setdefault(row.area_id, len(colours) % COLOURS + 1)
    context = {
        "story": story,
        "map": point_map_config(),
        "sections": {
            "type": "FeatureCollection",
            "features": [_feature(row) for row in story.streets if row.line],
        },
        "asked": story.asked,
        "key": uuid4().hex,
        "show_form": ShowForm(),
        "work_form": WorkForm(),
    } | more
    return render(request, "desk/paths/one.html", context, status=400 if more else 200)


def _feature(row: PathSection) -> dict[str, Any]:
    """To about a decimetre: a picture, no measure."""
    runs = row.line.coords if row.line is not None else ()
    lines = [[[round(x, 6), round(y, 6)] for x, y in run] for run in runs]
    named = {"n": row.position, "name": row.area.name, "colour": vars(row)["colour"]}
    return {
        "type": "Feature",
        "properties": named,
        "geometry": {"type": "MultiLineString", "coordinates": lines},
    }


@login_required
@require_GET
def photo(request: HttpRequest, path_id: int, photo_id: int) -> HttpResponseBase:
    return file_answer(photo_of_path(path_id=path_id, photo_id=photo_id, viewer=me(request)), request)


def _lead(request: HttpRequest, given: dict) -> Any:
    reason = request.POST.get("reason", "")
    return actions.choose_lead(unit_id=_number(request.POST.get("unit", "")), reason=reason, **given)


def _decline(request: HttpRequest, given: dict) -> Any:
    return actions.decline_sections(reason=request.POST.get("reason", ""), **given)


def _link(request: HttpRequest, given: dict) -> Any:
    return actions.attach_report(number=request.POST.get("number", ""), **given)


VERBS: dict[str, Callable[[HttpRequest, dict], Any]] = {
    "lead": _lead,
    "discard": lambda request, given: actions.discard_path(**given),
    "open": lambda request, given: actions.open_path_case(**given),
    "send": lambda request, given: actions.send_path(**given),
    "accept": lambda request, given: actions.accept_sections(**given),
    "decline": _decline,
    "link": _link,
}


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, path_id: int, verb: str) -> HttpResponse:
    """One deed; back to the page, or to the list when the path is gone."""
    if verb not in VERBS:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    path_story(path_id=path_id, viewer=me(request))
    try:
        VERBS[verb](request, {"path_id": path_id, "by": me(request), "at": timezone.now()})
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Done."))
    return redirect("desk:paths") if verb == "discard" else redirect("desk:path", path_id)


@login_required
@never_cache
@require_POST
def section(request: HttpRequest, path_id: int, section_id: int, verb: str) -> HttpResponse:
    """Evidence, or work and cost, of one section."""
    story = path_story(path_id=path_id, viewer=me(request))
    form = ShowForm(request.POST, request.FILES) if verb == "show" else WorkForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("desk:path", story.path.pk)
    act_on = actions.show_section if verb == "show" else actions.record_work
    now = timezone.now()
    try:
        with _once(request, now) as doing:
            if doing.answer is None:
                act_on(path_id=path_id, section_id=section_id, by=me(request), at=now, **form.cleaned_data)
                doing.answer = {"done": True}
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Done."))
    return redirect("desk:path", path_id)


@login_required
@never_cache
@require_POST
def vehicle(request: HttpRequest, path_id: int) -> HttpResponse:
    """A POST, for it writes to the audit trail; shown once."""
    purpose = request.POST.get("purpose", "")
    try:
        found = actions.reveal_vehicle(path_id=path_id, purpose=purpose, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("desk:path", path_id)
    return render(request, "desk/paths/vehicle.html", {"vehicle": found})


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and len(given) < 19 else 0
