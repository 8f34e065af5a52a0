"""The plug-in point for kinds of connections to business systems."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.models import Errand, ErrandState, OutsideSystem, Ticket
from onegrid.kit.health import WATCHED, Figure, Reading, Tone, Watched, gauge, toned
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


SHOWN_MOST = 50
COUNTED_MOST = 10_000


@WATCHED.register("outside_systems")
class OutsideSystems(Watched):
    """Registered systems that are switched on, by the last exchange with each: nobody is called for a look."""

    title, order = gettext_lazy("Outside systems"), 48

    def readings(self) -> Iterator[Reading]:
        systems = _switched_on()
        if not systems:
            yield Reading(_("Connected"), _("none"))
        for system in systems:
            yield Reading(system.name, _last(system), _tone(system), system.trouble)
        owed = len(OutsideSystem.objects.filter(purpose_owed=True).values_list("pk")[:SHOWN_MOST])
        if owed:
            yield Reading(
                _("Purpose to be written"),
                str(owed),
                Tone.WARN,
                _("People's words no longer go there: write down what for, or say that they stay here."),
            )
        dead = dead_letters()
        yield Reading(
            _("Dead letters"),
            str(dead),
            toned(dead, warn=1, bad=100),
            _("The page of outside systems sends them again."),
        )

    def figures(self) -> Iterator[Figure]:
        failures = tuple(({"system": str(one.pk)}, float(one.failures)) for one in _switched_on())
        yield Figure("onegrid_outside_failures", "Failed tries in a row, by system.", "gauge", failures)
        yield gauge("onegrid_outside_dead_letters", "Hand-overs that were given up.", dead_letters())


FAILURES_BAD = 5  # tries in a row: about a quarter of an hour


def dead_letters() -> int:
    return len(Errand.objects.filter(state=ErrandState.DEAD).values_list("pk")[:COUNTED_MOST])


def _switched_on() -> list[OutsideSystem]:
    return list(OutsideSystem.objects.filter(is_on=True).order_by("name", "pk")[:SHOWN_MOST])


def _tone(system: OutsideSystem) -> Tone:
    return toned(system.failures, warn=1, bad=FAILURES_BAD)


def _last(system: OutsideSystem) -> str:
    if system.failures:
        return _("%(count)s failed tries in a row") % {"count": system.failures}
    if system.last_ok_at is None:
        return _("nothing was exchanged yet")
    return _("answered %(when)s") % {"when": date_format(localtime(system.last_ok_at), "m-d H:i")}
