"""Forms of the steps that a desk and a worker on site take alike; what a portal says differently it says itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import NOTE_MAX, Level


def note(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StepForm(forms.Form):
    """Gives the keyword arguments of its action. `version`: of the case as it was shown; the action refuses when
    somebody was faster."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class VerifyForm(StepForm):
    found = forms.TypedChoiceField(
        label=_("What did you find on site?"),
        choices=[("yes", _("It is as reported")), ("no", _("There is nothing there"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    level = forms.TypedChoiceField(
        label=_("Who shall lead it?"),
        choices=[
            (Level.STREET, _("The street's centre")),
            (Level.COMMUNITY, _("The community: it can settle this itself")),
        ],
        coerce=Level,
        widget=forms.RadioSelect,
        initial=Level.STREET,
        required=False,
        empty_value=Level.STREET,
    )
    words = note(_("Note"), required=False)
    photos = PhotosField(label=_("Photos or video on site"))


class CheckForm(StepForm):
    words = note(_("Note"), required=False)
    photos = PhotosField(label=_("Photos or video on site"))


class ReworkForm(StepForm):
    reason = note(_("What is not right yet?"), required=True)
    photos = PhotosField(label=_("Photos or video on site"))


class DoneForm(StepForm):
    """What was done, with what shows it."""

    words = note(_("What was done?"), required=True, help_text=_("The reporter reads this."))
    photos = PhotosField(label=_("Photos or video of the result"))


class SettledForm(DoneForm):
    photos = PhotosField(label=_("Photos or video of the result"), required=True)


class AlarmForm(StepForm):
    """突发紧急. The box is the second thought, also without script."""

    reason = note(
        _("What is the danger?"),
        required=True,
        help_text=_("The leaders are told at once; for danger to people call 110, 119 or 120 first."),
    )
    sure = forms.BooleanField(label=_("Yes, it is an emergency: tell the leaders now."))

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}
