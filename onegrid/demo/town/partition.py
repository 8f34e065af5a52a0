"""From faces to basic grids, exclusive grids and communities: one linework, so neighbours share every corner.

92 basic grids of 300 to 500 households each fill the nine communities together with two exclusive grids (the
industrial parks, 专属网格 as in Xi'an DB6101/T 3185-2024). The two are counted beside the 92, never among them.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import split as cut_with

from onegrid.demo.names.places import lane_names
from onegrid.demo.seeds import stream
from onegrid.demo.town import plan
from onegrid.demo.town.network import RASTER, Road, Skeleton, road
from onegrid.demo.town.plan import PublicKind, RoadKind

BASIC_GRIDS = 92
HOMES_NEED = 21_000.0  # square metres that a public ground leaves to the homes of its grid
SLIVER = 40_000.0  # square metres: a smaller face has no grid of its own


@dataclass
class Plot:
    """A future grid: `shape` is what it answers for, `land` what may be built on, `ground` its public parcel."""

    shape: BaseGeometry
    community: int = -1
    exclusive: bool = False
    park: bool = False
    land: list[Polygon] = field(default_factory=list)
    greens: list[Polygon] = field(default_factory=list)
    ground: tuple[PublicKind, Polygon] | None = None


@dataclass(frozen=True)
class Partition:
    """Grids sorted by community, then west to east and north to south; `lanes` are the borders cut inside faces."""

    plots: tuple[Plot, ...]
    communities: tuple[BaseGeometry, ...]
    lanes: tuple[Road, ...]
    roads: tuple[Road, ...]  # all of them, lanes too
    no_build: BaseGeometry  # road surfaces, canal with its belt, railway strip


def divide(skeleton: Skeleton, seed: int) -> Partition:
    """Cut the faces into grids, join strips and parks to neighbours, and group the grids into communities."""
    random = stream(seed, "partition")
    park = [face for face in skeleton.faces if any(face.contains(Point(p)) for p in plan.PARK)]
    industry = [
        [f for f in skeleton.faces if any(f.contains(Point(p)) for p in part)] for part in plan.INDUSTRY
    ]
    special = park + [face for part in industry for face in part]
    strips = [f for f in skeleton.faces if f.area < SLIVER and f not in special]
    homes = [f for f in skeleton.faces if f not in special and f not in strips]
    carriageway = shapely.union_all([r.surface for r in skeleton.roads])
    no_build = shapely.union_all([carriageway, skeleton.canal_belt, skeleton.rail_strip])
    sketches: list[BaseGeometry] = []
    for face, count in zip(homes, seats([_room(f, no_build) for f in homes], BASIC_GRIDS), strict=True):
        sketches += slices(face, count, random)
    linework = shapely.unary_union([skeleton.linework, *(s.exterior for s in sketches)], grid_size=RASTER)
    atoms = list(shapely.polygonize([linework]).geoms)
    owner = _owners(atoms, [*sketches, *(shapely.union_all(part) for part in industry)], strips + park)
    plots = []
    for index in range(len(sketches) + len(industry)):
        shape = shapely.union_all(
            [a for a, o in zip(atoms, owner, strict=True) if o == index], grid_size=RASTER
        )
        plots.append(Plot(shape, exclusive=index >= len(sketches)))
    for plot in plots:
        plot.park = any(plot.shape.contains(Point(p)) for p in plan.PARK)
    lanes = _lanes(plots, skeleton)
    no_build = shapely.union_all([no_build, *(lane.surface for lane in lanes)])
    plots, communities = _communities(plots, skeleton)
    _lay_out_land(plots, no_build, shapely.union_all(park))
    return Partition(tuple(plots), communities, lanes, (*skeleton.roads, *lanes), no_build)


def seats(weights: list[float], total: int) -> list[int]:
    """Share `total` among faces by area (Sainte-Laguë); each gets at least one."""
    counts = [1] * len(weights)
    while sum(counts) < total:
        best = max(range(len(weights)), key=lambda i: weights[i] / (2 * counts[i] + 1))
        counts[best] += 1
    return counts


def slices(face: Polygon, count: int, random: np.random.Generator) -> list[Polygon]:
    """`count` parts of nearly equal area by straight cuts across the longer side of what is left."""
    if count == 1:
        return [face]
    left = count // 2
    near, far = sliced(face, left / count, random.uniform(-7, 7))
    return slices(near, left, random) + slices(far, count - left, random)


def sliced(shape: Polygon, share: float, skew: float = 0.0) -> tuple[Polygon, Polygon]:
    """Two parts, the first with `share` of the area; the cut crosses the longer side, turned by `skew` degrees."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))[:4]
    side, other = corners[1] - corners[0], corners[3] - corners[0]
    along = side if np.hypot(*side) >= np.hypot(*other) else other
    angle = np.arctan2(along[1], along[0])
    if np.cos(angle) < 0:
        angle += np.pi
    angle += np.radians(skew)
    direction = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-direction[1], direction[0]])
    reach, beyond = shapely.get_coordinates(shape) @ direction, across * 5000
    low = start = float(reach.min())
    end = float(reach.max())
    for _ in range(24):
        middle = (start + end) / 2
        near_side = Polygon([direction * (low - 1) - beyond, direction * middle - beyond,
                             direction * middle + beyond, direction * (low - 1) + beyond])  # fmt: skip
        area = shapely.intersection(shape, near_side).area
        start, end = (middle, end) if area < share * shape.area else (start, middle)
    foot = direction * (start + end) / 2
    pieces = list(cut_with(shape, LineString([foot - beyond, foot + beyond])).geoms)
    level = float(foot @ direction)
    near = [p for p in pieces if shapely.get_coordinates(p.representative_point())[0] @ direction < level]
    far = [p for p in pieces if p not in near]
    return max(near, key=lambda p: p.area), max(far, key=lambda p: p.area)


