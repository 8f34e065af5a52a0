"""Editions of whistle kinds: read by everybody of the house, drafted and published by the operator."""

from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.cases.catalog.models import Mark
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.access import KINDS, SEE
from onegrid.cases.whistle.kinds import CODE, edition_in_force, limits_of
from onegrid.cases.whistle.models import FieldChoices, KindEdition, StepChoices, WhistleKind
from onegrid.cases.whistle.queries import kind_edition, kind_editions
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.cases.whistle.rules import DECIDE, STEPS
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import NotAllowed
from onegrid.kit.ui.asking import form_page, post_only
from onegrid.kit.worktime import Unit
from onegrid.portals.desk.whistles.blowing import unit_words

LIMITED = (*STEPS, DECIDE)
UNIT_NAMES = {
    Unit.URGENT_HOUR: gettext_lazy("hours of the clock"),
    Unit.URGENT_DAY: gettext_lazy("days of the clock"),
    Unit.WORK_HOUR: gettext_lazy("working hours"),
    Unit.WORK_DAY: gettext_lazy("working days"),
    Unit.NATURAL_DAY: gettext_lazy("days"),
}
FLAGS = {
    "active": gettext_lazy("It may be blown"),
    "approval": gettext_lazy("The principal approves first"),
    "urgent": gettext_lazy("Notices pass quiet hours"),
    "remote": gettext_lazy("Departments may report in from afar"),
}


class KindForm(forms.Form):
    """A kind with its five limits; each number says whose it is."""

    code = forms.RegexField(
        CODE,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small letters, digits and _; it never changes."),
        error_messages={"invalid": gettext_lazy("Small letters, digits and _; it never changes.")},
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60)
    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=FieldChoices.choices)
    blown_by = forms.ChoiceField(
        label=gettext_lazy("Who blows it"),
        choices=[
            ("desk", gettext_lazy("whoever may blow")),
            ("principal", gettext_lazy("only the principal")),
        ],
    )
    mark = forms.ChoiceField(label=gettext_lazy("Whose it is"), choices=Mark.choices)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=120, required=False)

    def __init__(self, kind: WhistleKind | None, data: Any = None) -> None:
        super().__init__(data, initial=_initial(kind) if kind else {"mark": Mark.UNVERIFIED})
        self.kind = kind
        if kind is not None:
            self.fields["code"].disabled = True
        for name, words in FLAGS.items():
            self.fields[name] = forms.BooleanField(label=words, required=False)
        units = [(unit.value, words) for unit, words in UNIT_NAMES.items()]
        for step in LIMITED:
            words = StepChoices(step).label
            self.fields[f"{step}_limit"] = forms.CharField(label=words, max_length=12)
            self.fields[f"{step}_unit"] = forms.ChoiceField(
                label=_("Unit: %(step)s") % {"step": words}, choices=units
            )
            self.fields[f"{step}_mark"] = forms.ChoiceField(
                label=_("Whose number: %(step)s") % {"step": words}, choices=Mark.choices
            )
            self.fields[f"{step}_source"] = forms.CharField(
                label=_("Source: %(step)s") % {"step": words}, max_length=120, required=False
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for step in LIMITED:
            name = f"{step}_limit"
            if name in given and not _fits(given[name]):
                self.add_error(name, _("A number above 0 and up to 400; halves as 0.5."))
        return given

    def rows(self) -> list[list[Any]]:
        """The four fields of each limit."""
        return [[self[f"{step}_{part}"] for part in ("limit", "unit", "mark", "source")] for step in LIMITED]

    def plain(self) -> list[Any]:
        return [self[name] for name in ("code", "name", "name_en", "field", "blown_by", "mark", "source")]

    def flags(self) -> list[Any]:
        return [self[name] for name in FLAGS]

    def given(self) -> dict[str, Any]:
        told = self.cleaned_data
        row = {
            name: told[name] for name in ("name", "name_en", "field", "blown_by", "mark", "source", *FLAGS)
        }
        row["code"] = self.kind.code if self.kind else told["code"]
        row["limits"] = {
            step: {
                "limit": told[f"{step}_limit"].strip(),
                "unit": told[f"{step}_unit"],
                "mark": told[f"{step}_mark"],
                "source": told[f"{step}_source"],
            }
            for step in LIMITED
        }
        return {"row": row}


def _fits(given: str) -> bool:
    try:
        return 0 < Fraction(given.strip()) <= 400
    except (ValueError, ZeroDivisionError):
        return False


def _initial(kind: WhistleKind) -> dict[str, Any]:
    names = ("code", "name", "name_en", "field", "blown_by", "mark", "source", *FLAGS)
    told = {name: getattr(kind, name) for name in names}
    for step in LIMITED:
        told |= {f"{step}_{part}": value for part, value in kind.limits[step].items()}
    return told


class RateForm(forms.Form):
    """The band of the blow rate."""

    days = forms.IntegerField(label=gettext_lazy("Of so many days"), min_value=1, max_value=366)
    least = forms.IntegerField(label=gettext_lazy("From so many cases on"), min_value=0, max_value=100_000)
    low = forms.FloatField(label=gettext_lazy("Usual from, for 1000 cases"), min_value=0, max_value=1000)
    high = forms.FloatField(label=gettext_lazy("Usual until, for 1000 cases"), min_value=0, max_value=1000)
    mark = forms.ChoiceField(label=gettext_lazy("Whose it is"), choices=Mark.choices)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=120, required=False)

    def given(self) -> dict[str, Any]:
        told = self.cleaned_data
        numbers = {
            name: int(told[name]) if told[name] == int(told[name]) else told[name] for name in ("low", "high")
        }
        return {"rate": {**told, **numbers}}


