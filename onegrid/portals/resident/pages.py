"""Landing, report, receipt, follow, who answers. A number with its code is the key to one case."""

from datetime import datetime

import segno
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.portraits.queries import portrait_at, who_is_shown
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import follow_case, open_case
from onegrid.cases.flow.models import Channel, StateChoices, VerbChoices
from onegrid.cases.flow.places import place_of
from onegrid.cases.flow.queries.pace import pace_of
from onegrid.cases.flow.queries.public import PublicCase, PublicStep, public_case, public_photo
from onegrid.cases.flow.rules import Verb
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.files import file_answer
from onegrid.places.areas.models import Area
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.resident.alike import chosen_case, keep_chosen, offered
from onegrid.portals.resident.forms import FollowForm, NoteForm, PlaceForm, RateForm, ReportForm, new_key
from onegrid.portals.resident.limits import count_report, count_who, guarded
from onegrid.portals.resident.saying import due_words, pace_words
from onegrid.portals.resident.suggesting import helped
from onegrid.portals.resident.things import of_label
from onegrid.portals.resident.ticket import ticket
from onegrid.registry.cuts.queries import told


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "resident/home.html", {"follow": FollowForm(), "cuts": told(at=timezone.now())})


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """随手拍. After sending the browser stands on the receipt; a reload there sends nothing."""
    now = timezone.now()
    if request.method == "POST" and ("suggest" in request.POST or "find" in request.POST):
        return helped(request, now)
    form = ReportForm(request.POST or None, request.FILES or None, at=now, initial={"key": new_key()})
    form.initial = {**form.initial, **of_label(request, form.classes)}
    if request.method == "POST" and form.is_valid():
        try:
            alike = offered(request, form, now)
            return alike if alike is not None else _sent(request, form, now)
        except Refused as refusal:
            form.refuse(refusal)
    if request.method == "POST":
        keep_chosen(request, form, now)
    status = 400 if form.errors else 200
    return render(
        request, "resident/report.html", {"form": form, "point_map": point_map_config()}, status=status
    )


def _sent(request: HttpRequest, form: ReportForm, now: datetime) -> HttpResponse:
    """上报, or 关注 where one of the cases that were offered was chosen."""
    count_report(request)
    report = form.report()
    photos = report.pop("photos")
    if chosen := chosen_case(request):
        follower = follow_case(
            case_id=chosen,
            channel=Channel.RESIDENT,
            words=report["text"],
            photos=photos,
            contact_phone=report["contact_phone"],
            idempotency_key=report["idempotency_key"],
            by=Resident(),
            at=now,
        )
        return redirect("resident:receipt", follower.case.number, follower.follow_code)
    case = open_case(channel=Channel.RESIDENT, photos=photos, **report, by=Resident(), at=now)
    return redirect("resident:receipt", case.number, case.follow_code)


