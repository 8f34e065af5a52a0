"""A phone, and the code that was sent to it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Your phone"),
        help_text=_("The one that you left with a report or a question. A code is sent to it."),
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class CodeForm(forms.Form):
    phone = forms.CharField(widget=forms.HiddenInput, max_length=25)
    code = forms.CharField(
        label=_("Code from the message"),
        help_text=_("Six digits, from the message on your phone."),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class CorrectForm(forms.Form):
    name = forms.CharField(label=_("The right name"), max_length=40)
    words = forms.CharField(
        label=_("In your words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DeleteForm(forms.Form):
    words = forms.CharField(
        label=_("In your words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    sure = forms.BooleanField(label=_("Yes. After that nobody can call me back about these matters."))
