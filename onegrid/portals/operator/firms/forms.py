"""What is asked before a shop or firm is put on the record or closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.portals.operator.areas.treeforms import Day
from onegrid.registry.establishments.models import EstablishmentKind


class OpenForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *EstablishmentKind.choices])
    name = forms.CharField(label=_("Name on its sign"), max_length=100)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("18 characters; its check character is looked at."),
    )
    address_text = forms.CharField(label=_("Address"), max_length=200, required=False)
    opened_on = Day(label=_("Open since"), required=False)
    lon = forms.FloatField(label=_("Longitude (CGCS2000)"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (CGCS2000)"), min_value=-90, max_value=90)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
