"""Dispatch rules that somebody prepares: nothing is dispatched by them before they are published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.models.classes import Scheme
from onegrid.cases.catalog.models.words import ClassKind, Hours
from onegrid.places.areas.models import Area


class RuleDraft(models.Model):
    """A dispatch rule to come (派单目录草稿), in the terms of DispatchRule.

    `helpers`: organisation ids or kinds of organisations; `limits`: stage → [limit, unit]; `ends`: it only ends
    the rule for the same class, area and hours. `edits`: how often it changed.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="rule_drafts")
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    major_code = models.CharField(max_length=2)
    class_code = models.CharField(max_length=8, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    hours = models.CharField(max_length=4, choices=Hours.choices, blank=True, default=Hours.ANY)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    org_kind = models.CharField(max_length=20, choices=OrgKind.choices, blank=True)
    like_code = models.CharField(max_length=8, blank=True)
    helpers = models.JSONField(default=list)
    limits = models.JSONField(default=dict)
    ends = models.BooleanField(default=False)
    reason = models.CharField(max_length=120, blank=True)
    edits = models.PositiveIntegerField(default=0)
    made_by = models.CharField(_("by"), max_length=80)
    made_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("draft of a dispatch rule")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "kind", "major_code", "class_code", "area", "hours"],
                name="one_rule_draft_per_place",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.class_code or self.major_code}"
