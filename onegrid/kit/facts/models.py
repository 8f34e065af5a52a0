"""Facts as rows, how far each listener is, and what a listener could not digest."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onegrid.kit.facts.xid import CurrentTransaction, XidField


class FactRow(models.Model):
    """One fact. Ids are not in commit order; `xid` says which transaction wrote it (docs/facts.md)."""

    xid = XidField(db_default=CurrentTransaction())
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    path = models.CharField(max_length=120, db_collation="C", null=True)
    org_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("fact")
        indexes = [models.Index(fields=["xid", "id"], name="fact_xid_id")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ListenerPosition(models.Model):
    """How far a listener is: every transaction below `xid` is done, and of the open window [xid, until) the facts
    up to `last_id`; `max_id` is the last one in that window. `attempts`, `retry_at` and `error` tell of the batch
    that failed and waits."""

    listener = models.CharField(_("listener"), max_length=80, primary_key=True)
    xid = XidField()
    until = XidField(null=True)
    last_id = models.BigIntegerField(default=0)
    max_id = models.BigIntegerField(default=0)
    attempts = models.IntegerField(_("attempts"), default=0, db_default=0)
    retry_at = models.DateTimeField(_("retry at"), null=True)
    error = models.TextField(_("error"), default="", db_default="")
    moved_at = models.DateTimeField(_("moved at"), db_default=Now())

    class Meta:
        verbose_name = _("listener position")

    def __str__(self) -> str:
        return self.listener


class ParkedFact(models.Model):
    """A fact that one listener failed on while its neighbours went through. Kept whole until replayed."""

    listener = models.CharField(_("listener"), max_length=80)
    fact_id = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    path = models.CharField(max_length=120, db_collation="C", null=True)
    org_id = models.BigIntegerField(null=True)
    announced_at = models.DateTimeField()
    error = models.TextField(_("error"))
    attempts = models.IntegerField(_("attempts"))
    parked_at = models.DateTimeField(_("parked at"), db_default=Now())

    class Meta:
        verbose_name = _("parked fact")
        constraints = [
            models.UniqueConstraint(fields=["listener", "fact_id"], name="parked_once_per_listener")
        ]

    def __str__(self) -> str:
        return f"{self.listener}: {self.kind} {self.fact_id}"
