"""From drawn centre lines to road surfaces, water and the faces between the lines."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from onegrid.demo.town import plan
from onegrid.demo.town.plan import RoadKind

# Every line is snapped to this raster (metres) once; from then on neighbours share their corners exactly.
RASTER = 0.01


@dataclass(frozen=True)
class Road:
    """One road from end to end. `surface` is the red line to red line strip, square metres of ground."""

    name: str
    kind: RoadKind
    line: BaseGeometry
    surface: BaseGeometry


@dataclass(frozen=True)
class Skeleton:
    """Border, roads, water and railway; `faces` fill the border without gap or overlap."""

    border: Polygon
    roads: tuple[Road, ...]
    canal: LineString
    water: BaseGeometry
    canal_belt: BaseGeometry
    railway: LineString
    rail_strip: BaseGeometry
    linework: BaseGeometry
    faces: tuple[Polygon, ...]


def road(name: str, kind: RoadKind, line: BaseGeometry) -> Road:
    surface = line.buffer(plan.WIDTH[kind] / 2, cap_style="square", join_style="round", quad_segs=3)
    return Road(name, kind, line, surface)


def smooth(line: LineString, rounds: int = 3) -> LineString:
    """Corner cutting (Chaikin): bends become curves, ends stay."""
    points = shapely.get_coordinates(line)
    for _ in range(rounds):
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        pairs = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], pairs[1:-1], points[-1:]])
    return LineString(points)


def draw() -> Skeleton:
    border = Polygon(plan.BORDER)
    lines = [LineString(drawn.line) for drawn in plan.ROADS]
    canal = smooth(LineString(plan.CANAL), 2)
    inside = [line.intersection(border) if not border.boundary.covers(line) else line for line in lines]
    inside = [linemerge(line) if line.geom_type == "MultiLineString" else line for line in inside]
    linework = shapely.unary_union([*inside, border.exterior, canal.intersection(border)], grid_size=RASTER)
    faces = tuple(
        sorted(shapely.polygonize([linework]).geoms, key=lambda f: (round(f.centroid.x), round(f.centroid.y)))
    )
    canal = canal.intersection(border)
    railway = LineString(plan.RAILWAY).intersection(border)
    return Skeleton(
        border=shapely.union_all(faces, grid_size=RASTER),
        roads=tuple(
            road(drawn.name, drawn.kind, line) for drawn, line in zip(plan.ROADS, inside, strict=True)
        ),
        canal=canal,
        water=canal.buffer(plan.CANAL_HALF_WIDTH).intersection(border),
        canal_belt=canal.buffer(plan.CANAL_HALF_WIDTH + plan.CANAL_BELT).intersection(border),
        railway=railway,
        rail_strip=railway.buffer(plan.RAILWAY_HALF_WIDTH).intersection(border),
        linework=linework,
        faces=faces,
    )