class PublishForm(forms.Form):
    valid_from = forms.DateField(required=False)


@login_required
@never_cache
@require_GET
def editions(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    found, now = kind_editions(viewer=viewer), edition_in_force()
    context = {
        "editions": found,
        "in_force": now.pk if now else None,
        "may_edit": bool(viewer.scope(KINDS).reaches),
        "sees": bool(viewer.scope(SEE).reaches),
        "drafted": any(one.status == "draft" for one in found),
    }
    return render(request, "desk/whistles/editions.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Its kinds with their limits; of a draft the band of the blow rate in a form, and what is left to do."""
    viewer, today = viewer_of(request), timezone.localdate()
    found = kind_edition(edition_id=edition_id, viewer=viewer)
    may_edit = bool(viewer.scope(KINDS).reaches)
    if request.method == "POST" and not may_edit:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=KINDS)
    form = RateForm(request.POST or None, initial=found.settings.get("rate"))

    def show() -> dict[str, Any]:
        in_force = edition_in_force()
        return {
            "edition": found,
            "draft": found.status == "draft",
            "in_force": in_force is not None and in_force.pk == found.pk,
            "may_edit": may_edit,
            "kinds": [(kind, _limits(kind)) for kind in found.kinds.all()],
            "rate": found.settings.get("rate"),
            "today": today,
            "tomorrow": today + timedelta(days=1),
        }

    def done(_kept: KindEdition) -> HttpResponse:
        messages.success(request, _("Kept. No whistle is blown by it before it is published."))
        return redirect("desk:whistle_edition", edition_id)

    act = partial(actions.keep_rate, edition_id=edition_id)
    return form_page(request, "desk/whistles/edition.html", form, act=act, done=done, show=show)


def _limits(kind: WhistleKind) -> list[tuple[Any, str, Mark, str]]:
    """(step, "24 hours of the clock", mark, source) in words."""
    return [
        (StepChoices(step).label, unit_words(limit.limit, limit.unit), limit.mark, limit.source)
        for step, limit in limits_of(kind).items()
    ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one_kind(request: HttpRequest, edition_id: int, code: str = "") -> HttpResponse:
    """A kind of a draft; without a code a new one."""
    viewer = viewer_of(request)
    if not viewer.scope(KINDS).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=KINDS)
    found = kind_edition(edition_id=edition_id, viewer=viewer)
    kind = found.kinds.filter(code=code).first() if code else None
    if found.status != "draft" or (code and kind is None):
        raise no_such_whistle()
    form = KindForm(kind, request.POST or None)

    def done(kept: WhistleKind) -> HttpResponse:
        messages.success(request, _("Kept. No whistle is blown by it before it is published."))
        return redirect("desk:whistle_edition", edition_id)

    act = partial(actions.keep_kind, edition_id=edition_id)
    show = lambda: {"edition": found, "kind": kind}  # noqa: E731
    return form_page(request, "desk/whistles/kind.html", form, act=act, done=done, show=show)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    to = reverse("desk:whistle_kinds")
    return post_only(request, actions.start_kinds, said=_("A draft is there."), to=to)


@login_required
@require_POST
def publish(request: HttpRequest, edition_id: int) -> HttpResponse:
    form, to = PublishForm(request.POST), reverse("desk:whistle_edition", args=[edition_id])
    if not form.is_valid():
        messages.error(request, _("Say from which day it holds."))
        return redirect(to)
    act = partial(actions.publish_kinds, edition_id=edition_id)
    return post_only(request, act, said=_("Published. Everybody can read it."), to=to, **form.cleaned_data)


@login_required
@require_POST
def discard(request: HttpRequest, edition_id: int) -> HttpResponse:
    to, act = reverse("desk:whistle_kinds"), partial(actions.discard_kinds, edition_id=edition_id)
    return post_only(request, act, said=_("Discarded."), to=to)


@login_required
@require_POST
def drop(request: HttpRequest, edition_id: int, code: str) -> HttpResponse:
    to = reverse("desk:whistle_edition", args=[edition_id])
    act = partial(actions.drop_kind, edition_id=edition_id, code=code)
    return post_only(request, act, said=_("It is not in the draft any more."), to=to)
