"""What is asked before an outside system is connected, or changed."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.models import OutsideSystem
from onegrid.kit.errors import Refused

# Whose work may be done in a system of their own; centres and stations work here.
HANDLING = (OrgKind.DEPARTMENT, OrgKind.STREET_OFFICE, OrgKind.PROPERTY_FIRM)
FIELD_OF = {
    "name_missing": "name",
    "name_too_long": "name",
    "name_taken": "name",
    "organisation_closed": "organisation",
    "bad_address": "address",
    "bad_mapping": "mapping",
    "purpose_too_long": "purpose",
    "no_units": "units",
    "too_many_units": "units",
    "unit_served_already": "units",
}


def shipped_mapping() -> str:
    return files("onegrid.exchange.connectors").joinpath("mappings/tickets.yaml").read_text("utf-8")


class SystemForm(forms.Form):
    """One system; with `known` its organisation stays."""

    name = forms.CharField(label=_("Name of the system"), max_length=rules.NAME_MAX)
    organisation = forms.ChoiceField(label=_("Organisation that answers for it"))
    address = forms.CharField(
        label=_("Address"),
        max_length=rules.ADDRESS_MAX,
        help_text=_("Such as https://system.example.cn/api. Requests go to this host and nowhere else."),
    )
    units = forms.MultipleChoiceField(
        label=_("Units whose work is done in it"),
        help_text=_("What is dispatched to them is handed over."),
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(
        label=_("What for it gets the words of reports"),
        required=False,
        max_length=rules.PURPOSE_MAX,
        help_text=_(
            "Left empty, people's own words stay here: it gets kind, condition, place and photos. With a purpose "
            "they are sent; numbers are hidden, and names as far as rules can tell them from other words."
        ),
    )
    mapping = forms.CharField(
        label=_("Fields and codes"),
        help_text=_(
            "YAML: which of its fields is which of ours, and its codes. The sample fits the demo's peer."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "code"}),
    )

    def __init__(
        self, *args: Any, owners: Sequence[Organisation], known: OutsideSystem | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.owners = {str(owner.pk): owner for owner in owners}
        if known is not None:
            del self.fields["organisation"]
        else:
            self._offer("organisation", [("", "—"), *((key, one.name) for key, one in self.owners.items())])
        self._offer("units", [(key, one.name) for key, one in self.owners.items() if one.kind in HANDLING])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def given(self) -> dict[str, Any]:
        """As register_system and change_system take it."""
        values = dict(self.cleaned_data)
        values["units"] = [self.owners[key] for key in values["units"]]
        if "organisation" in values:
            values["organisation"] = self.owners[values["organisation"]]
        return values

    def refuse(self, refusal: Refused) -> None:
        field = FIELD_OF.get(refusal.code)
        self.add_error(field if field in self.fields else None, str(refusal.message))
