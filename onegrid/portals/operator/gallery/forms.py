"""A form that shows every kind of field; nothing is ever saved."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EveryField(forms.Form):
    place = forms.CharField(label=_("Place"), help_text=_("A compound, a road or a shop."), max_length=40)
    phone = forms.CharField(label=_("Phone"), required=False)
    matter = forms.CharField(label=_("What is the matter?"), widget=forms.Textarea(attrs={"rows": 3}))
    level = forms.ChoiceField(label=_("Urgency"), choices=[("u", _("Urgent")), ("o", _("Ordinary"))])
    answer = forms.ChoiceField(
        label=_("May we call you?"),
        choices=[("y", _("Yes, please")), ("n", _("No, thank you"))],
        widget=forms.RadioSelect,
    )
    follow = forms.BooleanField(label=_("Tell me about each step"), required=False)
