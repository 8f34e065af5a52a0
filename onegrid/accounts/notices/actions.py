"""Writing notices, reading them, and sending them out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.facts import NoticeWritten
from onegrid.accounts.notices.models import (
    ChannelMessage,
    MessageState,
    Notice,
    Outgoing,
    PhoneMessage,
    Preference,
)
from onegrid.accounts.notices.outbox import defer_delivery, defer_to_phone
from onegrid.accounts.notices.plugins import (
    CHANNELS,
    Message,
    NotSent,
    Refusing,
    ToPhone,
    channel_to_phones,
)
from onegrid.accounts.notices.rules import LEASE, PHONES_QUIET, digits_of, leaves_at, wait_after
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announced_from, will_announce
from onegrid.kit.statements import tell


def notify(
    users: Iterable[User],
    *,
    title: str,
    body: str = "",
    link: str = "",
    kind: str,
    at: datetime,
    urgent: bool = False,
) -> None:
    """Puts a line into each inbox, in the caller's transaction, and defers what leaves by channels.

    People who have left are passed over; a person named twice gets one line. `link` is a path on this site.
    Refused: outside_link.
    """
    if link and (not link.startswith("/") or not url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise Refused("outside_link", _("A notice links only to pages of this site."), link=link)
    recipients = [user for user in {user.pk: user for user in users}.values() if user.left_at is None]
    if not recipients:
        return
    one = Notice(kind=kind, title=title[:200], body=body, link=link, urgent=urgent, created_at=at)
    with transaction.atomic(savepoint=False):  # part of the action that notifies: one fails with the other
        will_announce()
        _write(recipients, one)


_WRITE = f"""
WITH told AS (
    INSERT INTO accounts_notice (recipient_id, kind, title, body, link, urgent, created_at)
    SELECT recipient, $2, $3, $4, $5, $6::boolean, $7::timestamptz
    FROM unnest($1::bigint[]) WITH ORDINALITY given (recipient, place) ORDER BY place
    RETURNING id, recipient_id
), said AS (
    {announced_from(NoticeWritten, "told ORDER BY id", notice_id="id", recipient_id="recipient_id")}
)
SELECT told.id, told.recipient_id, coalesce(preference.channels <> '{{}}', false)
FROM told LEFT JOIN accounts_preference preference ON preference.user_id = told.recipient_id ORDER BY told.id
"""


def _write(recipients: list[User], one: Notice) -> None:
    """`one` for each, with its fact, and what leaves by channels for those who want it so. A step of a case writes
    some: prepared, and all in one."""
    ids = "{" + ",".join(str(user.pk) for user in recipients) + "}"
    given = [ids, one.kind, one.title, one.body, one.link, str(one.urgent), one.created_at.isoformat()]
    people = {user.pk: user for user in recipients}

    def leave(rows: list[tuple]) -> None:
        wanted = [_row(pk, people[recipient_id], one) for pk, recipient_id, wants in rows if wants]
        if wanted:
            _send_out(wanted, one.created_at)

    tell(_WRITE, given, leave)


def _row(pk: int, recipient: User, one: Notice) -> Notice:
    row = Notice(
        pk=pk, recipient=recipient, kind=one.kind, title=one.title, body=one.body, link=one.link,
        urgent=one.urgent, created_at=one.created_at,
    )  # fmt: skip
    row._state.adding = False
    return row


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
def tell_phones(
    phones: Mapping[str, str], *, text: str, at: datetime, sealed: str | None = None, urgent: bool = False
) -> list[PhoneMessage]:
    """A line to phones that belong to no account, in the caller's transaction, with one deferred job a row.

    `phones`: key of the occasion and the person → phone; of one phone under several keys only the first is told. What
    is no phone is passed over. Nothing is written when no channel reaches phones. `sealed`: what is sent, where
    `text` is only what the outbox shows. `urgent`: also at night, for who waits for it.
    """
    channel = channel_to_phones()
    if not channel:
        return []
    wanted: dict[str, tuple[str, str]] = {}
    for key, phone in phones.items():
        wanted.setdefault(digits_of(phone), (key, phone))
    wanted.pop("", None)
    when = leaves_at(timezone.localtime(at), *PHONES_QUIET, urgent=urgent)
    rows = PhoneMessage.objects.bulk_create(
        PhoneMessage(
            key=key,
            phone=phone,
            text=text[:300],
            sealed=sealed,
            channel=channel,
            not_before=when,
            created_at=at,
        )
        for key, phone in wanted.values()
    )
    for row in rows:
        defer_to_phone(row.pk, row.not_before)
    return rows


def deliver(*, message_id: int, at: datetime) -> ChannelMessage | None:
    """Sends one message if it is due. None when it is gone, sent, or another worker is at it.

    Claimed in one transaction, sent in none, written down in another: no row is locked, and no listener held up,
    while the peer is slow. Two workers never send one message at once. When a worker dies between the peer's yes and
    our note of it, the message goes out again after the lease, under the same key.
    """
    rows = ChannelMessage.objects.select_related("notice__recipient")
    return _delivered(rows, message_id, at, _channel_send, defer_delivery)


def deliver_to_phone(*, message_id: int, at: datetime) -> PhoneMessage | None:
    """As `deliver`; afterwards the phone is forgotten, unless there is another try."""

    def forget(row: PhoneMessage) -> list[str]:
        if row.state != MessageState.WAITING:
            row.phone, row.sealed = None, row.sealed if _stays_here(row.channel) else None
        return ["phone", "sealed"]

    return _delivered(PhoneMessage.objects.all(), message_id, at, _phone_send, defer_to_phone, forget)


M = TypeVar("M", bound=Outgoing)
Again = Callable[[int, datetime], None]
OUTCOME = ["state", "sent_at", "trouble", "not_before", "leased_until"]


def _delivered(
    rows: QuerySet[M],
    message_id: int,
    at: datetime,
    send: Callable[[M], None],
    again: Again,
    afterwards: Callable[[M], list[str]] = lambda _row: [],
) -> M | None:
    row = _claimed(rows, message_id, at, again)
    if row is None or row.not_before > at:
        return row
    return _written(rows, row, _tried(row, send), at, again, afterwards)


@transaction.atomic
def _claimed(rows: QuerySet[M], message_id: int, at: datetime, again: Again) -> M | None:
    """The row when it waits: ours for a lease, or deferred when it may not leave yet. One that another worker has is
    looked at once more when that one's lease is over: it may be dead."""
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    row = locked.filter(pk=message_id, state=MessageState.WAITING).first()
    if row is None:
        return None
    if row.leased_until is not None and row.leased_until > at:
        again(row.pk, row.leased_until)
        return None
    if row.not_before > at:
        again(row.pk, row.not_before)
        return row
    row.tries += 1
    row.leased_until = at + LEASE
    row.save(update_fields=["tries", "leased_until"])
    return row


