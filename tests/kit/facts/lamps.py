"""Facts that exist only in tests."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact

LOOKS_BY_ITSELF = 8.0  # seconds after which the live process of the tests looks without having been called


@dataclass(frozen=True)
class LampLit(Fact):
    """A lamp was lit."""

    seen_with: ClassVar[str | None] = "lamps.see"
    lamp: int


@dataclass(frozen=True)
class LampBroke(Fact):
    """A lamp broke."""

    lamp: int
    why: str = "unknown"


@dataclass(frozen=True)
class LampNoted(Fact):
    """Somebody wrote much about a lamp."""

    seen_with: ClassVar[str | None] = "lamps.see"
    lamp: int
    text: str
