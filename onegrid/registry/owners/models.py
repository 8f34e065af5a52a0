"""Committees with their members, votes, voices and ballots."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onegrid.kit.crypto import BLIND_INDEX_LENGTH, EncryptedTextField
from onegrid.registry.dwellings.models import Compound, Dwelling
from onegrid.registry.owners import rules


class Committee(models.Model):
    """A committee for one term. `filed_on`: when the street took note of it (备案)."""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="committees")
    term_from = models.DateField(_("term from"))
    term_to = models.DateField(_("term to"))
    filed_on = models.DateField(_("filed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("owners' committee")
        constraints = [
            models.CheckConstraint(condition=Q(term_to__gt=F("term_from")), name="committee_term_has_days"),
            models.UniqueConstraint(fields=["compound", "term_from"], name="one_committee_per_term"),
        ]

    def __str__(self) -> str:
        return f"{self.compound} {self.term_from}"

    @property
    def area_path(self) -> str:
        """For the audit trail."""
        return self.compound.area_path


class MemberRole(models.TextChoices):
    CHAIR = "chair", _("Chair of the committee")  # 主任
    VICE = "vice", _("Vice chair")  # 副主任
    MEMBER = "member", _("Committee member")  # 委员


class Member(models.Model):
    """Somebody on the committee: a neighbour, whose name and phone are sealed."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    role = models.CharField(_("post on the committee"), max_length=8, choices=MemberRole.choices)
    name = EncryptedTextField(_("name"))
    phone = EncryptedTextField(_("phone"), null=True)
    from_on = models.DateField(_("since"))
    to_on = models.DateField(_("until"), null=True)

    class Meta:
        verbose_name = _("member of a committee")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.committee} {self.role}"

    @property
    def area_path(self) -> str:
        """For the audit trail."""
        return self.committee.compound.area_path


class StateChoices(models.TextChoices):
    DRAFT = rules.State.DRAFT, _("Vote in preparation")
    OPEN = rules.State.OPEN, _("Vote open")
    COUNTED = rules.State.COUNTED, _("Counted and sealed")
    CANCELLED = rules.State.CANCELLED, _("Vote called off")


class Vote(models.Model):
    """A question to the owners. `options`: what may be chosen, in words; `law`: majorities it was written under.

    `result` and `seal` are written once, when it is counted; the seal is keyed over result and ballots.
    """

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="votes")
    topic = models.CharField(_("topic"), max_length=16)
    special = models.BooleanField()
    question = models.CharField(_("question to the owners"), max_length=300)
    options = models.JSONField(_("options"))
    law = models.JSONField()
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))
    state = models.CharField(_("state"), max_length=10, choices=StateChoices.choices)
    result = models.JSONField(null=True)
    seal = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("vote")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="vote_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(state=rules.State.COUNTED.value) ^ Q(seal=""), name="counted_votes_are_sealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compound} {self.pk}"

    @property
    def area_path(self) -> str:
        """For the audit trail."""
        return self.compound.area_path


class Voice(models.Model):
    """One owner in a vote, with all that belongs to him there. `code_index`: of the one-time code for the link."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="voices")
    number = models.PositiveIntegerField()
    dwellings = models.ManyToManyField(Dwelling, related_name="+")
    doors = models.CharField(max_length=400)  # 1号楼1单元101室、…, as they were named
    area_m2 = models.DecimalField(max_digits=11, decimal_places=2)
    code_index = models.CharField(max_length=BLIND_INDEX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("voice")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "number"], name="one_voice_per_number"),
            models.UniqueConstraint(
                fields=["code_index"], condition=~Q(code_index=""), name="one_voice_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.doors


class Way(models.TextChoices):
    PAPER = "paper", _("On paper")
    LINK = "link", _("By link")


class Ballot(models.Model):
    """What a voice chose. `choice` is sealed, and counts only when `cast_at` is set.

    On paper two persons enter it: the first writes `first_choice`, the second makes it count by entering the same.
    `differs`: the two did not agree; both begin again.
    """

    voice = models.OneToOneField(Voice, models.PROTECT, related_name="ballot")
    way = models.CharField(max_length=6, choices=Way.choices)
    first_choice = EncryptedTextField(null=True)
    first_key = models.CharField(max_length=80, blank=True)
    first_label = models.CharField(max_length=80, blank=True)
    second_key = models.CharField(max_length=80, blank=True)
    second_label = models.CharField(max_length=80, blank=True)
    differs = models.BooleanField(default=False)
    choice = EncryptedTextField(null=True)
    cast_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ballot")

    def __str__(self) -> str:
        return f"{self.voice_id}"
