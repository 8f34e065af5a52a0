"""What stands in the town: one record per footprint and one per compound (小区)."""

from dataclasses import dataclass, field
from enum import StrEnum

from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry


class Use(StrEnum):
    """What a building is for; only homes have households."""

    HOME = "home"
    SHOP = "shop"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    HOSPITAL = "hospital"
    GOVERNMENT = "government"
    MARKET = "market"
    MALL = "mall"
    HALL = "hall"  # 厂房
    OFFICE = "office"
    DORMITORY = "dormitory"
    GATEHOUSE = "gatehouse"
    SHED = "shed"  # 车棚、配电房、垃圾房
    PAVILION = "pavilion"


FLOOR_M = {
    Use.SHOP: 3.9, Use.SCHOOL: 3.8, Use.KINDERGARTEN: 3.6, Use.HOSPITAL: 4.0, Use.GOVERNMENT: 3.8,
    Use.MARKET: 7.5, Use.MALL: 5.2, Use.HALL: 10.5, Use.OFFICE: 3.8, Use.DORMITORY: 3.3,
    Use.GATEHOUSE: 3.2, Use.SHED: 3.0, Use.PAVILION: 4.5, Use.HOME: 2.95,
}  # fmt: skip


@dataclass
class Building:
    """A footprint in metres. A home has `units` (单元) with `flats` on each of its floors."""

    use: Use
    shape: Polygon
    floors: int
    plot: int
    compound: int = -1
    units: int = 0
    flats: int = 0

    @property
    def height_m(self) -> float:
        return round(self.floors * FLOOR_M[self.use] + 1.2, 1)

    @property
    def households(self) -> int:
        return self.units * self.flats * self.floors


@dataclass
class Compound:
    """A walled parcel of homes, its drives, lawns and gate."""

    plot: int
    shape: Polygon
    style: str
    drives: list[LineString] = field(default_factory=list)
    lawns: list[Polygon] = field(default_factory=list)
    gate: tuple[float, float] | None = None


@dataclass
class Ground:
    """A public or industrial ground: school, hospital, hall yard."""

    plot: int
    kind: str
    shape: BaseGeometry