def corner(shape: Polygon, area: float) -> tuple[Polygon, Polygon]:
    """A stout piece of about `area` square metres at one end of the shape, and the rest."""
    end, _ = sliced(shape, min(1.25 * (area / shape.area) ** 0.5, 0.6))
    piece = sliced(end, area / end.area)[0] if area < 0.8 * end.area else end
    rest = max(shapely.get_parts(shape.difference(piece)), key=lambda p: p.area)
    return piece, rest


def _room(face: Polygon, no_build: BaseGeometry) -> float:
    """Square metres that may carry homes: public grounds are taken off."""
    grounds = sum(area for _, point, area in plan.GROUNDS if face.contains(Point(point)))
    return max(face.difference(no_build).area - grounds, 1.0)


def _owners(atoms: list[Polygon], sketches: list[BaseGeometry], joined: list[Polygon]) -> list[int]:
    """Which sketch each atom belongs to; strips and the park go to the neighbour with the longest common border."""
    owner = []
    for atom in atoms:
        point = atom.representative_point()
        hit = [i for i, s in enumerate(sketches) if s.contains(point)]
        owner.append(hit[0] if hit else -1)
    known = [i for i, o in enumerate(owner) if o >= 0]
    for face in joined:
        inside = [i for i, atom in enumerate(atoms) if face.contains(atom.representative_point())]
        shared: dict[int, float] = {}
        for i in known:
            length = atoms[i].boundary.intersection(face.boundary).length
            shared[owner[i]] = shared.get(owner[i], 0.0) + length
        best = max(sorted(shared), key=lambda o: shared[o])
        for i in inside:
            owner[i] = best
    return owner


def _lanes(plots: list[Plot], skeleton: Skeleton) -> tuple[Road, ...]:
    """Borders between grids that are neither a road nor the canal nor inside a park become lanes (支路)."""
    drawn = shapely.union_all([*(r.line for r in skeleton.roads), skeleton.canal, skeleton.border.exterior])
    near = shapely.union_all([drawn.buffer(1.0), skeleton.canal_belt, skeleton.rail_strip.buffer(6.0)])
    found = []
    for i, plot in enumerate(plots):
        for other in plots[i + 1 :]:
            common = plot.shape.boundary.intersection(other.shape.boundary)
            rest = shapely.line_merge(common.difference(near)) if common.length > 1 else None
            found += [p for p in shapely.get_parts(rest) if p.length > 40] if rest is not None else []
    return tuple(
        road(name, RoadKind.LANE, line) for name, line in zip(lane_names(len(found)), found, strict=True)
    )


def _communities(plots: list[Plot], skeleton: Skeleton) -> tuple[list[Plot], tuple[BaseGeometry, ...]]:
    """The arterials inside the border make three by three quarters: each is a community. Sorted as codes run."""
    arterials = [r.line for r in skeleton.roads if r.kind == RoadKind.ARTERIAL]
    quarters = list(
        shapely.polygonize(
            [shapely.unary_union([skeleton.border.exterior, *arterials], grid_size=RASTER)]
        ).geoms
    )
    quarters = [q for q in quarters if q.area > SLIVER]
    rows = sorted(quarters, key=lambda q: -q.centroid.y)
    ordered = [q for start in (0, 3, 6) for q in sorted(rows[start : start + 3], key=lambda q: q.centroid.x)]
    for plot in plots:
        overlaps = [plot.shape.intersection(q).area for q in ordered]
        plot.community = int(np.argmax(overlaps))
    plots = sorted(
        plots,
        key=lambda p: (
            p.community,
            p.exclusive,
            -round(p.shape.centroid.y / 190),
            p.shape.centroid.x,
        ),
    )
    shapes = tuple(
        shapely.union_all([p.shape for p in plots if p.community == number], grid_size=RASTER)
        for number in range(len(ordered))
    )
    return plots, shapes


def _lay_out_land(plots: list[Plot], no_build: BaseGeometry, park: BaseGeometry) -> None:
    """Land for building, green rest and the public ground of each grid."""
    wanted = list(plan.GROUNDS)
    for plot in plots:
        free = [p for p in shapely.get_parts(plot.shape.difference(no_build)) if p.area > 150]
        plot.greens = [p for p in free if p.area < 9000 or park.contains(p.representative_point())]
        plot.land = [p for p in free if p not in plot.greens]
        here = [g for g in wanted if plot.shape.contains(Point(g[1])) and plot.land]
        if here and not plot.exclusive:
            kind, _, area = here[0]
            largest = max(plot.land, key=lambda p: p.area)
            ground, rest = corner(largest, min(area, max(largest.area - HOMES_NEED, 4000.0)))
            plot.ground = (kind, ground)
            plot.land = [rest if p is largest else p for p in plot.land]
