"""Datum conversion, points a second, against the bare formula on arrays (one forward pass, no mask, no copy)."""

import numpy as np

from bench.report import Report, rate
from onegrid.kit.geo import Datum, convert
from onegrid.kit.geo.shift import wgs_to_gcj

POINTS = 200_000


def run(report: Report) -> None:
    chance = np.random.default_rng(7)
    lon, lat = chance.uniform(75, 134, POINTS), chance.uniform(5, 53, POINTS)
    floor, _ = rate(lambda: wgs_to_gcj(lon, lat), count=POINTS, seconds=1)
    roads = [
        (Datum.WGS84, Datum.GCJ02),
        (Datum.GCJ02, Datum.CGCS2000),
        (Datum.BD09, Datum.CGCS2000),
    ]
    for source, target in roads:
        value, seconds = rate(lambda s=source, t=target: convert(lon, lat, s, t), count=POINTS, seconds=1)
        report.add(f"{source} to {target}, array", POINTS, value, "points/s", floor=floor, seconds=seconds)
        value, seconds = rate(lambda s=source, t=target: convert(118.02, 37.38, s, t), count=1, seconds=0.5)
        report.add(f"{source} to {target}, single", 1, value, "points/s", seconds=seconds)
