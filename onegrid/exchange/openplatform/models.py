"""Applications and their keys. A key itself is kept nowhere."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Channel
from onegrid.exchange.openplatform import rules
from onegrid.kit.actors import NOTHING, Reach, Scope
from onegrid.kit.crypto import BLIND_INDEX_LENGTH
from onegrid.places.areas.models import Area


class ApiClient(models.Model):
    """接口应用: a program of somebody else, acting for the organisation that answers for it.

    It may do `permissions` in `area` (None: everywhere); with `own_cases_only` only with cases dispatched to its
    organisation. `channel`: what its reports count as. `per_minute`: requests that it may send. `purpose`: what for
    it reads people's words as they were written; empty: numbers and names in them are hidden (decision 0051).
    `purpose_owed`: it read them as written before a purpose was asked for, and nobody has decided since: hidden.
    """

    bounded = True  # reports in its own area only, unlike people

    name = models.CharField(_("name"), max_length=rules.NAME_MAX)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="api_clients",
        verbose_name=_("organisation that answers for it"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("where it may act")
    )
    own_cases_only = models.BooleanField(_("only cases of its organisation"), default=False)
    permissions = ArrayField(models.CharField(max_length=60), verbose_name=_("may do"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.NODE)
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=rules.PER_MINUTE)
    purpose = models.CharField(
        _("what it reads people's words for"), max_length=rules.PURPOSE_MAX, blank=True, db_default=""
    )
    purpose_owed = models.BooleanField(_("purpose to be written"), db_default=False)  # 用途待补写
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("application")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_client_name_per_organisation")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None

    @property
    def reads_words(self) -> bool:
        return bool(self.purpose)

    @property
    def actor_key(self) -> str:
        return f"client:{self.pk}"

    @property
    def actor_label(self) -> str:
        return f"{self.name} ({self.organisation.name})"

    def scope(self, what: str) -> Scope:
        """How far this application may do `what`."""
        if not self.is_active or what not in self.permissions:
            return NOTHING
        path = self.area.path if self.area else None
        return Scope((Reach(path, self.organisation_id if self.own_cases_only else None),))


class KeyQuerySet(models.QuerySet["ClientKey"]):
    def opening_at(self, at: datetime) -> "KeyQuerySet":
        """Keys that open now: neither ended nor of a revoked application."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=at), client__revoked_at=None)


class ClientKey(models.Model):
    """One key: a keyed digest to find it by, and its last characters to recognise it."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="keys")
    digest = models.CharField(max_length=BLIND_INDEX_LENGTH, unique=True)
    tail = models.CharField(max_length=rules.TAIL)
    issued_at = models.DateTimeField(_("issued at"))
    ends_at = models.DateTimeField(_("ends at"), null=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key")

    def __str__(self) -> str:
        return f"…{self.tail}"
