"""The plan of the demo city: a lattice of 100 m cells, dealt out to districts, streets, communities and grids.

16 districts, 234 streets, 936 communities, 3,744 basic grids and 40,625 unit grids of 10,000 m². Every street is a
block of 13 rows and 13 or 14 columns of cells, every community a quarter of it, every basic grid a quarter of that.
Pure numpy: no models. Names and codes are invented (99 is not assigned).
"""

from dataclasses import dataclass

import numpy as np
from pyproj import Transformer

CITY_CODE = "990200"
DISTRICTS, STREETS, UNIT_GRIDS = 16, 234, 40_625
CELL_M = 100.0
BAND = 13  # rows of cells of one street
LON, LAT = 118.60, 37.20


@dataclass(frozen=True)
class Block:
    """A rectangle of cells: columns [west, east), rows [south, north); `parent` is an index into the level above."""

    west: int
    east: int
    south: int
    north: int
    parent: int


@dataclass(frozen=True)
class CityPlan:
    """Each level in the order of its codes. `cells`: (n, 4) column, row, community, number within the community."""

    streets: tuple[Block, ...]
    communities: tuple[Block, ...]
    grids: tuple[Block, ...]
    cells: np.ndarray


def draw() -> CityPlan:
    """Sixteen bands of streets; two neighbouring bands hold the two rows of two districts side by side."""
    widths = [14 if (i * 83) % STREETS < 83 else 13 for i in range(STREETS)]
    assert sum(widths) * BAND == UNIT_GRIDS
    sizes = [15 if (d * 10) % DISTRICTS < 10 else 14 for d in range(DISTRICTS)]
    assert sum(sizes) == STREETS
    streets, columns, number = [], [0] * DISTRICTS, 0
    for district, size in enumerate(sizes):
        for position in range(size):
            band = district // 2 * 2 + (position >= (size + 1) // 2)
            west, low = columns[band], band * BAND
            streets.append(Block(west, west + widths[number], low, low + BAND, district))
            columns[band] += widths[number]
            number += 1
    communities = [part for i, street in enumerate(streets) for part in quarters(street, i)]
    grids = [part for i, one in enumerate(communities) for part in quarters(one, i)]
    return CityPlan(tuple(streets), tuple(communities), tuple(grids), _cells(communities))


def quarters(block: Block, parent: int) -> list[Block]:
    """Four parts, from north-west to south-east."""
    x, y = (block.west + block.east) // 2, (block.south + block.north) // 2
    return [
        Block(block.west, x, y, block.north, parent), Block(x, block.east, y, block.north, parent),
        Block(block.west, x, block.south, y, parent), Block(x, block.east, block.south, y, parent),
    ]  # fmt: skip


def _cells(communities: list[Block]) -> np.ndarray:
    """Unit grids by community; numbered from west to east, then from north to south (Beijing DB11)."""
    found = []
    for index, c in enumerate(communities):
        rows, columns = np.meshgrid(
            np.arange(c.north - 1, c.south - 1, -1), np.arange(c.west, c.east), indexing="ij"
        )
        number = np.arange(1, rows.size + 1)
        found.append(np.column_stack([columns.ravel(), rows.ravel(), np.full(rows.size, index), number]))
    return np.vstack(found)


class Lattice:
    """Corners of cells in degrees; every neighbour uses the same numbers."""

    def __init__(self, plan: CityPlan) -> None:
        columns, rows = int(plan.cells[:, 0].max()) + 2, int(plan.cells[:, 1].max()) + 2
        x, y = np.meshgrid(np.arange(columns) * CELL_M, np.arange(rows) * CELL_M, indexing="ij")
        local = f"+proj=tmerc +lat_0={LAT} +lon_0={LON} +k=1 +ellps=GRS80 +units=m"
        to_earth = Transformer.from_crs(local, "+proj=longlat +ellps=GRS80", always_xy=True)
        lon, lat = to_earth.transform(x - x.mean(), y - y.mean())
        self.lon, self.lat = np.round(lon, 8), np.round(lat, 8)

    def ring(self, block: Block) -> np.ndarray:
        """The border of a block with every corner of its cells: (n, 2) degrees, counter-clockwise, closed."""
        across, up = np.arange(block.west, block.east), np.arange(block.south, block.north)
        columns = np.concatenate(
            [across, np.full(len(up), block.east), across[::-1] + 1, np.full(len(up) + 1, block.west)]
        )
        rows = np.concatenate(
            [
                np.full(len(across), block.south),
                up,
                np.full(len(across), block.north),
                up[::-1] + 1,
                [block.south],
            ]
        )
        return np.column_stack([self.lon[columns, rows], self.lat[columns, rows]])

    def inside(self, cells: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of points in cells; `share` (n, 2) of the way east and north, each 0 to 1."""
        column, row = cells[:, 0], cells[:, 1]
        east, north = share[:, 0], share[:, 1]
        found = []
        for table in (self.lon, self.lat):
            low = table[column, row] * (1 - east) + table[column + 1, row] * east
            high = table[column, row + 1] * (1 - east) + table[column + 1, row + 1] * east
            found.append(low * (1 - north) + high * north)
        return found[0], found[1]


_FIRST = "云松柏桐枫柳桂兰竹荷杏桃梅槐榆楠"
_SECOND = ("溪", "岭", "桥", "湾", "坪", "泉", "原", "峰", "渡", "塘", "坞", "台", "谷", "屏", "坡", "浦")


def district_code(district: int) -> str:
    return f"{CITY_CODE[:4]}{district + 1:02d}"


def district_name(district: int) -> str:
    return f"{_FIRST[district]}{_SECOND[district]}区"


def street_name(number: int) -> str:
    return f"{_FIRST[number % 16]}{_SECOND[(number // 16 + number) % 16]}街道"
