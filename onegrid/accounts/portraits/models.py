"""Consent to a portrait, and the file while it lasts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.kit.files.models import StoredFile


class Portrait(models.Model):
    """Somebody agreed, at `agreed_at` and to the words `terms`, that residents see this photo.

    Withdrawn, the row stays as the record of consent, without the file.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="portraits", db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    terms = models.CharField(max_length=16)
    agreed_at = models.DateTimeField(_("agreed at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("portrait")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(withdrawn_at=None), name="one_portrait_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, file__isnull=False) | Q(withdrawn_at__isnull=False, file=None),
                name="portrait_has_a_file_until_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="portrait_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.agreed_at:%F}"
