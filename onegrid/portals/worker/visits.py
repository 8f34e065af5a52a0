"""走访: which households are due, recording one visit, and opening what is sealed for a purpose."""

from datetime import date, datetime
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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity.me import me
from onegrid.cases.visits.access import PLAN
from onegrid.cases.visits.actions import end_plan, open_file, plan_visits, record_visit
from onegrid.cases.visits.kinds import kind_words, kinds_on
from onegrid.cases.visits.models import OutcomeChoices, VisitPlan
from onegrid.cases.visits.queries import visit_plan, visit_plans, visits_of
from onegrid.cases.visits.rules import (
    EVERY_DAYS_MOST,
    NAME_MAX,
    PHONE_MAX,
    PURPOSE_MAX,
    WORDS_MAX,
    Outcome,
    Told,
)
from onegrid.kit.actors import require
from onegrid.kit.errors import Refused
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.addresses.models import Address
from onegrid.places.addresses.queries import find_addresses
from onegrid.portals.worker.shell import page

FAULTS: dict[str, tuple[str, Any]] = {
    "met_needed": ("met", gettext_lazy("Please say who was met.")),
    "words_needed": ("words", gettext_lazy("Please say in a few words how it is.")),
    "words_too_long": ("words", gettext_lazy("The text is too long.")),
    "next_in_the_past": ("next_on", gettext_lazy("Please choose a day from tomorrow on, within a year.")),
    "need_without_visit": ("need", gettext_lazy("Nobody lives there any more.")),
}


class VisitForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("How did the visit go?"), choices=OutcomeChoices.choices, widget=forms.RadioSelect
    )
    met = forms.CharField(
        label=gettext_lazy("Who was met"),
        required=False,
        max_length=NAME_MAX,
        help_text=gettext_lazy("Kept sealed; opening it is recorded."),
        widget=forms.TextInput(attrs={"data-sealed": ""}),  # not shown again while it waits on a phone
    )
    words = forms.CharField(
        label=gettext_lazy("How is it there?"),
        required=False,
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "data-sealed": ""}),
        help_text=gettext_lazy("Only what the next visit needs. Kept sealed."),
    )
    need = forms.CharField(
        label=gettext_lazy("What must somebody else do?"),
        required=False,
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Becomes a case at the building. No names here: others read it."),
    )
    next_on = forms.DateField(
        label=gettext_lazy("Next visit agreed for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def told(self) -> Told:
        given = self.cleaned_data
        words = {name: given[name] for name in ("met", "words", "need")}
        return Told(Outcome(given["outcome"]), next_on=given["next_on"], **words)


@login_required
@never_cache
@require_GET
def households(request: HttpRequest) -> HttpResponse:
    """Households to visit, those due longest first; where, never who or why."""
    viewer = me(request)
    context = {
        "plans": visit_plans(viewer=viewer),
        "may_plan": bool(viewer.scope(PLAN).reaches),
        "today": timezone.localdate(),
    }
    return page(request, "worker/visits.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def household(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One household: the form of a visit, and when somebody was there."""
    viewer, now = me(request), timezone.now()
    key = request.POST.get("key", "")
    form = VisitForm(request.POST or None, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid() and _sent(request, form, plan_id, key, now):
        return redirect("worker:visits")
    plan = visit_plan(plan_id, viewer=viewer)
    status = 400 if form.errors else 200
    return page(request, "worker/visit.html", _shown(request, plan) | {"form": form}, status=status)


def _shown(request: HttpRequest, plan: VisitPlan) -> dict[str, Any]:
    return {
        "plan": plan,
        "visits": visits_of(plan),
        "may_plan": me(request).scope(PLAN).covers(plan.area_path),
        "purpose": PurposeForm(),
    }


def _sent(request: HttpRequest, form: VisitForm, plan_id: int, key: str, now: datetime) -> bool:
    try:
        visit = record_visit(plan_id=plan_id, told=form.told(), key=key, by=me(request), at=now)
    except Refused as refusal:
        for code in refusal.details.get("codes", []):
            form.add_error(*FAULTS[code])
        if not form.errors:
            form.add_error(None, str(refusal.message))
        return False
    words = _("The visit is recorded. Thank you.")
    if visit.case is not None:
        words = _("The visit is recorded; the need is case %(number)s.") % {"number": visit.case.number}
    messages.success(request, words)
    return True


class PurposeForm(forms.Form):
    purpose = forms.CharField(label=gettext_lazy("What do you need it for?"), max_length=PURPOSE_MAX)


@login_required
@never_cache
@require_POST
def opened(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Who, why and what was said, once, for a purpose on record."""
    viewer, now = me(request), timezone.now()
    plan = visit_plan(plan_id, viewer=viewer)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        context = _shown(request, plan) | {"form": VisitForm(initial={"key": uuid4().hex}), "purpose": form}
        return page(request, "worker/visit.html", context, status=400)
    found = open_file(plan_id=plan.pk, purpose=form.cleaned_data["purpose"], by=viewer, at=now)
    kind = kinds_on(timezone.localdate(now)).get(found.reason)
    reason = kind_words(kind) if kind else found.reason
    return page(request, "worker/visit_opened.html", {"plan": plan, "file": found, "reason": reason})


class PlanForm(forms.Form):
    """`address`: words that lead to one room, or to one address without rooms."""

    address = forms.CharField(
        label=gettext_lazy("Address with room"),
        max_length=120,
        help_text=gettext_lazy("As in the address register, down to the room."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why it is visited"))
    name = forms.CharField(label=gettext_lazy("Name of the person"), required=False, max_length=NAME_MAX)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=PHONE_MAX)
    every_days = forms.IntegerField(
        label=gettext_lazy("Every how many days"),
        required=False,
        min_value=1,
        max_value=EVERY_DAYS_MOST,
        help_text=gettext_lazy("Empty: as proposed for the reason."),
    )

    def __init__(self, *args: Any, viewer: Any, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer, self.found = viewer, None
        choices = [(kind.code, kind_words(kind)) for kind in kinds_on(day).values()]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_address(self) -> Address:
        words = self.cleaned_data["address"]
        hits = find_addresses(words, viewer_scope=self.viewer.scope(PLAN), only_in_scope=True, limit=5)
        rooms = [hit.address for hit in hits if hit.address.kind == AddressKind.ROOM] or [
            hit.address for hit in hits
        ]
        whole = [one for one in rooms if one.full_name == words.strip()]
        if len(whole or rooms) != 1:
            raise forms.ValidationError(
                _("Found: %(found)s. Please give one address in your area, down to the room.")
                % {"found": "、".join(one.full_name for one in rooms[:3]) or "–"}
            )
        return (whole or rooms)[0]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """A household is to be visited from now on."""
    viewer, now = me(request), timezone.now()
    if not viewer.scope(PLAN).reaches:
        require(viewer, PLAN)
    form = PlanForm(request.POST or None, viewer=viewer, day=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            plan_visits(
                address_id=given["address"].pk,
                by=viewer,
                at=now,
                **{name: given[name] for name in ("reason", "name", "phone", "every_days")},
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The household stands in the list of visits from today."))
            return redirect("worker:visits")
    return page(request, "worker/visit_plan.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, plan_id: int) -> HttpResponse:
    """No more visits; what was sealed is erased."""
    end_plan(plan_id=plan_id, by=me(request), at=timezone.now())
    messages.success(request, _("The visits have ended; names and notes are erased."))
    return redirect("worker:visits")
