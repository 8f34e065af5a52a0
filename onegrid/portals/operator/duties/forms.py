"""What is asked about duties: who, in which role, at which hours, from when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.duties.models import EVERY_DAY, Duty, DutyRole
from onegrid.accounts.identity.models import User
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area
from onegrid.portals.operator.picking import PickField, offer

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
THERE = _("Who has a post or a role there. Type a name or sign-in name.")
HOURS = _("The same hour twice means the whole day; an earlier end runs past midnight.")


def roles_for(area: Area) -> list[DutyRole]:
    """Which duties an area of this level has."""
    if area.kind in GRIDS:
        return [DutyRole.MAIN, DutyRole.DEPUTY, DutyRole.HEAD]
    return [DutyRole.STATION] if area.kind in (AreaKind.COMMUNITY, AreaKind.WORK_AREA) else [DutyRole.CENTRE]


class Moment(forms.DateTimeField):
    """A local day and time, by the browser's own calendar."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **more)


class Clock(forms.TimeField):
    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


def _weekdays(**more: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple, **more
    )


class HoursForm(forms.Form):
    """Weekdays and hours."""

    weekdays = _weekdays(label=_("Weekdays"), initial=EVERY_DAY)
    from_time = Clock(label=_("From"), initial="00:00")
    to_time = Clock(label=_("Until"), initial="00:00", help_text=HOURS)

    def given(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {**said, "weekdays": tuple(said["weekdays"])}


class AssignForm(HoursForm):
    user = PickField(label=_("Person"), help_text=THERE)
    role = forms.ChoiceField(label=_("Answers as"))
    starts_at = Moment(label=_("Begins"), required=False, help_text=_("Empty: now."))
    ends_at = Moment(label=_("Ends"), required=False, help_text=_("Empty: until it is ended."))
    field_order = ("user", "role", "weekdays", "from_time", "to_time", "starts_at", "ends_at")

    def __init__(self, *args: Any, area: Area, people: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        offer_people(self, "user", people)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, role.label) for role in roles_for(area)]

    def given(self) -> dict[str, Any]:
        said = super().given()
        return {**said, "role": DutyRole(said["role"]), "starts_at": said["starts_at"] or None}


class ShiftForm(HoursForm):
    """Other hours of a duty."""

    def __init__(self, *args: Any, of: Duty, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial = {"weekdays": of.weekdays, "from_time": of.from_time, "to_time": of.to_time}


class EndForm(forms.Form):
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class HandOverForm(forms.Form):
    to_user = PickField(
        label=_("To whom"), help_text=_("Who has a post or a role there. Type a name or sign-in name.")
    )
    note = forms.CharField(
        label=_("What the next one must know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        offer_people(self, "to_user", people)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CopyForm(forms.Form):
    day = forms.TypedChoiceField(label=_("As it is on"), choices=WEEKDAYS, coerce=int)
    onto = _weekdays(label=_("also on"))

    def given(self) -> dict[str, Any]:
        return {"day": self.cleaned_data["day"], "onto": tuple(self.cleaned_data["onto"])}


class LeaveForm(forms.Form):
    user = PickField(label=_("Who is away"))
    starts_at = Moment(label=_("Begins"))
    ends_at = Moment(label=_("Ends"))
    cover = PickField(
        label=_("Who covers"),
        required=False,
        help_text=_("Without a cover the deputy, then the station answers."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        offer_people(self, "user", people)
        offer_people(self, "cover", people)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def offer_people(form: forms.Form, field: str, people: Sequence[User]) -> None:
    offer(form, field, [(person.username, person.display_name, person) for person in people])
