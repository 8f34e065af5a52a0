"""What is asked about a way."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import every_open_unit, matters
from onegrid.cases.flow.forms.reports import by_major
from onegrid.cases.flow.forms.steps import note
from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import TEXT_MAX
from onegrid.cases.paths.actions.drawing import Way
from onegrid.kit.files import Kinds
from onegrid.kit.geo import Datum

SPILL = "06014"  # 道路遗撒: offered first; any class may be chosen


class WayForm(forms.Form):
    """A track as a file or typed, or a line; `way()` gives what the action takes."""

    text = forms.CharField(
        label=_("What happened?"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    class_id = forms.TypedChoiceField(label=_("Class"), coerce=int)
    track = forms.FileField(
        label=_("Track of the vehicle"),
        help_text=_("A CSV file with the columns id, time, lng, lat."),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    typed = forms.CharField(
        label=_("Or the points, typed"),
        help_text=_("One point a line: id,time,lng,lat."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    datum = forms.TypedChoiceField(
        label=_("Coordinate system of the track"),
        coerce=Datum,
        choices=[("", "—"), *Datum.choices],
        required=False,
        empty_value=None,
    )
    line = forms.CharField(
        label=_("Or a line drawn on the map"),
        help_text=_("Click its corners on the map, or write them: longitude,latitude longitude,latitude …"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    from_at = forms.DateTimeField(
        label=_("From"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("A drawn line needs the time; of a track only what lies in it is taken."),
    )  # fmt: skip
    to_at = forms.DateTimeField(
        label=_("Until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    vehicle = forms.CharField(
        label=_("Vehicle"), required=False, max_length=40, help_text=_("As the file names it; kept sealed.")
    )
    owner_id = forms.TypedChoiceField(
        label=_("Unit that the vehicle belongs to"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        classes: list[CaseClass] = matters(at=at)
        self.fields["class_id"].choices = by_major(classes)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["class_id"].initial = next((one.pk for one in classes if one.code == SPILL), None)
        units = [("", _("not known")), *((unit.pk, unit.name) for unit in every_open_unit())]
        self.fields["owner_id"].choices = units  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("track") or given.get("typed")) and not given.get("datum"):
            self.add_error("datum", _("Please say in which coordinates the track is."))
        return given

    def way(self) -> Way:
        given = self.cleaned_data
        file = given["track"]
        drawn = bool(given["line"].strip())
        return Way(
            track=file.read() if file else given["typed"].encode(),
            line=given["line"],
            datum=given["datum"] if given["datum"] and not drawn else Datum.CGCS2000,
            vehicle=given["vehicle"],
            from_at=given["from_at"],
            to_at=given["to_at"],
        )


class ShowForm(forms.Form):
    words = note(_("What was found and done here?"), required=True)
    photos = PhotosField(label=_("Photos"), kinds=Kinds.PHOTO)


class WorkForm(forms.Form):
    work = forms.CharField(label=_("Who does what here"), max_length=500, required=False)
    cost = forms.DecimalField(
        label=_("Cost in yuan"), max_digits=10, decimal_places=2, min_value=0, required=False
    )
