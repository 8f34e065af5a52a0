"""What owners' votes announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class VoteCounted(Fact):
    """A vote of owners was counted and sealed; `chosen`: the option's place, -1 when none was chosen."""

    seen_with: ClassVar[str | None] = "owners.see"
    vote_id: int
    chosen: int
