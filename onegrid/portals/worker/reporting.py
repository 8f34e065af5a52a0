"""A worker's own report: photo, class, place; put right at once or left to others."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.queries import matters
from onegrid.cases.flow.access import ALARM, require_report
from onegrid.cases.flow.actions import follow_case, open_case, report_settled
from onegrid.cases.flow.forms.reports import FIELD_OF, PlacedForm, by_major
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.photos import KeepsPhotos, PhotosField
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.queries.own_work import classes_used
from onegrid.cases.flow.queries.public import sent_before
from onegrid.cases.flow.rules import ADDRESS_MAX, NOTE_MAX, TEXT_MAX
from onegrid.cases.flow.similar.queries import Similar, Told, like_cases
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.files import Kinds
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.outbox import from_outbox
from onegrid.portals.worker.shell import page

PLACE_OF_REFUSAL = FIELD_OF | {
    "report_is_empty": "photos",
    "words_needed": "done",
    "not_settled_here": "settled",
    "photo_needed": "result_photos",
}


class ReportForm(PlacedForm, KeepsPhotos):
    """Three taps: photo, class, place. Words are for what the photo does not say."""

    photos = PhotosField(kinds=Kinds.PHOTO, label=gettext_lazy("Photos of the place"))
    recordings = PhotosField(kinds=Kinds.VIDEO | Kinds.AUDIO, label=gettext_lazy("Video or sound"))
    often = forms.ChoiceField(
        label=gettext_lazy("What I report most"), required=False, widget=forms.RadioSelect
    )
    matter = forms.ChoiceField(label=gettext_lazy("Class"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Or the place in words"), required=False, max_length=ADDRESS_MAX
    )
    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Emergency"),
        help_text=gettext_lazy(
            "The leaders are told at once; for danger to people call 110, 119 or 120 first."
        ),
        required=False,
    )
    settled = forms.BooleanField(label=gettext_lazy("I have put it right on the spot"), required=False)
    done = forms.CharField(
        label=gettext_lazy("What did you do?"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    result_photos = PhotosField(kinds=Kinds.PHOTO, label=gettext_lazy("Photos of the result"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, at: datetime, worker: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.classes = {str(found.pk): found for found in matters(at=at)}
        everyday = [(key, found.plain) for key, found in self.classes.items() if found.plain_name]
        others = by_major(found for found in self.classes.values() if not found.plain_name)
        choices = [("", "—"), (_("Everyday matters"), everyday), *others]
        self.fields["matter"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        used = [one for one in classes_used(worker=worker, at=at) if str(one.pk) in self.classes]
        if used:
            self.fields["often"].choices = [(str(one.pk), one.plain) for one in used]  # type: ignore[attr-defined]  # a ChoiceField
            self.fields["matter"].label = _("Or another class")
        else:
            del self.fields["often"]
        for name in ("photos", "result_photos"):
            self.fields[name].widget.attrs |= {"capture": "environment"}
        if not worker.scope(ALARM).reaches:
            del self.fields["urgent"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["matter"] = given.get("matter") or given.get("often", "")
        if given.get("settled"):
            if not given.get("done"):
                self.add_error("done", _("Please say what was done."))
            if not given.get("result_photos"):
                self.add_error("result_photos", _("A photo of the result is needed."))
            if not given.get("photos"):
                self.add_error("photos", _("A photo of the place before the work is needed as well."))
        return given

    def told(self, at: datetime) -> Told:
        """As far as it says which matter it is."""
        given = self.cleaned_data
        known = self.classes.get(given["matter"])
        return Told(given["text"], known, given["lon"], given["lat"], given["address"], at)

    def report(self) -> dict[str, Any]:
        """As open_case takes it."""
        given = self.cleaned_data
        return {name: given[name] for name in ("text", "lon", "lat", "address")} | {
            "photos": [*given["photos"], *given["recordings"]],
            "case_class": self.classes.get(given["matter"]),
            "urgent": given.get("urgent", False),
            "idempotency_key": given["key"],
        }


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """网格员上报. After sending the browser stands on the tasks; a second press makes no second case."""
    worker, now = request.user, timezone.now()
    assert isinstance(worker, User)
    require_report(worker)
    form = ReportForm(
        request.POST or None, request.FILES or None, at=now, worker=worker, initial={"key": uuid4().hex}
    )
    context: dict[str, Any] = {"form": form, "point_map": point_map_config()}
    if request.method == "POST":
        done = _pressed(request, form, context, now) if form.is_valid() else None
        if done is not None:
            return done
        form.keep_photos(now)
    return page(request, "worker/report.html", context, status=400 if form.errors else 200)


def _pressed(request: HttpRequest, form: ReportForm, context: dict, now: datetime) -> HttpResponse | None:
    """Sent, or followed instead; None: the page again, with the open cases that may be it, or with what is wrong."""
    worker = request.user
    assert isinstance(worker, User)
    number = request.POST.get("follow", "")
    if not number and "different" not in request.POST:
        context["alike"] = context["ask"] = _alike(form, worker, now)
        if context["alike"] and from_outbox(request):
            raise _asking(context["alike"])
        if context["alike"]:
            return None
    try:
        case = _followed(form, number, worker, now) if number else _sent(form, worker, now)
    except Refused as refusal:
        form.add_error(PLACE_OF_REFUSAL.get(refusal.code), str(refusal.message))
        return None
    words = _("You follow %(number)s; what you sent is with it.") if number else _("%(number)s: %(state)s.")
    messages.success(request, words % {"number": case.number, "state": case.get_state_display()})
    return redirect("worker:tasks")


def _asking(alike: list[Similar]) -> Refused:
    """Nothing is written down yet: the outbox shows these, and sends again with the answer."""
    shown = [
        {
            "number": one.case.number,
            "state": one.case.get_state_display(),
            "words": one.case.text[:120],
            "percent": one.percent,
            "follow": not one.case.secret,
        }
        for one in alike
    ]
    return Refused("alike_open", _("Nothing is written down yet. Is it one of these?"), alike=shown)


def _alike(form: ReportForm, worker: User, now: datetime) -> list[Similar]:
    """Open cases in the worker's area that may be this matter; none for a form that was sent before."""
    if sent_before(channel=Channel.GRID_WORKER, key=form.cleaned_data["key"]):
        return []
    return like_cases(told=form.told(now), viewer=worker)


def _followed(form: ReportForm, number: str, worker: User, now: datetime) -> Case:
    """关注: what the worker saw, and did, goes into the timeline of an open case in the own area."""
    given = form.cleaned_data
    case = case_story(number=number[:40], viewer=worker).case
    follow_case(
        case_id=case.pk,
        channel=Channel.GRID_WORKER,
        words="\n".join(part for part in (given["text"], given["done"]) if part),
        photos=[*given["photos"], *given["recordings"], *given["result_photos"]],
        idempotency_key=given["key"],
        by=worker,
        at=now,
    )
    return case


def _sent(form: ReportForm, worker: User, now: datetime) -> Case:
    given = form.cleaned_data
    if given["settled"]:
        photos, done = given["result_photos"], given["done"]
        try:
            return report_settled(words=done, result_photos=photos, by=worker, at=now, **form.report())
        except NotFound:
            words = _("This place is not in your area: report it without settling it.")
            raise Refused("not_settled_here", words) from None
    return open_case(channel=Channel.GRID_WORKER, by=worker, at=now, **form.report())
