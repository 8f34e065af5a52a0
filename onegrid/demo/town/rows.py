"""Rows of south-facing rectangles inside a parcel: the pattern of almost every Chinese compound."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon, affinity
from shapely.geometry.base import BaseGeometry

SOUTH_TOLERANCE = 20.0  # degrees a row may turn away from due east-west to follow its street


@dataclass(frozen=True)
class Bar:
    """One rectangle of a row and how many units (单元) wide it is."""

    shape: Polygon
    units: int


def bearing(parcel: Polygon) -> float:
    """The angle (degrees) that rows follow: the side of the parcel nearest to east-west, within tolerance."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(parcel))
    side = corners[1] - corners[0]
    angle = np.degrees(np.arctan2(side[1], side[0])) % 90
    angle = angle - 90 if angle > 45 else angle
    return float(np.clip(angle, -SOUTH_TOLERANCE, SOUTH_TOLERANCE))


def free_stretches(parcel: Polygon, low: float, high: float) -> list[tuple[float, float]]:
    """Where, between heights `low` and `high`, the whole strip lies inside the parcel: intervals of x."""
    left, _, right, _ = parcel.bounds
    outside = shapely.box(left - 1, low, right + 1, high).difference(parcel)
    blocked = sorted((p.bounds[0], p.bounds[2]) for p in shapely.get_parts(outside) if p.area > 1e-6)
    stretches, start = [], left
    for begin, end in blocked:
        if begin > start:
            stretches.append((start, begin))
        start = max(start, end)
    if start < right:
        stretches.append((start, right))
    return stretches


def bars(
    parcel: Polygon,
    *,
    depth: float,
    pitch: float,
    unit: float,
    units: tuple[int, int],
    gap: float,
    angle: float,
    random: np.random.Generator,
) -> list[Bar]:
    """Fill the parcel with rows `pitch` apart of bars `depth` deep, each `units` (from, to) times `unit` long."""
    if parcel.is_empty:
        return []
    flat = affinity.rotate(parcel, -angle, origin=(0, 0))
    _, bottom, _, top = flat.bounds
    count = int((top - bottom - depth) // pitch) + 1
    slack = top - bottom - depth - (count - 1) * pitch
    found = []
    for row in range(max(count, 0)):
        low = bottom + slack / 2 + row * pitch
        for start, end in free_stretches(flat, low, low + depth):
            found += _fit(start, end, low, depth, unit, units, gap, random)
    return [Bar(affinity.rotate(bar.shape, angle, origin=(0, 0)), bar.units) for bar in found]


def _fit(
    start: float,
    end: float,
    low: float,
    depth: float,
    unit: float,
    units: tuple[int, int],
    gap: float,
    random: np.random.Generator,
) -> list[Bar]:
    """Bars from left to right; what is left over widens the gaps."""
    sizes: list[int] = []
    left = end - start
    while left >= units[0] * unit:
        size = min(int(random.integers(units[0], units[1] + 1)), int(left // unit))
        sizes.append(size)
        left -= size * unit + gap
    if not sizes:
        return []
    spare = (end - start - sum(sizes) * unit - gap * (len(sizes) - 1)) / len(sizes)
    x, row = start + spare / 2, []
    for size in sizes:
        row.append(Bar(shapely.box(x, low, x + size * unit, low + depth), size))
        x += size * unit + gap + spare
    return row


def lines_between(parcel: Polygon, *, pitch: float, depth: float, angle: float) -> list[BaseGeometry]:
    """The middle of every second gap between rows, cut to the parcel: where the drives run."""
    if parcel.is_empty:
        return []
    flat = affinity.rotate(parcel, -angle, origin=(0, 0))
    left, bottom, right, top = flat.bounds
    count = int((top - bottom - depth) // pitch) + 1
    slack = top - bottom - depth - (count - 1) * pitch
    lines = []
    for row in range(0, count - 1, 2):
        y = bottom + slack / 2 + row * pitch + depth + (pitch - depth) / 2
        line = shapely.LineString([(left - 1, y), (right + 1, y)]).intersection(flat)
        lines += [
            affinity.rotate(part, angle, origin=(0, 0))
            for part in shapely.get_parts(line)
            if part.length > 25
        ]
    return lines


def scattered(
    room: BaseGeometry,
    count: int,
    size: Callable[[], tuple[float, float]],
    angle: float,
    random: np.random.Generator,
) -> list[Polygon]:
    """Up to `count` small rectangles at random places that lie wholly in the room and do not touch each other."""
    placed: list[Polygon] = []
    left, bottom, right, top = room.bounds if not room.is_empty else (0, 0, 0, 0)
    shapely.prepare(room)
    for _ in range(count * 25):
        if len(placed) >= count:
            break
        x, y = random.uniform(left, right), random.uniform(bottom, top)
        wide, deep = size()
        box = affinity.rotate(shapely.box(x - wide / 2, y - deep / 2, x + wide / 2, y + deep / 2), angle)
        if room.contains(box) and not any(box.distance(other) < 3 for other in placed):
            placed.append(box)
    return placed
