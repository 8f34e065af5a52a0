"""Signing up for an activity, asking a question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.hall.activities.rules import PEOPLE_MOST
from onegrid.hall.answers.rules import ASKED_MAX
from onegrid.places.areas.models import Area
from onegrid.portals.resident.hall.places import choices


class SignUpForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Your phone"),
        help_text=_("Only the organisers may look it up, and it is forgotten a month after the end."),
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    people = forms.TypedChoiceField(
        label=_("How many of you come?"),
        choices=[(count, str(count)) for count in range(1, PEOPLE_MOST + 1)],
        coerce=int,
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Please write no names and no numbers of identity cards."),
        max_length=ASKED_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    area = forms.ChoiceField(label=_("Who shall answer?"))
    phone = forms.CharField(
        label=_("Your phone"),
        help_text=_("Only to tell you that there is an answer; then it is forgotten."),
        max_length=25,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.areas: dict[str, Area] = {str(one.pk): one for one in choices()}
        named = [(key, one.name) for key, one in self.areas.items()]
        self.fields["area"].choices = [("", _("Please choose")), *named]  # type: ignore[attr-defined]  # a ChoiceField

    def asked(self) -> dict[str, Any]:
        """As ask_question takes it."""
        given = self.cleaned_data
        return {**given, "area": self.areas[given["area"]]}
