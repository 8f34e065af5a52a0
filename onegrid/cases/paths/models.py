"""A path, its sections by street and by grid, what was seen and done in each."""

from decimal import Decimal

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case
from onegrid.cases.paths.rules import LeadRule, SectionState
from onegrid.kit.crypto import EncryptedTextField
from onegrid.kit.files.models import StoredFile
from onegrid.places.areas.models import CGCS2000, Area


class Source(models.TextChoices):
    TRACK = "track", _("Vehicle track")  # 车辆轨迹
    DRAWN = "drawn", _("Drawn line")  # 手绘线路


class LeadChoices(models.TextChoices):
    """rules.LeadRule in words."""

    OWNER = LeadRule.OWNER, _("The vehicle belongs to it")
    ORIGIN = LeadRule.ORIGIN, _("The path begins there")
    LONGEST = LeadRule.LONGEST, _("The longest way lies there")


class SectionLevel(models.TextChoices):
    STREET = "street", _("Streets")
    GRID = "grid", _("Grids")


class SectionStates(models.TextChoices):
    """rules.SectionState in words."""

    PLANNED = SectionState.PLANNED, _("Not asked yet")
    ASKED = SectionState.ASKED, _("Asked")
    ACCEPTED = SectionState.ACCEPTED, _("Accepted")
    DECLINED = SectionState.DECLINED, _("Not accepted")
    SHOWN = SectionState.SHOWN, _("Evidence given")


class PathCase(models.Model):
    """途经案件: what went along a way, and the case that answers for all of it.

    `case`: the lead case, whose clock is the only one; None while the path is a draft. `vehicle`: what identifies it,
    a plate perhaps, sealed; `owner`: the unit it belongs to. `line`: the way as it was joined, CGCS2000, in pieces
    where the track has gaps; `metres`: its length on the ground, `metres_outside`: of it, outside all streets.
    `counts`: what became of the points (rules.Track). `lead_rule`, `lead_mark`, `rules_from`: by which rule of
    limits.yaml the lead was found; `lead_reason`: why somebody named another one.
    """

    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="path")
    case_class = models.ForeignKey(CaseClass, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(_("what happened"))
    vehicle = EncryptedTextField(null=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    datum = models.CharField(max_length=8)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    line = models.MultiLineStringField(srid=CGCS2000, spatial_index=False)
    metres = models.FloatField()
    metres_outside = models.FloatField()
    counts = models.JSONField(default=dict)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    lead_rule = models.CharField(max_length=8, choices=LeadChoices.choices)
    lead_mark = models.CharField(max_length=16)
    rules_from = models.DateField()
    lead_reason = models.CharField(max_length=500, blank=True)
    lead_chosen_by = models.CharField(max_length=80, blank=True)
    made_by = models.CharField(max_length=80)
    made_by_name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("path case")
        indexes = [models.Index(fields=["-id"], name="path_newest", condition=Q(discarded_at=None))]

    def __str__(self) -> str:
        return self.case.number if self.case else str(self.pk)


class PathSection(models.Model):
    """One visit of the path to one area. Sections of streets have a unit, a state and evidence; those of grids only
    tell the way more finely. `dwell`: seconds; gaps of the track are in none. `cost`: yuan."""

    path = models.ForeignKey(PathCase, models.CASCADE, related_name="sections", db_index=False)
    level = models.CharField(max_length=8, choices=SectionLevel.choices)
    position = models.PositiveSmallIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C")
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    dwell = models.PositiveIntegerField()
    metres = models.FloatField()
    line = models.MultiLineStringField(srid=CGCS2000, null=True, spatial_index=False)
    state = models.CharField(max_length=10, choices=SectionStates.choices, default=SectionState.PLANNED)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    work = models.CharField(_("division of work"), max_length=500, blank=True)
    cost = models.DecimalField(_("cost in yuan"), max_digits=10, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("section of a path")
        ordering = ["level", "position"]
        constraints = [
            models.UniqueConstraint(fields=["path", "level", "position"], name="one_section_per_position"),
            models.CheckConstraint(
                condition=Q(left_at__gte=models.F("entered_at")), name="section_left_after_entry"
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=Decimal("0")), name="no_negative_cost_of_a_section"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "-path"], name="section_area", condition=Q(level="street")),
            models.Index(fields=["unit", "-path"], name="section_unit", condition=~Q(unit=None)),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.area_id}"


class SectionEvidence(models.Model):
    """What was found or done in a section: words, with photos. Never changed."""

    section = models.ForeignKey(PathSection, models.PROTECT, related_name="evidence")
    words = models.TextField(_("words"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("evidence of a section")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.section_id} {self.at:%F}"


class SectionPhoto(models.Model):
    evidence = models.ForeignKey(SectionEvidence, models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.evidence_id}"
