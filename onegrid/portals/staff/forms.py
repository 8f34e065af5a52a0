"""What staff fill in about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.models import Preference
from onegrid.accounts.notices.plugins import CHANNELS


class ChannelsForm(forms.Form):
    """Channels besides the inbox, and quiet hours; only channels that are set up and reach the user are offered."""

    channels = forms.MultipleChoiceField(
        label=_("Besides the inbox, notices reach me by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Urgent notices pass at any time."),
    )

    def __init__(self, *args, user: User, **kwargs) -> None:
        preference = Preference.objects.filter(user=user).first()
        if preference is not None:
            kwargs.setdefault(
                "initial",
                {
                    "channels": preference.channels,
                    "quiet_from": preference.quiet_from,
                    "quiet_to": preference.quiet_to,
                },
            )
        super().__init__(*args, **kwargs)
        offered = [
            (key, channel.name) for key, channel in CHANNELS if channel.ready() and channel.reaches(user)
        ]
        self.fields["channels"].choices = offered  # type: ignore[attr-defined]  # a multiple choice field

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_to") is None):
            self.add_error("quiet_to", _("Give both times or neither."))
        return cleaned
