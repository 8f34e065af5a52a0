"""What a firm does with a case that was handed to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.facilities.models import Facility


class Repair(models.Model):
    """One a case that a property firm has, or had. State, clock and story are the case's own.

    `straight`: it went to the firm without a person's step between. `accepted_at`: the firm said that it takes it,
    `visit_at`: when somebody comes. `worker`: of the firm, who does it.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="repair")
    firm = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    compound = models.ForeignKey(Compound, models.PROTECT, null=True, related_name="+", db_index=False)
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    straight = models.BooleanField(default=False)
    handed_at = models.DateTimeField(_("handed over at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    visit_at = models.DateTimeField(_("somebody comes at"), null=True)
    worker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("repair")
        indexes = [
            models.Index(fields=["firm", "-id"], name="repair_of_firm"),
            models.Index(fields=["compound", "-id"], name="repair_of_compound"),
            models.Index(
                fields=["worker", "-id"], name="repair_of_worker", condition=models.Q(worker__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.case.number