def _tried(row: M, send: Callable[[M], None]) -> NotSent | None:
    try:
        send(row)
    except NotSent as trouble:
        return trouble
    return None


@transaction.atomic
def _written(
    rows: QuerySet[M],
    claimed: M,
    trouble: NotSent | None,
    at: datetime,
    again: Again,
    afterwards: Callable[[M], list[str]],
) -> M | None:
    """What came of the try. A failure that was reported after the lease, when another worker tries already, counts
    for nothing; a message that was taken is sent, whoever else is at it."""
    row = rows.select_for_update(of=("self",)).filter(pk=claimed.pk, state=MessageState.WAITING).first()
    if row is None or (trouble is not None and row.tries != claimed.tries):
        return None
    row.leased_until = None
    if trouble is None:
        row.state, row.sent_at, row.trouble = MessageState.SENT, at, ""
    elif isinstance(trouble, Refusing):
        row.state, row.trouble = MessageState.FAILED, str(trouble)[:300]
    else:
        _try_later(row, str(trouble), at, again)
    row.save(update_fields=[*OUTCOME, *afterwards(row)])
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


def _phone_send(row: PhoneMessage) -> None:
    channel = CHANNELS.get(row.channel)
    if channel is None or not channel.ready() or not channel.reaches_phones() or row.phone is None:
        raise Refusing(f"channel {row.channel} is not set up")
    channel.send_to_phone(ToPhone(f"onegrid-phone-{row.pk}", row.phone, row.sealed or row.text))


def _stays_here(key: str) -> bool:
    """Of a channel that sends nothing, the outbox is the only place to read what would have been sent."""
    channel = CHANNELS.get(key)
    return channel is not None and not channel.leaves


def _try_later(row: Outgoing, trouble: str, at: datetime, again: Again) -> None:
    row.trouble = trouble[:300]
    wait = wait_after(row.tries)
    if wait is None:
        row.state = MessageState.FAILED
        return
    row.not_before = at + wait
    again(row.pk, row.not_before)


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
