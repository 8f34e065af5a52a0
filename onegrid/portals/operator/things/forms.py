"""What is asked before a component is put on the record, moved, or changes its state."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onegrid.portals.operator.picking import PickField, offer
from onegrid.registry.things.models import PositionSource, ThingStatus
from onegrid.registry.things.queries import thing_classes


class MoveForm(forms.Form):
    lon = forms.FloatField(label=_("Longitude (CGCS2000)"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (CGCS2000)"), min_value=-90, max_value=90)
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("State"), choices=ThingStatus.choices)
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PlaceForm(forms.Form):
    thing_class = PickField(
        label=_("Class of component"), help_text=_("Type a code or a name and choose from the list.")
    )
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    position_source = forms.ChoiceField(label=_("How the position was found"), choices=PositionSource.choices)
    authority_name = forms.CharField(label=_("Authority in charge"), max_length=100, required=False)
    owner_name = forms.CharField(label=_("Owner"), max_length=100, required=False)
    maintainer_name = forms.CharField(label=_("Who maintains it"), max_length=100, required=False)
    lon = forms.FloatField(label=_("Longitude (CGCS2000)"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (CGCS2000)"), min_value=-90, max_value=90)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        english = (get_language() or "").startswith("en")
        classes = [one for one in thing_classes() if one.kind == "component"]
        names = [(one.code, (english and one.name_en) or one.name, one) for one in classes]
        offer(self, "thing_class", names)

    def given(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {"class_code": said.pop("thing_class").code, **said}
