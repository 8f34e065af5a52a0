"""Rules as versions, runs as they were made, corrections beside them, and signs that somebody should look at."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.oversight.scores import rules
from onegrid.places.areas.models import Area


class SubjectChoices(models.TextChoices):
    WORKER = rules.Subject.WORKER, _("Grid workers")
    GRID = rules.Subject.GRID, _("Grids")
    COMMUNITY = rules.Subject.COMMUNITY, _("Communities")
    STREET = rules.Subject.STREET, _("Streets")
    DEPARTMENT = rules.Subject.DEPARTMENT, _("Handling units")


class EveryChoices(models.TextChoices):
    WEEK = rules.Every.WEEK, _("every week")
    MONTH = rules.Every.MONTH, _("every month")


class RuleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class ScoreRule(models.Model):
    """A version of how one kind of subject is scored. Published, it never changes; it holds from `valid_from` until
    the next one begins. `definition`: rules.py."""

    subject = models.CharField(_("who is scored"), max_length=12, choices=SubjectChoices.choices)
    number = models.PositiveIntegerField(_("version"))
    every = models.CharField(_("how often"), max_length=6, choices=EveryChoices.choices)
    state = models.CharField(max_length=10, choices=RuleState.choices)
    definition = models.JSONField()
    note = models.CharField(_("what changes and why"), max_length=200, blank=True)
    valid_from = models.DateField(_("holds from"), null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("score rule")
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="one_rule_per_number"),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state="draft"), name="one_draft_per_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.number}"


class ScoreRun(models.Model):
    """One making of scores for one period by one version. `seal`: keyed hash over every point in it."""

    rule = models.ForeignKey(ScoreRule, models.PROTECT, related_name="runs", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("score run")
        constraints = [models.UniqueConstraint(fields=["rule", "starts_on"], name="one_run_per_period")]
        indexes = [models.Index(fields=["-ends_on", "-id"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.starts_on}"


class Score(models.Model):
    """Of one subject in one run. `points` None: below the minimum sample. `counters`, `households`: what it was
    reckoned from, kept so that the same version gives the same points again. `label`: the name as it was then."""

    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="scores", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    label = models.CharField(max_length=80)
    area_path = models.CharField(max_length=120, db_collation="C", blank=True)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True)
    sample = models.PositiveIntegerField(_("matters"))
    households = models.PositiveIntegerField(null=True)
    counters = models.JSONField()

    class Meta:
        verbose_name = _("score")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "user", "area", "org"], name="one_score_per_subject", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["user", "-id"], name="score_user", condition=~Q(user=None))]

    def __str__(self) -> str:
        return f"{self.label} {self.points}"


class ScoreLine(models.Model):
    """One component of a score, and the cases it comes from: those that earned, those that cost."""

    score = models.ForeignKey(Score, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    above = models.IntegerField()
    below = models.IntegerField(null=True)
    weight = models.DecimalField(max_digits=9, decimal_places=4)
    capped = models.BooleanField(default=False)
    why = models.CharField(max_length=12, blank=True)
    earned = models.JSONField(default=list)
    cost = models.JSONField(default=list)

    class Meta:
        verbose_name = _("line of a score")
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.points}"


class AppealState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a decision")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class Appeal(models.Model):
    """申诉: who is scored says that a point is wrong; decided by somebody else."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="appeals")
    code = models.CharField(_("about"), max_length=40, blank=True)
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=10, choices=AppealState.choices)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        verbose_name = _("appeal against a score")
        constraints = [
            models.UniqueConstraint(
                fields=["score"], condition=Q(state="waiting"), name="one_waiting_appeal_per_score"
            )
        ]
        indexes = [models.Index(fields=["-id"], name="appeal_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.score_id} {self.state}"


class Correction(models.Model):
    """更正: a row beside the score, never a change of it; the standing points are the score's and these together."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="corrections")
    appeal = models.OneToOneField(Appeal, models.PROTECT, null=True, related_name="correction")
    points = models.DecimalField(_("points more or less"), max_digits=7, decimal_places=2)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction of a score")
        constraints = [models.CheckConstraint(condition=~Q(points=0), name="correction_changes_something")]

    def __str__(self) -> str:
        return f"{self.points:+}"


class SignKind(models.TextChoices):
    DUPLICATE = "duplicate", _("The same matter reported twice by one person")
    SELF_MADE = "self_made", _("Reported and settled within minutes, again and again")
    TRACK = "track", _("Two reports too far apart for the time between")
    FAR = "far", _("No photo from near the matter")
    BARE = "bare", _("A day of checks on site without any photo")
    BURST = "burst", _("Most of the month's reports on its last days")


class SignState(models.TextChoices):
    OPEN = "open", _("To be looked at")
    FINE = "fine", _("Looked at: in order")
    CONFIRMED = "confirmed", _("Looked at: not in order")


class Sign(models.Model):
    """疑点: something a person should look at. It takes no point and punishes nobody (PIPL Art. 24): whoever looks
    at it decides. `details`: the figures it was found by; `key`: of one finding, found again it is the same."""

    kind = models.CharField(_("sign"), max_length=10, choices=SignKind.choices)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C", blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    details = models.JSONField(default=dict)
    key = models.CharField(max_length=80, unique=True)
    happened_on = models.DateField()
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SignState.choices, default=SignState.OPEN)
    words = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign")
        indexes = [
            models.Index(fields=["state", "-id"], name="sign_state"),
            models.Index(fields=["user", "-id"], name="sign_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"
