"""The one table of what was handed in under a key."""

from django.db import models


class Sending(models.Model):
    """`who`: an actor's key; `digest`: of what was sent; `answer`: what the sender was told, and a repeat is told."""

    who = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="one_sending_per_key")]
        indexes = [models.Index(fields=["at"], name="sending_at")]

    def __str__(self) -> str:
        return f"{self.who} {self.key}"
