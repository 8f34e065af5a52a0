"""A form field for several photos; what a photo is, kit.files decides."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.cases.flow.rules import PHOTOS_MAX


class SeveralPhotos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Cleans to a list, empty when nothing was chosen. Size and number are refused here, before a byte is read."""

    widget = SeveralPhotos(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Photos"))
        options.setdefault("required", False)
        super().__init__(**options)

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile]:
        given = [one for one in (value if isinstance(value, list | tuple) else [value]) if one]
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > PHOTOS_MAX:
            raise forms.ValidationError(_("At most %(photos)s photos.") % {"photos": PHOTOS_MAX})
        most = settings.FILE_BYTES["photo"]
        for one in given:
            if one.size > most:
                words = _("“%(name)s” is larger than %(most)s MB. Please choose a smaller photo.")
                raise forms.ValidationError(words % {"name": one.name, "most": most // 1024**2})
        return [super(PhotosField, self).clean(one, initial) for one in given]
