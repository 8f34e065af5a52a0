"""What a resident fills in. Field errors in plain words; everything else the action decides."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.naming import ClassGuess, suggest_classes
from onegrid.cases.catalog.queries import classes_for_residents
from onegrid.cases.flow.forms.reports import FIELD_OF, PlacedForm
from onegrid.cases.flow.photos import KeepsPhotos, PhotosField
from onegrid.cases.flow.rules import ADDRESS_MAX, NOTE_MAX, TEXT_MAX, VERDICTS
from onegrid.cases.flow.similar.queries import Told
from onegrid.kit.errors import Refused
from onegrid.places.addresses.queries import public_address

PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")


def asks(url_name: str, verb: str, trigger: str, target: str, include: str) -> dict[str, Any]:
    """Attributes of a field that asks while it is filled in; without script the button beside it asks."""
    return {
        f"hx-{verb}": reverse_lazy(url_name),
        "hx-trigger": trigger,
        "hx-target": target,
        "hx-include": include,
    }


def new_key() -> str:
    return uuid4().hex


class ReportForm(PlacedForm, KeepsPhotos):
    """`key` makes a second press of the button, or a reload, harmless."""

    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("A photo alone is enough too."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = PhotosField(
        help_text=_("Where and when it was taken is removed from photos and from videos of phones.")
    )
    matter = forms.ChoiceField(label=_("Kind of matter"), required=False)
    address = forms.CharField(
        label=_("Where is it?"),
        help_text=_("Road, compound or building, or a spot people know."),
        required=False,
        max_length=ADDRESS_MAX,
    )
    place = forms.CharField(required=False, max_length=20)  # one of the addresses that were offered
    place_for = forms.CharField(required=False, max_length=ADDRESS_MAX)  # the words they were offered for
    contact_name = forms.CharField(label=_("Your name"), required=False, max_length=40)
    contact_phone = forms.CharField(
        label=_("Your phone"),
        help_text=_("Only used to ask back and to tell you what becomes of it; never shown in public."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    secret = forms.BooleanField(
        label=_("Keep it secret who I am"),
        help_text=_(
            "Only the street centre and above see your name and phone; nobody else can follow the matter."
        ),
        required=False,
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.classes = {str(found.pk): found for found in classes_for_residents(at=at)}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, found in self.classes.items():
            groups.setdefault(str(found.major), []).append((key, found.plain))
        self.fields["matter"].choices = [("", _("I do not know")), *groups.items()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["text"].widget.attrs |= asks(
            "resident:report_kinds", "post", "change", "#kinds", "closest form"
        )
        typing = "input changed delay:400ms"
        self.fields["address"].widget.attrs |= asks(
            "resident:report_places", "get", typing, "#places", "this"
        )
        self.fields["address"].widget.attrs["autocomplete"] = "off"

    def told(self, at: datetime) -> Told:
        """As far as it says which matter it is."""
        given = self.cleaned_data
        known = self.classes.get(given["matter"])
        return Told(given["text"], known, given["lon"], given["lat"], given["address"].strip(), at)

    def suggest(self, text: str, at: datetime, *, chosen: str = "") -> list[ClassGuess]:
        """帮我选: the likeliest kinds by the words so far come to the top of the list, the best is chosen.

        `chosen`: what the reporter has chosen already, and keeps.
        """
        guesses = suggest_classes(text=text[:TEXT_MAX], at=at, for_residents=True)
        if guesses:
            field: Any = self.fields["matter"]
            nearest = [(str(guess.case_class.pk), guess.case_class.plain) for guess in guesses]
            field.choices = [(_("By your words"), nearest), *field.choices]
            self.initial["matter"] = chosen if chosen in self.classes else nearest[0][0]
        return guesses

    def clean_contact_phone(self) -> str:
        phone = str(self.cleaned_data["contact_phone"]).strip()
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(_("This does not look like a phone number."))
        return phone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        place = str(given.get("place", ""))
        if place.isdecimal() and given.get("place_for", "").strip() == given.get("address", "").strip():
            found = public_address(int(place))
            if found is not None:
                given["address"], given["area_id"] = found.full_name, found.grid_id
        return given

    def report(self) -> dict[str, Any]:
        """As open_case takes it."""
        given = self.cleaned_data
        return {
            "text": given["text"],
            "case_class": self.classes.get(given["matter"]),
            "lon": given["lon"],
            "lat": given["lat"],
            "address": given["address"],
            "area_id": given.get("area_id"),
            "photos": given["photos"],
            "contact_name": given["contact_name"],
            "contact_phone": given["contact_phone"],
            "secret": given["secret"],
            "idempotency_key": given["key"],
        }

    def refuse(self, refusal: Refused) -> None:
        """The action's refusal beside the field it is about. A used key is renewed, so that sending again works."""
        self.add_error(FIELD_OF.get(refusal.code), str(refusal.message))
        if refusal.code == "key_used_for_another_report":
            self.data = {**{name: self.data[name] for name in self.data}, "key": new_key()}


class FollowForm(forms.Form):
    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "YW20261122-00001230"}),
    )
    code = forms.CharField(
        label=_("Follow code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def words(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(forms.Form):
    """撤回. The box is the second thought, also without script."""

    reason = words(_("Why do you take it back?"), required=True)
    sure = forms.BooleanField(label=_("Yes, nobody needs to look after it any more."))


class NoteForm(forms.Form):
    """补充说明."""

    words = words(
        _("Something to add, or an answer"), required=True, help_text=_("Whoever has the matter reads it.")
    )


class RateForm(forms.Form):
    """评价. `redo` only while one is left."""

    verdict = forms.ChoiceField(
        label=_("Are you satisfied with the result?"),
        choices=[
            ("satisfied", _("Satisfied")),
            ("basically", _("Basically satisfied")),
            ("not", _("Not satisfied")),
        ],
        widget=forms.RadioSelect,
    )
    words = words(_("In your words"), required=False)
    redo = forms.BooleanField(
        label=_("It is not done: please do it once more."),
        help_text=_("Only when you are not satisfied, and once."),
        required=False,
    )

    def __init__(self, *args: Any, redo_left: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not redo_left:
            del self.fields["redo"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("verdict") == "not" and not given.get("words"):
            self.add_error("words", _("Please say what is not right."))
        return given

    def rating(self) -> dict[str, Any]:
        """As rate_case takes it. A redo is asked for by who is not satisfied; from others the box means nothing."""
        given = self.cleaned_data
        stars, satisfied = VERDICTS[given["verdict"]]
        redo = bool(given.get("redo")) and not satisfied
        return {"stars": stars, "satisfied": satisfied, "words": given["words"], "redo": redo}


class PlaceForm(PlacedForm):
    """A place to ask about: by point or by words."""

    address = forms.CharField(label=_("Address"), required=False, max_length=ADDRESS_MAX)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        point = given.get("lon") is not None and given.get("lat") is not None
        if not point and not given.get("address"):
            raise forms.ValidationError(_("Please give an address, or longitude and latitude."))
        return given
