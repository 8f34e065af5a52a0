"""The inbox, what leaves it by channels, and what each person wants."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.kit.crypto import EncryptedTextField


class Notice(models.Model):
    """One line in somebody's inbox. `kind` is a code such as "case.assigned"; `link` a path on this site."""

    recipient = models.ForeignKey(
        User, models.CASCADE, related_name="notices", db_index=False
    )  # notice_inbox begins with it
    kind = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("body"), blank=True)
    link = models.CharField(max_length=300, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_inbox"),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.title


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Outgoing(models.Model):
    """What leaves by one channel. `not_before` holds it back in quiet hours and between tries; until `leased_until` a
    worker is sending it."""

    channel = models.CharField(_("channel"), max_length=20)
    state = models.CharField(
        _("state"), max_length=8, choices=MessageState.choices, default=MessageState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(_("what went wrong"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class ChannelMessage(Outgoing):
    """One notice on its way out by one channel."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="messages")

    class Meta:
        verbose_name = _("channel message")
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_message_per_channel")]
        indexes = [models.Index(fields=["not_before"], name="message_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.channel}: {self.notice}"


class PhoneMessage(Outgoing):
    """A line to a phone that belongs to no account: a reporter's, or that of somebody who follows a matter.

    `key`: of the occasion and the person, so that nobody is told a thing twice. `phone` is sealed, and gone as soon
    as the message has left or cannot leave. `text` says nothing about anybody. `sealed`: what is sent instead of it
    where the outbox must not show it, such as a code; it goes with the phone.
    """

    key = models.CharField(max_length=80, unique=True)
    phone = EncryptedTextField(null=True)
    text = models.CharField(_("text"), max_length=300)
    sealed = EncryptedTextField(null=True)

    class Meta:
        verbose_name = _("message to a phone")
        indexes = [models.Index(fields=["not_before"], name="phone_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.channel}: {self.text}"


class Preference(models.Model):
    """Which channels a person wants besides the inbox, and when it should be quiet (urgent notices pass)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preference")
    channels = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice preference")

    def __str__(self) -> str:
        return str(self.user)
