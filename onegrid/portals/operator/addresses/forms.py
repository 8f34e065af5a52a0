"""What is asked before an address is opened, renamed or closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.places.addresses.kinds import AddressKind


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class OpenForm(forms.Form):
    """Without a point it lies where the address above it lies."""

    kind = forms.ChoiceField(label=_("Level"), choices=AddressKind.choices, initial=AddressKind.BUILDING)
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Only its own part, such as the number of the building.")
    )
    lon = forms.FloatField(label=_("Longitude (CGCS2000)"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (CGCS2000)"), required=False, min_value=-90, max_value=90)
    floors = forms.IntegerField(label=_("Floors"), required=False, min_value=1, max_value=200)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (said.get("lon") is None) != (said.get("lat") is None):
            self.add_error("lat", _("Give both coordinates or none."))
        return said

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
