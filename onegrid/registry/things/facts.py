"""What things announce. Screens may show it to whoever sees things there."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class ThingPlaced(Fact):
    """A thing was put on the record at a point (CGCS2000)."""

    seen_with: ClassVar[str | None] = "things.see"
    thing_id: int
    lon: float
    lat: float


@dataclass(frozen=True)
class ThingMoved(Fact):
    """Its position was corrected from one point to another."""

    seen_with: ClassVar[str | None] = "things.see"
    thing_id: int
    lon: float
    lat: float
    from_lon: float
    from_lat: float


@dataclass(frozen=True)
class ThingStatusChanged(Fact):
    """It is whole, damaged, lost, abandoned or removed now; it stands at a point."""

    seen_with: ClassVar[str | None] = "things.see"
    thing_id: int
    status: str
    lon: float
    lat: float
