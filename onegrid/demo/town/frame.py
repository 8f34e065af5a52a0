"""Metres on the ground ↔ CGCS2000 longitude and latitude, around the middle of the demo street."""

from functools import cache

import numpy as np
import shapely
from pyproj import Transformer

LON, LAT = 118.02, 37.38  # the middle of the invented street


@cache
def _projection() -> Transformer:
    """Transverse Mercator on the CGCS2000 ellipsoid (GRS 80 to a tenth of a millimetre), origin at the middle."""
    local = f"+proj=tmerc +lat_0={LAT} +lon_0={LON} +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m"
    return Transformer.from_crs(local, "+proj=longlat +ellps=GRS80", always_xy=True)


def lonlat(xy: np.ndarray) -> np.ndarray:
    """(n, 2) metres → (n, 2) degrees, rounded to 1e-8 (a millimetre) so that shared borders stay shared."""
    lon, lat = _projection().transform(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lon, lat]), 8)


def on_earth(shapes: list[shapely.Geometry] | np.ndarray) -> np.ndarray:
    """The same shapes in degrees."""
    return shapely.transform(np.asarray(shapes, dtype=object), lonlat)


def metres(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Degrees → (n, 2) metres."""
    x, y = _projection().transform(lon, lat, direction="INVERSE")
    return np.column_stack([x, y])
