"""What briefs announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class BriefMade(Fact):
    """晨报: the brief of an area is there."""

    seen_with: ClassVar[str | None] = "briefs.see"
    brief_id: int
