"""Who else works on a case or follows it, and which other cases belong to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models.case import Case, Channel
from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField


class AssistState(models.TextChoices):
    ASKED = "asked", _("Asked")
    DONE = "done", _("Done")
    RELEASED = "released", _("No longer needed")


class Assist(models.Model):
    """协办: a helping unit's part of the work; the lead unit answers for the whole (首接负责, first receiver)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assists", db_index=False)
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    task = models.CharField(_("task"), max_length=500)
    state = models.CharField(max_length=10, choices=AssistState.choices, default=AssistState.ASKED)
    result = models.TextField(_("result"), blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("helping unit")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "org"], condition=Q(state="asked"), name="one_open_assist_per_unit"
            )
        ]
        indexes = [
            models.Index(fields=["org", "state", "-id"], name="assist_org"),
            models.Index(fields=["case"], name="assist_case"),
        ]

    def __str__(self) -> str:
        return f"{self.org} {self.state}"


class LinkKind(models.TextChoices):
    DUPLICATE = "duplicate", _("Duplicate")  # 重复件
    RELATED = "related", _("Related")  # 关联件


class CaseLink(models.Model):
    """Two cases that belong together. Of a duplicate, `case` is carried on by `other`. Ended, never deleted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links", db_index=False)
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_by", db_index=False)
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("link")
        constraints = [
            models.CheckConstraint(condition=~Q(case=F("other")), name="no_link_to_itself"),
            models.UniqueConstraint(
                fields=["case", "other"], condition=Q(ended_at=None), name="one_open_link_per_pair"
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="link_case", condition=Q(ended_at=None)),
            models.Index(fields=["other"], name="link_other", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.kind


class Follower(models.Model):
    """关注: somebody with the same matter who follows an open case instead of reporting it again.

    Opens the case's public page with a code of their own, and sees there less than the reporter does. No name is
    kept; a phone, where one was left, only to tell what becomes of it, and its keyed hash to find it again.
    `source_key`: of the form, so that a second press is harmless.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="followers", db_index=False)
    follow_code = models.CharField(max_length=12)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    source_key = models.CharField(max_length=120, null=True)
    words = models.TextField(blank=True)
    phone = EncryptedTextField(null=True)
    phone_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True, db_default="", default="")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("follower")
        constraints = [
            models.UniqueConstraint(fields=["case", "follow_code"], name="one_follower_per_code"),
            models.UniqueConstraint(
                fields=["case", "channel", "source_key"], name="one_follower_per_source_key"
            ),
        ]
        indexes = [models.Index(fields=["phone_index"], name="follower_phone", condition=~Q(phone_index=""))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.joined_at:%Y-%m-%d}"
