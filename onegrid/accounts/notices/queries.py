"""Reading the inbox and the outbox."""

from collections.abc import Iterable

from django.db.models import QuerySet

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.models import ChannelMessage, Notice, PhoneMessage
from onegrid.accounts.notices.plugins import CHANNELS, channel_to_phones
from onegrid.kit.actors import Actor
from onegrid.kit.statements import ask
from onegrid.places.areas.access import require_everywhere

MOST_COUNTED = 99
PAGE = 20


def inbox(*, viewer: User, before: int | None = None, limit: int = PAGE) -> list[Notice]:
    """The newest notices of the viewer, older than notice `before` when given."""
    rows = Notice.objects.filter(recipient=viewer)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def unread_count(*, viewer: User) -> int:
    """Unread notices, counted up to MOST_COUNTED + 1. Every page asks it, so the statement stays prepared."""
    return int(ask(_UNREAD, [str(viewer.pk)])[0][0])


_UNREAD = f"""
SELECT count(*) FROM (
    SELECT FROM accounts_notice WHERE recipient_id = $1::bigint AND read_at IS NULL LIMIT {MOST_COUNTED + 1}
) unread
"""


def who_has_unread(kind: str, users: Iterable[User]) -> set[int]:
    """Ids of those to whom a line of this kind has been written that they have not opened yet."""
    rows = Notice.objects.filter(recipient__in=[user.pk for user in users], read_at=None, kind=kind)
    return set(rows.values_list("recipient_id", flat=True).distinct())


def outbox(*, viewer: Actor, before: int | None = None, limit: int = PAGE) -> list[ChannelMessage]:
    """What left or waits to leave by channels, of the whole city: "notices.outbox" must reach everywhere."""
    require_everywhere(viewer, "notices.outbox")
    rows: QuerySet[ChannelMessage] = ChannelMessage.objects.select_related("notice__recipient")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def phone_outbox(*, viewer: Actor, before: int | None = None, limit: int = PAGE) -> list[PhoneMessage]:
    """The same for people without an account. To whom it goes is not read: nobody here needs a phone."""
    require_everywhere(viewer, "notices.outbox")
    rows = PhoneMessage.objects.defer("phone", *([] if demo_outbox() else ["sealed"]))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])


def demo_outbox() -> bool:
    """Whether messages to phones go to an outbox that sends nothing, where all of them may be read."""
    channel = CHANNELS.get(channel_to_phones())
    return channel is not None and not channel.leaves


def phones_told(*, about: str, most: int = PAGE) -> list[PhoneMessage]:
    """Lines to phones whose key begins with `about`, the newest first; for a caller who has read that thing in scope.
    To whom they went is not read."""
    return list(PhoneMessage.objects.filter(key__startswith=about).defer("phone").order_by("-id")[:most])


def phones_are_reached() -> bool:
    """Whether any channel that is set up carries a line to a phone."""
    return bool(channel_to_phones())
