"""What is asked before a compound is recorded, its doors are, or its management is handed over."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.portals.operator.areas.treeforms import Day
from onegrid.portals.operator.picking import PickField, offer

DOORS_MOST = 500
AREA_MOST = Decimal("99999.99")  # m²


class TakeOverForm(forms.Form):
    """One press: the address stands in the page's own address."""

    def given(self) -> dict[str, Any]:
        return {}


class HandOverForm(forms.Form):
    organisation = PickField(
        label=_("Property firm"),
        required=False,
        help_text=_(
            "Type a code or a name and choose from the list; left empty, nobody manages it from that day on."
        ),
    )
    on = Day(label=_("From which day"), initial=timezone.localdate)
    remark = forms.CharField(label=_("Contract or decision it rests on"), required=False, max_length=200)

    def __init__(self, *args: Any, firms: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", [(firm.code, firm.name, firm) for firm in firms])

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DoorsForm(forms.Form):
    """A line a door. Read once to be shown, then once more with `looked`."""

    doors = forms.CharField(
        label=_("A line for each door: its name, a space, its floor area in m²"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        max_length=40_000,
        help_text=_("Such as: 1单元101室 89.50"),
    )
    looked = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_doors(self) -> list[tuple[str, Decimal]]:
        lines = [line.split() for line in str(self.cleaned_data["doors"]).splitlines() if line.strip()]
        if len(lines) > DOORS_MOST:
            raise forms.ValidationError(_("At most %(most)s doors at a time."), params={"most": DOORS_MOST})
        return [_door(number, parts) for number, parts in enumerate(lines, 1)]

    def given(self) -> dict[str, Any]:
        return {"doors": self.cleaned_data["doors"]}


def _door(number: int, parts: list[str]) -> tuple[str, Decimal]:
    wrong = forms.ValidationError(
        _("Line %(number)s is not a name and a floor area."), params={"number": number}
    )
    if len(parts) != 2 or len(parts[0]) > 40:
        raise wrong
    try:
        area = Decimal(parts[1]).quantize(Decimal("0.01"))
        fits = 0 < area <= AREA_MOST
    except InvalidOperation:  # no number, or none that can be compared
        raise wrong from None
    if not fits:
        raise wrong
    return parts[0], area
