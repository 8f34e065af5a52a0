"""Schemes, their versions, and what a version holds. A published version never changes: a trigger refuses."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.models.words import (
    ClassKind,
    CloseLevel,
    DutyPart,
    EvidenceNeed,
    Mark,
    Priority,
    Stage,
    Timed,
    spoken,
    units,
)


class Scheme(models.Model):
    """A numbering of classes (GB/T 47678.5-2026, GB/T 30428.2-2013, a city's own). Schemes live side by side.

    `for_filing`: cases are filed under it; the others are kept to look things up and to translate old cases.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    for_filing = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("scheme")

    def __str__(self) -> str:
        return spoken(self.name, self.name_en)


class VersionQuerySet(models.QuerySet["CatalogVersion"]):
    def valid_on(self, day: date) -> "VersionQuerySet":
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gt=day),
            status=CatalogVersion.Status.PUBLISHED,
            valid_from__lte=day,
        )


class CatalogVersion(models.Model):
    """One edition of a scheme's classes, standards and limits. Published ones are closed, not changed.

    A draft has no number in force yet: `valid_from` is only its proposal, `based_on` the version it started from.
    `edits` counts its changes; a changed class keeps which one was its last: nobody overwrites what they never saw.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.TextField(blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(null=True)
    edits = models.PositiveIntegerField(default=0, editable=False)
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True)

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("catalogue version")
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="one_number_per_scheme")]

    def __str__(self) -> str:
        return f"{self.scheme.code} v{self.number}"


class MajorClass(models.Model):
    """大类: the first two digits of a class code."""

    version = models.ForeignKey(CatalogVersion, models.PROTECT, related_name="majors")
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    code = models.CharField(_("code"), max_length=2)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)

    class Meta:
        verbose_name = _("major class")
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "code"], name="one_major_per_version")
        ]

    def __str__(self) -> str:
        return spoken(self.name, self.name_en)


class CaseClass(models.Model):
    """小类. The number alone is no key: 01001 is a cover and also the cover's fault; the key is version, kind, code.

    `fault_of`: a component's fault uses the standards of its component. `plain_name`: how a resident would say it;
    empty for classes that residents are not offered. `verify_needed`, `check_needed`: whether somebody goes there
    before filing and before closing. All of it is the city's own rule, none is national. `lead_unit`: the responsible
    unit in the words of the city's table; `default_organisation` or `default_org_kind`: the same for routing, where
    no dispatch rule fits. `mark`, `source`: where code and name come from. `edited`: at which of the draft's changes.
    """

    version = models.ForeignKey(CatalogVersion, models.PROTECT, related_name="classes")
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    code = models.CharField(_("code"), max_length=8)
    major = models.ForeignKey(MajorClass, models.PROTECT, related_name="classes")
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    plain_name = models.CharField(max_length=40, blank=True)
    plain_name_en = models.CharField(max_length=60, blank=True)
    fault_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="faults")
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    evidence = models.CharField(
        _("photos"), max_length=12, choices=EvidenceNeed.choices, default=EvidenceNeed.NONE
    )
    verify_needed = models.BooleanField(_("verified on site"), default=True)
    check_needed = models.BooleanField(_("checked on site"), default=True)
    close_level = models.CharField(
        _("closed by"), max_length=10, choices=CloseLevel.choices, default=CloseLevel.STREET
    )
    lead_unit = models.CharField(_("responsible unit"), max_length=120, blank=True)
    default_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    default_org_kind = models.CharField(max_length=20, choices=OrgKind.choices, blank=True)
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices, default=Mark.UNVERIFIED)
    source = models.CharField(max_length=120, blank=True)
    edited = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("class")
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "code"], name="one_class_per_version")
        ]

    def __str__(self) -> str:
        return spoken(self.name, self.name_en)

    @property
    def plain(self) -> str:
        return spoken(self.plain_name, self.plain_name_en) or str(self)


class Standard(Timed, models.Model):
    """立案标准 (one row, after the model of GB/T 30428.8): when to file, how long to handle, when to close.

    `mark` says where the row comes from; the shipped rows are local samples, never national values.
    """

    case_class = models.ForeignKey(CaseClass, models.PROTECT, related_name="own_standards")
    position = models.PositiveSmallIntegerField()
    filing_condition = models.TextField(_("filing condition"))
    filing_condition_en = models.TextField(blank=True)
    limit = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=16, choices=units())
    closing_condition = models.TextField(_("closing condition"))
    closing_condition_en = models.TextField(blank=True)
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("filing standard")
        constraints = [
            models.UniqueConstraint(fields=["case_class", "position"], name="one_standard_per_position")
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.condition

    @property
    def condition(self) -> str:
        return spoken(self.filing_condition, self.filing_condition_en)

    @property
    def closing(self) -> str:
        return spoken(self.closing_condition, self.closing_condition_en)


class StageLimit(Timed, models.Model):
    """How long a stage may take: of one standard row, else of a class, else of the whole version."""

    version = models.ForeignKey(CatalogVersion, models.PROTECT, related_name="stage_limits")
    case_class = models.ForeignKey(
        CaseClass, models.PROTECT, null=True, blank=True, related_name="own_limits"
    )
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True, related_name="own_limits")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    limit = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=16, choices=units())
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("stage limit")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "stage", "case_class", "standard"],
                name="one_limit_per_stage_and_owner",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.limit} {self.unit}"


class DutyLine(models.Model):
    """权责清单, one line: what a unit does about a class, and by which law or rule."""

    case_class = models.ForeignKey(CaseClass, models.PROTECT, related_name="duty_lines")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(_("part"), max_length=10, choices=DutyPart.choices)
    unit_name = models.CharField(_("unit"), max_length=120)
    duty = models.CharField(_("what it does"), max_length=400, blank=True)
    basis = models.CharField(_("legal basis"), max_length=400, blank=True)
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices, default=Mark.UNVERIFIED)

    class Meta:
        verbose_name = _("line of the duty list")
        constraints = [
            models.UniqueConstraint(fields=["case_class", "position"], name="one_duty_line_per_position")
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.part}"


class ClassMapping(models.Model):
    """A class of one scheme answers to a class of another: many to many, by key (scheme, kind, code).

    Keys, not rows: the counterpart holds for every version of both schemes.
    """

    from_scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="mapped_from")
    from_kind = models.CharField(max_length=10, choices=ClassKind.choices)
    from_code = models.CharField(max_length=8)
    to_scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="mapped_to")
    to_kind = models.CharField(max_length=10, choices=ClassKind.choices)
    to_code = models.CharField(max_length=8)
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("counterpart")
        constraints = [
            models.UniqueConstraint(
                fields=["from_scheme", "from_kind", "from_code", "to_scheme", "to_kind", "to_code"],
                name="one_mapping_per_pair",
            )
        ]
        indexes = [models.Index(fields=["to_scheme", "to_kind", "to_code"], name="mapping_to")]

    def __str__(self) -> str:
        return f"{self.from_kind} {self.from_code} → {self.to_kind} {self.to_code}"
