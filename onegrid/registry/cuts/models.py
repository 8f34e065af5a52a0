"""Planned cuts and each change of one."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.registry.cuts import rules
from onegrid.registry.dwellings.models import Building, Compound


class Supply(models.TextChoices):
    WATER = "water", _("Water cut")  # 停水
    POWER = "power", _("Power cut")  # 停电
    HEAT = "heat", _("No heating")  # 停暖
    GAS = "gas", _("No gas")  # 停气
    LIFT = "lift", _("Lift out of service")  # 停梯


class StateChoices(models.TextChoices):
    DRAFT = rules.State.DRAFT, _("Draft of a cut")
    WAITING = rules.State.WAITING, _("Waits for the community")
    PUBLISHED = rules.State.PUBLISHED, _("Announced")
    CANCELLED = rules.State.CANCELLED, _("Called off")
    RESTORED = rules.State.RESTORED, _("Restored")


class VerbChoices(models.TextChoices):
    WRITE = rules.Verb.WRITE, _("Draft written")
    SEND = rules.Verb.SEND, _("Send on")
    CONFIRM = rules.Verb.CONFIRM, _("Confirm and announce")
    REFUSE = rules.Verb.REFUSE, _("Send back to the firm")
    PROLONG = rules.Verb.PROLONG, _("Lasts longer")
    CANCEL = rules.Verb.CANCEL, _("Call it off")
    RESTORE = rules.Verb.RESTORE, _("It is back")


class PhaseChoices(models.TextChoices):
    PLANNED = rules.Phase.PLANNED, _("Planned")
    NOW = rules.Phase.NOW, _("Cut off now")
    OVER = rules.Phase.OVER, _("Time is over")


class Cut(models.Model):
    """`buildings`: which ones; none means the whole compound. `phone`: a public one. `firm`: who announces it."""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="cuts", db_index=False)
    buildings = models.ManyToManyField(Building, related_name="+", blank=True)
    supply = models.CharField(_("what is cut"), max_length=8, choices=Supply.choices)
    reason = models.CharField(_("why it is cut"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    phone = models.CharField(_("phone for questions"), max_length=32, blank=True)
    firm = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=StateChoices.choices)
    version = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("planned cut")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="cut_ends_after_it_starts")
        ]
        indexes = [
            models.Index(fields=["compound", "-starts_at"], name="cut_of_compound"),
            models.Index(
                fields=["ends_at"], name="cut_announced", condition=Q(state=rules.State.PUBLISHED.value)
            ),
            models.Index(fields=["id"], name="cut_waiting", condition=Q(state=rules.State.WAITING.value)),
        ]

    def __str__(self) -> str:
        return f"{self.compound} {self.get_supply_display()}"

    @property
    def area_path(self) -> str:
        """For the audit trail."""
        return self.compound.area_path

    @property
    def phase(self) -> str:
        """Of an announced one, now. For screens only."""
        if self.state != rules.State.PUBLISHED:
            return ""
        return rules.phase(self.starts_at, self.ends_at, timezone.now()).value

    @property
    def phase_words(self) -> str:
        return str(PhaseChoices(self.phase).label) if self.phase else str(StateChoices(self.state).label)

    @property
    def where(self) -> str:
        """锦绣苑 1号楼、2号楼; reads `buildings`, which lists prefetch."""
        names = [one.name for one in self.buildings.all()]
        return f"{self.compound.name} {'、'.join(names)}".strip()


class CutChange(models.Model):
    """One line of its history, appended only."""

    cut = models.ForeignKey(Cut, models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=10, choices=VerbChoices.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ends_before = models.DateTimeField(null=True)
    ends_after = models.DateTimeField(null=True)
    by_key = models.CharField(max_length=80)
    by_label = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a cut")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.cut} {self.verb}"
