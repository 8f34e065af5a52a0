"""The tile pyramid of Web Mercator (EPSG:3857): zoom z has 2^z × 2^z tiles, (0, 0) in the north-west."""

from dataclasses import dataclass
from math import atan, cos, degrees, pi, radians, sinh

MAX_ZOOM = 22
EXTENT = 4096  # units along the side of a vector tile
FLAT_FROM = 13  # zoom
MARGIN = 64  # units drawn beyond each side, so that lines and labels join


@dataclass(frozen=True)
class Tile:
    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        return 0 <= self.z <= MAX_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    def bounds(self, margin: float = MARGIN / EXTENT) -> tuple[float, float, float, float]:
        """(west, south, east, north) in degrees, with a margin in parts of the tile's side."""
        side = 2**self.z
        return (
            max(-180.0, (self.x - margin) / side * 360 - 180),
            _latitude((self.y + 1 + margin) / side),
            min(180.0, (self.x + 1 + margin) / side * 360 - 180),
            _latitude((self.y - margin) / side),
        )

    @property
    def flat(self) -> bool:
        """Whether degrees may be drawn as they are, with no projection.

        Inside so small a tile latitude and Web-Mercator y differ from a straight line by less than a fifth of a
        unit (zoom 13, below 60° of latitude), and not at all at the edges, so neighbours still join.
        """
        return self.z >= FLAT_FROM

    @property
    def degree_per_unit(self) -> float:
        """Degrees of longitude in one of the tile's units."""
        return 360 / 2**self.z / EXTENT

    @property
    def metre_per_unit(self) -> float:
        """Web-Mercator metres (not ground metres) in one of the tile's units."""
        return 2 * pi * 6378137 / 2**self.z / EXTENT


def _latitude(part: float) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * min(1.0, max(0.0, part))))))


def degrees_around(lat: float, metres: float) -> tuple[float, float]:
    """Half sides (longitude, latitude), in degrees, of a box that holds the circle of `metres` around a point."""
    enough = 1.01 * metres / 110_574  # metres of a degree of latitude where it is shortest
    return enough / max(cos(radians(lat)), 0.01), enough
