"""Schools, hospital, market, malls, government yard, industrial parks and the park with its lake."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from onegrid.demo.seeds import stream
from onegrid.demo.town.buildings import Building, Use
from onegrid.demo.town.partition import Plot, sliced
from onegrid.demo.town.plan import PublicKind
from onegrid.demo.town.rows import bars, bearing, lines_between


@dataclass
class Laid:
    """What a ground adds to the map."""

    buildings: list[Building] = field(default_factory=list)
    drives: list[LineString] = field(default_factory=list)
    lawns: list[Polygon] = field(default_factory=list)
    sports: list[Polygon] = field(default_factory=list)
    squares: list[Polygon] = field(default_factory=list)
    lakes: list[Polygon] = field(default_factory=list)
    paths: list[LineString] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """Rows of one use on a public ground."""

    use: Use
    depth: float
    pitch: float
    unit: float
    units: tuple[int, int]
    gap: float
    floors: tuple[int, int]
    built: float = 1.0  # share of the ground; the rest is sports ground or square


RECIPES = {
    PublicKind.PRIMARY_SCHOOL: Recipe(Use.SCHOOL, 14, 36, 12, (3, 5), 14, (3, 4), 0.5),
    PublicKind.MIDDLE_SCHOOL: Recipe(Use.SCHOOL, 15, 38, 13, (3, 6), 16, (4, 5), 0.5),
    PublicKind.KINDERGARTEN: Recipe(Use.KINDERGARTEN, 14, 30, 10, (2, 4), 10, (2, 3), 0.6),
    PublicKind.HOSPITAL: Recipe(Use.HOSPITAL, 20, 46, 20, (2, 3), 14, (5, 13), 0.9),
    PublicKind.GOVERNMENT: Recipe(Use.GOVERNMENT, 17, 44, 18, (2, 3), 16, (4, 8), 0.7),
    PublicKind.MARKET: Recipe(Use.MARKET, 26, 38, 22, (1, 2), 9, (1, 1)),
    PublicKind.MALL: Recipe(Use.MALL, 44, 64, 30, (2, 3), 14, (3, 5)),
    PublicKind.SQUARE: Recipe(Use.GOVERNMENT, 14, 40, 14, (2, 2), 20, (2, 2), 0.35),
}


def lay_ground(number: int, plot: Plot, seed: int) -> Laid:
    """The public parcel of a grid."""
    assert plot.ground is not None
    kind, shape = plot.ground
    recipe, random = RECIPES[kind], stream(seed, "ground", number)
    inner = _largest(shape.buffer(-6, join_style="mitre"))
    built, open_ = sliced(inner, recipe.built) if recipe.built < 1 else (inner, None)
    found = bars(
        built, depth=recipe.depth, pitch=recipe.pitch, unit=recipe.unit, units=recipe.units, gap=recipe.gap,
        angle=bearing(built), random=random,
    )  # fmt: skip
    if not found:
        found = bars(
            built, depth=recipe.depth * 0.6, pitch=recipe.pitch, unit=recipe.unit * 0.6, units=(1, 3), gap=8,
            angle=bearing(built), random=random,
        )  # fmt: skip
    laid = Laid()
    for bar in found:
        floors = int(random.integers(recipe.floors[0], recipe.floors[1] + 1))
        laid.buildings.append(Building(recipe.use, bar.shape, floors, number))
    if open_ is not None and kind in (
        PublicKind.PRIMARY_SCHOOL,
        PublicKind.MIDDLE_SCHOOL,
        PublicKind.KINDERGARTEN,
    ):
        laid.sports.append(track(open_))
    elif open_ is not None:
        laid.squares.append(_largest(open_.buffer(-3)))
    return laid


def track(room: Polygon) -> Polygon:
    """A running track: the longest rounded rectangle that lies in the room."""
    middle, angle = shapely.maximum_inscribed_circle(room).coords, bearing(room)
    centre, radius = Point(middle[0]), LineString(middle).length
    for stretch in (2.4, 2.0, 1.6, 1.3, 1.0):
        half = radius * 0.62
        for turn in (angle, angle + 90):
            line = affinity.rotate(
                LineString(
                    [
                        (centre.x - half * (stretch - 0.9), centre.y),
                        (centre.x + half * (stretch - 0.9), centre.y),
                    ]
                ),
                turn,
            )
            shape = line.buffer(half * 0.95)
            if room.contains(shape):
                return shape
    return centre.buffer(radius * 0.6)


def lay_industry(number: int, plot: Plot, seed: int) -> Laid:
    """Halls in rows with drives between them, an office at the end and a dormitory."""
    random, laid = stream(seed, "industry", number), Laid()
    for land in plot.land:
        inner = _largest(land.buffer(-8, join_style="mitre"))
        angle = bearing(inner)
        front, yard = sliced(inner, 42 / _length(inner))
        offices = bars(front, depth=16, pitch=38, unit=15, units=(2, 2), gap=14, angle=angle, random=random)
        for index, bar in enumerate(offices):
            use = Use.OFFICE if index % 2 == 0 else Use.DORMITORY
            laid.buildings.append(Building(use, bar.shape, int(random.integers(4, 7)), number))
        laid.drives.append(LineString(_largest(land.buffer(-4.5, join_style="mitre")).exterior.coords))
        for room in sliced(yard, random.uniform(0.4, 0.6)):
            depth = float(random.choice([22.0, 28.0, 36.0]))
            works, pitch = _largest(room.buffer(-5, join_style="mitre")), depth + 15
            halls = bars(
                works, depth=depth, pitch=pitch, unit=20, units=(2, 5), gap=13, angle=angle, random=random
            )
            laid.buildings += [Building(Use.HALL, bar.shape, 1, number) for bar in halls]
            between = lines_between(works.buffer(4), pitch=pitch, depth=depth, angle=angle)
            laid.drives += [
                line for line in between if all(line.distance(b.shape) > 3 for b in laid.buildings)
            ]
    return laid


def lay_park(number: int, park: BaseGeometry, seed: int) -> Laid:
    """A lake with an island, a ring path, crossing paths and pavilions."""
    random, laid = stream(seed, "park", number), Laid()
    shape = _largest(park)
    centre = shape.centroid
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    wave = 1 + 0.16 * np.sin(2 * turn + 0.6) + 0.11 * np.sin(3 * turn + 2.1) + 0.05 * np.sin(5 * turn)
    lake = Polygon(
        np.column_stack([centre.x + 30 + 118 * wave * np.cos(turn), centre.y + 8 + 62 * wave * np.sin(turn)])
    )
    island = Point(centre.x + 70, centre.y + 14).buffer(17)
    lake = lake.intersection(shape.buffer(-28)).difference(island)
    laid.lakes.append(lake)
    shore = LineString(_largest(lake.buffer(12)).exterior.coords)
    laid.paths += [shore, LineString(_largest(shape.buffer(-10)).buffer(-6).buffer(6).exterior.coords)]
    bridge = LineString([(centre.x + 70, centre.y + 14), (centre.x + 70, shape.bounds[3] - 30)]).intersection(
        shape
    )
    laid.paths.append(bridge)
    for angle in (20, 100, 165, 215, 290, 335):
        far = Point(centre.x + 600 * np.cos(np.radians(angle)), centre.y + 600 * np.sin(np.radians(angle)))
        spoke = (
            LineString([centre, far])
            .intersection(shape.buffer(-8))
            .difference(lake.buffer(12))
            .difference(island)
        )
        parts = [p for p in shapely.get_parts(spoke) if p.length > 20]
        laid.paths += parts[:1]
    ways = shapely.union_all(laid.paths).buffer(5)
    laid.buildings.append(Building(Use.PAVILION, _square(centre.x + 70, centre.y - 2, 3.5), 1, number))
    while len(laid.buildings) < 7:
        x, y = random.uniform(*shape.bounds[::2]), random.uniform(*shape.bounds[1::2])
        hut = _square(x, y, float(random.choice([3.0, 3.5, 6.0])))
        if shape.buffer(-14).contains(hut) and hut.distance(lake) > 6 and hut.distance(ways) > 1:
            laid.buildings.append(Building(Use.PAVILION, hut, 1, number))
    return laid


def _length(shape: Polygon) -> float:
    """The longer side of the box around a shape, metres."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))
    return float(max(np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[2] - corners[1]))))


def _square(x: float, y: float, half: float) -> Polygon:
    return shapely.box(x - half, y - half, x + half, y + half)


def _largest(shape: BaseGeometry) -> Polygon:
    return max(shapely.get_parts(shape), key=lambda p: p.area)
