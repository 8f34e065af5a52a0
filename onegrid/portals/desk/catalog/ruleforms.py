"""What is asked about a dispatch rule, and before rules are published."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import RULED_STAGES, ClassKind, Hours, RuleDraft
from onegrid.places.areas.models import Area
from onegrid.portals.desk.catalog.classforms import target_choices, target_of, target_value
from onegrid.portals.desk.catalog.forms import StageLimitsForm

Names = dict[tuple[str, str], str]


def code_choices(names: Names, *, only: str = "") -> list[tuple[Any, Any]]:
    """Major classes and classes, grouped by kind and major class; values such as "event/06" and "event/06012"."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for (kind, code), name in sorted(names.items()):
        if only and kind != only:
            continue
        major = names.get((kind, code[:2]), "")
        group = f"{ClassKind(kind).label} {code[:2]} {major}"
        said = _("the whole of %(name)s") % {"name": name} if len(code) == 2 else name
        groups.setdefault(group, []).append((f"{kind}/{code}", f"{code} {said}"))
    return list(groups.items())


class RuleForm(StageLimitsForm):
    """`seen`: the draft as it was shown; 0 for a new one. `target` and `like` exclude each other."""

    stages = RULED_STAGES
    seen = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.ChoiceField(label=_("Matters of"))
    area = forms.ChoiceField(label=_("In"), required=False)
    hours = forms.ChoiceField(label=_("At hours"), choices=Hours.choices, required=False)
    ends = forms.BooleanField(
        label=_("Only end the rule that stands for these; nothing takes its place"), required=False
    )
    target = forms.ChoiceField(label=_("Leading unit"), required=False)
    like = forms.ChoiceField(
        label=_("Or: whoever has this class at the place"),
        help_text=_("Instead of a leading unit."),
        required=False,
    )
    helpers = forms.MultipleChoiceField(
        label=_("Helping units"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    reason = forms.CharField(
        label=_("Why"), help_text=_("Stands beside the case that went there."), max_length=120, required=False
    )

    def __init__(
        self,
        *args: Any,
        names: Names,
        areas: Sequence[Area],
        units: Sequence[Organisation],
        everywhere: bool,
        of: RuleDraft | None = None,
        initial: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        begun = {"seen": 0} | (initial or {}) | (_initial(of) if of else {})
        limits = of.limits if of else begun.pop("limits", {})
        super().__init__(*args, limits=limits, **{"initial": begun, **more})
        places = [(str(area.pk), f"{'　' * (area.path.count('.') - 1)}{area.name}") for area in areas]
        self._offer("code", [("", "—"), *code_choices(names)])
        self._offer("like", [("", "—"), *code_choices(names)])
        self._offer("area", [("", _("everywhere")), *places] if everywhere else places)
        self._offer("target", [("", "—"), *target_choices(units)])
        self._offer("helpers", target_choices(units))

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = bool(given.get("target")) + bool(given.get("like"))
        if not given.get("ends") and named != 1:
            self.add_error("target", _("Please choose one leading unit, or a class whose unit it is."))
        if given.get("ends") and named:
            self.add_error("target", _("A rule that only ends another names no unit."))
        kind, _slash, _code = given.get("code", "").partition("/")
        if given.get("like") and not given["like"].startswith(f"{kind}/"):
            self.add_error("like", _("Please choose a class of the same kind."))
        return given

    def given(self) -> dict[str, Any]:
        """The keyword arguments of `keep_rule_draft`."""
        told = self.cleaned_data
        kind, _slash, code = told["code"].partition("/")
        organisation_id, org_kind = target_of(told["target"])
        helpers = [target_of(one) for one in told["helpers"]]
        return {
            "seen": told["seen"],
            "kind": kind,
            "major_code": code[:2],
            "class_code": code if len(code) > 2 else "",
            "area_id": int(told["area"]) if told["area"] else None,
            "hours": told["hours"],
            "organisation_id": organisation_id,
            "org_kind": org_kind,
            "like_code": told["like"].partition("/")[2],
            "helpers": [unit if unit is not None else which for unit, which in helpers],
            "limits": self.limits(),
            "ends": told["ends"],
            "reason": told["reason"],
        }


def _initial(draft: RuleDraft) -> dict[str, Any]:
    return {
        "seen": draft.edits,
        "code": f"{draft.kind}/{draft.class_code or draft.major_code}",
        "area": str(draft.area_id or ""),
        "hours": draft.hours,
        "ends": draft.ends,
        "target": target_value(draft.organisation_id, draft.org_kind),
        "like": f"{draft.kind}/{draft.like_code}" if draft.like_code else "",
        "helpers": [f"org:{one}" if isinstance(one, int) else f"kind:{one}" for one in draft.helpers],
        "reason": draft.reason,
    }


class PublishRulesForm(forms.Form):
    """`seen`: which drafts in which state were looked at, such as "3:1 4:2"."""

    seen = forms.RegexField(r"^(\d{1,18}:\d{1,9})( \d{1,18}:\d{1,9}){0,199}$", widget=forms.HiddenInput)
    when = forms.DateTimeField(
        label=_("From when"),
        help_text=_("Empty: at once. What was dispatched before stays where it is."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    looked = forms.BooleanField(label=_("I have looked at what changes"))

    def given(self) -> dict[str, Any]:
        """The keyword arguments of `publish_rule_drafts`."""
        pairs = (pair.split(":") for pair in self.cleaned_data["seen"].split())
        seen = {int(pk): int(edits) for pk, edits in pairs}
        return {"seen": seen, "when": self.cleaned_data["when"]}


def seen_of(drafts: Sequence[RuleDraft]) -> str:
    return " ".join(f"{draft.pk}:{draft.edits}" for draft in drafts)
