"""Do borders fit together? Gaps, overlaps, slivers and what lies outside the area above, with a tolerance.

Arithmetic on shapely polygons in degrees of CGCS2000; sizes in metres on a plan around their middle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from onegrid.kit.geo import LocalMetres, local_metres

NOISE = 0.002  # metres: thinner pieces come from rounding, nobody drew them
MOST_PAIRS = 50_000
MOST_SHOWN = 500


@dataclass(frozen=True)
class Misfit:
    """`kind`: gap, overlap, outside, or sliver (one of them, but thinner than the tolerance).

    `numbers`: positions of the polygons concerned (an overlap with an existing area names one only). Area in m².
    """

    kind: str
    numbers: tuple[int, ...]
    area_m2: float
    shape: BaseGeometry


def misfits(
    drawn: np.ndarray, beside: np.ndarray, above: np.ndarray, owners: np.ndarray, tolerance: float
) -> list[Misfit]:
    """What does not fit, the largest first.

    `drawn`: the new polygons; `beside`: existing ones that stay; `above`: polygons of the areas above; `owners[i]`:
    index in `above` of the area above `drawn[i]`, -1 for none; `tolerance` in metres.
    """
    plan = _plan(drawn)
    new, old, over = (_in_metres(polygons, plan) for polygons in (drawn, beside, above))
    found = [
        *_overlaps(new, old, tolerance),
        *_outside(new, over, owners, tolerance),
        *_gaps(np.concatenate([new, old]), over, tolerance),
    ]
    found.sort(key=lambda misfit: -misfit.area_m2)
    return [
        Misfit(m.kind, m.numbers, m.area_m2, plan.geometry_to_degrees(m.shape) if n < MOST_SHOWN else m.shape)
        for n, m in enumerate(found)
    ]


def _plan(polygons: np.ndarray) -> LocalMetres:
    west, south, east, north = shapely.total_bounds(polygons)
    return local_metres(round((west + east) / 2, 4), round((south + north) / 2, 4))


def _in_metres(polygons: np.ndarray, plan: LocalMetres) -> np.ndarray:
    if not len(polygons):
        return polygons
    flat = shapely.transform(polygons, lambda p: np.column_stack(plan.to_metres(p[:, 0], p[:, 1])))
    return np.asarray(shapely.make_valid(flat))


def _pieces(shapes: Any) -> Iterator[BaseGeometry]:
    """The polygons in whatever an operation left over, without what is only rounding."""
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(shapes)))
    polygons = parts[shapely.get_type_id(parts) == 3]
    yield from polygons[~shapely.is_empty(shapely.buffer(polygons, -NOISE / 2))]


def _named(kind: str, piece: BaseGeometry, numbers: tuple[int, ...], tolerance: float) -> Misfit:
    thin = bool(shapely.is_empty(shapely.buffer(piece, -tolerance / 2)))
    return Misfit("sliver" if thin else kind, numbers, float(piece.area), piece)


def _overlaps(new: np.ndarray, old: np.ndarray, tolerance: float) -> Iterator[Misfit]:
    everything = np.concatenate([new, old])
    left, right = STRtree(everything).query(new, predicate="intersects")
    once = (left < right)[:MOST_PAIRS]
    for i, j in zip(left[:MOST_PAIRS][once].tolist(), right[:MOST_PAIRS][once].tolist(), strict=True):
        numbers = (i, j) if j < len(new) else (i,)
        for piece in _pieces(shapely.intersection(everything[i], everything[j])):
            yield _named("overlap", piece, numbers, tolerance)


def _outside(new: np.ndarray, over: np.ndarray, owners: np.ndarray, tolerance: float) -> Iterator[Misfit]:
    shapely.prepare(over)
    for i in np.flatnonzero(owners >= 0).tolist():
        if not shapely.covers(over[owners[i]], new[i]):
            for piece in _pieces(shapely.difference(new[i], over[owners[i]])):
                yield _named("outside", piece, (i,), tolerance)


def _gaps(cover: np.ndarray, over: np.ndarray, tolerance: float) -> Iterator[Misfit]:
    """Ground of the areas above that nobody took; without them, holes in the middle and cracks between neighbours."""
    covered = shapely.union_all(cover)
    if len(over):
        left = shapely.difference(shapely.union_all(over), covered)
    else:
        closed = shapely.buffer(
            shapely.buffer(covered, tolerance, join_style="mitre"), -tolerance, join_style="mitre"
        )
        outlines = shapely.get_exterior_ring(shapely.get_parts(covered))
        filled = shapely.union_all([shapely.polygons(outlines), [closed] * len(outlines)])
        left = shapely.difference(filled, covered)
    for piece in _pieces(left):
        yield _named("gap", piece, (), tolerance)