@never_cache
@require_GET
def receipt(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """回执: number, code, and a QR that opens the follow page. To be printed, or kept as a picture."""
    found = found_case(request, number, code)
    link = follow_link(request, found)
    picture = segno.make(link, error="m").svg_inline(scale=4, border=2, omitsize=False)
    return render(
        request,
        "resident/receipt.html",
        {"found": found, "link": link, "qr": mark_safe(picture)},  # segno draws only paths
    )


@never_cache
@require_GET
def receipt_picture(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """回执图片: the QR with number and code, for the photo album of a phone."""
    found = found_case(request, number, code)
    picture = ticket(follow_link(request, found), [found.case.number, found.code])
    name = f'attachment; filename="{found.case.number}.png"'
    return HttpResponse(picture, content_type="image/png", headers={"Content-Disposition": name})


def follow_link(request: HttpRequest, found: PublicCase) -> str:
    return request.build_absolute_uri(reverse("resident:case", args=[found.case.number, found.code]))


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Number and code by POST, so that neither stays in the address of a shared computer's search."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = found_case(request, form.cleaned_data["number"], form.cleaned_data["code"])
        except NotFound:
            form.add_error(None, _("Number and code do not fit together. Please look at the receipt."))
        else:
            return redirect("resident:case", found.case.number, found.code)
    return render(request, "resident/follow.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_GET
def case(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Each step done and to come, which unit, until when. No person, no phone."""
    return shown_case(request, found_case(request, number, code))


def shown_case(request: HttpRequest, found: PublicCase, **forms: Form) -> HttpResponse:
    """With forms for what the reporter may do now; `forms`: those that were sent and have something to say."""
    fresh: dict[str, Form] = {}
    if "rate" in found.may:
        fresh["rate"] = RateForm(redo_left="redo" in found.may, auto_id="rate_%s")
    if "note" in found.may:
        fresh["note"] = NoteForm(auto_id="note_%s")
    status = 400 if forms else 200
    now = timezone.now()
    matter = None if found.case.is_final else found.case.case_class
    context = {
        "found": found,
        "way": way_of(found),
        "due": due_words(found.case, now),
        "pace": pace_words(pace_of(matter, timezone.localdate(now))) if matter else "",
        **fresh,
        **forms,
    }
    return render(request, "resident/case.html", context, status=status)


def found_case(request: HttpRequest, number: str, code: str) -> PublicCase:
    return guarded(request, lambda: public_case(number=number, follow_code=code))


OWN_LABELS = {
    Verb.NOTE: gettext_lazy("You added"),
    Verb.RATE: gettext_lazy("You rated the result"),
    Verb.WITHDRAW: gettext_lazy("You took it back"),
    Verb.REOPEN: gettext_lazy("You asked to have it done once more"),
}


def _label(step: PublicStep) -> str:
    if step.own:
        return str(OWN_LABELS[Verb(step.verb)])
    if step.verb == Verb.NOTE:
        return _("A message for you")
    return str(StateChoices(step.state).label if step.moved else VerbChoices(step.verb).label)


def way_of(found: PublicCase) -> list[dict]:
    """Rows for <c-steps>: done, current, to come."""
    last = len(found.steps) - 1
    done = [
        {
            "label": _label(step),
            "state": "current" if place == last and found.to_come else "done",
            "at": timezone.localtime(step.at),
            "note": " · ".join(part for part in (step.unit, step.words) if part),
        }
        for place, step in enumerate(found.steps)
    ]
    return done + [{"label": StateChoices(state).label, "state": "todo"} for state in found.to_come]


@require_GET
def photo(request: HttpRequest, number: str, code: str, evidence_id: int) -> HttpResponseBase:
    found = guarded(request, lambda: public_photo(number=number, follow_code=code, evidence_id=evidence_id))
    return file_answer(found, request)


@require_GET
def who(request: HttpRequest) -> HttpResponse:
    """Who answers for a place, by name, post and work phone (Binzhou regulation 2021, Art. 6: published)."""
    form = PlaceForm(request.GET or None)
    answer: dict = {}
    if form.is_bound and form.is_valid():
        count_who(request)
        given = form.cleaned_data
        try:
            place = place_of(given["lon"], given["lat"], given["address"])
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            grid = Area.objects.filter(pk=place.grid_id).first() if place.grid_id else None
            person, portrayed = who_is_shown(grid.pk, timezone.now()) if grid else (None, False)
            cuts = told(at=timezone.now(), **given)
            answer = {"grid": grid, "person": person, "portrayed": portrayed, "cuts": cuts, "asked": True}
    return render(request, "resident/who.html", {"form": form, "point_map": point_map_config(), **answer})


@require_GET
def portrait(request: HttpRequest, area_id: int) -> HttpResponseBase:
    """The face of who answers for this grid now, by that person's consent; never of anybody else, never kept."""
    found = portrait_at(area_id, timezone.now())
    if found is None:
        raise NotFound("not_found", _("There is nothing here."))
    answer = file_answer(found, request)
    answer["Cache-Control"] = "no-store"  # taken back, it is gone from the next page on
    return answer
