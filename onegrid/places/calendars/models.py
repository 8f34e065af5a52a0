"""Calendars as versions: a published version never changes, so a limit worked out under it stays checkable."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Day off")  # 节假日：法定节假日、调休放假
    MAKEUP = "makeup", _("Make-up workday")  # 调休上班


class CalendarVersion(models.Model):
    """One whole calendar. A draft may change; `published_at` freezes it. The newest published one is in force."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    source = models.CharField(_("source"), max_length=200)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=80)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar version")

    def __str__(self) -> str:
        return f"{self.number}"


class WorkingPeriod(models.Model):
    """From `starts` to `ends` on a weekday (ISO: 1 = Monday), valid in [valid_from, valid_to).

    `area_path` empty: everywhere. A subtree with periods of its own uses only those.
    """

    version = models.ForeignKey(CalendarVersion, models.CASCADE, related_name="periods")
    area_path = models.CharField(_("area"), max_length=120, blank=True, default="", db_collation="C")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("working period")
        ordering = ["area_path", "weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="working_period_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="working_period_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}-{self.ends}"


class SpecialDay(models.Model):
    """A day that is not what its weekday says. A row with an `area_path` beats the row for everywhere.

    `provisional`: off by the law alone, in a year whose arrangement is not published yet (provisional.py).
    """

    version = models.ForeignKey(CalendarVersion, models.CASCADE, related_name="days")
    area_path = models.CharField(_("area"), max_length=120, blank=True, default="", db_collation="C")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=200)
    provisional = models.BooleanField(_("provisional"), default=False, db_default=False)

    class Meta:
        verbose_name = _("special day")
        ordering = ["day", "area_path"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "day", "area_path"], name="one_special_day_per_area_and_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
