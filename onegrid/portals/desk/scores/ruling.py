"""Versions of the rules of scores: read by everybody, changed by the operator."""

from datetime import date, timedelta
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

from onegrid.kit.actors import viewer_of
from onegrid.kit.ui.asking import form_page, number, post_only
from onegrid.oversight.measures.definitions import chinese
from onegrid.oversight.scores import actions
from onegrid.oversight.scores.access import EDIT, require_somewhere
from onegrid.oversight.scores.models import RuleState, ScoreRule
from onegrid.oversight.scores.queries import (
    Compared,
    compared_with,
    components_of,
    one_rule,
    preview,
    rules_of,
)
from onegrid.oversight.scores.shipped import shipped_grades
from onegrid.oversight.scores.versions import changed, grades_of
from onegrid.portals.desk.scores.pages import asked_subject, subject_tabs

PREVIEWED = 200


class DraftForm(forms.Form):
    """The numbers of a draft: the least sample, and of each component its weight, or its points and cap."""

    least = forms.IntegerField(
        label=gettext_lazy("The least number of matters"), min_value=1, max_value=10_000
    )

    def __init__(self, rule: ScoreRule, data: Any = None) -> None:
        super().__init__(data, initial={"least": rule.definition["sample"]["least"], "note": rule.note})
        self.rule = rule
        for one in rule.definition["components"]:
            name = one["zh"] if chinese() else one["en"]
            for key, words in (("weight", _("weight")), ("points", _("points each")), ("cap", _("at most"))):
                if key in one:
                    self.fields[f"{one['code']}_{key}"] = forms.DecimalField(
                        label=f"{name}: {words}", initial=one[key], max_digits=6, decimal_places=2
                    )
        self._add_grades(rule.definition)
        self.fields["note"] = forms.CharField(label=_("What changes and why"), max_length=200, required=False)

    def _add_grades(self, definition: dict[str, Any]) -> None:
        """From how many points each grade begins; a version without grades may get those that ship."""
        self.grades = definition.get("grades") or shipped_grades()
        self.fields["graded"] = forms.BooleanField(
            label=_("Say a grade as well"), initial="grades" in definition, required=False
        )
        for place, band in enumerate(self.grades["bands"][:-1]):
            name = band["zh"] if chinese() else band["en"]
            self.fields[f"grade_{place}"] = forms.DecimalField(
                label=_("%(grade)s: from how many points") % {"grade": name},
                initial=band["least"],
                max_digits=6,
                decimal_places=2,
            )

    def given(self) -> dict[str, Any]:
        told = self.cleaned_data
        definition = {**self.rule.definition}
        definition.pop("grades", None)
        if told["graded"]:
            bands = [
                {**band, "least": plain(told[f"grade_{place}"])} if f"grade_{place}" in told else band
                for place, band in enumerate(self.grades["bands"])
            ]
            definition["grades"] = {**self.grades, "bands": bands}
        definition["sample"] = {**definition["sample"], "least": told["least"]}
        definition["components"] = [
            {
                **one,
                **{
                    key: plain(told[f"{one['code']}_{key}"])
                    for key in ("weight", "points", "cap")
                    if key in one
                },
            }
            for one in definition["components"]
        ]
        return {"definition": definition, "note": told["note"]}


def plain(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


@login_required
@never_cache
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    viewer, subject = viewer_of(request), asked_subject(request)
    may_edit = bool(viewer.scope(EDIT).reaches)
    found = [
        rule
        for rule in rules_of(viewer=viewer, subject=subject)
        if may_edit or rule.state == RuleState.PUBLISHED
    ]
    context = {"rules": found, "tabs": subject_tabs(subject), "subject": subject}
    return render(request, "desk/scores/rules.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """A version, and what it says otherwise than another; of a draft its numbers in a form, and the last period by it
    beside the version in force."""
    viewer, now = viewer_of(request), timezone.now()
    found = one_rule(viewer=viewer, rule_id=rule_id)
    against = number(request.GET.get("against", "")) or None
    other = compared_with(viewer=viewer, rule=found, number=against)
    published = [
        one for one in rules_of(viewer=viewer, subject=found.subject) if one.state == RuleState.PUBLISHED
    ]
    may_edit = bool(viewer.scope(EDIT).reaches)
    draft = found.state == RuleState.DRAFT

    def show() -> dict[str, Any]:
        compared = preview(viewer=viewer, rule=found, at=now) if draft else None
        return {
            "rule": found,
            "components": components_of(found),
            "sample": found.definition["sample"],
            "grades": grades_of(found.definition),
            "grades_from": found.definition.get("grades"),
            "other": other,
            "others": [one for one in published if one != found],
            "changed": changed(other, found) if other else [],
            "draft": draft,
            "may_edit": may_edit,
            "compared": compared and _previewed(*compared),
            "earliest": timezone.localdate(now) + timedelta(days=1),
        }

    def done(kept: ScoreRule) -> HttpResponse:
        messages.success(request, _("Kept. Nobody is scored by it before it is published."))
        return redirect("desk:score_rule", rule_id)

    form = DraftForm(found, request.POST or None)
    act = partial(actions.keep_draft, rule_id=rule_id)
    return form_page(request, "desk/scores/rule.html", form, act=act, done=done, show=show)


def _previewed(since: date, until: date, rows: list[Compared]) -> dict[str, Any]:
    told = [row for row in rows if row.before is not None or row.after is not None]
    return {"since": since, "until": until, "rows": told[:PREVIEWED], "few": len(rows) - len(told)}


@login_required
@require_POST
def start(request: HttpRequest, rule_id: int) -> HttpResponse:
    subject = one_rule(viewer=viewer_of(request), rule_id=rule_id).subject
    to = f"{reverse('desk:score_rules')}?subject={subject}"
    return post_only(request, actions.start_draft, said=_("A draft is there."), to=to, rule_id=rule_id)


class PublishForm(forms.Form):
    valid_from = forms.DateField()
    note = forms.CharField(max_length=200, required=False)


@login_required
@require_POST
def publish(request: HttpRequest, rule_id: int) -> HttpResponse:
    require_somewhere(viewer_of(request), EDIT)
    form, to = PublishForm(request.POST), reverse("desk:score_rule", args=[rule_id])
    if not form.is_valid():
        messages.error(request, _("Say from which day it holds."))
        return redirect(to)
    act = partial(actions.publish_rule, rule_id=rule_id)
    return post_only(request, act, said=_("Published. Everybody can read it."), to=to, **form.cleaned_data)


@login_required
@require_POST
def discard(request: HttpRequest, rule_id: int) -> HttpResponse:
    to = reverse("desk:score_rules")
    return post_only(request, actions.discard_draft, said=_("Discarded."), to=to, rule_id=rule_id)
