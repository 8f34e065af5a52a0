"""Duties, leaves and hand-overs. Who answers at an instant is decided in rules.py from these rows."""

from datetime import datetime, time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import Posting, User

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def every_day() -> list[int]:
    return list(EVERY_DAY)


class DutyRole(models.TextChoices):
    """In the order in which they answer for a grid."""

    MAIN = "main", _("Main")  # 主责网格员
    DEPUTY = "deputy", _("Deputy")  # 副网格员
    HEAD = "head", _("Head of grid")  # 网格长
    STATION = "station", _("Community station")  # 社区值班
    CENTRE = "centre", _("Street centre")  # 街道中心值班


class DutyQuerySet(models.QuerySet["Duty"]):
    def valid_at(self, at: datetime) -> "DutyQuerySet":
        """Duties in force at the instant (on shift or not), of people who have not left."""
        return self.filter(
            Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at, user__is_active=True
        ).filter(Q(user__left_at=None) | Q(user__left_at__gt=at))


class Duty(models.Model):
    """A user covers an area in a role, every week on `weekdays` from `from_time` until `to_time`.

    `weekdays`: ISO numbers, 1 = Monday. Times are local (Asia/Shanghai); `to_time` at or before `from_time` runs
    past midnight, equal times mean the whole day. In force from `starts_at` until before `ends_at`.
    `area` is a grid for main, deputy and head; a community for the station; a street or district for the centre.
    """

    area = models.ForeignKey("places.Area", models.PROTECT, related_name="duties")
    user = models.ForeignKey(User, models.CASCADE, related_name="duties")
    posting = models.ForeignKey(Posting, models.SET_NULL, null=True, blank=True, related_name="duties")
    role = models.CharField(_("role"), max_length=8, choices=DutyRole.choices)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=every_day, verbose_name=_("weekdays"))
    from_time = models.TimeField(_("from"), default=time(0))
    to_time = models.TimeField(_("to"), default=time(0))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="duty_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=EVERY_DAY) & Q(weekdays__len__gt=0),
                name="duty_weekdays_are_iso",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "role"], name="duty_area"),
            models.Index(fields=["user"], name="duty_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.area}"


class Leave(models.Model):
    """Somebody is away (请假) from `starts_at` until before `ends_at`; `cover` answers meanwhile, if named."""

    user = models.ForeignKey(User, models.CASCADE, related_name="leaves")
    cover = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("leave")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="leave_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(cover=None) | ~Q(cover=F("user")), name="leave_cover_is_another"
            ),
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="leave_time")]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_at:%F}–{self.ends_at:%F}"


class HandOver(models.Model):
    """A duty passed from one person to another (交接) at an instant, with what the next one must know."""

    area = models.ForeignKey("places.Area", models.PROTECT, related_name="+")
    from_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=8, choices=DutyRole.choices)
    at = models.DateTimeField()
    note = models.TextField(_("note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        constraints = [
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="hand_over_between_two")
        ]
        indexes = [models.Index(fields=["area", "-at"], name="hand_over_area")]

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user}"
