"""Facilities of a compound: what is due, what was done, their labels."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity.me import me
from onegrid.cases.catalog.queries import edition, version_id_in_force
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Channel
from onegrid.kit.errors import Refused
from onegrid.kit.files import file_answer
from onegrid.portals.property.forms import FacilityForm, ReasonForm, UpkeepForm
from onegrid.registry.dwellings import queries as dwellings
from onegrid.registry.facilities import queries
from onegrid.registry.facilities.access import KEEP
from onegrid.registry.facilities.actions import put_up_facility, record_upkeep, take_down_facility
from onegrid.registry.facilities.rules import Standing


@login_required
@never_cache
@require_GET
def facility_list(request: HttpRequest, compound_id: int) -> HttpResponse:
    today = timezone.localdate()
    compound = dwellings.compound(compound_id, viewer=me(request), day=today)
    found = queries.facilities_of(compound.pk, today=today)
    found.sort(key=lambda one: one.worst.days if one.worst else 10**6)
    context = {"compound": compound, "facilities": found, "may_keep": _may_keep(request, compound)}
    return render(request, "property/facilities.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, compound_id: int) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    compound = dwellings.compound(compound_id, viewer=me(request), day=today, what=KEEP)
    form = FacilityForm(request.POST or None, buildings=dwellings.buildings_of(compound.pk), today=today)
    if request.method == "POST" and form.is_valid():
        try:
            made = put_up_facility(compound_id=compound.pk, **form.cleaned_data, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("It is on the record. Print its label below."))
            return redirect("property:facility", made.pk)
    status = 400 if form.errors else 200
    return render(request, "property/facility_new.html", {"compound": compound, "form": form}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def facility(request: HttpRequest, facility_id: int) -> HttpResponse:
    """Its works with their days, what was done, its label; and writing down what was done."""
    now = timezone.now()
    today = timezone.localdate(now)
    story = queries.facility(facility_id, viewer=me(request), today=today)
    works = [(due.upkeep.pk, due.name) for due in story.works]
    form = UpkeepForm(request.POST or None, request.FILES or None, works=works, initial={"done_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            record_upkeep(**form.cleaned_data, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("It is written down."))
            return redirect("property:facility", facility_id)
    link = request.build_absolute_uri(reverse("resident:thing", args=[story.facility.code]))
    picture = segno.make(link, error="m").svg_inline(scale=4, border=2, omitsize=False)
    context = {
        "story": story,
        "compound": story.facility.compound,
        "form": form,
        "link": link,
        "qr": mark_safe(picture),  # segno draws only paths
        "may_keep": _may_keep(request, story.facility.compound),
        "may_report": _may_report(request),
    }
    return render(request, "property/facility.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def take_down(request: HttpRequest, facility_id: int) -> HttpResponse:
    now = timezone.now()
    story = queries.facility(facility_id, viewer=me(request), today=timezone.localdate(now), what=KEEP)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_down_facility(facility_id=facility_id, **form.cleaned_data, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("It is taken down; what was done stays on the record."))
            return redirect("property:facilities", story.facility.compound_id)
    context = {"story": story, "compound": story.facility.compound, "form": form}
    return render(request, "property/take_down.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def overdue_case(request: HttpRequest, facility_id: int) -> HttpResponse:
    """An overdue work becomes a case, once for each day that was missed."""
    now = timezone.now()
    story = queries.facility(facility_id, viewer=me(request), today=timezone.localdate(now))
    if not _may_report(request):
        messages.warning(request, _("Your role does not include reporting."))
        return redirect("property:facility", facility_id)
    late = next((due for due in story.works if due.standing == Standing.OVERDUE), None)
    if late is None or late.work is None or story.kind is None:
        messages.info(request, _("Nothing is overdue here."))
        return redirect("property:facility", facility_id)
    told = queries.public_facility(story.facility.code, today=timezone.localdate(now))
    classes = edition(version_id_in_force(timezone.localdate(now)))
    case = open_case(
        channel=Channel.SUPERVISOR,
        text=f"{told.address}：{late.work.names[0]}应于 {late.upkeep.due_on} 前完成，已超期。",
        case_class=classes.by_key("event", story.kind.case_class),
        lon=told.lon,
        lat=told.lat,
        address=told.address,
        idempotency_key=f"upkeep:{late.upkeep.pk}:{late.upkeep.due_on}",
        by=me(request),
        at=now,
    )
    messages.success(request, _("Case %(number)s is open.") % {"number": case.number})
    return redirect("property:facility", facility_id)


@login_required
@require_GET
def record_file(request: HttpRequest, record_id: int) -> HttpResponseBase:
    found = queries.record_file(record_id, viewer=me(request), today=timezone.localdate())
    return file_answer(found, request)


def _may_report(request: HttpRequest) -> bool:
    return bool(me(request).scope("cases.report").reaches)


def _may_keep(request: HttpRequest, compound: object) -> bool:
    manager = getattr(compound, "manager_id", None)
    if manager is None:
        found = dwellings.manager_on(compound.pk, timezone.localdate())  # type: ignore[attr-defined]  # a Compound
        manager = found.pk if found else None
    return me(request).scope(KEEP).covers(compound.area_path, manager)  # type: ignore[attr-defined]  # a Compound
