"""The one table of counts."""

from django.db import models

from onegrid.kit.crypto import BLIND_INDEX_LENGTH


class Attempts(models.Model):
    """How often a caller tried something since `since`. `who` is a keyed hash: the table tells no address."""

    purpose = models.CharField(max_length=40)
    who = models.CharField(max_length=BLIND_INDEX_LENGTH)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "who"], name="one_count_per_caller")]
        indexes = [models.Index(fields=["since"], name="attempts_since")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.count}"
