"""What is asked about people: who, where, as what, from when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.actions.engaging import NewPerson
from onegrid.accounts.identity.models import Posting, Role
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.sheets.reading import MAX_BYTES, MEBI
from onegrid.places.areas.models import Area
from onegrid.portals.operator.picking import PickField, offer


class Day(forms.DateField):
    """A day, by the browser's own calendar."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **more)


class PlacedForm(forms.Form):
    """Fields that name a place: an organisation, an area, or both."""

    def __init__(self, *args: Any, units: Sequence[Organisation], areas: Sequence[Area], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", [(unit.code, unit.name, unit) for unit in units])
        offer(self, "area", [(area.code, area.name, area) for area in areas])

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


POSTS = [("", "—"), *PostKind.choices]


def _organisation(**more: Any) -> PickField:
    help_text = _("Type a code or a name and choose from the list.")
    return PickField(label=_("Organisation"), help_text=help_text, **more)


class NewForm(PlacedForm):
    """Somebody new."""

    username = forms.CharField(label=_("Sign-in name"), max_length=60)
    display_name = forms.CharField(label=_("Name of the person"), max_length=40)
    phone = forms.CharField(
        label=_("Private phone"),
        max_length=20,
        required=False,
        help_text=_("Kept encrypted; shown only for a purpose, and every look is recorded."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    organisation = _organisation()
    post = forms.ChoiceField(label=_("Post"), choices=POSTS)
    area = PickField(
        label=_("Area of work"),
        required=False,
        help_text=_("Where the post and the role hold. Empty: only what is the organisation's."),
    )
    public_phone = forms.CharField(
        label=_("Work phone (published)"),
        max_length=32,
        required=False,
        help_text=_("Stands beside the name wherever the grid is shown."),
    )
    role = forms.ChoiceField(label=_("Role"), required=False, help_text=_("What the account may do."))

    def __init__(self, *args: Any, roles: Sequence[Role], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("no role yet")), *((role.code, role.label) for role in roles)]

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip()
        if len(name.split()) != 1:
            raise forms.ValidationError(_("A sign-in name has no spaces."))
        return name

    def given(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {
            "person": NewPerson(
                username=said["username"],
                display_name=said["display_name"],
                organisation=said["organisation"],
                post=PostKind(said["post"]),
                role_code=said["role"],
                area=said["area"],
                phone=said["phone"],
                public_phone=said["public_phone"],
            )
        }


class PostForm(PlacedForm):
    """A further post, with its days."""

    organisation = _organisation()
    kind = forms.ChoiceField(label=_("Post"), choices=POSTS)
    area = PickField(label=_("Area of work"), required=False)
    public_phone = forms.CharField(label=_("Work phone (published)"), max_length=32, required=False)
    valid_from = Day(label=_("From"), initial=timezone.localdate)
    valid_to = Day(label=_("No longer from"), required=False, help_text=_("Empty: until it is ended."))


class TransferForm(PlacedForm):
    organisation = _organisation()
    kind = forms.ChoiceField(label=_("Post"), choices=POSTS)
    area = PickField(label=_("Area of work"), required=False)
    public_phone = forms.CharField(label=_("Work phone (published)"), max_length=32, required=False)
    on = Day(label=_("From"), initial=timezone.localdate)
    with_roles = forms.BooleanField(
        label=_("Roles given for the old place move along"), required=False, initial=True
    )

    def __init__(self, *args: Any, of: Posting, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].initial = of.kind


class RoleForm(PlacedForm):
    role_code = forms.ChoiceField(label=_("Role"))
    area = PickField(
        label=_("Area of work"), required=False, help_text=_("It and everything below it. Empty: everywhere.")
    )
    organisation = PickField(
        label=_("Organisation"), required=False, help_text=_("Only what is this organisation's.")
    )
    valid_from = Day(label=_("From"), initial=timezone.localdate)
    valid_to = Day(label=_("No longer from"), required=False, help_text=_("Empty: until it is ended."))

    def __init__(self, *args: Any, roles: Sequence[Role], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["role_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((role.code, role.label) for role in roles)]


class EndForm(forms.Form):
    """From which day on something holds no longer."""

    on = Day(label=_("No longer from"), initial=timezone.localdate)

    def given(self) -> dict[str, Any]:
        return {"on": self.cleaned_data["on"]}

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past."))
        return day


class NameForm(forms.Form):
    display_name = forms.CharField(label=_("Name of the person"), max_length=40)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Private phone"),
        max_length=20,
        required=False,
        help_text=_("Left empty it is taken away."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why is this done?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PurposeForm(forms.Form):
    purpose = forms.CharField(label=_("What is it needed for?"), max_length=200)

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class SureForm(forms.Form):
    """Nothing to say but yes."""

    def given(self) -> dict[str, Any]:
        return {}


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("An Excel file (.xlsx) as the template; nothing happens before you confirm."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is too big: at most %(most)s MB.") % {"most": MAX_BYTES // MEBI}
            )
        return file


class RowsForm(forms.Form):
    """What was read, sent back with the confirmation; it is checked again before anything is written."""

    rows = forms.JSONField(widget=forms.HiddenInput)

    def clean_rows(self) -> list[list[str]]:
        rows = self.cleaned_data["rows"]
        fits = isinstance(rows, list) and all(
            isinstance(row, list) and all(isinstance(text, str) for text in row) for row in rows
        )
        if not fits:
            raise forms.ValidationError(_("Upload the file again."))
        return rows
