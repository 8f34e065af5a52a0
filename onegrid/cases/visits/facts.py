"""What visits announce: ids only, and no reason."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class HouseholdVisited(Fact):
    """A planned visit was made, or tried."""

    seen_with: ClassVar[str | None] = "visits.do"
    visit_id: int
