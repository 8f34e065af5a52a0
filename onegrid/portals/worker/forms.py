"""What a worker fills in on site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import NOTE_MAX, Verb


def note(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 3})
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
    words = note(_("Note"), required=False)
    photos = PhotosField(label=_("Photos on site"))


class SettleForm(SiteForm):
    words = note(_("What did you do?"), required=True)
    photos = PhotosField(label=_("Photos of the result"), required=True)


class CheckForm(SiteForm):
    words = note(_("Note"), required=False)
    photos = PhotosField(label=_("Photos on site"))


class ReworkForm(SiteForm):
    reason = note(_("What is not right yet?"), required=True)
    photos = PhotosField(label=_("Photos on site"))


FORMS: dict[Verb, type[SiteForm]] = {
    Verb.VERIFY: VerifyForm,
    Verb.SETTLE: SettleForm,
    Verb.CHECK: CheckForm,
    Verb.REWORK: ReworkForm,
}
