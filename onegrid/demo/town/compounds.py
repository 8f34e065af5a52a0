"""Compounds: shops along the street, a ring drive, and rows of homes until the grid has its households."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Polygon, affinity
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from onegrid.demo.seeds import stream
from onegrid.demo.town.buildings import Building, Compound, Use
from onegrid.demo.town.partition import Plot, sliced
from onegrid.demo.town.rows import Bar, bars, bearing, lines_between, scattered

LEAST, MOST, TALLEST = 303, 497, 33
HOUSEHOLDS = (318, 486)  # a grid aims at a number in here, so that it ends between 300 and 500
BIG_PARCEL = 26_000.0  # square metres: a larger one is two compounds


@dataclass(frozen=True)
class Style:
    """A way of building homes: floors from–to, metres of one unit, flats per floor and unit."""

    name: str
    weight: float
    floors: tuple[int, int]
    depth: float
    unit: float
    units: tuple[int, int]
    flats: int
    gap: float
    light: float  # distance to the next row per metre of height


STYLES = (
    Style("low", 0.05, (2, 3), 10.0, 12.0, (3, 5), 2, 5.0, 1.5),  # 老街平房改建的联排
    Style("walkup", 0.56, (6, 6), 11.5, 12.5, (2, 5), 2, 7.0, 0.95),  # 多层
    Style("slab", 0.24, (9, 11), 12.5, 16.0, (2, 3), 2, 11.0, 0.9),  # 小高层
    Style("high", 0.10, (15, 18), 14.0, 19.0, (1, 2), 2, 16.0, 0.8),  # 高层板楼
    Style("tower", 0.05, (22, 32), 21.0, 27.0, (1, 1), 4, 20.0, 0.5),  # 塔楼
)
FLOOR = 2.95


def build_plot(
    number: int, plot: Plot, streets: tuple[BaseGeometry, BaseGeometry], seed: int, first: int
) -> tuple[list[Building], list[Compound]]:
    """Homes, shops and small buildings of one basic grid; compounds are numbered from `first`."""
    random = stream(seed, "plot", number)
    target = int(random.integers(*HOUSEHOLDS))
    parcels = []
    for land in sorted(plot.land, key=lambda p: -p.area):
        parcels += list(sliced(land, random.uniform(0.42, 0.58))) if land.area > BIG_PARCEL else [land]
    parcels = [p for p in parcels if p.area > 5000]
    everything, buildings, compounds = sum(p.area for p in parcels), [], []
    missing = target
    for index, parcel in enumerate(parcels):
        last = index == len(parcels) - 1
        share = missing if last else round(target * parcel.area / everything)
        compound = Compound(number, parcel, "")
        stood = furnish(compound, first + index, share, streets, random)
        missing -= sum(b.households for b in stood)
        buildings += stood
        compounds.append(compound)
    _settle([b for b in buildings if b.use == Use.HOME], random)
    return buildings, compounds


def _settle(homes: list[Building], random: np.random.Generator) -> None:
    """Add or take floors until the grid has 300 to 500 households; nobody builds higher than 33 floors."""
    total = sum(b.households for b in homes)
    for _ in range(40):
        for i in random.permutation(len(homes)):
            home = homes[int(i)]
            step = home.units * home.flats
            if total < LEAST and home.floors < TALLEST:
                home.floors, total = home.floors + 1, total + step
            elif total > MOST and home.floors > 2:
                home.floors, total = home.floors - 1, total - step


def furnish(
    compound: Compound,
    key: int,
    target: int,
    streets: tuple[BaseGeometry, BaseGeometry],
    random: np.random.Generator,
) -> list[Building]:
    """Fill one compound; writes its drives, lawns, gate and style."""
    plot, parcel = compound.plot, compound.shape
    around = parcel.buffer(70, quad_segs=1)
    fronts, ways = streets[0].intersection(around), streets[1].intersection(around)
    shops = frontage(parcel, fronts, random)
    stood = [Building(Use.SHOP, shape, int(random.choice([1, 2, 2, 2, 3])), plot, key) for shape in shops]
    fence = shapely.union_all([s.buffer(6.5, join_style="mitre") for s in shops])
    ring = _largest(
        parcel.buffer(-5.0, join_style="mitre")
        .difference(fence)
        .buffer(-2.0, quad_segs=2)
        .buffer(2.0, quad_segs=2)
    )
    core = _largest(ring.buffer(-6.0, join_style="mitre"))
    angle = bearing(parcel)
    style, homes, pitch = _homes(core, target, angle, random)
    compound.style = style.name
    for bar, floors in homes:
        stood.append(Building(Use.HOME, bar.shape, floors, plot, key, bar.units, style.flats))
    compound.drives = [LineString(ring.exterior.coords)]
    compound.drives += [
        line for line in lines_between(core.buffer(5.9, quad_segs=2), pitch=pitch, depth=style.depth, angle=angle)
        if not any(line.distance(b.shape) < 3 for b in stood)
    ]  # fmt: skip
    _gate(compound, shops, ways, stood, key, random)
    solid = shapely.union_all([b.shape for b in stood])
    drives = shapely.union_all(compound.drives).buffer(3.5, quad_segs=2)
    room = core.difference(solid.buffer(4.0, quad_segs=2)).difference(drives)
    sheds = scattered(
        room, int(random.integers(2, 5)), lambda: _SHEDS[int(random.integers(len(_SHEDS)))], angle, random
    )
    stood += [Building(Use.SHED, shape, 1, plot, key) for shape in sheds]
    lawn = room.buffer(-1.5, quad_segs=2).difference(
        shapely.union_all(sheds).buffer(2, quad_segs=2) if sheds else Polygon()
    )
    compound.lawns = [
        p.simplify(0.6) for p in shapely.get_parts(lawn.buffer(1.2, quad_segs=2)) if p.area > 250
    ]
    return stood


_SHEDS = ((22.0, 5.5), (7.0, 6.0), (9.0, 5.0), (30.0, 6.0), (12.0, 8.0))


def frontage(parcel: Polygon, streets: BaseGeometry, random: np.random.Generator) -> list[Polygon]:
    """Shop houses along the sides of the parcel that face a street, with openings between them."""
    corners = shapely.get_coordinates(parcel.simplify(1.5).exterior)
    if not parcel.exterior.is_ccw:
        corners = corners[::-1]
    placed: list[Polygon] = []
    shapely.prepare(parcel)
    for start, end in pairwise(corners):
        length = float(np.hypot(*(end - start)))
        if length < 50 or streets.distance(LineString([start, end]).interpolate(0.5, normalized=True)) > 2.5:
            continue
        along = (end - start) / length
        inward = np.array([-along[1], along[0]])
        x = 8.0
        while x < length - 24:
            wide = float(random.uniform(20, 46))
            wide = min(wide, length - 8 - x)
            deep = float(random.uniform(9.5, 13.0))
            near = start + along * x + inward * 3.5
            box = Polygon(
                [near, near + along * wide, near + along * wide + inward * deep, near + inward * deep]
            )
            wanted = random.random() < 0.72 and wide > 12
            fits = wanted and parcel.contains(box.buffer(1.5, join_style="mitre"))
            if fits and not any(box.distance(other) < 2.5 for other in placed):
                placed.append(box)
            x += wide + float(random.choice([3.0, 4.0, 9.0, 14.0]))
    return placed


def _homes(
    core: Polygon, target: int, angle: float, random: np.random.Generator
) -> tuple[Style, list[tuple[Bar, int]], float]:
    """The style, bars with floors, and distance of rows that reach the target most loosely."""
    weights = np.array([s.weight for s in STYLES])
    first = int(random.choice(len(STYLES), p=weights / weights.sum()))
    order = [*range(first, len(STYLES)), *range(first - 1, 0, -1)]
    best: tuple[int, Style, list[Bar], int, float] | None = None
    for index in order:
        style = STYLES[index]
        floors = int(random.integers(style.floors[0], style.floors[1] + 1))
        for loose in (2.1, 1.8, 1.55, 1.35, 1.2, 1.1, 1.0):
            pitch = style.depth + floors * FLOOR * style.light * loose
            found = bars(
                core, depth=style.depth, pitch=pitch, unit=style.unit, units=style.units,
                gap=style.gap * (0.5 + loose / 2), angle=angle, random=random,
            )  # fmt: skip
            reached = sum(b.units for b in found) * style.flats * floors
            if reached >= target:
                return style, _trimmed(found, style, floors, target, random), pitch
            if best is None or reached > best[0]:
                best = (reached, style, found, floors, pitch)
    assert best is not None  # every style was tried
    _, style, found, floors, pitch = best
    return style, [(bar, floors) for bar in found], pitch


def _trimmed(
    found: list[Bar], style: Style, floors: int, target: int, random: np.random.Generator
) -> list[tuple[Bar, int]]:
    """Leave out bars, then floors, until no more than the target is left (within one floor of a bar)."""
    order = [int(i) for i in random.permutation(len(found))]
    heights = dict.fromkeys(order, floors)

    def excess() -> int:
        return sum(found[i].units * style.flats * h for i, h in heights.items()) - target

    for i in order:
        if len(heights) > 1 and found[i].units * style.flats * floors <= excess():
            del heights[i]
    for _ in range(3):
        for i in list(heights):
            if heights[i] > style.floors[0] and found[i].units * style.flats <= excess():
                heights[i] -= 1
    return [(found[i], heights[i]) for i in sorted(heights)]


def _gate(
    compound: Compound,
    shops: list[Polygon],
    streets: BaseGeometry,
    stood: list[Building],
    key: int,
    random: np.random.Generator,
) -> None:
    """The shortest way from the ring drive to a street that no shop blocks, with a gatehouse beside it."""
    ring = compound.drives[0]
    shopfront = shapely.union_all(shops).buffer(3.2, quad_segs=2) if shops else Polygon()
    ways = []
    solid = shapely.union_all([b.shape for b in stood])
    for share in np.arange(0, 1, 0.03):
        point = ring.interpolate(share, normalized=True)
        way = LineString(nearest_points(point, streets))
        if 1 < way.length < 60 and not way.intersects(shopfront) and way.distance(solid) >= 3:
            ways.append(way)
    if not ways:
        return
    shortest = min(w.length for w in ways)
    ways = [w for w in ways if w.length < shortest + 6]
    way = ways[int(random.integers(len(ways)))]
    compound.drives.append(way)
    (x0, y0), (x1, y1) = way.coords
    compound.gate = ((x0 + x1) / 2, (y0 + y1) / 2)
    away = affinity.rotate(LineString([(x0, y0), (x1, y1)]), 90, origin=(x0, y0))
    dx, dy = (np.array(away.coords[1]) - np.array(away.coords[0])) / max(way.length, 1)
    for side in (1, -1):
        middle = np.array(compound.gate) + side * 7.0 * np.array([dx, dy])
        house = shapely.box(middle[0] - 2.4, middle[1] - 1.9, middle[0] + 2.4, middle[1] + 1.9)
        house = affinity.rotate(house, bearing(compound.shape))
        clear = all(house.distance(b.shape) > 1.5 for b in stood) and house.distance(ring) > 2.6
        if clear and compound.shape.contains(house):
            stood.append(Building(Use.GATEHOUSE, house, 1, compound.plot, key))
            return


def _largest(shape: BaseGeometry) -> Polygon:
    part = max(shapely.get_parts(shape), key=lambda p: p.area)
    return Polygon(part.exterior)
