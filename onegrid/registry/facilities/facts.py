"""What facilities announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class UpkeepRecorded(Fact):
    """A piece of upkeep was done and written down; `outcome` as in models.Outcome."""

    seen_with: ClassVar[str | None] = "compounds.see"
    facility_id: int
    record_id: int
    outcome: str
