"""What is asked before an area is opened, renamed or closed."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.places.areas.kinds import AreaKind


class Day(forms.DateField):
    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name of the area"), max_length=80)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CloseForm(forms.Form):
    valid_to = Day(label=_("No longer from"), initial=timezone.localdate)
    with_children = forms.BooleanField(label=_("Close everything below it as well"), required=False)

    def clean_valid_to(self) -> date:
        day: date = self.cleaned_data["valid_to"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past."))
        return day

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class OpenForm(forms.Form):
    """Without a border: that comes by import."""

    kind = forms.ChoiceField(label=_("Level of the areas"), choices=AreaKind.choices, initial=AreaKind.GRID)
    code = forms.CharField(label=_("Code of the area"), max_length=24)
    name = forms.CharField(label=_("Name of the area"), max_length=80)
    valid_from = Day(label=_("Valid from"), initial=timezone.localdate)

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "boundary": None}
