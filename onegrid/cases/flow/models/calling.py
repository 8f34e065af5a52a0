"""来电记录: calls that ended without a new case."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow import rules
from onegrid.cases.flow.models.case import Case
from onegrid.kit.crypto import BLIND_INDEX_LENGTH


class CallOutcome(models.TextChoices):
    ANSWERED = "answered", _("Answered on the phone")  # 当场答复
    ABOUT_CASE = "about_case", _("About a matter that is with us already")  # 催办、查询
    ELSEWHERE = "elsewhere", _("Told where to turn instead")  # 告知其他渠道
    SILENT = "silent", _("Nobody spoke, or the line broke off")  # 无声、断线


class Call(models.Model):
    """What a caller wanted and how it ended. Of the caller only the keyed hash of the phone is kept: enough to see
    that somebody called before, too little to call back; and that for `call_days` (limits.yaml). `area_path`: where
    the clerk answers the phone."""

    outcome = models.CharField(_("how it ended"), max_length=12, choices=CallOutcome.choices)
    words = models.TextField(_("note"), max_length=rules.NOTE_MAX, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="calls", db_index=False)
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True)
    area_path = models.CharField(max_length=120, db_collation="C")
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField()
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("call")
        indexes = [
            models.Index(fields=["answered_by", "-id"], name="call_by"),
            models.Index(fields=["case", "-id"], name="call_about", condition=~Q(case=None)),
            models.Index(fields=["phone_index", "-id"], name="call_from", condition=~Q(phone_index="")),
            models.Index(fields=["ended_at"], name="call_kept", condition=~Q(phone_index="")),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
