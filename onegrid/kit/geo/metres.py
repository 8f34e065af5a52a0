"""Metres on the ellipsoid of CGCS2000 (the same figure as GRS 80), for distances and local plans."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar, overload

import numpy as np
import shapely
from pyproj import Geod, Transformer

from onegrid.kit.geo.shift import Degrees

G = TypeVar("G", bound=shapely.Geometry)
ELLIPSOID = Geod(ellps="GRS80")


@overload
def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float: ...
@overload
def metres_between(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees) -> Degrees: ...
def metres_between(lon1, lat1, lon2, lat2):
    """Length of the shortest line over ground, in metres; arrays of one length give an array."""
    if np.ndim(lon1) == 0 and np.ndim(lon2) == 0:
        return float(ELLIPSOID.inv(lon1, lat1, lon2, lat2)[2])
    a, b, c, d = np.broadcast_arrays(lon1, lat1, lon2, lat2)
    _there, _back, metres = ELLIPSOID.inv(a.ravel(), b.ravel(), c.ravel(), d.ravel())
    return np.asarray(metres).reshape(a.shape)


@dataclass(frozen=True)
class LocalMetres:
    """A flat plan around one point: x east, y north, in metres.

    Azimuthal equidistant: distances from the centre are true; between two points within 10 km of it they are off by
    less than one in a million.
    """

    lon0: float
    lat0: float

    @cached_property
    def _plan(self) -> Transformer:
        plan = f"+proj=aeqd +lat_0={self.lat0} +lon_0={self.lon0} +ellps=GRS80 +units=m +no_defs"
        return Transformer.from_crs("+proj=longlat +ellps=GRS80 +no_defs", plan, always_xy=True)

    def to_metres(self, lon, lat):
        """Degrees → (x, y) in metres; numbers or arrays."""
        return self._plan.transform(lon, lat)

    def to_degrees(self, x, y):
        """Metres → (lon, lat); numbers or arrays."""
        return self._plan.transform(x, y, direction="INVERSE")

    def geometry_to_metres(self, geometry: G) -> G:
        return shapely.transform(geometry, lambda p: np.column_stack(self.to_metres(p[:, 0], p[:, 1])))

    def geometry_to_degrees(self, geometry: G) -> G:
        return shapely.transform(geometry, lambda p: np.column_stack(self.to_degrees(p[:, 0], p[:, 1])))


@lru_cache(maxsize=64)
def local_metres(lon0: float, lat0: float) -> LocalMetres:
    """The plan around a point; the last few are kept, since making one takes a millisecond."""
    return LocalMetres(lon0, lat0)
