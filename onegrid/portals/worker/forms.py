"""What a worker fills in on site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import NOTE_MAX, Level, Verb


def note(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SiteForm(forms.Form):
    """`version`: of the case as it was shown; the action refuses when somebody was faster."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class VerifyForm(SiteForm):
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
    photos = PhotosField(label=_("Photos on site"))


class SettleForm(SiteForm):
    words = note(_("What did you do?"), required=True)
    photos = PhotosField(label=_("Photos of the result"), required=True)


class HandleForm(SiteForm):
    words = note(_("What was done?"), required=True)
    photos = PhotosField(label=_("Photos of the result"))


class CheckForm(SiteForm):
    words = note(_("Note"), required=False)
    photos = PhotosField(label=_("Photos on site"))


class ReworkForm(SiteForm):
    reason = note(_("What is not right yet?"), required=True)
    photos = PhotosField(label=_("Photos on site"))


class EscalateForm(SiteForm):
    reason = note(
        _("Why can it not be settled here?"),
        required=True,
        help_text=_("The next level leads it from here; it is no longer your task."),
    )


class AlarmForm(SiteForm):
    """突发紧急. The box is the second thought, also without script."""

    reason = note(
        _("What is the danger?"),
        required=True,
        help_text=_("The leaders are told at once; for danger to people call 110, 119 or 120 first."),
    )
    sure = forms.BooleanField(label=_("Yes, it is an emergency: tell the leaders now."))

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class NoteForm(SiteForm):
    words = note(_("Note"), required=True)
    photos = PhotosField(label=_("Photos on site"))


FORMS: dict[Verb, type[SiteForm]] = {
    Verb.VERIFY: VerifyForm,
    Verb.SETTLE: SettleForm,
    Verb.HANDLE: HandleForm,
    Verb.CHECK: CheckForm,
    Verb.REWORK: ReworkForm,
    Verb.ESCALATE: EscalateForm,
    Verb.RAISE_ALARM: AlarmForm,
    Verb.NOTE: NoteForm,
}
