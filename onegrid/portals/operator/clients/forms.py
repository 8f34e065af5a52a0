"""What is asked before an application is let in, or out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.roles import role_table
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Channel
from onegrid.exchange.openplatform import rules
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area

# What a program may call its reports; residents and files have doors of their own.
CHANNELS = (Channel.NODE, Channel.HOTLINE, Channel.SENSOR, Channel.CAMERA)
FIELD_OF = {
    "name_missing": "name",
    "name_too_long": "name",
    "name_taken": "name",
    "organisation_closed": "organisation",
    "no_permissions": "permissions",
    "not_grantable": "permissions",
    "bad_limit": "per_minute",
    "purpose_too_long": "purpose",
}


def purpose_field() -> forms.CharField:
    return forms.CharField(
        label=_("What for it reads people's words as they were written"),
        required=False,
        max_length=rules.PURPOSE_MAX,
        help_text=_(
            "Left empty, numbers are hidden in what people wrote, and names as far as rules can tell them from "
            "other words; it looks cases up by whole numbers. The purpose stands in the audit trail."
        ),
    )


class ClientForm(forms.Form):
    """One application with its first key."""

    name = forms.CharField(label=_("Name of the application"), max_length=rules.NAME_MAX)
    organisation = forms.ChoiceField(label=_("Organisation that answers for it"))
    area = forms.ChoiceField(label=_("Where it may act"), required=False)
    own_cases_only = forms.BooleanField(
        label=_("Only cases of its organisation"),
        help_text=_("For the system of a department: it sees what was dispatched to the department."),
        required=False,
    )
    permissions = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label=_("What its reports count as"),
        help_text=_("Requests by Open311 always count as Open311."),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=rules.PER_MINUTE_MOST, initial=rules.PER_MINUTE
    )
    purpose = purpose_field()

    def __init__(
        self, *args: Any, owners: list[Organisation], areas: list[Area], chinese: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.owners = {str(owner.pk): owner for owner in owners}
        self.areas = {str(area.pk): area for area in areas}
        names = role_table().permissions
        self._offer("organisation", [("", "—"), *((key, owner.name) for key, owner in self.owners.items())])
        self._offer("area", [("", _("Everywhere")), *((key, area.name) for key, area in self.areas.items())])
        self._offer("permissions", [(code, names[code][0 if chinese else 1]) for code in rules.GRANTABLE])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def given(self) -> dict[str, Any]:
        """As issue_client takes it."""
        values = dict(self.cleaned_data)
        values["organisation"] = self.owners[values["organisation"]]
        values["area"] = self.areas.get(values["area"])
        return values

    def refuse(self, refusal: Refused) -> None:
        self.add_error(FIELD_OF.get(refusal.code), str(refusal.message))


class RotateForm(forms.Form):
    """`key`: the newest that was on screen; a reload of the page that shows the new one changes nothing."""

    key = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class WordsForm(forms.Form):
    purpose = purpose_field()


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Why is it shut out?"), max_length=200)
