"""What is asked before an area is opened, renamed or closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area


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


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)
    with_children = forms.BooleanField(
        label=_("Reopen what was closed below it on the same day as well"), required=False, initial=True
    )

    def __init__(self, *args: Any, below: Sequence[Area], **more: Any) -> None:
        super().__init__(*args, **more)
        if below:
            self.fields["with_children"].help_text = ", ".join(one.name for one in below[:12])
        else:
            del self.fields["with_children"]

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class OpenForm(forms.Form):
    """Without a border: that comes by import."""

    kind = forms.ChoiceField(label=_("Level of the areas"))
    code = forms.CharField(
        label=_("Code of the area"),
        max_length=24,
        help_text=_(
            "District 6 digits, street 9, community 12, beginning with those above; grids as you number them."
        ),
    )
    name = forms.CharField(label=_("Name of the area"), max_length=80)
    valid_from = Day(label=_("Valid from"), initial=timezone.localdate)

    def __init__(self, *args: Any, kinds: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, AreaKind(kind).label) for kind in kinds]

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "boundary": None}
