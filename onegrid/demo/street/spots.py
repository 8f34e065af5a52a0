"""Where things can stand: kerbs, corners, banks, paths, gates. Each place gives as many points as it is asked for."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from onegrid.demo.seeds import stream
from onegrid.demo.town.buildings import Use
from onegrid.demo.town.plan import RoadKind
from onegrid.demo.town.town import Town

BIG = (RoadKind.ARTERIAL, RoadKind.COLLECTOR)
ALL = (*BIG, RoadKind.LANE)
KERB = {RoadKind.ARTERIAL: 12.5, RoadKind.COLLECTOR: 7.5, RoadKind.LANE: 4.0}  # metres from the centre line

Spot = Callable[[int], np.ndarray]


class Spots:
    """Named places of a town; `spots[name](count)` gives (count, 2) metres, evenly spread or drawn from a stream."""

    def __init__(self, town: Town) -> None:
        self.town, self.random = town, stream(town.seed, "spots")
        self.border = town.skeleton.border
        shapely.prepare(self.border)
        self.table: dict[str, Spot] = {
            "roadway": self._roads(ALL, beyond=None, aside=2.6),
            "main": self._roads(BIG, beyond=None, aside=3.4),
            "median": self._roads((RoadKind.ARTERIAL,), beyond=None, aside=0.6),
            "kerb": self._roads(ALL, beyond=-0.3),
            "lamp": self._roads(ALL, beyond=0.7),
            "tree": self._roads(ALL, beyond=1.3),
            "pit": self._roads(ALL, beyond=1.1),
            "pavement": self._roads(BIG, beyond=2.4),
            "cabinet": self._roads(BIG, beyond=3.1),
            "lane": self._roads((RoadKind.LANE,), beyond=1.2),
            "corner": self._corners(BIG, 4),
            "lane_corner": self._corners(ALL, 1),
            "crossing": self._corners((RoadKind.ARTERIAL,), 0),
            "stop": self._roads(BIG, beyond=2.0),
            "path": self._lines(town.paths, 2.2),
            "shore": self._lines([lake.exterior for lake in town.lakes], 0.0, 3.0),
            "bank": self._lines([town.skeleton.canal], 15.0),
            "edge": self._lines([town.skeleton.canal], 13.3),
            "promenade": self._lines([town.skeleton.canal], 21.0),
            "bridge": self._points(self.bridges),
            "level_crossing": self._points(self.level_crossings),
            "rail": self._lines([town.skeleton.railway], 5.0),
            "drive": self._lines(town.drives, 2.7),
            "gate": self._points(self.gates),
            "lawn": self._inside(town.lawns),
            "green": self._inside([g for p in town.partition.plots for g in p.greens]),
            "park": self._inside([p.difference(shapely.union_all(town.lakes)) for p in town.parks]),
            "square": self._inside([*town.squares, *town.sports]),
            "shopfront": self._lines([s.exterior for s in self.shapes(Use.SHOP)], 0.0, 1.0),
            "door": self._points(self.doors(Use.HOME)),
            "roof": self._points([b.centroid for b in self.shapes(Use.HOME)]),
            "shed": self._points(self.doors(Use.SHED)),
            "school": self._points(self.doors(Use.SCHOOL, Use.KINDERGARTEN, Use.GOVERNMENT)),
            "hall": self._points(self.doors(Use.HALL, Use.OFFICE)),
            "market": self._points(self.doors(Use.MARKET, Use.MALL, Use.HOSPITAL)),
        }  # fmt: skip

    def __getitem__(self, name: str) -> Spot:
        return self.table[name]

    def shapes(self, *uses: Use) -> list[BaseGeometry]:
        return [b.shape for b in self.town.buildings if b.use in uses]

    def doors(self, *uses: Use) -> list[BaseGeometry]:
        """A point a metre before the middle of the south side."""
        found = []
        for shape in self.shapes(*uses):
            corners = shapely.get_coordinates(shape)[:4]
            south = corners[np.argsort(corners[:, 1])[:2]].mean(axis=0)
            middle = corners.mean(axis=0)
            out = (south - middle) / max(float(np.hypot(*(south - middle))), 0.1)
            found.append(shapely.Point(south + out * 1.2))
        return found

    @cached_property
    def bridges(self) -> list[BaseGeometry]:
        """Where a road meets the canal."""
        canal = self.town.skeleton.canal
        hits = [r.line.intersection(canal) for r in self.town.partition.roads if r.kind in BIG]
        return [part for hit in hits for part in shapely.get_parts(hit) if part.geom_type == "Point"]

    @cached_property
    def level_crossings(self) -> list[BaseGeometry]:
        rail = self.town.skeleton.railway
        hits = [r.line.intersection(rail) for r in self.town.partition.roads]
        return [part for hit in hits for part in shapely.get_parts(hit) if part.geom_type == "Point"]

    @cached_property
    def gates(self) -> list[BaseGeometry]:
        return [shapely.Point(c.gate) for c in self.town.compounds if c.gate]

    def _inner(self, points: np.ndarray) -> np.ndarray:
        return points[shapely.contains_xy(self.border, points[:, 0], points[:, 1])]

    def _roads(self, kinds: tuple[RoadKind, ...], *, beyond: float | None, aside: float = 0.0) -> Spot:
        """Both sides of roads, `beyond` metres outside the kerb, or `aside` the centre line when None."""
        parts = []
        for road in self.town.partition.roads:
            if road.kind in kinds:
                away = aside if beyond is None else KERB[road.kind] + beyond
                parts += [(line, side * away) for line in shapely.get_parts(road.line) for side in (1, -1)]
        return self._spread(parts)

    def _lines(self, lines: list[BaseGeometry], *sides: float) -> Spot:
        both = [*sides, *(-side for side in sides if side)]
        return self._spread(
            [(part, side) for line in lines for part in shapely.get_parts(line) for side in both]
        )

    def _spread(self, parts: list[tuple[BaseGeometry, float]]) -> Spot:
        """Evenly along all the lines, each at its distance to the left; points outside the border are left out."""
        lines, aside = np.array([p[0] for p in parts], dtype=object), np.array([p[1] for p in parts])
        ends = np.cumsum(shapely.length(lines))
        phase = float(self.random.uniform(0.1, 0.9))

        def spot(count: int) -> np.ndarray:
            tries = count
            while True:
                at = (np.arange(tries) + phase) * ends[-1] / tries
                which = np.searchsorted(ends, at, side="right").clip(max=len(ends) - 1)
                along = at - np.concatenate([[0.0], ends[:-1]])[which]
                here = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], along))
                ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], along + 0.5))
                behind = shapely.get_coordinates(
                    shapely.line_interpolate_point(lines[which], np.maximum(along - 0.5, 0))
                )
                way = ahead - behind
                way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
                points = self._inner(here + np.column_stack([-way[:, 1], way[:, 0]]) * aside[which][:, None])
                if len(points) >= count:
                    return points[np.linspace(0, len(points) - 1, count).round().astype(int)]
                tries = int(tries * 1.2) + 3

        return spot

    def _corners(self, kinds: tuple[RoadKind, ...], sides: int) -> Spot:
        """Crossings of roads; with `sides` 4 the four pavements of each, with 1 one of them, with 0 the middle."""
        roads = [r for r in self.town.partition.roads if r.kind in kinds]
        tree = STRtree([r.line for r in roads])
        left, right = tree.query([r.line for r in roads], predicate="intersects")
        found = set()
        for i, j in zip(left, right, strict=True):
            if i < j:
                hit = roads[i].line.intersection(roads[j].line)
                wide = KERB[roads[i].kind] + 2, KERB[roads[j].kind] + 2
                for p in shapely.get_parts(hit):
                    if p.geom_type == "Point":
                        found.add((round(p.x, 1), round(p.y, 1), max(wide)))
        turns = {4: ((1, 1), (-1, 1), (-1, -1), (1, -1)), 1: ((1, -1),), 0: ((0.05, 0.05),)}[sides]
        points = np.array([(x + sx * w, y + sy * w) for x, y, w in sorted(found) for sx, sy in turns])
        return self._around(self._inner(points))

    def _points(self, points: list[BaseGeometry]) -> Spot:
        return self._around(shapely.get_coordinates(points))

    def _around(self, points: np.ndarray) -> Spot:
        """The points in mixed order; when more are asked for, again with a few metres between."""
        order = points[self.random.permutation(len(points))]
        jitter = self.random.uniform(-2.2, 2.2, size=(4096, 2))
        jitter[: len(order)] *= 0.25

        def spot(count: int) -> np.ndarray:
            index = np.arange(count)
            return self._kept(order[index % len(order)] + jitter[(index * 7) % 4096])

        return spot

    def _kept(self, points: np.ndarray) -> np.ndarray:
        inside = shapely.contains_xy(self.border, points[:, 0], points[:, 1])
        points[~inside] = points[~inside] * 0.99
        return points

    def _inside(self, shapes: list[BaseGeometry]) -> Spot:
        """Anywhere in the shapes, by area."""
        shapes = [part for shape in shapes for part in shapely.get_parts(shape) if part.area > 100]
        share = np.array([s.area for s in shapes])
        share /= share.sum()
        seed = int(self.random.integers(2**31))

        def spot(count: int) -> np.ndarray:
            random = np.random.default_rng(seed)
            found: list[np.ndarray] = []
            for index, wanted in enumerate(random.multinomial(count, share)):
                if not wanted:
                    continue
                low, high = np.array(shapes[index].bounds[:2]), np.array(shapes[index].bounds[2:])
                got = np.empty((0, 2))
                while len(got) < wanted:
                    drawn = random.uniform(low, high, size=(int(wanted) * 4 + 8, 2))
                    got = np.vstack(
                        [got, drawn[shapely.contains_xy(shapes[index], drawn[:, 0], drawn[:, 1])]]
                    )
                found.append(got[:wanted])
            return np.vstack(found) if found else np.empty((0, 2))

        return spot
