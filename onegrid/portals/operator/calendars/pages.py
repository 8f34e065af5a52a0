"""The working calendar by page. Everybody signed in may read it; a draft is for those who keep calendars."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.kit.actors import Actor, require, viewer_of
from onegrid.kit.errors import NotFound
from onegrid.kit.ui.asking import form_page, number, post_only
from onegrid.kit.worktime import Unit
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.areas.queries import area as area_of
from onegrid.places.areas.queries import areas_in_reach
from onegrid.places.calendars import actions, editions
from onegrid.places.calendars.access import EDIT
from onegrid.places.calendars.models import CalendarVersion
from onegrid.places.calendars.queries import areas_with_days_of_their_own, rows_of, version_at, years_in_force
from onegrid.places.calendars.rules import Surety, UnevenWeek, alarm, surety
from onegrid.portals.operator.calendars.forms import DayForm, HoursForm, PublishForm, YearForm

KINDS = (
    AreaKind.PROVINCE,
    AreaKind.CITY,
    AreaKind.DISTRICT,
    AreaKind.STREET,
    AreaKind.WORK_AREA,
    AreaKind.COMMUNITY,
)
UNIT_WORDS = {Unit.WORK_HOUR: gettext_lazy("work hours"), Unit.WORK_DAY: gettext_lazy("work days")}
FIRST, LAST = 2004, 2100


@login_required
@never_cache
@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """A year of one version, for everywhere or an area that has days of its own."""
    viewer, now = viewer_of(request), timezone.now()
    draft = editions.open_draft() if _keeps(viewer) else None
    shown = _version(request, viewer, now)
    asked = number(request.GET.get("year", ""))
    which = asked if FIRST <= asked <= LAST else timezone.localdate().year
    area = _area(request)
    special = editions.areas_of(areas_with_days_of_their_own())
    context = {
        "year": which,
        "before": which - 1 if which > FIRST else None,
        "after": which + 1 if which < LAST else None,
        "heads": _heads(),
        "months": editions.year_shown(shown, which, area.path if area else ""),
        "hours": editions.hours_of(shown),
        "version": shown,
        "in_force": version_at(now),
        "versions": editions.versions() if _keeps(viewer) else [],
        "draft": draft,
        "changes": editions.changes(draft, now) if draft else [],
        "area": area,
        "areas": sorted(special.values(), key=lambda one: one.path),
        "today": timezone.localdate(),
        "known": surety(which, rows_of(shown.pk)[1]),
        "provisional": Surety.PROVISIONAL,
        "unknown": Surety.NOTHING,
        "missing": _missing(now) if _keeps(viewer) else [],
        "may_edit": _keeps(viewer),
    }
    return render(request, "operator/calendars/year.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_day(request: HttpRequest) -> HttpResponse:
    form = DayForm(request.POST or None, areas=_areas(request))
    return _form(
        request,
        form,
        actions.add_exception,
        _("A day off or a working day"),
        _("The day stands in the draft."),
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_hours(request: HttpRequest) -> HttpResponse:
    form = HoursForm(request.POST or None, areas=_areas(request))
    return _form(request, form, actions.set_periods, _("Working hours"), _("The hours stand in the draft."))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_year(request: HttpRequest) -> HttpResponse:
    """The notice for a year: the next one that is not published, unless another is asked for."""
    _may(viewer_of(request))
    now = timezone.now()
    asked = number(request.GET.get("year", ""))
    unsure = [year for year, known in years_in_force(now).items() if known < Surety.PUBLISHED]
    first = asked if FIRST <= asked <= LAST else next(iter(unsure), timezone.localdate(now).year + 1)
    form = YearForm(request.POST or None, initial={"year": first})
    said = _("The year stands in the draft. Look at it, then publish it.")
    return _form(request, form, actions.enter_year, _("The State Council's notice for a year"), said)


@login_required
@require_POST
def drop_day(request: HttpRequest) -> HttpResponse:
    _may(viewer_of(request))
    day = _date(request.POST.get("day", ""))
    if day is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    path = request.POST.get("area_path", "")[:120]
    said = _("The day was taken out of the draft.")
    return post_only(request, actions.drop_day, said=said, to="operator:calendar", day=day, area_path=path)


@login_required
@require_POST
def drop_hours(request: HttpRequest) -> HttpResponse:
    _may(viewer_of(request))
    given = {
        "area_path": request.POST.get("area_path", "")[:120],
        "valid_from": _date(request.POST.get("valid_from", "")),
        "valid_to": _date(request.POST.get("valid_to", "")),
    }
    said = _("The hours were taken out of the draft.")
    return post_only(request, actions.drop_periods, said=said, to="operator:calendar", **given)


@login_required
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """The statutory days that the kept library knows, into the draft."""
    _may(viewer_of(request))
    said = _("The statutory days are those of the library now.")
    return post_only(request, actions.load_years, said=said, to="operator:calendar")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """What changes, which due dates that moves; then from now on, for what begins."""
    viewer, now = viewer_of(request), timezone.now()
    _may(viewer)
    draft = editions.open_draft()
    if draft is None:
        messages.info(request, _("There is no draft."))
        return redirect("operator:calendar")

    def done(version: CalendarVersion) -> HttpResponse:
        messages.success(request, _("Calendar version %(number)s is in force.") % {"number": version.number})
        return redirect("operator:calendar")

    def show() -> dict[str, Any]:
        try:
            moved, uneven = editions.moved_dues(draft, now), ""
        except UnevenWeek as failure:
            moved, uneven = [], str(failure)
        told = [(place.area, [(one, UNIT_WORDS[one.unit]) for one in place.moved]) for place in moved]
        return {
            "draft": draft,
            "changes": editions.changes(draft, now),
            "moved": told,
            "uneven": bool(uneven),
        }

    form = PublishForm(request.POST or None, initial={"seen": editions.fingerprint(draft)})
    act = partial(actions.publish_calendar, number=draft.number)
    return form_page(request, "operator/calendars/publish.html", form, act=act, done=done, show=show)


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    _may(viewer_of(request))
    draft = editions.open_draft()
    if draft is None:
        return redirect("operator:calendar")
    said = _("The draft was discarded.")
    return post_only(request, actions.discard_draft, said=said, to="operator:calendar", number=draft.number)


def _form(request: HttpRequest, form: Any, act: Callable[..., Any], title: str, said: str) -> HttpResponse:
    _may(viewer_of(request))

    def done(_draft: CalendarVersion) -> HttpResponse:
        messages.success(request, said)
        return redirect("operator:calendar")

    return form_page(
        request, "operator/calendars/form.html", form, act=act, done=done, show=lambda: {"title": title}
    )


def _missing(now: Any) -> list[int]:
    """Years whose notice should be there by now."""
    today = timezone.localdate(now)
    return [year for year, known in years_in_force(now).items() if alarm(year, known, today) != "good"]


def _heads() -> list[str]:
    """Monday to Sunday as short as a small table needs them: 一 … 日, Mo … Su."""
    words = [date_format(date(2024, 1, day), "D") for day in range(1, 8)]  # the first of January was a Monday
    return [word[-1] if word.startswith("星期") else word[:2] for word in words]


def _version(request: HttpRequest, viewer: Actor, now: Any) -> CalendarVersion:
    """The one asked for, else the one in force. A draft is shown to those who keep calendars only."""
    asked = number(request.GET.get("version", ""))
    found = editions.version(asked) if 0 < asked < 2**31 else version_at(now)
    if found.published_at is None and not _keeps(viewer):
        raise NotFound("no_such_calendar", _("There is no such calendar version."))
    return found


def _area(request: HttpRequest) -> Area | None:
    asked = number(request.GET.get("area", ""))
    return area_of(asked) if asked else None


def _areas(request: HttpRequest) -> list[Area]:
    _may(viewer_of(request))
    return areas_in_reach(viewer=viewer_of(request), what=EDIT, kinds=KINDS)


def _keeps(viewer: Actor) -> bool:
    return bool(viewer.scope(EDIT).reaches)


def _may(viewer: Actor) -> None:
    if not _keeps(viewer):
        require(viewer, EDIT)


def _date(given: str) -> date | None:
    try:
        return parse_date(given[:10]) if given else None
    except ValueError:
        return None
