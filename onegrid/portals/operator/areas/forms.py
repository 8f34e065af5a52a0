"""What is asked on the way: the file, then what is in it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.kit.geo import Datum
from onegrid.places.areas.importing import Choices
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area, ImportDraft


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("GeoJSON, GeoPackage, or a Shapefile packed as .zip; at most 200 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg,.zip"}),
    )


class ChoicesForm(forms.Form):
    """The meaning of the file. A file with one feature may be given code and name here instead of columns."""

    layer = forms.ChoiceField(label=_("Layer"))
    kind = forms.ChoiceField(label=_("Level of the areas"), choices=AreaKind.choices, initial=AreaKind.GRID)
    parent_id = forms.TypedChoiceField(
        label=_("Area above"),
        help_text=_("Grids of a whole street find their communities by themselves."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    datum = forms.ChoiceField(
        label=_("Datum of the coordinates"),
        help_text=_("Ask whoever made the file. A wrong datum moves everything by hundreds of metres."),
        choices=[("", "—"), *Datum.choices],
    )
    code_column = forms.ChoiceField(label=_("Column with the code"), required=False)
    name_column = forms.ChoiceField(label=_("Column with the name"), required=False)
    code = forms.CharField(label=_("Code of the area"), required=False, max_length=24)
    name = forms.CharField(label=_("Name of the area"), required=False, max_length=80)
    valid_from = forms.DateField(
        label=_("Valid from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    tolerance = forms.FloatField(
        label=_("Tolerance in metres"),
        help_text=_("Gaps and overlaps thinner than this count as slivers."),
        min_value=0,
        max_value=100,
        initial=1,
    )
    repair = forms.BooleanField(label=_("Repair borders that cross themselves"), required=False)
    carry_below = forms.BooleanField(
        label=_("When a border changes, move the areas below it over"), required=False
    )

    def __init__(self, *args: Any, draft: ImportDraft, parents: list[Area], **more: Any) -> None:
        super().__init__(*args, **more)
        columns = [("", "—"), *((column, column) for column in draft.content["columns"])]
        self._offer("layer", [(layer, layer) for layer in draft.content["layers"]])
        self._offer("code_column", columns)
        self._offer("name_column", columns)
        self._offer("parent_id", [("", "—"), *((area.pk, _shown(area)) for area in parents)])
        if draft.content["features"] != 1:
            del self.fields["code"], self.fields["name"]

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def choices(self) -> Choices:
        values = dict(self.cleaned_data)
        values["valid_from"] = values["valid_from"].isoformat()
        return Choices(**values)


def guesses(draft: ImportDraft) -> dict[str, Any]:
    """Columns whose names sound like code and name, so that most people only look."""
    columns = draft.content["columns"]
    found = {
        "layer": draft.content["layer"],
        "code_column": _first(columns, ("code", "bm", "dm", "编码", "代码", "编号", "adcode")),
        "name_column": _first(columns, ("name", "mc", "名称", "网格名", "名字")),
    }
    return {**found, **draft.choices}


def _first(columns: list[str], words: tuple[str, ...]) -> str:
    return next((column for word in words for column in columns if word in column.lower()), "")


def _shown(area: Area) -> str:
    depth = area.path.count(".") - 1
    return f"{'　' * depth}{area.name} ({area.code})"
