"""Kinds, whistles, calls, their own timeline, the joint site record, ratings."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import Mark
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle import rules
from onegrid.cases.whistle.rules import CallState, Field, Role, WhistleState
from onegrid.kit.files.models import StoredFile
from onegrid.places.areas.models import CGCS2000, Area


class FieldChoices(models.TextChoices):
    APPEAL = Field.APPEAL, _("Appeals")
    KEY_WORK = Field.KEY_WORK, _("Key work")
    JOINT = Field.JOINT, _("Joint enforcement")
    EMERGENCY = Field.EMERGENCY, _("Emergencies")


class WhistleStateChoices(models.TextChoices):
    WAITING = WhistleState.WAITING, _("Waits for approval")
    RUNNING = WhistleState.RUNNING, _("Departments are coming")
    FINISHED = WhistleState.FINISHED, _("Whistle finished")
    WITHDRAWN = WhistleState.WITHDRAWN, _("Whistle withdrawn")
    DECLINED = WhistleState.DECLINED, _("Whistle not approved")


class RoleChoices(models.TextChoices):
    LEAD = Role.LEAD, _("Leads")
    HELPER = Role.HELPER, _("Helps")


class CallStateChoices(models.TextChoices):
    CALLED = CallState.CALLED, _("Called")
    SIGNED = CallState.SIGNED, _("Call signed")
    CONTACTED = CallState.CONTACTED, _("Has contacted the street")
    REPORTED = CallState.REPORTED, _("Has reported in")
    FINISHED = CallState.FINISHED, _("Has finished")
    REFUSED = CallState.REFUSED, _("Refuses; the district decides")
    EXCUSED = CallState.EXCUSED, _("Excused")


class StepChoices(models.TextChoices):
    """What a department owes, and the district's decision, as limits name them."""

    SIGN = rules.Step.SIGN, _("Sign the call")
    CONTACT = rules.Step.CONTACT, _("Contact the street")
    REPORT_IN = rules.Step.REPORT_IN, _("Report in")
    FINISH = rules.Step.FINISH, _("Finish and feed back")
    DECIDE = rules.DECIDE, _("Decide on the refusal")


class DeedChoices(models.TextChoices):
    """Everything that the timeline of a whistle may say."""

    ASK = "ask", _("Written, waits for approval")
    BLOW = "blow", _("Whistle blown")
    DECLINE = "decline", _("Approval declined")
    WITHDRAW = "withdraw", _("Withdrawn by the street")
    SIGN = rules.Step.SIGN, _("Signed the call")
    CONTACT = rules.Step.CONTACT, _("Contacted the street")
    REPORT_IN = rules.Step.REPORT_IN, _("Reported in")
    FINISH = rules.Step.FINISH, _("Finished its part")
    REFUSE = "refuse", _("Refused the call")
    UPHOLD = "uphold", _("District: the call stands")
    EXCUSE = "excuse", _("District: the department is excused")
    CALL = "call", _("Called as well")
    ESCALATE = "escalate", _("A limit has passed; district and leader told")
    RECORD = "record", _("Joint site record written")
    ATTEST = "attest", _("Signed the joint site record")
    TASK = "task", _("A task is done")
    END = "end", _("All departments have finished")
    RATE = "rate", _("Rated")
    RECOUNT = "recount", _("Limits counted by the new calendar")


