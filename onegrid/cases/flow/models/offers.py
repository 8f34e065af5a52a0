"""A case that another street or district is asked to take over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models.case import Case


class OfferState(models.TextChoices):
    WAITING = "waiting", _("Waiting for an answer")
    DISPUTED = "disputed", _("In dispute")  # 不接收，待裁定
    TAKEN = "taken", _("Accepted by the other")
    AWARDED = "awarded", _("Decided: the other has it")
    STAYS = "stays", _("Decided: it stays")
    CALLED_OFF = "called_off", _("Offer called off")
    LAPSED = "lapsed", _("Lapsed")  # the work was done before anybody answered


OPEN_OFFERS = (OfferState.WAITING, OfferState.DISPUTED)
MOVED_ON = (OfferState.TAKEN, OfferState.AWARDED)


class Offer(models.Model):
    """移交: another centre is asked to take the case over. Until then the first receiver is responsible.

    `from_path`, `to_path`: where the case lies, and the area of the centre that is asked; `common_path`: the smallest
    area above both, whose people decide a dispute ("" when there is none). `due_at`: of the answer, then of the
    decision. Names are words as they were then.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="offers", db_index=False)
    from_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    to_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    from_path = models.CharField(max_length=120, db_collation="C")
    to_path = models.CharField(max_length=120, db_collation="C")
    common_path = models.CharField(max_length=120, db_collation="C", blank=True)
    state = models.CharField(max_length=12, choices=OfferState.choices, default=OfferState.WAITING)
    reason = models.TextField()
    offered_by = models.CharField(max_length=80)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("offer of a case")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=OPEN_OFFERS), name="one_open_offer_per_case"
            )
        ]
        indexes = [
            models.Index(fields=["case"], name="offer_case"),
            models.Index(fields=["to_path", "-id"], name="offer_to", condition=Q(state__in=OPEN_OFFERS)),
            models.Index(fields=["from_path", "-id"], name="offer_from", condition=Q(state__in=OPEN_OFFERS)),
            models.Index(
                fields=["common_path", "-decided_at"],
                name="offer_decided",
                condition=Q(state__in=[OfferState.AWARDED, OfferState.STAYS]),
            ),
            models.Index(fields=["due_at"], name="offer_due", condition=Q(state__in=OPEN_OFFERS)),
        ]

    @property
    def has_it(self) -> Organisation | None:
        """Who has the case by the decision."""
        return self.to_org if self.state == OfferState.AWARDED else self.from_org

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_org_id} {self.state}"
