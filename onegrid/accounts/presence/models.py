"""Presence and the positions sent while it lasts."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.places.areas.models import CGCS2000


class EndedBy(models.TextChoices):
    PERSON = "person", _("Signed off")
    CLOCK = "clock", _("Ended by itself")  # nobody signed off
    LEFT = "left", _("The account left")


class Presence(models.Model):
    """Somebody is on duty in an area from `started_at` until `ended_at` (None: now). One at a time a person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="presences", db_index=False)
    area = models.ForeignKey("places.Area", models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C")
    started_at = models.DateTimeField(_("on duty since"))
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = models.CharField(max_length=6, choices=EndedBy.choices, blank=True)

    class Meta:
        verbose_name = _("presence")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="one_presence_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="presence_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-started_at"], name="presence_user"),
            models.Index(fields=["area_path"], name="presence_now", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%F %H:%M}"


class Position(models.Model):
    """Where somebody on duty was. Kept for a stated time (limits.yaml), then removed.

    `point`: CGCS2000 as the device said it; `accuracy_m`: radius in metres, None when the device did not say.
    """

    presence = models.ForeignKey(Presence, models.CASCADE, related_name="positions", db_index=False)
    point = models.PointField(srid=CGCS2000, spatial_index=False)
    accuracy_m = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("position")
        indexes = [
            models.Index(fields=["presence", "-at"], name="position_presence"),
            models.Index(fields=["at"], name="position_at"),
        ]

    def __str__(self) -> str:
        return f"{self.presence_id} {self.at:%F %H:%M}"
