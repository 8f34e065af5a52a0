"""What is asked before a whistle is blown, and what the facts say about it; for every page from which it is blown."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.forms.steps import note
from onegrid.cases.whistle.actions import Wanted
from onegrid.cases.whistle.kinds import active_kinds
from onegrid.cases.whistle.models import WhistleKind
from onegrid.cases.whistle.queries import BlowFacts, units_to_call
from onegrid.cases.whistle.rules import SHORT_MAX, Role

ADVICE: dict[str, tuple[str, Promise]] = {
    "runs_already": ("bad", _("A whistle runs for this case already; a second one is refused.")),
    "case_closed": ("bad", _("A chosen case is finished already.")),
    "emergency_kind_fits": (
        "warn",
        _("The case is an emergency: the emergency kind passes quiet hours."),
    ),
    "own_unit_can": (
        "warn",
        _("By the dispatch list a unit of the street itself handles this matter."),
    ),
    "alike_went_badly": (
        "warn",
        _("An earlier whistle alike was rated badly: see below what happened."),
    ),
}


class BlowForm(forms.Form):
    """Which kind, what is asked, who is called: one leads, others help."""

    kind = forms.ChoiceField(label=_("Kind of whistle"), widget=forms.RadioSelect)
    words = note(
        _("What are the departments to do?"),
        required=True,
        help_text=_("Every called department reads it: no names or phones of residents."),
    )
    address = forms.CharField(label=_("Place in words"), required=False, max_length=SHORT_MAX)
    lead = forms.TypedChoiceField(label=_("Department that leads"), coerce=int)
    helpers = forms.TypedMultipleChoiceField(
        label=_("Departments that help"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, kinds: list[WhistleKind], units: list[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(unit.pk, unit.name) for unit in units]
        self.fields["kind"].choices = [(kind.code, str(kind)) for kind in kinds]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["lead"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]  # as above
        self.fields["helpers"].choices = choices  # type: ignore[attr-defined]  # as above

    def roles(self) -> dict[int, Role]:
        given = self.cleaned_data
        helpers = {unit: Role.HELPER for unit in given["helpers"]}
        return helpers | {given["lead"]: Role.LEAD}

    def wanted(self, facts: BlowFacts) -> Wanted:
        """As `blow_whistle` takes it; after `is_valid`."""
        given = self.cleaned_data
        return Wanted(
            kind=given["kind"],
            words=given["words"],
            roles=self.roles(),
            case_ids=[case.pk for case in facts.cases],
            area_id=facts.area.pk,
            address=given["address"],
        )


def blow_form(data: Any, facts: BlowFacts, at: datetime) -> BlowForm:
    """Filled with what the facts suggest."""
    units = units_to_call(facts.area.path, at)
    first: dict[str, Any] = {"key": uuid4().hex}
    if facts.unit is not None and facts.unit in units:
        first["lead"] = facts.unit.pk
    if facts.cases:
        first["address"] = facts.cases[0].address
    return BlowForm(data, kinds=active_kinds(), units=units, initial=first, auto_id="blow_%s")