class KindEdition(models.Model):
    """One edition of kinds.yaml or of a city's own list. Of those published the newest whose day has come counts for
    new whistles; a whistle keeps the row it was blown with. `valid_from` None: from when it was published."""

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=[("draft", _("Draft")), ("published", _("Published"))])
    digest = models.CharField(max_length=64)
    settings = models.JSONField(default=dict)  # low_stars, rate
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    valid_from = models.DateField(_("holds from"), null=True)

    class Meta:
        verbose_name = _("edition of whistle kinds")
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="draft"), name="one_draft_of_whistle_kinds"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class WhistleKind(models.Model):
    """A kind of whistle. `limits`: step → {limit, unit, mark, source} (rules.STEPS, and rules.DECIDE)."""

    edition = models.ForeignKey(KindEdition, models.CASCADE, related_name="kinds", db_index=False)
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24)
    field = models.CharField(max_length=12, choices=FieldChoices.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    mark = models.CharField(max_length=16, choices=Mark.choices)
    source = models.CharField(max_length=120, blank=True)
    active = models.BooleanField()
    blown_by = models.CharField(max_length=10)  # desk, principal
    approval = models.BooleanField()
    urgent = models.BooleanField()
    remote = models.BooleanField()
    limits = models.JSONField()

    class Meta:
        verbose_name = _("kind of whistle")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_whistle_kind_per_code")]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


class Whistle(models.Model):
    """吹哨. `asked_at`: written; `blown_at`: the departments were called; in between it may wait for the principal.
    `area_path`: of the place; `point` may be missing. `version` grows with every step."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.ForeignKey(WhistleKind, models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    area_path = models.CharField(max_length=120, db_collation="C")
    address = models.CharField(_("address"), max_length=rules.SHORT_MAX, blank=True)
    point = models.PointField(srid=CGCS2000, null=True, spatial_index=False)
    words = models.TextField(_("what is asked"))
    state = models.CharField(max_length=10, choices=WhistleStateChoices.choices)
    blown_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    blown_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("whistle")
        constraints = [
            models.UniqueConstraint(fields=["blown_by", "key"], name="one_whistle_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=rules.ENDED) ^ Q(ended_at=None), name="only_ended_whistles_have_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "-id"], name="whistle_area"),
            models.Index(fields=["street", "-blown_at"], name="whistle_street"),
            models.Index(fields=["area_path"], name="whistle_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state not in rules.ENDED


class WhistleCase(models.Model):
    """A case about which it was blown; `held`: its clock was stopped for this whistle. It may run all the same since
    somebody declared an emergency: what counts is the hold on the case."""

    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="linked", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    held = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whistle", "case"], name="one_row_per_case_of_a_whistle")
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} {self.case_id}"


class WhistleCall(models.Model):
    """One department and its clocks. `…_due`: counted when it was called, or when its refusal was not accepted;
    `tell_at`: when silence is spoken of next. `metres`: from the place to where it reported in; `by_code`: the
    street's code was scanned. While a refusal waits, `tell_at` is the end of the district's own clock."""

    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="calls", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    role = models.CharField(max_length=6, choices=RoleChoices.choices)
    state = models.CharField(max_length=10, choices=CallStateChoices.choices, default=CallState.CALLED)
    called_at = models.DateTimeField(null=True)
    calendar_version = models.CharField(max_length=80, blank=True)
    sign_due = models.DateTimeField(null=True)
    contact_due = models.DateTimeField(null=True)
    report_in_due = models.DateTimeField(null=True)
    finish_due = models.DateTimeField(null=True)
    decide_due = models.DateTimeField(null=True)
    sign_at = models.DateTimeField(null=True)
    contact_at = models.DateTimeField(null=True)
    report_in_at = models.DateTimeField(null=True)
    finish_at = models.DateTimeField(null=True)
    tell_at = models.DateTimeField(null=True)
    escalated = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(
        max_length=6, blank=True, choices=[(rules.ON_SITE, _("on site")), (rules.REMOTE, _("from afar"))]
    )
    point = models.PointField(srid=CGCS2000, null=True, spatial_index=False)
    metres = models.PositiveIntegerField(null=True)
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_index=False)
    by_code = models.BooleanField(default=False)
    result = models.TextField(blank=True)
    refusal = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("call")
        constraints = [
            models.UniqueConstraint(fields=["whistle", "organisation"], name="one_call_per_department")
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="call_of_department"),
            models.Index(fields=["tell_at"], name="call_silent", condition=~Q(tell_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} {self.organisation_id}"

    @property
    def owed(self) -> rules.Step | None:
        """The next step of the department."""
        return rules.next_step(CallState(self.state))


class WhistleStep(models.Model):
    """A line of the whistle's own timeline; appended only (a trigger refuses the rest)."""

    whistle = models.ForeignKey(Whistle, models.PROTECT, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    deed = models.CharField(max_length=10, choices=DeedChoices.choices)
    actor_key = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=80)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    words = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["whistle", "position"], name="one_whistle_step_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} {self.position}"


class SiteRecord(models.Model):
    """现场联合记录: findings and tasks, signed by the street and every department present; then it stands.

    `seal`: keyed hash over findings, tasks and who signed, so that a change behind the page shows."""

    whistle = models.OneToOneField(Whistle, models.CASCADE, related_name="record")
    findings = models.TextField(_("findings"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.whistle_id}"


class SiteTask(models.Model):
    """Who does what until when; tracked after the whistle has ended, until it is done."""

    record = models.ForeignKey(SiteRecord, models.CASCADE, related_name="tasks", db_index=False)
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=rules.SHORT_MAX)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    done_words = models.CharField(max_length=rules.SHORT_MAX, blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["record", "position"], name="one_site_task_per_position")
        ]
        indexes = [
            models.Index(fields=["due_on"], name="site_task_open", condition=Q(done_at=None, told_at=None))
        ]

    def __str__(self) -> str:
        return self.words


class RecordSignature(models.Model):
    """`organisation` None: the street itself."""

    record = models.ForeignKey(SiteRecord, models.CASCADE, related_name="signatures", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "organisation"], name="one_signature_per_department", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.organisation_id}"


class WhistleRating(models.Model):
    """双向评价. `of_department`: the street about the department; else the department about the whistle."""

    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="ratings", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    of_department = models.BooleanField()
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=rules.SHORT_MAX, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("rating of a whistle")
        constraints = [
            models.UniqueConstraint(
                fields=["whistle", "organisation", "of_department"], name="one_rating_each_way"
            ),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="whistle_stars_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} {self.organisation_id} {self.stars}"
