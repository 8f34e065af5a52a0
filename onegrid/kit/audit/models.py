"""Audit entries in lanes; each lane is a chain of hashes with its head kept apart."""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

LANES = 64  # writers at the same moment that need not wait for one another


class AuditEntry(models.Model):
    """One act. `hash` is a keyed hash over the content and `prev_hash`; the database refuses change and removal.

    `object_kind` such as "cases.case" and `object_id` name the thing without a foreign key: the entry outlives it.
    """

    at = models.DateTimeField(_("at"))
    actor_key = models.CharField(_("actor"), max_length=80)
    actor_label = models.CharField(_("name"), max_length=80)
    verb = models.CharField(_("verb"), max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    path = models.CharField(max_length=120, db_collation="C", blank=True)
    reason = models.TextField(_("reason"), blank=True)
    details = models.JSONField(_("details"))
    lane = models.SmallIntegerField()
    seq = models.BigIntegerField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        constraints = [models.UniqueConstraint(fields=["lane", "seq"], name="one_audit_entry_per_place")]
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_about"),
            models.Index(fields=["path", "-id"], name="audit_path"),
            models.Index(
                KeyTextTransform("phone", "details"),
                name="audit_phone",
                condition=Q(details__has_key="phone"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb} {self.object_kind} {self.object_id}"


class AuditLane(models.Model):
    """The head of a lane: its last `seq` and `hash`, and a keyed `seal` over both.

    The seal of an earlier head is kept nowhere, so whoever cuts entries off the end cannot make a fitting head.
    """

    lane = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit lane")

    def __str__(self) -> str:
        return f"{self.lane}: {self.seq}"
