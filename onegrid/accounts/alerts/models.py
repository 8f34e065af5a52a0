"""What operators were told of each part."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartState(models.Model):
    """A part of the platform as it was at the last look."""

    name = models.CharField(_("name of the part"), max_length=60, primary_key=True)
    bad_looks = models.PositiveSmallIntegerField(default=0)
    told = models.BooleanField(default=False)
    looked_at = models.DateTimeField(_("looked at"))
    since = models.DateTimeField(_("so since"))

    def __str__(self) -> str:
        return self.name
