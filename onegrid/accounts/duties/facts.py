"""What duties announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class DutyChanged(Fact):
    """Who answers for the area may be somebody else now: a duty or a leave was arranged or ended."""

    area_id: int
    seen_with: ClassVar[str | None] = "duties.see"


@dataclass(frozen=True)
class DutyHandedOver(Fact):
    """One person's duty for an area passed to another; open tasks follow."""

    area_id: int
    from_user_id: int
    to_user_id: int
    seen_with: ClassVar[str | None] = "duties.see"
