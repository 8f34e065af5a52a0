"""Forms of steps that are taken at a desk and from the command screen alike."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.forms.steps import StepForm, note
from onegrid.cases.flow.queries.suggesting import Suggestion


class DispatchForm(StepForm):
    unit_id = forms.TypedChoiceField(label=_("Unit to handle it"), coerce=int)
    words = note(
        _("Note"), required=False, help_text=_("Needed when you choose another unit than suggested.")
    )

    def __init__(self, *args: Any, suggestion: Suggestion, **more: Any) -> None:
        super().__init__(*args, **more)
        self.suggestion = suggestion
        first = suggestion.first
        units = [*([first] if first else []), *(one for one in suggestion.units if one != first)]
        choices = [] if first else [("", "—")]
        self.fields["unit_id"].choices = [*choices, *((unit.pk, unit.name) for unit in units)]  # type: ignore[attr-defined]  # a ChoiceField
        if first:
            self.fields["unit_id"].initial = first.pk


class PressForm(StepForm):
    reason = note(
        _("What is expected, and until when?"),
        required=True,
        help_text=_("Whoever has the case is told, and each pressing is counted."),
    )
