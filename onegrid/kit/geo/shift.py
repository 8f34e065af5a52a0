"""GCJ-02 and BD-09 as offsets, on numpy arrays of degrees. Pure arithmetic.

The formulas are reverse-engineered and widely used, not published by the state (standards.md 6, [V]). Both inverses
are solved by repetition, because the closed ones in circulation miss by one or two metres.
"""

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]

A = 6378245.0  # Krasovsky ellipsoid, metres
E2 = 0.00669342162296594323

# The customary rectangle beyond which nothing is shifted; it lies outside every border of China.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271

# Each repetition shrinks the error at least a hundredfold (the offset changes by < 0.01 degree per degree), so five
# leave less than 1e-10 degree of an offset of at most 0.01.
REPETITIONS = 5


def in_china(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Inside the rectangle. NaN is outside."""
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def gcj_offset(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees that GCJ-02 adds to a WGS 84 point."""
    x, y = lon - 105.0, lat - 35.0
    px, py = np.pi * x, np.pi * y
    short = 20 * np.sin(6 * px) + 20 * np.sin(2 * px)
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (
        (short + 20 * np.sin(py) + 40 * np.sin(py / 3) + 160 * np.sin(py / 12) + 320 * np.sin(py / 30))
        * 2
        / 3
    )
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (
        (short + 20 * np.sin(px) + 40 * np.sin(px / 3) + 150 * np.sin(px / 12) + 300 * np.sin(px / 30))
        * 2
        / 3
    )
    phi = np.radians(lat)
    w2 = 1 - E2 * np.sin(phi) ** 2
    w = np.sqrt(w2)
    return np.degrees(east * w / (A * np.cos(phi))), np.degrees(north * w2 * w / (A * (1 - E2)))


def wgs_to_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    east, north = gcj_offset(lon, lat)
    return lon + east, lat + north


def gcj_to_wgs(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    found_lon, found_lat = lon, lat
    for _ in range(REPETITIONS):
        east, north = gcj_offset(found_lon, found_lat)
        found_lon, found_lat = lon - east, lat - north
    return found_lon, found_lat


def gcj_to_bd(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    turn = np.pi * 3000 / 180
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * turn)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * turn)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd_to_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    found_lon, found_lat = lon - 0.0065, lat - 0.006
    for _ in range(REPETITIONS):
        shown_lon, shown_lat = gcj_to_bd(found_lon, found_lat)
        found_lon, found_lat = found_lon + (lon - shown_lon), found_lat + (lat - shown_lat)
    return found_lon, found_lat
