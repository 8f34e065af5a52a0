"""The forms of one class of a draft: a new one; and itself, its conditions, its limits of stages, its duty list."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.actions.drafts import CLASS_FIELDS
from onegrid.cases.catalog.actions.editing import ROWS_MOST
from onegrid.cases.catalog.models import ClassKind, CloseLevel, DutyPart, EvidenceNeed, Mark, Priority
from onegrid.cases.catalog.queries.reading import ClassStory
from onegrid.cases.catalog.queries.units import every_open_unit
from onegrid.cases.catalog.rules.spelling import LIMIT_MAX
from onegrid.portals.desk.catalog.forms import LimitsForm, unit_choices

BLANK_ROWS = 2


class NewClassForm(forms.Form):
    """What names a class; the rest is said on its own page afterwards."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ClassKind.choices, initial=ClassKind.EVENT)
    code = forms.RegexField(
        r"^\s*[0-9]{4,5}\s*$",
        label=_("Code"),
        help_text=_("The whole code, four or five digits: the first two are the major class."),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Name of the class"), max_length=60)
    major_name = forms.CharField(
        label=_("Name of the major class"),
        help_text=_("Only if the major class is new."),
        max_length=60,
        required=False,
    )
    is_fault = forms.BooleanField(
        label=_("It is the fault of the component with the same code"),
        help_text=_("Then the component's conditions and limits hold for it too."),
        required=False,
    )

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "code": self.cleaned_data["code"].strip()}


def words(label: Any, *, rows: int = 2, required: bool = True, most: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class ClassForm(forms.Form):
    """`seen`: the class as it was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the class"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    plain_name = forms.CharField(
        label=_("Plain name for residents"),
        help_text=_("Empty: residents are not offered this class."),
        max_length=40,
        required=False,
    )
    plain_name_en = forms.CharField(label=_("Plain English name"), max_length=60, required=False)
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices)
    evidence = forms.ChoiceField(label=_("Photos asked for"), choices=EvidenceNeed.choices)
    verify_needed = forms.BooleanField(label=_("Verified on site before filing"), required=False)
    check_needed = forms.BooleanField(label=_("Checked on site before closing"), required=False)
    close_level = forms.ChoiceField(label=_("May be closed from"), choices=CloseLevel.choices)
    lead_unit = forms.CharField(
        label=_("Responsible unit in the words of the table"), max_length=120, required=False
    )
    unit = forms.ChoiceField(
        label=_("Goes there when no dispatch rule fits"),
        help_text=_("Otherwise the street has it."),
        required=False,
    )

    def __init__(self, *args: Any, story: ClassStory, units: Sequence[Organisation], **more: Any) -> None:
        one = story.case_class
        initial = {name: getattr(one, name) for name in CLASS_FIELDS}
        initial |= {
            "seen": one.edited,
            "unit": target_value(one.default_organisation_id, one.default_org_kind),
        }
        super().__init__(*args, **{"initial": initial, **more})
        self.fields["unit"].choices = [("", "—"), *target_choices(units)]  # type: ignore[attr-defined]  # a ChoiceField


def target_choices(units: Sequence[Organisation]) -> list[tuple[Any, Any]]:
    """Kinds first ("the nearest …"), then single organisations."""
    kinds = [(f"kind:{value}", label) for value, label in OrgKind.choices]
    return [
        (_("The nearest of a kind"), kinds),
        (_("One organisation"), [(f"org:{unit.pk}", unit.name) for unit in units]),
    ]


def target_value(organisation_id: int | None, kind: str) -> str:
    if organisation_id is not None:
        return f"org:{organisation_id}"
    return f"kind:{kind}" if kind else ""


def target_of(value: str) -> tuple[int | None, str]:
    """(organisation id, kind) of a choice."""
    what, _colon, which = value.partition(":")
    if what == "org" and which.isdecimal():
        return int(which), ""
    return None, which if what == "kind" else ""


class ConditionForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    filing_condition = words(_("Filed when"))
    closing_condition = words(_("Closed when"))
    limit = forms.IntegerField(label=_("Limit"), min_value=1, max_value=LIMIT_MAX)
    unit = forms.ChoiceField(label=_("Unit of time"), choices=unit_choices)
    mark = forms.ChoiceField(
        label=_("Standing of the value"), choices=Mark.choices, initial=Mark.LOCAL_SAMPLE
    )
    source = forms.CharField(label=_("Source"), max_length=120, required=False)


class DutyForm(forms.Form):
    part = forms.ChoiceField(label=_("Part"), choices=DutyPart.choices, initial=DutyPart.LEAD)
    unit_name = forms.CharField(label=_("Unit that acts"), max_length=120)
    duty = forms.CharField(label=_("What it does"), max_length=400, required=False)
    basis = forms.CharField(label=_("Legal basis"), max_length=400, required=False)
    mark = forms.ChoiceField(
        label=_("Standing of the value"), choices=Mark.choices, initial=Mark.LOCAL_SAMPLE
    )


class ClassForms:
    """All forms of the page at once. Empty rows at the end of a table are for new ones."""

    def __init__(self, given: Any, story: ClassStory) -> None:
        own = [row for row in story.standards if row.case_class_id == story.case_class.pk]
        self.one = ClassForm(given, story=story, units=every_open_unit())
        self.conditions = _table(ConditionForm, "conditions", given, own)
        self.duties = _table(DutyForm, "duties", given, story.duties)
        self.limits = LimitsForm(
            given, rows={row.stage: row for row in story.own_limits}, seen=0, prefix="limits"
        )
        self._all = (self.one, self.conditions, self.duties, self.limits)

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self._all])

    @property
    def has_errors(self) -> bool:
        return self.one.is_bound and not self.is_valid()

    def given(self) -> dict[str, Any]:
        """The keyword arguments of `rewrite_class`."""
        told = self.one.cleaned_data
        organisation_id, kind = target_of(told["unit"])
        return {
            "seen": told["seen"],
            "values": {name: told[name] for name in CLASS_FIELDS},
            "organisation_id": organisation_id,
            "org_kind": kind,
            "conditions": _rows(self.conditions),
            "limits": self.limits.limits(),
            "duties": _rows(self.duties),
        }


def _table(form: type[forms.Form], prefix: str, given: Any, rows: Iterable[Any]) -> Any:
    """The rows as they stand, and blank ones."""
    made = forms.formset_factory(
        form, extra=BLANK_ROWS, can_delete=True, max_num=ROWS_MOST, validate_max=True
    )
    standing = [{name: getattr(row, name) for name in form.base_fields} for row in rows]
    return made(given, prefix=prefix, initial=standing)


def _rows(formset: Any) -> list[dict[str, Any]]:
    """What stands in the table, without rows that were left empty or are to go."""
    return [
        {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
        for form in formset
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
