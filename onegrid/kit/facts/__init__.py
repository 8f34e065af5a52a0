"""Facts: what has happened, told to higher rooms through rows of the action's own transaction (docs/facts.md)."""

from onegrid.kit.facts.announcing import announce, announce_all, announced_from, will_announce
from onegrid.kit.facts.fact import FACTS, Fact, Heard
from onegrid.kit.facts.registry import LISTENERS, Listener, Start, listens

__all__ = [
    "FACTS",
    "LISTENERS",
    "Fact",
    "Heard",
    "Listener",
    "Start",
    "announce",
    "announce_all",
    "announced_from",
    "listens",
    "will_announce",
]
