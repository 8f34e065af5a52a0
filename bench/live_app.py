"""The live process with one fact of the bench in it."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.config.live import application
from onegrid.kit.facts import Fact

__all__ = ["LampSeen", "application"]


@dataclass(frozen=True)
class LampSeen(Fact):
    """A lamp was seen."""

    seen_with: ClassVar[str | None] = "lamps.see"
    number: int
