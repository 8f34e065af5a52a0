"""What planned cuts announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class CutAnnounced(Fact):
    """Residents are told of a planned cut."""

    seen_with: ClassVar[str | None] = "compounds.see"
    cut_id: int


@dataclass(frozen=True)
class CutChanged(Fact):
    """An announced cut lasts longer, was called off, or is over; `verb` as in rules.Verb."""

    seen_with: ClassVar[str | None] = "compounds.see"
    cut_id: int
    verb: str
