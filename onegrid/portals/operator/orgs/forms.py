"""What is asked before an organisation is opened, changed, moved or closed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.places.areas.models import Area
from onegrid.portals.operator.picking import PickField, offer, said


def _units(found: Sequence[Organisation]) -> list[tuple[str, str, Organisation]]:
    return [(unit.code, unit.name, unit) for unit in found]


class OpenForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *OrgKind.choices])
    code = forms.CharField(
        label=_("Code"), max_length=32, help_text=_("Of your own list of organisations; it never changes.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    area = PickField(
        label=_("Area it serves"), help_text=_("Type a code or a name and choose from the list.")
    )
    parent = PickField(label=_("Hangs below"), required=False)
    phone = forms.CharField(
        label=_("Public phone"), max_length=32, required=False, help_text=_("Everybody may see it.")
    )

    def __init__(self, *args: Any, areas: Sequence[Area], units: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "area", [(area.code, area.name, area) for area in areas])
        offer(self, "parent", _units(units))

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        if len(code.split()) != 1:
            raise forms.ValidationError(_("A code has no spaces."))
        return code

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ChangeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.CharField(
        label=_("Public phone"), max_length=32, required=False, help_text=_("Everybody may see it.")
    )

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MoveForm(forms.Form):
    parent = PickField(
        label=_("Hangs below"), required=False, help_text=_("Left empty it stands at the top of the tree.")
    )
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def __init__(self, *args: Any, units: Sequence[Organisation], of: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        if of.parent is not None:
            self.fields["parent"].initial = said(of.parent.code, of.parent.name)
        offer(self, "parent", _units([unit for unit in units if unit.pk != of.pk]))

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
