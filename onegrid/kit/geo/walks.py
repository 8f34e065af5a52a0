"""A simple order in which to walk through some points. Pure: numbers in, numbers out."""

from collections.abc import Sequence

import numpy as np

from onegrid.kit.geo.metres import local_metres

LonLat = tuple[float, float]


def nearest_next(start: LonLat | None, points: Sequence[LonLat]) -> list[int]:
    """Indices of `points` in the order of a walk that always goes to the nearest one left.

    From `start`, or from the first point. As the crow flies: streets and doors are not known. Not the shortest walk
    there is, but one that anybody understands; equal distances keep the given order.
    """
    if len(points) < 2:
        return list(range(len(points)))
    lon0, lat0 = start or points[0]
    x, y = local_metres(lon0, lat0).to_metres(*np.array(points, dtype=float).T)
    here_x, here_y = (0.0, 0.0) if start else (x[0], y[0])
    left, order = np.arange(len(points)), []
    while left.size:
        nearest = int(np.argmin(np.hypot(x[left] - here_x, y[left] - here_y)))
        chosen = int(left[nearest])
        order.append(chosen)
        here_x, here_y = x[chosen], y[chosen]
        left = np.delete(left, nearest)
    return order
