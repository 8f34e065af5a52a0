"""Who hears what. Filled by `@listens` in the listeners.py of each noun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from onegrid.kit.facts.fact import Fact, Heard

Hear = Callable[[Sequence[Heard]], None]


class Start(Enum):
    """Where a listener begins that has no stored position yet."""

    BEGINNING = "beginning"  # all facts still kept: for tables built from facts
    NOW = "now"  # only what comes: for messages to people, who must not get last week's again


@dataclass(frozen=True)
class Listener:
    """`name` such as "measures.counts" is the key of the stored position: renaming it starts afresh."""

    name: str
    hears: tuple[type[Fact], ...]
    call: Hear
    start: Start = Start.BEGINNING
    batch: int = 500  # facts handed over in one transaction

    @property
    def kinds(self) -> list[str]:
        return [fact.kind for fact in self.hears]


LISTENERS: dict[str, Listener] = {}


def listens(
    name: str, *, to: Sequence[type[Fact]], start: Start = Start.BEGINNING, batch: int = 500
) -> Callable[[Hear], Hear]:
    """Makes a function the listener `name` of the facts `to`; it gets them in ordered batches.

    Its database writes and its position commit together, so they happen once; anything else it does
    (a message out) may happen again after a crash.
    """

    def enter(hear: Hear) -> Hear:
        if name in LISTENERS and LISTENERS[name].call.__module__ != hear.__module__:
            raise ValueError(f"listener {name} is declared twice")
        LISTENERS[name] = Listener(name, tuple(to), hear, start, batch)
        return hear

    return enter
