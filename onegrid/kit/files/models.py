"""A stored file: one row and one object per content, however often it was sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.kit.files.kinds import MEDIA_TYPES


class StoredFile(models.Model):
    """Who may see it is the business of whatever refers to it. Nothing here says who sent it, where or when taken."""

    sha256 = models.CharField(_("checksum"), max_length=64, unique=True)  # of the bytes as stored
    media_type = models.CharField(_("type"), max_length=40)
    size = models.BigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True)
    created_at = models.DateTimeField(_("created at"))
    wanted_at = models.DateTimeField(_("last stored at"))  # the same bytes came again: prune counts from here

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["wanted_at"], name="file_wanted")]

    def __str__(self) -> str:
        return f"{self.media_type} {self.sha256[:12]}"

    @property
    def kind(self) -> str:
        """photo, video, audio or document: how a page shows it."""
        return str(MEDIA_TYPES[self.media_type].kind.name).lower()

    @property
    def object_name(self) -> str:
        """Where the bytes are in the storage."""
        return object_name(self.sha256)


def object_name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
