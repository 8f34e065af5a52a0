"""The words of the catalogue: kinds, marks, stages, units, priorities."""

from typing import Any

from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from onegrid.kit.worktime import Unit


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


RULED_STAGES = (Stage.HANDLE, Stage.CHECK, Stage.CLOSE)
"""Those that begin once a case is dispatched: only these may a dispatch rule time."""


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


def amount(limit: int, unit: str) -> str:
    """ "1 working day", "3 urgent working hours": a limit as people say it."""
    said = {
        Unit.URGENT_HOUR: ngettext("%(n)s urgent working hour", "%(n)s urgent working hours", limit),
        Unit.URGENT_DAY: ngettext("%(n)s urgent working day", "%(n)s urgent working days", limit),
        Unit.WORK_HOUR: ngettext("%(n)s working hour", "%(n)s working hours", limit),
        Unit.WORK_DAY: ngettext("%(n)s working day", "%(n)s working days", limit),
        Unit.NATURAL_DAY: ngettext("%(n)s calendar day", "%(n)s calendar days", limit),
    }
    return said[Unit(unit)] % {"n": limit}


class Timed:
    """A row with a limit: so many of a unit."""

    limit: Any
    unit: Any

    @property
    def limit_words(self) -> str:
        return amount(self.limit, self.unit)


def spoken(chinese: str, english: str) -> str:
    """The catalogue's own words in the reader's language; the Chinese ones are the real ones."""
    return english if english and (get_language() or "").startswith("en") else chinese


class DutyPart(models.TextChoices):
    """What a unit does about a class, by the duty list (权责清单)."""

    LEAD = "lead", _("Leads")  # 主责
    HELP = "help", _("Helps")  # 配合
    SUPERVISE = "supervise", _("Supervises")  # 监管


class Hours(models.TextChoices):
    """When a dispatch rule holds within the day, by the working calendar of the place."""

    ANY = "", _("At any hour")
    WORK = "work", _("In working hours")
    OFF = "off", _("Outside working hours")
