"""The plug-in point for ways out of the inbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.models import ChannelMessage, MessageState, PhoneMessage
from onegrid.kit.health import WATCHED, Figure, Reading, Tone, Watched, gauge, toned
from onegrid.kit.plugins import Registry


@dataclass(frozen=True)
class Message:
    """What a channel sends. `key` is the same at every try, for peers that drop repetitions."""

    key: str
    recipient: User
    title: str
    body: str
    link: str
    urgent: bool


@dataclass(frozen=True)
class ToPhone:
    """A line to a phone that belongs to no account; `key` as above."""

    key: str
    phone: str
    text: str


class NotSent(Exception):
    """The peer did not take it; trying again later makes sense."""


class Refusing(NotSent):
    """The peer will never take it (unknown number, wrong key): no further try."""


class Channel:
    """One way out. An outside package enters its own under the entry-point group `onegrid.channel`."""

    name: str = ""
    leaves: bool = True  # False: for demos, nothing leaves this machine

    def ready(self) -> bool:
        """Whether this installation has set it up."""
        raise NotImplementedError

    def reaches(self, user: User) -> bool:
        """Whether the user has what the channel needs (a phone, an address)."""
        raise NotImplementedError

    def send(self, message: Message) -> None:
        """Returns when the peer has taken it. Raises NotSent or Refusing."""
        raise NotImplementedError

    def reaches_phones(self) -> bool:
        """Whether it carries a line to any phone, also to people without an account."""
        return False

    def send_to_phone(self, message: ToPhone) -> None:
        """As `send`; asked only of channels that reach phones."""
        raise NotImplementedError


CHANNELS = Registry("channel", Channel, "ways of sending a notice out of the platform")


def channel_to_phones() -> str:
    """The key of the channel that is set up and reaches phones, one that really sends before all; "" for none."""
    ready = [(not one.leaves, key) for key, one in CHANNELS if one.reaches_phones() and one.ready()]
    return min(ready)[1] if ready else ""


LATE = timedelta(minutes=5)  # a message that should have left so long ago
COUNTED_MOST = 10_000


@WATCHED.register("messages")
class Messages(Watched):
    """What should leave by channels, and whether there is one at all."""

    title, order = gettext_lazy("Messages to phones"), 45

    def readings(self) -> Iterator[Reading]:
        ready = [one.name for _key, one in CHANNELS if one.ready()]
        yield Reading(
            _("Channels"),
            "、".join(ready) or _("none"),
            Tone.GOOD if ready else Tone.WARN,
            _("Without one alerts reach the inbox only: give ONEGRID_SMS_URL or another."),
        )
        late = late_messages()
        yield Reading(
            _("Late by five minutes or more"),
            str(late),
            toned(late, warn=1, bad=100),
            _("The outbox says what the channel answered."),
        )

    def figures(self) -> Iterator[Figure]:
        yield gauge(
            "onegrid_messages_late", "Messages that should have left five minutes ago.", late_messages()
        )


def late_messages() -> int:
    """Of both kinds, counted to COUNTED_MOST each."""
    before = timezone.now() - LATE
    return sum(
        len(
            kind.objects.filter(state=MessageState.WAITING, not_before__lt=before).values_list("pk")[
                :COUNTED_MOST
            ]
        )
        for kind in (ChannelMessage, PhoneMessage)
    )
