"""Households that are visited, and the visits. Who, why and what was said are sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Case
from onegrid.cases.visits.rules import Outcome
from onegrid.kit.crypto import EncryptedTextField
from onegrid.places.addresses.models import Address
from onegrid.places.areas.models import Area


class OutcomeChoices(models.TextChoices):
    MET = Outcome.MET, _("Met")
    NOBODY = Outcome.NOBODY, _("Nobody at home")
    DECLINED = Outcome.DECLINED, _("Does not want visits")
    MOVED = Outcome.MOVED, _("Moved away")


class VisitPlan(models.Model):
    """A household that is looked in on. `reason` (a code), `name` and `phone` are sensitive: sealed, never searched.

    `next_on`: when the next visit is due; None once the plan has ended.
    """

    address = models.ForeignKey(Address, models.PROTECT, related_name="+")
    grid = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C")
    reason = EncryptedTextField()
    name = EncryptedTextField(null=True)
    phone = EncryptedTextField(null=True)
    every_days = models.PositiveSmallIntegerField(_("every so many days"))
    next_on = models.DateField(_("due"), null=True)
    last_on = models.DateField(_("visited last"), null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("visit plan")
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=Q(ended_at=None), name="one_visit_plan_per_address"
            )
        ]
        indexes = [
            models.Index(fields=["area_path", "next_on"], name="visit_plan_area", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.address_id}"


class Visit(models.Model):
    """Somebody was there. `met` and `words` are sealed; a need that somebody else must meet is a case."""

    plan = models.ForeignKey(VisitPlan, models.PROTECT, related_name="visits", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(max_length=8, choices=OutcomeChoices.choices)
    met = EncryptedTextField(null=True)
    words = EncryptedTextField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("visit")
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_visit_per_key")]
        indexes = [
            models.Index(fields=["plan", "-at"], name="visit_of_plan"),
            models.Index(fields=["by", "-at"], name="visit_by"),
            models.Index(  # whose notes are still kept
                fields=["at"], name="visit_notes", condition=Q(met__isnull=False) | Q(words__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.at:%F}"
