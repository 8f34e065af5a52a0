"""Who covers which grid when, by page. Reading needs "duties.see", arranging "duties.edit", each in the area."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.duties import actions, weeks
from onegrid.accounts.duties.actions import shifts
from onegrid.accounts.duties.actions.exporting import export_week
from onegrid.accounts.duties.models import Duty
from onegrid.accounts.duties.queries import hand_overs, leaves_in_reach, on_duty
from onegrid.accounts.duties.weeks import SEE, Day, Week, duty_rows, people_there, week_of, week_roster
from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.ui.asking import form_page, number, part_of, post_only
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.areas.queries import area as area_of
from onegrid.places.areas.queries import areas_in_reach
from onegrid.portals.operator.duties.forms import (
    WEEKDAYS,
    AssignForm,
    CopyForm,
    EndForm,
    HandOverForm,
    LeaveForm,
    ShiftForm,
)
from onegrid.portals.operator.exporting import workbook

EDIT = actions.EDIT
ROWS = 30  # grids on one page of the roster
ROSTER_KINDS = (AreaKind.STREET, AreaKind.WORK_AREA, AreaKind.COMMUNITY)


@login_required
@never_cache
@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    """One week of a street or community: a row a grid. `?gaps=1` shows only the grids with a day without anybody."""
    viewer = viewer_of(request)
    places = areas_in_reach(viewer=viewer, what=SEE, kinds=ROSTER_KINDS)
    week = _week(request, viewer, places)
    gaps = request.GET.get("gaps") == "1"
    part = part_of([row for row in week.rows if row.gaps or not gaps] if week else [], request, ROWS)
    labels = [date_format(day, "D m-d") for day in week.days] if week else []
    context = {
        "places": places,
        "week": week,
        "part": part,
        "rows": [(row, list(zip(labels, row.days, strict=True))) for row in part.rows],
        "gaps": gaps,
        "before": week.monday - timedelta(days=7) if week else None,
        "after": week.monday + timedelta(days=7) if week else None,
        "today": timezone.localdate(),
        "may_edit": bool(week and viewer.scope(EDIT).covers(week.area.path)),
    }
    return render(request, "operator/duties/roster.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same week as Excel. Who took it is on record."""
    viewer = viewer_of(request)
    area_id = _area_asked(request, viewer, areas_in_reach(viewer=viewer, what=SEE, kinds=ROSTER_KINDS))
    if not area_id:  # who reaches a grid alone has no street to show
        return workbook(_("Roster"), [_("Grid"), _("Code")], [])
    week = export_week(area_id=area_id, monday=week_of(_day(request)), by=viewer, at=timezone.now())
    header = [_("Grid"), _("Code"), *(date_format(day, "m-d D") for day in week.days), _("Deputy")]
    cells = (
        [
            row.grid.name,
            row.grid.code,
            *(_said(day) for day in row.days),
            ", ".join(user.display_name for user in row.deputies),
        ]
        for row in week.rows
    )
    return workbook(_("Roster"), header, cells, widths=(24, 16, *([20] * 7), 20))


@login_required
@never_cache
@require_GET
def one_area(request: HttpRequest, area_id: int) -> HttpResponse:
    """Everything arranged for one area: who answers now and why, duties in force, to come and past, hand-overs."""
    viewer, now = viewer_of(request), timezone.now()
    area = _area(area_id, viewer, SEE)
    rows = [row for row in duty_rows(area) if row.ends_at != row.starts_at]
    context = {
        "area": area,
        "answering": on_duty(area.pk, now),
        "in_force": [(row, _days(row)) for row in rows if row.starts_at <= now and not _over(row, now)],
        "to_come": [(row, _days(row)) for row in rows if row.starts_at > now],
        "past": [(row, _days(row)) for row in rows if _over(row, now)],
        "handed": hand_overs(area),
        "may_edit": viewer.scope(EDIT).covers(area.path),
    }
    return render(request, "operator/duties/area.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, area_id: int) -> HttpResponse:
    area = _area(area_id, viewer_of(request), EDIT)
    form = AssignForm(request.POST or None, area=area, people=people_there(area, timezone.now()))
    act = partial(actions.assign_duty, area=area)
    told = _("At one time one person is main for a grid; deputies stand behind.")
    return _form(request, area, form, act, _("Arrange a duty"), _("The duty is arranged."), told)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, duty_id: int) -> HttpResponse:
    duty = _duty(duty_id, viewer_of(request))
    act = partial(shifts.change_shift, duty_id=duty.pk)
    told = _("From now on; the past stays as it was.")
    form = ShiftForm(request.POST or None, of=duty)
    return _form(
        request, duty.area, form, act, _("Change the hours"), _("The hours were changed."), told, duty
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, duty_id: int) -> HttpResponse:
    duty = _duty(duty_id, viewer_of(request))
    act = partial(actions.end_duty, duty_id=duty.pk)
    told = _("It ends now. Whoever stands behind answers; if nobody does, the station does.")
    form = EndForm(request.POST or None)
    return _form(request, duty.area, form, act, _("End the duty"), _("The duty has ended."), told, duty)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, duty_id: int) -> HttpResponse:
    duty = _duty(duty_id, viewer_of(request))
    people = [one for one in people_there(duty.area, timezone.now()) if one.pk != duty.user_id]
    act = partial(actions.hand_over, duty_id=duty.pk)
    told = _("At once, at the same hours. Open tasks of the grid go along.")
    form = HandOverForm(request.POST or None, people=people)
    return _form(request, duty.area, form, act, _("Hand over"), _("The duty was handed over."), told, duty)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def copy_day(request: HttpRequest, area_id: int) -> HttpResponse:
    area = _area(area_id, viewer_of(request), EDIT)
    act = partial(shifts.copy_day, area_id=area.pk)
    told = _(
        "Of every grid below it: who covers it on the one day covers it on the others too, and nobody else."
    )
    form = CopyForm(request.POST or None)
    return _form(request, area, form, act, _("Copy a day"), _("The day was copied."), told)


