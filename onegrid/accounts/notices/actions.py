"""Writing notices, reading them, and sending them out."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.facts import NoticeWritten
from onegrid.accounts.notices.models import ChannelMessage, MessageState, Notice, Preference
from onegrid.accounts.notices.outbox import defer_delivery
from onegrid.accounts.notices.plugins import CHANNELS, Message, NotSent, Refusing
from onegrid.accounts.notices.rules import leaves_at, wait_after
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce_all
from onegrid.kit.statements import ask


def notify(
    users: Iterable[User],
    *,
    title: str,
    body: str = "",
    link: str = "",
    kind: str,
    at: datetime,
    urgent: bool = False,
) -> list[Notice]:
    """Puts a line into each inbox, in the caller's transaction, and defers what leaves by channels.

    People who have left are passed over; a person named twice gets one line. `link` is a path on this site.
    Refused: outside_link.
    """
    if link and (not link.startswith("/") or not url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise Refused("outside_link", _("A notice links only to pages of this site."), link=link)
    recipients = [user for user in {user.pk: user for user in users}.values() if user.left_at is None]
    if not recipients:
        return []
    one = Notice(kind=kind, title=title[:200], body=body, link=link, urgent=urgent, created_at=at)
    with transaction.atomic(savepoint=False):  # part of the action that notifies: one fails with the other
        notices, wanting = _written(recipients, one)
        announce_all((NoticeWritten(notice.pk, notice.recipient_id), None, None) for notice in notices)
        if wanting:
            _send_out(notices, at)
    return notices


_WRITE = """
WITH told AS (
    INSERT INTO accounts_notice (recipient_id, kind, title, body, link, urgent, created_at)
    SELECT recipient, $2, $3, $4, $5, $6::boolean, $7::timestamptz
    FROM unnest($1::bigint[]) WITH ORDINALITY given (recipient, place) ORDER BY place
    RETURNING id, recipient_id
)
SELECT told.id, told.recipient_id, coalesce(preference.channels <> '{}', false)
FROM told LEFT JOIN accounts_preference preference ON preference.user_id = told.recipient_id ORDER BY told.id
"""


def _written(recipients: list[User], one: Notice) -> tuple[list[Notice], bool]:
    """`one` for each, and whether anybody wants it by a channel as well. A step of a case writes some: prepared."""
    ids = "{" + ",".join(str(user.pk) for user in recipients) + "}"
    given = [ids, one.kind, one.title, one.body, one.link, str(one.urgent), one.created_at.isoformat()]
    people = {user.pk: user for user in recipients}
    notices, wanting = [], False
    for pk, recipient_id, wants in ask(_WRITE, given):
        notices.append(
            Notice(
                pk=pk, recipient=people[recipient_id], kind=one.kind, title=one.title, body=one.body,
                link=one.link, urgent=one.urgent, created_at=one.created_at,
            )
        )  # fmt: skip
        notices[-1]._state.adding = False
        wanting = wanting or wants
    return notices, wanting


@transaction.atomic
def mark_read(*, notice_id: int, by: User, at: datetime) -> Notice:
    """Opened by its recipient; the first time counts. Somebody else's notice does not exist."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id, recipient=by).first()
    if notice is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_read(*, by: User, at: datetime) -> int:
    """How many were unread."""
    return Notice.objects.filter(recipient=by, read_at=None).update(read_at=at)


@transaction.atomic
def choose_channels(*, by: User, channels: Iterable[str], quiet_from=None, quiet_to=None) -> Preference:
    """Which channels the user wants, and the quiet hours. Refused: no_such_channel."""
    wanted = sorted(set(channels))
    unknown = [key for key in wanted if CHANNELS.get(key) is None]
    if unknown:
        raise Refused("no_such_channel", _("There is no such channel."), channels=unknown)
    preference, _made = Preference.objects.update_or_create(
        user=by, defaults={"channels": wanted, "quiet_from": quiet_from, "quiet_to": quiet_to}
    )
    return preference


@transaction.atomic
def deliver(*, message_id: int, at: datetime) -> ChannelMessage | None:
    """Sends one message if it is due. None when it is gone, sent, or held by another worker.

    The row stays locked while the peer is asked, so that two workers never send one message at once. When a worker
    dies between the peer's yes and our commit, the message goes out again under the same key.
    """
    row = (
        ChannelMessage.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("notice__recipient")
        .filter(pk=message_id, state=MessageState.WAITING)
        .first()
    )
    if row is None:
        return None
    if row.not_before > at:
        defer_delivery(row.pk, row.not_before)
        return row
    row.tries += 1
    try:
        _channel_send(row)
    except Refusing as trouble:
        row.state, row.trouble = MessageState.FAILED, str(trouble)[:300]
    except NotSent as trouble:
        _try_later(row, str(trouble), at)
    else:
        row.state, row.sent_at, row.trouble = MessageState.SENT, at, ""
    row.save(update_fields=["state", "tries", "sent_at", "trouble", "not_before"])
    return row


def _channel_send(row: ChannelMessage) -> None:
    channel = CHANNELS.get(row.channel)
    if channel is None or not channel.ready():
        raise Refusing(f"channel {row.channel} is not set up")
    notice = row.notice
    if notice.recipient.left_at is not None:
        raise Refusing("the recipient has left")
    channel.send(
        Message(f"onegrid-{row.pk}", notice.recipient, notice.title, notice.body, notice.link, notice.urgent)
    )


def _try_later(row: ChannelMessage, trouble: str, at: datetime) -> None:
    row.trouble = trouble[:300]
    wait = wait_after(row.tries)
    if wait is None:
        row.state = MessageState.FAILED
        return
    row.not_before = at + wait
    defer_delivery(row.pk, row.not_before)


def _send_out(notices: list[Notice], at: datetime) -> None:
    """Outbox rows for the channels each recipient wants, and one deferred job a row."""
    preferences = {
        row.user_id: row
        for row in Preference.objects.filter(user__in=[notice.recipient_id for notice in notices])
    }
    local = timezone.localtime(at)
    rows = []
    for notice in notices:
        preference = preferences.get(notice.recipient_id)
        for key in preference.channels if preference else ():
            channel = CHANNELS.get(key)
            if preference and channel and channel.ready() and channel.reaches(notice.recipient):
                when = leaves_at(local, preference.quiet_from, preference.quiet_to, notice.urgent)
                rows.append(ChannelMessage(notice=notice, channel=key, not_before=when, created_at=at))
    for row in ChannelMessage.objects.bulk_create(rows):
        defer_delivery(row.pk, row.not_before)
