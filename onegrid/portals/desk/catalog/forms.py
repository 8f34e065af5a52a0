"""What is asked where the catalogue is written."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.models import (
    CatalogVersion,
    Mark,
    Scheme,
    Stage,
    StageLimit,
    StandardImport,
    units,
)
from onegrid.cases.catalog.rules.spelling import DAY_UNITS, HOUR_UNITS, LIMIT_MAX


def unit_choices(only: Any = None, *, empty: Any = "—") -> list[tuple[str, Any]]:
    known = [(value, words) for value, words in units() if only is None or value in only]
    return [("", empty), *known]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_(
            "Two sheets, 部件 and 事件, with the nine columns of a filing standard; .xlsx, at most 5 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


class MeaningForm(forms.Form):
    """What the words mean and where the rows go. `seen`: the choices as they were shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    day = forms.ChoiceField(label=_("A bare 天 means"), required=False)
    hour = forms.ChoiceField(label=_("A bare 小时 means"), required=False)
    at_once_limit = forms.IntegerField(
        label=_("“At once” (立即) may take"), required=False, min_value=1, max_value=LIMIT_MAX
    )
    at_once_unit = forms.ChoiceField(label=_("Unit of “at once”"), required=False)
    scheme = forms.ChoiceField(label=_("Scheme it is for"), required=False)
    new_code = forms.CharField(
        label=_("Code of the new scheme"),
        help_text=_("local- and then small letters, digits and hyphens, such as local-dongling"),
        required=False,
        max_length=32,
    )
    new_name = forms.CharField(label=_("Name of the new scheme"), required=False, max_length=80)
    for_filing = forms.BooleanField(
        label=_("Once published, cases are filed under the new scheme"), required=False
    )

    def __init__(self, *args: Any, draft: StandardImport, schemes: list[Scheme], **more: Any) -> None:
        there = any(scheme.code == draft.scheme_code for scheme in schemes)
        initial = {
            "seen": draft.edits,
            "day": draft.day,
            "hour": draft.hour,
            "at_once_limit": draft.at_once_limit,
            "at_once_unit": draft.at_once_unit,
            "scheme": draft.scheme_code if there else "",
            "new_code": "" if there else draft.scheme_code,
            "new_name": "" if there else draft.scheme_name,
            "for_filing": draft.for_filing,
        }
        super().__init__(*args, **{"initial": initial, **more})
        not_said = _("not said yet")
        self._offer("day", unit_choices(DAY_UNITS, empty=not_said))
        self._offer("hour", unit_choices(HOUR_UNITS, empty=not_said))
        self._offer("at_once_unit", unit_choices())
        self._offer("scheme", [("", _("A new scheme")), *((one.code, str(one)) for one in schemes)])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("at_once_limit")) != bool(given.get("at_once_unit")):
            self.add_error("at_once_unit", _("Please give both the number and the unit, or neither."))
        if not given.get("scheme") and not given.get("new_code"):
            self.add_error("new_code", _("Please choose a scheme or name a new one."))
        return given

    def given(self) -> dict[str, Any]:
        """The keyword arguments of `choose_meaning`."""
        told = self.cleaned_data
        at_once = (told["at_once_limit"], told["at_once_unit"]) if told["at_once_limit"] else None
        return {
            "seen": told["seen"],
            "day": told["day"],
            "hour": told["hour"],
            "at_once": at_once,
            "scheme_code": told["scheme"] or told["new_code"].strip(),
            "scheme_name": told["new_name"],
            "for_filing": told["for_filing"],
        }


class PublishForm(forms.Form):
    """`seen`: which state of the draft was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    valid_from = forms.DateField(
        label=_("In force from"),
        help_text=_("The version before ends on this day. Cases keep the row they were filed under."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    looked = forms.BooleanField(label=_("I have looked at what changes; it cannot be changed afterwards"))

    def __init__(self, *args: Any, draft: CatalogVersion, today: date, **more: Any) -> None:
        first = max(draft.valid_from, today)
        initial = {"seen": draft.edits, "valid_from": first, "note": draft.note}
        super().__init__(*args, **{"initial": initial, **more})
        self.fields["valid_from"].widget.attrs["min"] = today.isoformat()

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "looked"}


class SureForm(forms.Form):
    """Something goes for good. `seen`: which state of it was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField()

    def __init__(self, *args: Any, seen: int, sure: Any, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"seen": seen}, **more})
        self.fields["sure"].label = sure

    def given(self) -> dict[str, Any]:
        return {"seen": self.cleaned_data["seen"]}


class StageLimitsForm(forms.Form):
    """A limit and its unit for each of `stages`, `marked`: and its standing; without a number it has none here."""

    marked = False
    stages: Sequence[Stage] = tuple(Stage)

    def __init__(self, *args: Any, limits: Mapping[str, Sequence[Any]], **more: Any) -> None:
        """`limits`: stage → (limit, unit) or (limit, unit, mark), what stands there at first."""
        super().__init__(*args, **more)
        for stage in self.stages:
            value, unit, *mark = limits.get(stage.value, (None, ""))
            self.fields[f"{stage}_limit"] = forms.IntegerField(
                label=stage.label, required=False, min_value=1, max_value=LIMIT_MAX, initial=value
            )
            self.fields[f"{stage}_unit"] = forms.ChoiceField(
                label=_("Unit of time"), required=False, choices=unit_choices, initial=unit
            )
            if self.marked:
                self.fields[f"{stage}_mark"] = forms.ChoiceField(
                    label=_("Standing of the value"),
                    required=False,
                    choices=Mark.choices,
                    initial=mark[0] if mark else Mark.LOCAL_SAMPLE,
                )

    def _names(self, stage: Stage) -> list[str]:
        return [f"{stage}_{name}" for name in ("limit", "unit", "mark")[: 3 if self.marked else 2]]

    def limit_rows(self) -> list[list[Any]]:
        return [[self[name] for name in self._names(stage)] for stage in self.stages]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for stage in self.stages:
            if bool(given.get(f"{stage}_limit")) != bool(given.get(f"{stage}_unit")):
                self.add_error(f"{stage}_unit", _("Please give both the number and the unit, or neither."))
        return given

    def limits(self) -> dict[str, tuple[Any, ...]]:
        """stage → (limit, unit) or (limit, unit, mark), of those that have one."""
        told = self.cleaned_data
        return {
            stage.value: tuple(told[name] for name in self._names(stage))
            for stage in self.stages
            if told[f"{stage}_limit"]
        }


class LimitsForm(StageLimitsForm):
    """Limits of a version or of a class. `seen`: the state that was looked at."""

    marked = True
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Mapping[str, StageLimit], seen: int, **more: Any) -> None:
        limits = {stage: (row.limit, row.unit, row.mark) for stage, row in rows.items()}
        super().__init__(*args, limits=limits, **{"initial": {"seen": seen}, **more})

    def limits(self) -> dict[str, tuple[Any, ...]]:
        told = super().limits()
        return {
            stage: (limit, unit, mark or Mark.UNVERIFIED.value) for stage, (limit, unit, mark) in told.items()
        }

    def given(self) -> dict[str, Any]:
        return {"seen": self.cleaned_data["seen"], "limits": self.limits()}