@login_required
@never_cache
@require_GET
def leaves(request: HttpRequest) -> HttpResponse:
    """Leaves that run or are to come."""
    viewer = viewer_of(request)
    rows = leaves_in_reach(viewer=viewer, at=timezone.now())
    context = {"part": part_of(rows, request), "may_edit": bool(viewer.scope(EDIT).reaches)}
    return render(request, "operator/duties/leaves.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_leave(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    _require_some(viewer, EDIT)

    def done(taken: actions.LeaveTaken) -> HttpResponse:
        messages.success(request, _("The leave is entered."))
        if taken.warnings:
            messages.warning(request, _("Nobody covers: the deputy, then the station answers."))
        return redirect("operator:leaves")

    form = LeaveForm(request.POST or None, people=weeks.people_in_reach(viewer, EDIT, timezone.now()))
    return form_page(
        request, "operator/duties/leave.html", form, act=actions.take_leave, done=done, show=dict
    )


@login_required
@require_POST
def cancel_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    _require_some(viewer, EDIT)
    said = _("The leave is over: what was taken of it stays in the record.")
    return post_only(request, actions.cancel_leave, said=said, to="operator:leaves", leave_id=leave_id)


def _form(
    request: HttpRequest,
    area: Area,
    form: Any,
    act: Callable[..., Any],
    title: str,
    said: str,
    told: str,
    duty: Duty | None = None,
) -> HttpResponse:
    def done(_made: object) -> HttpResponse:
        messages.success(request, said)
        return redirect("operator:duty_area", area.pk)

    context = {"area": area, "title": title, "told": told, "duty": duty}
    return form_page(request, "operator/duties/form.html", form, act=act, done=done, show=lambda: context)


def _week(request: HttpRequest, viewer: Actor, places: list[Area]) -> Week | None:
    """The week asked for, of the area asked for, else of the first in reach; None when there is no area at all."""
    asked = _area_asked(request, viewer, places)
    return week_roster(area_id=asked, monday=week_of(_day(request)), viewer=viewer) if asked else None


def _area_asked(request: HttpRequest, viewer: Actor, places: list[Area]) -> int:
    _require_some(viewer, SEE)
    return number(request.GET.get("area", "")) or (places[0].pk if places else 0)


def _day(request: HttpRequest) -> date:
    try:
        asked = parse_date(request.GET.get("week", "")[:10])
    except ValueError:
        asked = None
    fits = asked is not None and 2000 <= asked.year <= 2100
    return asked if asked is not None and fits else timezone.localdate()


def _area(area_id: int, viewer: Actor, what: str) -> Area:
    _require_some(viewer, what)
    area = area_of(area_id)
    require(viewer, what, path=area.path)
    return area


def _duty(duty_id: int, viewer: Actor) -> Duty:
    _require_some(viewer, EDIT)
    duty = Duty.objects.select_related("area", "user").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, EDIT, path=duty.area.path)
    return duty


def _require_some(viewer: Actor, what: str) -> None:
    if not viewer.scope(what).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)


def _over(row: Duty, now: Any) -> bool:
    return row.ends_at is not None and row.ends_at <= now


def _days(row: Duty) -> str:
    """The weekdays in words."""
    if len(set(row.weekdays)) == len(WEEKDAYS):
        return _("every day")
    return ", ".join(str(words) for number_, words in WEEKDAYS if number_ in row.weekdays)


def _said(day: Day) -> str:
    """One cell of the file."""
    if day.nobody and not day.stints:
        return _("nobody")
    words = []
    for stint in day.stints:
        hours = "" if stint.whole_day else f" {stint.from_time:%H:%M}–{stint.to_time:%H:%M}"
        name = stint.user.display_name
        if stint.away:
            cover = stint.cover.display_name if stint.cover else _("nobody")
            name = _("%(name)s away, %(cover)s covers") % {"name": name, "cover": cover}
        words.append(f"{name}{hours}")
    return ", ".join(words)
