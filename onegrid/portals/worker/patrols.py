"""巡查: which places are due, one place's checklist as one form, what came of it, how often places are seen."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.patrol.access import DO, PLAN
from onegrid.cases.patrol.actions import Answer, patrol_place, set_plan
from onegrid.cases.patrol.models import Checklist, PatrolPlace, ResultChoices
from onegrid.cases.patrol.queries import (
    checklist_in_force,
    checklists_in_force,
    coverage,
    open_cases_of,
    patrol_photo,
    patrol_story,
    patrols_of,
    place_to_patrol,
    plans,
)
from onegrid.cases.patrol.rules import EVERY_DAYS_MOST, NOTE_MAX, PHOTOS_PER_ITEM, Result
from onegrid.kit.actors import require
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.files import Kinds, file_answer
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area
from onegrid.portals.worker.shell import page, standing

FAULT_WORDS = {
    "answer_missing": gettext_lazy("Please answer this."),
    "note_needed": gettext_lazy("Please say what is not in order, in words or by a photo."),
    "done_needed": gettext_lazy("Please say what was done."),
    "photo_before_needed": gettext_lazy("A photo of the place before the work is needed as well."),
    "photo_after_needed": gettext_lazy("A photo of the result is needed."),
    "not_a_problem": gettext_lazy("Only a problem can be put right."),
    "note_too_long": gettext_lazy("The text is too long."),
    "too_many_photos": gettext_lazy("At most four photos."),
}
AREAS_MOST = 300
PLANNED_FOR = (AreaKind.STREET, AreaKind.COMMUNITY, *GRIDS)
FIELD_OF_FAULT = {
    "note_needed": "note",
    "done_needed": "done",
    "photo_before_needed": "photos",
    "photo_after_needed": "after",
    "not_a_problem": "settled",
    "note_too_long": "note",
    "too_many_photos": "photos",
}


class PatrolForm(forms.Form):
    """Fields of each item by its code: result_, note_, photos_, settled_, done_, after_."""

    checklist = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    rest_ok = forms.BooleanField(
        label=gettext_lazy("Everything I have not marked is in order"), required=False
    )

    def __init__(self, *args: Any, checklist: Checklist, **more: Any) -> None:
        super().__init__(*args, **more)
        self.items = list(checklist.items.all())
        for item in self.items:
            self.fields |= _fields_of(item.code, str(item))

    def parts(self) -> list[dict[str, Any]]:
        """For the page: each item with its fields."""
        names = ("result", "note", "photos", "settled", "done", "after")
        return [{"item": item} | {name: self[f"{name}_{item.code}"] for name in names} for item in self.items]

    def answers(self) -> list[Answer]:
        """What was marked; the rest in order where the person says so."""
        return [answer for item in self.items if (answer := self._answer(item.code)) is not None]

    def _answer(self, code: str) -> Answer | None:
        given = {name: self.cleaned_data.get(f"{name}_{code}") for name in ("result", "note", "done")}
        result = given["result"] or (Result.OK if self.cleaned_data["rest_ok"] else None)
        if result is None:
            return None
        if result != Result.PROBLEM:
            return Answer(code, Result(result), given["note"] or "")
        settled = self.cleaned_data[f"settled_{code}"]
        return Answer(
            code,
            Result.PROBLEM,
            given["note"] or "",
            self.cleaned_data[f"photos_{code}"],
            settled,
            given["done"] or "" if settled else "",
            self.cleaned_data[f"after_{code}"] if settled else [],
        )

    def show(self, faults: list[dict[str, str]]) -> None:
        """Each fault at the field it is about."""
        for fault in faults:
            field = f"{FIELD_OF_FAULT.get(fault['code'], 'result')}_{fault['item']}"
            words = FAULT_WORDS.get(fault["code"], FAULT_WORDS["answer_missing"])
            self.add_error(field if field in self.fields else None, words)


def _fields_of(code: str, words: str) -> dict[str, forms.Field]:
    note = forms.Textarea(attrs={"rows": 2})
    fields: dict[str, forms.Field] = {
        f"result_{code}": forms.ChoiceField(
            label=words, choices=ResultChoices.choices, required=False, widget=forms.RadioSelect
        ),
        f"note_{code}": forms.CharField(
            label=gettext_lazy("Note"), required=False, max_length=NOTE_MAX, widget=note
        ),
        f"photos_{code}": PhotosField(kinds=Kinds.PHOTO, label=gettext_lazy("Photos of the place")),
        f"settled_{code}": forms.BooleanField(
            label=gettext_lazy("I have put it right on the spot"), required=False
        ),
        f"done_{code}": forms.CharField(
            label=gettext_lazy("What did you do?"), required=False, max_length=NOTE_MAX
        ),
        f"after_{code}": PhotosField(kinds=Kinds.PHOTO, label=gettext_lazy("Photos of the result")),
    }
    for name in (f"photos_{code}", f"after_{code}"):
        fields[name].widget.attrs |= {"capture": "environment"}
    return fields


@login_required
@never_cache
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Which places were seen when, those due longest first."""
    viewer, now = me(request), timezone.now()
    lists = checklists_in_force(timezone.localdate(now))
    chosen = request.GET.get("class", "")
    found = coverage(
        viewer=viewer,
        at=now,
        place_class=chosen if chosen in {row.place_class for row in lists} else "",
        only_due=request.GET.get("due") == "1",
        after=request.GET.get("after", ""),
    )
    context = {
        "coverage": found,
        "lists": lists,
        "names": {row.place_class: str(row) for row in lists},
        "chosen": chosen,
        "only_due": request.GET.get("due") == "1",
        "may_plan": bool(viewer.scope(PLAN).reaches),
        "rows": [(row, _list_name(lists, row.place)) for row in found.rows],
        "counted": {standing.value: found.counts[standing] for standing in found.counts},
    }
    return page(request, "worker/patrols.html", context)


