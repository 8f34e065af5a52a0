"""What patrols announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class PlacePatrolled(Fact):
    """Somebody was at a place with its checklist; `problems` of its items became cases, or are with open ones."""

    seen_with: ClassVar[str | None] = "patrols.see"
    patrol_id: int
    place_id: int
    problems: int
