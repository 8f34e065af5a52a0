"""What every form of a report has: a point, a class to choose, and a field for each refusal of open_case."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.cases.catalog.models import CaseClass

# Which field a refusal of open_case, follow_case or store_file is about; any other stands above the form.
FIELD_OF = {
    "report_is_empty": "text",
    "text_too_long": "text",
    "words_too_long": "text",
    "address_too_long": "address",
    "place_needed": "address",
    "place_unknown": "address",
    "outside_all_grids": "address",
    "too_many_photos": "photos",
    "photos_gone": "photos",
    "unsupported_file": "photos",
    "file_too_large": "photos",
    "picture_too_large": "photos",
    "broken_picture": "photos",
    "broken_recording": "photos",
    "empty_file": "photos",
    "class_not_in_force": "matter",
}


class PlacedForm(forms.Form):
    """Longitude and latitude of a point on a map (CGCS2000 degrees): both or none."""

    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("lon", "lat"):
            self.fields[name].widget.attrs |= {"step": "any", "inputmode": "decimal"}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("lon") is None) != (given.get("lat") is None):
            self.add_error("lat", _("Longitude and latitude belong together."))
        return given


def by_major(classes: Iterable[CaseClass]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of classes, with their codes, under their major classes."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in classes:
        groups.setdefault(f"{one.major.code} {one.major}", []).append((str(one.pk), f"{one.code} {one}"))
    return list(groups.items())
