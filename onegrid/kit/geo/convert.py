"""From one datum to another: numbers, arrays, geometries."""

from typing import TypeVar, overload

import numpy as np
import shapely
from numpy.typing import ArrayLike

from onegrid.kit.geo import shift
from onegrid.kit.geo.datums import Datum
from onegrid.kit.geo.shift import Degrees

G = TypeVar("G", bound=shapely.Geometry)

# Steps from WGS 84 outwards. CGCS2000 and WGS 84 count as equal: at city-map accuracy they are (standards.md 6, [U]);
# survey work must not come this way.
DEPTH = {Datum.CGCS2000: 0, Datum.WGS84: 0, Datum.GCJ02: 1, Datum.BD09: 2}
OUTWARDS = (shift.wgs_to_gcj, shift.gcj_to_bd)
INWARDS = (shift.gcj_to_wgs, shift.bd_to_gcj)


@overload
def convert(lon: float, lat: float, source: Datum, target: Datum) -> tuple[float, float]: ...
@overload
def convert(lon: Degrees, lat: Degrees, source: Datum, target: Datum) -> tuple[Degrees, Degrees]: ...
def convert(lon, lat, source, target):
    """(lon, lat) in degrees of `source` → the same place in degrees of `target`; floats give floats, arrays arrays.

    There and back differs by less than 1e-9 degree (0.1 mm). A point outside the customary rectangle around China
    (72.004–137.8347° E, 0.8293–55.8271° N), and NaN, comes back unchanged.
    """
    start, end = DEPTH[Datum(source)], DEPTH[Datum(target)]
    if start == end:
        return lon, lat
    steps = OUTWARDS[start:end] if start < end else INWARDS[end:start][::-1]
    lons, lats = _degrees(lon), _degrees(lat)
    inside = shift.in_china(lons, lats)
    new_lon, new_lat = lons, lats
    with np.errstate(all="ignore"):  # what is computed for points outside is thrown away
        for step in steps:
            new_lon, new_lat = step(new_lon, new_lat)
    new_lon, new_lat = np.where(inside, new_lon, lons), np.where(inside, new_lat, lats)
    return (float(new_lon), float(new_lat)) if np.ndim(new_lon) == 0 else (new_lon, new_lat)


def convert_geometry(geometry: G, source: Datum, target: Datum) -> G:
    """Every vertex of a shapely geometry converted; heights stay as they are."""

    def moved(points: Degrees) -> Degrees:
        lon, lat = convert(points[:, 0], points[:, 1], source, target)
        return np.column_stack([lon, lat, *points[:, 2:].T])

    return shapely.transform(geometry, moved, include_z=bool(shapely.has_z(geometry)))


def _degrees(value: ArrayLike) -> Degrees:
    return np.asarray(value, dtype=np.float64)
