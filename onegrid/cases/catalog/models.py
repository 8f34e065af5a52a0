"""The catalogue as versioned data: a published version never changes, a case keeps the row it was filed under."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.worktime import Unit
from onegrid.places.areas.models import Area


class ClassKind(models.TextChoices):
    COMPONENT = "component", _("Component")  # 部件
    EVENT = "event", _("Matter")  # 事件；GB/T 47678.5-2026 称“管理事项”


class Mark(models.TextChoices):
    """Where a value comes from. Shown beside the value wherever somebody decides by it."""

    NATIONAL = "national", _("National value")
    LOCAL_SAMPLE = "local_sample", _("Local sample")
    UNVERIFIED = "unverified", _("Unverified")


class Stage(models.TextChoices):
    """What a clock runs for."""

    VERIFY = "verify", _("Verify on site")  # 核实
    FILE = "file", _("File case")  # 立案
    DISPATCH = "dispatch", _("Dispatch")  # 派遣
    HANDLE = "handle", _("Handle")  # 处置
    CHECK = "check", _("Check on site")  # 核查
    CLOSE = "close", _("Close case")  # 结案


class Priority(models.TextChoices):
    """How fast a matter moves. An emergency goes past the queue, to centre and leaders at once."""

    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")
    EMERGENCY = "emergency", _("Emergency")


class EvidenceNeed(models.TextChoices):
    """Which photos the unit owes when it feeds back."""

    NONE = "none", _("No photo asked for")
    AFTER = "after", _("Photo after")
    BEFORE_AFTER = "before_after", _("Photos before and after")


class CloseLevel(models.TextChoices):
    """The lowest level that may close a matter of the class; those above it may as well."""

    GRID = "grid", _("Grid level")
    COMMUNITY = "community", _("Community level")
    STREET = "street", _("Street level")


def units() -> list[tuple[str, object]]:
    """The five time units as choices, in the words of the trade."""
    words = {
        Unit.URGENT_HOUR: _("urgent working hours"),
        Unit.URGENT_DAY: _("urgent working days"),
        Unit.WORK_HOUR: _("working hours"),
        Unit.WORK_DAY: _("working days"),
        Unit.NATURAL_DAY: _("calendar days"),
    }
    return [(unit.value, word) for unit, word in words.items()]


def spoken(chinese: str, english: str) -> str:
    """The catalogue's own words in the reader's language; the Chinese ones are the real ones."""
    return english if english and (get_language() or "").startswith("en") else chinese


class Scheme(models.Model):
    """A numbering of classes (GB/T 47678.5-2026, GB/T 30428.2-2013, a city's own). Schemes live side by side."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)

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
    """One edition of a scheme's classes, standards and limits. Published ones are closed, not changed."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.TextField(blank=True)

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
    before filing and before closing. All of it is the city's own rule, none is national.
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


class Standard(models.Model):
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


class StageLimit(models.Model):
    """How long a stage may take where no standard row says otherwise."""

    version = models.ForeignKey(CatalogVersion, models.PROTECT, related_name="stage_limits")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    limit = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=16, choices=units())
    mark = models.CharField(_("source"), max_length=16, choices=Mark.choices)

    class Meta:
        verbose_name = _("stage limit")
        constraints = [models.UniqueConstraint(fields=["version", "stage"], name="one_limit_per_stage")]

    def __str__(self) -> str:
        return f"{self.stage} {self.limit} {self.unit}"


class RuleQuerySet(models.QuerySet["DispatchRule"]):
    def valid_at(self, at: datetime) -> "RuleQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)


class DispatchRule(models.Model):
    """派单目录, one row: matters of this major class (or of one class) in this area go to this organisation.

    Either `organisation`, or `org_kind`: then the organisation of that kind nearest above the place. Without an
    area the rule holds everywhere; the rule of the deepest area wins, then that of a single class.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="dispatch_rules")
    kind = models.CharField(max_length=10, choices=ClassKind.choices)
    major_code = models.CharField(max_length=2)
    class_code = models.CharField(max_length=8, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    org_kind = models.CharField(max_length=20, choices=OrgKind.choices, blank=True)
    reason = models.CharField(max_length=120, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)

    objects: ClassVar[RuleQuerySet] = RuleQuerySet.as_manager()  # type: ignore[assignment]  # with our filters

    class Meta:
        verbose_name = _("dispatch rule")
        indexes = [models.Index(fields=["scheme", "kind", "major_code"], name="dispatch_rule_class")]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None) ^ Q(org_kind=""), name="dispatch_rule_names_one_target"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.class_code or self.major_code}"
