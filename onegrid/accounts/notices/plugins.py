"""The plug-in point for ways out of the inbox."""

from dataclasses import dataclass

from onegrid.accounts.identity.models import User
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
