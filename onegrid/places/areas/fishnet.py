"""Squares of some metres inside a polygon, for places that have no grids yet. Arithmetic on shapely polygons."""

from math import ceil

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from onegrid.kit.geo import local_metres
from onegrid.places.areas.rules import numbering

SLIVER = 0.25  # a piece smaller than this part of a full square joins its neighbour


def fishnet(inside: BaseGeometry, metres: float) -> list[BaseGeometry]:
    """Pieces that fill `inside` (degrees of CGCS2000) without gap or overlap, in the order of their numbers."""
    west, south, east, north = inside.bounds
    plan = local_metres(round((west + east) / 2, 6), round((south + north) / 2, 6))
    ground = plan.geometry_to_metres(inside)
    pieces = _joined(_cut(ground, metres), SLIVER * metres * metres)
    centres = [(piece.centroid.x, piece.centroid.y) for piece in pieces]
    numbers = numbering(centres, row_height=metres / 2)
    ordered = [
        piece for _number, piece in sorted(zip(numbers, pieces, strict=True), key=lambda pair: pair[0])
    ]
    return [plan.geometry_to_degrees(piece) for piece in ordered]


def _cut(ground: BaseGeometry, metres: float) -> list[BaseGeometry]:
    west, south, east, north = ground.bounds
    columns, rows = ceil((east - west) / metres), ceil((north - south) / metres)
    x, y = np.meshgrid(west + np.arange(columns) * metres, south + np.arange(rows) * metres)
    squares = shapely.box(x.ravel(), y.ravel(), x.ravel() + metres, y.ravel() + metres)
    shapely.prepare(ground)
    squares = squares[shapely.intersects(ground, squares)]
    cut = np.where(shapely.covers(ground, squares), squares, shapely.intersection(ground, squares))
    parts = shapely.get_parts(shapely.get_parts(cut))
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def _joined(pieces: list[BaseGeometry], least: float) -> list[BaseGeometry]:
    """Pieces smaller than `least` m² become part of the neighbour they share the longest border with."""
    left = dict(enumerate(pieces))
    taken_by = {i: i for i in left}
    tree = STRtree(pieces)
    for small in sorted(left, key=lambda i: left[i].area):
        if left[small].area >= least:
            continue
        near = tree.query(shapely.buffer(left[small], 0.01)).tolist()
        beside = {_last(taken_by, i) for i in near} - {small}
        length, neighbour = max(((_shared(left[small], left[i]), i) for i in beside), default=(0.0, -1))
        if length > 0:
            left[neighbour] = shapely.union(left[neighbour], left.pop(small))
            taken_by[small] = neighbour
    return [*left.values()]


def _last(taken_by: dict[int, int], i: int) -> int:
    """The piece that piece `i` is part of by now."""
    while taken_by[i] != i:
        i = taken_by[i]
    return i


def _shared(one: BaseGeometry, other: BaseGeometry) -> float:
    return float(shapely.length(shapely.intersection(one, other)))
