"""The dispatch list (派单目录) and the precedents of duty disputes."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.models.classes import Scheme
from onegrid.cases.catalog.models.words import ClassKind, Hours, Stage, Timed, units
from onegrid.places.areas.models import Area


class RuleQuerySet(models.QuerySet["DispatchRule"]):
    def valid_at(self, at: datetime) -> "RuleQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)


class DispatchRule(models.Model):
    """派单目录, one row: matters of this major class (or of one class) in this area go to this organisation.

    One target: `organisation`; or `org_kind`, the organisation of that kind nearest above the place; or `like_code`,
    whoever has that class or major class of the same kind at the place. Without an area the rule holds everywhere;
    the rule of the deepest area wins, then that of a single class, then that of certain `hours`.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="dispatch_rules")
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    major_code = models.CharField(max_length=2)
    class_code = models.CharField(max_length=8, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    org_kind = models.CharField(max_length=20, choices=OrgKind.choices, blank=True)
    like_code = models.CharField(max_length=8, blank=True)
    hours = models.CharField(max_length=4, choices=Hours.choices, blank=True, default=Hours.ANY)
    reason = models.CharField(max_length=120, blank=True)
    made_by = models.CharField(max_length=80, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)

    objects: ClassVar[RuleQuerySet] = RuleQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("dispatch rule")
        indexes = [models.Index(fields=["scheme", "kind", "major_code"], name="dispatch_rule_class")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(organisation__isnull=False, org_kind="", like_code="")
                    | (Q(organisation=None, like_code="") & ~Q(org_kind=""))
                    | (Q(organisation=None, org_kind="") & ~Q(like_code=""))
                ),
                name="dispatch_rule_names_a_target",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.class_code or self.major_code}"


class RuleHelper(models.Model):
    """配合单位 of a dispatch rule: an organisation, or the nearest of a kind."""

    rule = models.ForeignKey(DispatchRule, models.CASCADE, related_name="helpers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    org_kind = models.CharField(max_length=20, choices=OrgKind.choices, blank=True)

    class Meta:
        verbose_name = _("helping unit")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None) ^ Q(org_kind=""), name="rule_helper_names_one_unit"
            )
        ]

    def __str__(self) -> str:
        return self.org_kind or str(self.organisation)


class RuleLimit(Timed, models.Model):
    """A limit that a dispatch rule sets for one of RULED_STAGES, instead of the catalogue's."""

    rule = models.ForeignKey(DispatchRule, models.CASCADE, related_name="limits")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    limit = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=16, choices=units())

    class Meta:
        verbose_name = _("limit of a rule")
        constraints = [models.UniqueConstraint(fields=["rule", "stage"], name="one_rule_limit_per_stage")]

    def __str__(self) -> str:
        return f"{self.stage} {self.limit} {self.unit}"


class Precedent(models.Model):
    """An arbitration that is remembered: matters of this class in this area were settled to be this unit's.

    Kept by class key, not by row, so that it outlives versions; `case_number` is words: the case may be elsewhere.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="precedents", db_index=False)
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    class_code = models.CharField(max_length=8)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(_("reason"))
    decided_by = models.CharField(_("decided by"), max_length=80)
    decided_at = models.DateTimeField(_("decided at"))
    case_number = models.CharField(_("number"), max_length=24, blank=True)

    class Meta:
        verbose_name = _("precedent")
        indexes = [
            models.Index(fields=["scheme", "kind", "class_code", "-decided_at"], name="precedent_class")
        ]

    def __str__(self) -> str:
        return f"{self.class_code} → {self.organisation}"
