"""A form field for several photos, films and sound, and forms that keep them; what a photo is, kit.files decides."""

from datetime import datetime
from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.cases.flow.actions import photos_set_aside, set_photos_aside
from onegrid.cases.flow.actions.writing import ATTACHED
from onegrid.cases.flow.rules import PHOTOS_MAX
from onegrid.kit.errors import Refused
from onegrid.kit.files import Kinds, kind_of, limits_in_words


class SeveralPhotos(forms.ClearableFileInput):
    allow_multiple_selected = True


ACCEPT = {
    Kinds.PHOTO: "image/jpeg,image/png,image/webp",
    Kinds.VIDEO: "video/mp4,video/quicktime,video/webm",
    Kinds.AUDIO: "audio/*",
}


def _hint(kinds: Kinds, more: str) -> str:
    words = _("Up to %(most)s files: %(limits)s.")
    said = words % {"most": PHOTOS_MAX, "limits": limits_in_words(kinds)}
    return f"{said}{more}" if said.endswith("。") else f"{said} {more}".strip()


class PhotosField(forms.FileField):
    """Photos, films and sound. Cleans to a list, empty when nothing was chosen. Size and number are refused here.

    `kinds`: what the browser offers to choose; what comes is judged by its content. A field of photos alone opens the
    camera on a phone (`capture`), so it offers nothing else and says no more.
    """

    widget = SeveralPhotos

    def __init__(self, *, kinds: Kinds = ATTACHED, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Photos, video or sound"))
        options.setdefault("required", False)
        if kinds != Kinds.PHOTO:
            options["help_text"] = lazy(_hint, str)(kinds, options.get("help_text", ""))
        super().__init__(**options)
        self.widget.attrs["accept"] = ",".join(ACCEPT[kind] for kind in kinds)

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile]:
        given = [one for one in (value if isinstance(value, list | tuple) else [value]) if one]
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > PHOTOS_MAX:
            raise forms.ValidationError(_("At most %(photos)s files.") % {"photos": PHOTOS_MAX})
        for one in given:
            most = _most(one)
            if one.size > most:
                words = _("“%(name)s” is larger than %(most)s MB. Please choose a smaller one.")
                raise forms.ValidationError(words % {"name": one.name, "most": most // 1024**2})
        return [super(PhotosField, self).clean(one, initial) for one in given]


def _most(one: UploadedFile) -> int:
    kind = kind_of(cast(BinaryIO, one)) or Kinds.VIDEO
    return int(settings.FILE_BYTES[str(kind.name).lower()])


class KeepsPhotos(forms.Form):
    """A form whose photos stay chosen when its page comes back with nothing sent.

    Beside each field of photos stands a hidden one, `<name>_kept`, with the token of those set aside; what is chosen
    anew replaces them, and `<name>_left_out` drops them (cases/kept_photos.html). `kept`: how many are, by field.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kept: dict[str, int] = {}
        self._photo_names = [name for name, field in self.fields.items() if isinstance(field, PhotosField)]
        for name in self._photo_names:
            self.fields[f"{name}_kept"] = forms.CharField(
                required=False, max_length=4000, widget=forms.HiddenInput
            )
            self.fields[f"{name}_left_out"] = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in self._photo_names:
            if name not in given or given[name] or given.get(f"{name}_left_out"):
                continue
            try:
                given[name] = photos_set_aside(given.get(f"{name}_kept") or "")
            except Refused as refusal:
                self.add_error(name, str(refusal.message))
        return given

    def keep_photos(self, at: datetime) -> None:
        """For the page that comes back: what was chosen now, or kept before, is kept on. Of a form with nothing in it
        at all nothing is."""
        if not self.is_bound:
            return
        changed: Any = self.data.copy()  # type: ignore[attr-defined]  # a posted form's data is a QueryDict
        for name in self._photo_names:
            photos, token = self.cleaned_data.get(name) or [], ""
            try:
                token = set_photos_aside(photos, at=at)
            except Refused as refusal:
                self.add_error(name, str(refusal.message))
            changed[f"{name}_kept"] = token
            self.kept[name] = len(photos) if token else 0
        self.data = changed
