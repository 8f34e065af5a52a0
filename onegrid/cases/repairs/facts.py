"""What repairs announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class RepairAccepted(Fact):
    """The firm said that it takes the repair."""

    seen_with: ClassVar[str | None] = "cases.see"
    case_id: int
    firm_id: int
