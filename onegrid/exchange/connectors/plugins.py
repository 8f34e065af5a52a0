"""The plug-in point for kinds of connections to business systems."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.models import OutsideSystem, Ticket
from onegrid.kit.plugins import Registry


class NotTaken(Exception):
    """The system did not answer, or is busy: trying again later makes sense."""


class Refusing(NotTaken):
    """The system will never take it: it is a dead letter until somebody mends what is wrong."""


class Strange(Exception):
    """What came cannot be read as a message of this system; the words say why."""


@dataclass(frozen=True)
class Sent:
    """What a system answered: its own number of the ticket, "" when it gives none."""

    number: str = ""


@dataclass(frozen=True)
class Event:
    """What a system says of a ticket. `id`: its own, the same when it says it again; `seq`: grows with every event of
    a ticket. `at`: when it happened there."""

    id: str
    ticket: str
    seq: int
    kind: rules.EventKind
    words: str = ""
    photos: tuple[bytes, ...] = ()
    at: datetime | None = None
    officer: str = ""
    number: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Incoming:
    """A request as it came. `said`: names of the fields and their lengths, for the log."""

    method: str
    path: str
    body: bytes
    timestamp: int
    nonce: str
    signature: str
    said: dict[str, Any] = field(default_factory=dict)


class Connector:
    """One way of speaking with business systems. An outside package enters its own under the entry-point group
    `onegrid.connector`. Each method makes at most one request; none touches the database.
    """

    name: str = ""

    def check_mapping(self, text: str) -> None:
        """Raises rules.BadMapping for what this connection cannot work with."""
        raise NotImplementedError

    def send_matter(self, system: OutsideSystem, matter: dict[str, Any], *, key: str) -> Sent:
        """Hands a matter over. `key` is the same at every try. Raises NotTaken or Refusing."""
        raise NotImplementedError

    def withdraw(self, system: OutsideSystem, ticket: Ticket, *, key: str) -> None:
        """Tells that a matter is no longer the unit's. Raises NotTaken or Refusing."""
        raise NotImplementedError

    def ask_state(self, system: OutsideSystem, ticket: Ticket) -> list[Event]:
        """Everything the system says of the ticket so far, oldest first. Raises NotTaken, Refusing or Strange."""
        raise NotImplementedError

    def receive(self, system: OutsideSystem, incoming: Incoming) -> Event:
        """Reads a message whose signature was found right. Raises Strange."""
        raise NotImplementedError

    def health(self, system: OutsideSystem) -> None:
        """Returns when the system answers and knows us. Raises NotTaken or Refusing."""
        raise NotImplementedError


CONNECTORS: Registry[Connector] = Registry(
    "connector", Connector, "ways of speaking with business systems of others"
)
