"""The address tree of the street: community, road or compound, building, unit, room. Every room is a household."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely

from onegrid.demo.names.places import COMMUNITIES, CompoundNames
from onegrid.demo.seeds import stream
from onegrid.demo.town.buildings import Building, Use
from onegrid.demo.town.town import Town

NO_ADDRESS = (Use.SHED, Use.GATEHOUSE, Use.PAVILION)
METRES_A_NUMBER = 7.5  # house numbers along a road: odd on one side, even on the other


@dataclass(frozen=True)
class AddressPlan:
    """`key` and `parent` are names inside this plan; `xy` metres; `plot` the grid, None for a community or road."""

    key: tuple
    parent: tuple | None
    kind: str
    name: str
    xy: tuple[float, float]
    plot: int | None
    floors: int | None = None


@dataclass
class Addressbook:
    """Names given before the tree is written, so that shops, cases and the base map can use them."""

    compounds: list[str] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)  # building → 3号楼, 128号
    road_of: dict[int, int] = field(default_factory=dict)  # building on a road → index of the road

    def text(self, town: Town, building: int) -> str:
        """The full name of a building's address."""
        one = town.buildings[building]
        community = COMMUNITIES[town.partition.plots[one.plot].community]
        road = self.road_of.get(building)
        way = self.compounds[one.compound] if road is None else town.partition.roads[road].name
        return f"{community}{way}{self.numbers[building]}"


def addressbook(town: Town) -> Addressbook:
    """Compounds get names, their buildings numbers from north to south; all others a number on the nearest road."""
    names = CompoundNames(stream(town.seed, "compound names"))
    book = Addressbook([names.name(c.style) for c in town.compounds])
    homes: dict[int, list[int]] = {}
    for index, building in enumerate(town.buildings):
        if building.use == Use.HOME:
            homes.setdefault(building.compound, []).append(index)
    for members in homes.values():
        middle = {i: town.buildings[i].shape.centroid for i in members}
        ordered = sorted(members, key=lambda i: (-round(middle[i].y / 18), middle[i].x))
        book.numbers |= {i: f"{number}号楼" for number, i in enumerate(ordered, 1)}
    _number_roads(town, book)
    return book


def _number_roads(town: Town, book: Addressbook) -> None:
    on_road = [i for i, b in enumerate(town.buildings) if b.use not in (Use.HOME, *NO_ADDRESS)]
    tree = shapely.STRtree([r.line for r in town.partition.roads])
    centres = [town.buildings[i].shape.centroid for i in on_road]
    nearest = tree.query_nearest(centres, all_matches=False)[1]
    taken = set()
    for i, centre, road in zip(on_road, centres, nearest, strict=True):
        line = town.partition.roads[road].line
        along = float(line.project(centre))
        foot, ahead = line.interpolate(along), line.interpolate(along + 1)
        left = (ahead.x - foot.x) * (centre.y - foot.y) - (ahead.y - foot.y) * (centre.x - foot.x) > 0
        number = 2 * int(along / METRES_A_NUMBER) + (1 if left else 2)
        while (road, number) in taken:
            number += 2
        taken.add((road, number))
        book.numbers[i], book.road_of[i] = f"{number}号", int(road)


def address_plans(town: Town, book: Addressbook) -> Iterator[AddressPlan]:
    """Parents before children."""
    for number, shape in enumerate(town.partition.communities):
        point = shape.representative_point()
        yield AddressPlan(
            ("community", number), None, "community", COMMUNITIES[number], (point.x, point.y), None
        )
    yield from _roads(town)
    for index, compound in enumerate(town.compounds):
        point = compound.shape.representative_point()
        yield AddressPlan(
            ("compound", index), ("community", town.partition.plots[compound.plot].community), "compound",
            book.compounds[index], (point.x, point.y), compound.plot,
        )  # fmt: skip
    for index, building in enumerate(town.buildings):
        if index in book.numbers:
            yield from _building(town, book, index, building)


def _roads(town: Town) -> Iterator[AddressPlan]:
    """A road once in every community it runs through or along."""
    for number, road in enumerate(town.partition.roads):
        for community, shape in enumerate(town.partition.communities):
            part = road.surface.intersection(shape)
            if part.area > 200:
                point = part.representative_point()
                yield AddressPlan(
                    ("road", community, number), ("community", community), "road", road.name,
                    (point.x, point.y), None,
                )  # fmt: skip


def _building(town: Town, book: Addressbook, index: int, building: Building) -> Iterator[AddressPlan]:
    centre = building.shape.centroid
    key, road = ("building", index), book.road_of.get(index)
    parent: tuple = ("compound", building.compound)
    if road is not None:
        parent = ("road", town.partition.plots[building.plot].community, road)
    yield AddressPlan(
        key, parent, "building", book.numbers[index], (centre.x, centre.y), building.plot, building.floors
    )
    for unit, (x, y) in enumerate(unit_points(building), 1):
        yield AddressPlan((*key, unit), key, "unit", f"{unit}单元", (x, y), building.plot, building.floors)
        for floor in range(1, building.floors + 1):
            for flat in range(1, building.flats + 1):
                name = f"{floor}{flat:02d}室"
                yield AddressPlan((), (*key, unit), "room", name, (x, y), building.plot)


def unit_points(building: Building) -> list[tuple[float, float]]:
    """The middles of the units along the longer side of the building."""
    corners = shapely.get_coordinates(building.shape)[:4]
    side, other = corners[1] - corners[0], corners[3] - corners[0]
    along, across = (side, other) if np.hypot(*side) >= np.hypot(*other) else (other, side)
    start = corners[0] + across / 2
    points = [start + along * (unit + 0.5) / building.units for unit in range(building.units)]
    return [(float(x), float(y)) for x, y in sorted(map(tuple, points))]
