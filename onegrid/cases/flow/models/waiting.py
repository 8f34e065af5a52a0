"""Why a clock stands still, and what a unit asks for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models.case import Case
from onegrid.cases.flow.models.timeline import StageClock, Step


class Hold(models.Model):
    """The case waits (中止计时): while a hold stands its clock stands still and it cannot be closed.

    A neutral slot: any room may put one under a `kind` of its own (flow: "suspended", "merged"); flow asks only
    whether one stands. `until`: it ends by itself then.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=500, blank=True)
    put_by = models.CharField(max_length=80)
    put_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hold")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(lifted_at=None), name="one_open_hold_per_kind"
            )
        ]
        indexes = [
            models.Index(fields=["until"], name="hold_until", condition=Q(lifted_at=None) & ~Q(until=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.put_at:%Y-%m-%d}"


class ApplicationKind(models.TextChoices):
    EXTENSION = "extension", _("Extension")  # 延期
    SUSPENSION = "suspension", _("Suspension")  # 挂账
    APPEAL = "appeal", _("Overtime appeal")  # 超时申诉
    OBJECTION = "objection", _("Objection to the duty")  # 职责异议


class ApplicationState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a decision")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")  # by the unit itself
    LAPSED = "lapsed", _("Lapsed")  # the stage ended before anybody decided


class Application(models.Model):
    """申请: what the handling unit asks of the centre about one clock; decided by one or two people."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="applications")
    clock = models.ForeignKey(StageClock, models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=12, choices=ApplicationKind.choices)
    state = models.CharField(
        max_length=12, choices=ApplicationState.choices, default=ApplicationState.WAITING
    )
    reason = models.TextField()
    until = models.DateTimeField(null=True)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("application")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state="waiting"), name="one_waiting_application_per_kind"
            )
        ]
        indexes = [
            models.Index(fields=["-id"], name="application_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Decision(models.Model):
    """One person's yes or no to an application; a second decider is another person."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    step = models.ForeignKey(Step, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    granted = models.BooleanField()
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        constraints = [models.UniqueConstraint(fields=["application", "by"], name="one_decision_per_person")]

    def __str__(self) -> str:
        return "granted" if self.granted else "refused"
