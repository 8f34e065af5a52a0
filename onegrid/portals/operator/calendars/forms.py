"""What is asked about calendars: a day, working hours, whether it is looked at."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.kit.worktime import Period
from onegrid.places.areas.models import Area
from onegrid.places.calendars.models import DayKind
from onegrid.portals.operator.calendars.notices import Unclear, stretches_of
from onegrid.portals.operator.picking import PickField, offer

NOTICE = _("The notice it rests on, with its number and date.")


class Day(forms.DateField):
    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class PlacedForm(forms.Form):
    """For one area or, left empty, for everywhere."""

    area = PickField(
        label=_("For which area"),
        required=False,
        help_text=_("Empty: everywhere. What stands for a smaller area wins."),
    )

    def __init__(self, *args: Any, areas: Sequence[Area], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "area", [(area.code, area.name, area) for area in areas])

    def given(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        area = said.pop("area")
        return {**said, "area_path": area.path if area else ""}


class DayForm(PlacedForm):
    """A day off or a working day by local decision."""

    day = Day(label=_("Day"))
    kind = forms.ChoiceField(label=_("It is a"), choices=DayKind.choices)
    name = forms.CharField(label=_("What for"), max_length=60)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=NOTICE)
    field_order = ("day", "kind", "name", "source", "area")


class HoursForm(PlacedForm):
    """Working periods of Mondays to Fridays."""

    periods = forms.CharField(
        label=_("Working hours"),
        max_length=120,
        help_text=_("Such as 08:30-12:00 14:00-18:00, of Mondays to Fridays and make-up workdays."),
    )
    valid_from = Day(label=_("From"), required=False, help_text=_("Only for a season: its first day."))
    valid_to = Day(label=_("No longer from"), required=False)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=NOTICE)
    field_order = ("periods", "area", "valid_from", "valid_to", "source")

    def clean_periods(self) -> list[Period]:
        try:
            said = str(self.cleaned_data["periods"]).replace("，", " ").replace(",", " ").split()
            return [_period(words) for words in said]
        except ValueError:
            raise forms.ValidationError(_("Write them such as 08:30-12:00 14:00-18:00.")) from None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("valid_to")
        if isinstance(first, date) and isinstance(last, date) and last <= first:
            self.add_error("valid_to", _("The end lies before the beginning."))
        return said


class YearForm(forms.Form):
    """The State Council's notice for a year."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2100)
    days = forms.CharField(
        label=_("Days off and days worked"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_(
            "As the notice prints it, or a line a holiday with its first and last day: "
            "Spring Festival 2027-02-05 2027-02-11. Days on which people work: works 2027-01-30 2027-02-20."
        ),
    )
    source = forms.CharField(label=_("Source"), max_length=200, help_text=NOTICE)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if isinstance(said.get("year"), int) and said.get("days"):
            try:
                said["stretches"] = stretches_of(said["days"], said["year"])
            except Unclear as failure:
                self.add_error("days", _("This line says no day: %(line)s") % {"line": failure.args[0][:60]})
        return said

    def given(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in ("year", "stretches", "source")}


def _period(words: str) -> Period:
    begin, end = words.replace("–", "-").replace("—", "-").replace("：", ":").split("-")
    return Period(time.fromisoformat(begin), time.fromisoformat(end))


class PublishForm(forms.Form):
    """`seen`: the fingerprint of the draft that was on screen."""

    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)
    looked = forms.BooleanField(label=_("I have looked at what changes."))

    def given(self) -> dict[str, Any]:
        return {"seen": self.cleaned_data["seen"]}