def _list_name(lists: list[Checklist], place: PatrolPlace) -> str:
    return next((str(row) for row in lists if row.place_class == place.place_class), place.place_class)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, place_id: int) -> HttpResponse:
    """One place: its checklist to fill in, and when it was seen before."""
    worker, now = me(request), timezone.now()
    if request.method == "POST":
        found = place_to_patrol(place_id, viewer=worker, what=DO)
    else:
        found = place_to_patrol(place_id, viewer=worker)
    may_do = worker.scope(DO).covers(found.area_path)
    strip = standing(worker, now)
    form = _form(request, found, now) if may_do else None
    if form is not None and request.method == "POST" and form.is_valid():
        done = _sent(request, form, found, now)
        if done is not None:
            return done
    context = {
        "place": found,
        "form": form,
        "patrols": patrols_of(found),
        "open_items": set(open_cases_of(found)),
        "per_item": PHOTOS_PER_ITEM,
    }
    status = 400 if form is not None and form.errors else 200
    return page(request, "worker/patrol.html", context, status=status, strip=strip)


def _form(request: HttpRequest, found: PatrolPlace, now: datetime) -> PatrolForm:
    """By the checklist that the page was made with; a page kept on a phone may be of yesterday's."""
    sent = request.POST.get("checklist", "")
    old = Checklist.objects.filter(pk=sent, place_class=found.place_class) if sent.isdecimal() else None
    checklist = old.first() if old is not None and len(sent) < 19 else None
    checklist = checklist or checklist_in_force(found.place_class, timezone.localdate(now))
    if checklist is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    strip = standing(me(request), now)
    initial: dict[str, Any] = {"checklist": checklist.pk, "key": uuid4().hex}
    if strip.here is not None and strip.here.fresh:
        initial |= {"lon": round(strip.here.lon, 6), "lat": round(strip.here.lat, 6)}
    return PatrolForm(request.POST or None, request.FILES or None, checklist=checklist, initial=initial)


def _sent(request: HttpRequest, form: PatrolForm, found: PatrolPlace, now: datetime) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        patrol = patrol_place(
            place_id=found.pk,
            checklist_id=given["checklist"],
            answers=form.answers(),
            key=given["key"],
            lon=given["lon"] if given["lat"] is not None else None,
            lat=given["lat"] if given["lon"] is not None else None,
            by=me(request),
            at=now,
        )
    except Refused as refusal:
        if refusal.code == "patrol_incomplete":
            form.show(refusal.details["faults"])
        else:
            form.add_error(None, str(refusal.message))
        return None
    messages.success(request, _("%(place)s: patrol recorded. Thank you.") % {"place": found.name})
    return redirect("worker:patrol_done", patrol.pk)


@login_required
@never_cache
@require_GET
def done(request: HttpRequest, patrol_id: int) -> HttpResponse:
    """What one patrol found, with the cases its problems became."""
    return page(request, "worker/patrol_done.html", {"story": patrol_story(patrol_id, viewer=me(request))})


@login_required
@require_GET
def photo(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    return file_answer(patrol_photo(photo_id, viewer=me(request)), request)


class PlanForm(forms.Form):
    area = forms.ModelChoiceField(label=gettext_lazy("Which area"), queryset=Area.objects.none())
    place_class = forms.ChoiceField(label=gettext_lazy("Kind of place"))
    every_days = forms.IntegerField(
        label=gettext_lazy("Every how many days"), min_value=1, max_value=EVERY_DAYS_MOST
    )

    def __init__(self, *args: Any, viewer: Any, day: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        own = Area.objects.valid_on(day).filter(viewer.scope(PLAN).q("path"), kind__in=PLANNED_FOR)
        shown = list(own.order_by("path").values_list("pk", flat=True)[:AREAS_MOST])
        self.fields["area"].queryset = Area.objects.filter(pk__in=shown).order_by("path")  # type: ignore[attr-defined]  # a choice of rows
        self.fields["place_class"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (row.place_class, str(row)) for row in checklists_in_force(day)
        ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def planning(request: HttpRequest) -> HttpResponse:
    """How often places are looked at; whoever arranges patrols there changes it."""
    viewer, now = me(request), timezone.now()
    day = timezone.localdate(now)
    may_plan = bool(viewer.scope(PLAN).reaches)
    form = PlanForm(request.POST or None, viewer=viewer, day=day) if may_plan else None
    if request.method == "POST":
        if form is None:
            require(viewer, PLAN)
        elif form.is_valid():
            given = form.cleaned_data
            set_plan(
                area_id=given["area"].pk,
                place_class=given["place_class"],
                every_days=given["every_days"],
                by=viewer,
                at=now,
            )
            messages.success(request, _("The plan holds from today."))
            return redirect("worker:patrol_plans")
    lists = {row.place_class: row for row in checklists_in_force(day)}
    rows = [(plan, lists.get(plan.place_class)) for plan in plans(viewer=viewer)]
    context = {"form": form, "plans": rows, "lists": list(lists.values())}
    return page(
        request, "worker/patrol_plans.html", context, status=400 if form is not None and form.errors else 200
    )
