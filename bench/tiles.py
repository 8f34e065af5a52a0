"""Vector tiles of the base map and of things, zooms 10 to 18, against the bare SQL in the same run.

`--components 20000,1000000,15000000` (20000) things in one street of 4 km, one size after the other; the classes they
need are loaded too, so any database will do. Of each zoom TILES tiles at random places: "cold" is the first time that
one is asked for, after all others of its size were loaded; "warm" the times after it. The system's own cache of the
disk is not emptied. All in one transaction that is rolled back: the things of the database are set aside by TRUNCATE,
which gives back at the end what was theirs and keeps nothing of ours.

`onegrid bench tiles --components 1000000`
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from math import asinh, pi, radians, tan

import shapely
from django.db import connection, transaction

from bench.report import Report
from onegrid.kit.actors import EVERYTHING, SystemActor
from onegrid.kit.tiles import Tile
from onegrid.places.addresses.loading import AddressSeed, load_addresses
from onegrid.places.addresses.queries import find_addresses, nearest_address
from onegrid.places.basemap.loading import FeatureRow, load_features
from onegrid.places.basemap.queries import base_tile
from onegrid.registry.things.loading import ThingRow, load_classes, load_things
from onegrid.registry.things.models import ThingClass
from onegrid.registry.things.tiles import things_tile

BY = SystemActor("bench")
AT = datetime(2026, 1, 1, tzinfo=UTC)
WEST, SOUTH, SIDE = 118.0, 37.36, 0.04  # degrees: a street of about 4 km
TILES = 24  # a zoom
AGAIN = 3  # times warm
MOST_ADDRESSES = 1_000_000  # a city has fewer addresses than components

# What a tile costs at the least: find the rows by the index, turn them into a tile, nothing else.
BARE_BASE = """
SELECT ST_AsMVT(d.*) FROM (
    SELECT id, layer, ST_AsMVTGeom(ST_Transform(geometry, 3857), ST_TileEnvelope(%s, %s, %s)) AS geom
    FROM places_basefeature WHERE geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4490)
) d
"""
BARE_THINGS = """
SELECT ST_AsMVT(d.*) FROM (
    SELECT id, identifier, status, ST_AsMVTGeom(ST_Transform(point, 3857), ST_TileEnvelope(%s, %s, %s)) AS geom
    FROM registry_thing WHERE point && ST_MakeEnvelope(%s, %s, %s, %s, 4490)
) d
"""


def run(report: Report) -> None:
    for count in [int(count) for count in os.environ.get("BENCH_COMPONENTS", "20000").split(",")]:
        with transaction.atomic():
            _fill(report, count)
            for name, draw, bare in (
                ("base", base_tile, BARE_BASE),
                ("things", lambda tile: things_tile(tile, EVERYTHING), BARE_THINGS),
            ):
                for zoom in range(10, 19):
                    _measure(report, f"{name} tile z{zoom}", count, zoom, draw, bare)
            _addresses(report, min(count, MOST_ADDRESSES))
            transaction.set_rollback(True)


def _measure(report: Report, name: str, count: int, zoom: int, draw: Callable, bare: str) -> None:
    tiles = [_tile(zoom) for _ in range(TILES)]
    cold = [_seconds(lambda tile=tile: draw(tile)) for tile in tiles]
    floor = [_seconds(lambda tile=tile: _asked(bare, tile)) for tile in tiles]
    warm = [_seconds(lambda tile=tile: draw(tile)) for _time in range(AGAIN) for tile in tiles]
    report.add(f"{name}, cold", count, TILES / sum(cold), "tiles/s", seconds=cold)
    report.add(
        f"{name}, warm", count, len(warm) / sum(warm), "tiles/s", floor=TILES / sum(floor), seconds=warm
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _asked(bare: str, tile: Tile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(bare, [tile.z, tile.x, tile.y, *tile.bounds()])
        cursor.fetchone()


def _tile(zoom: int) -> Tile:
    """The tile of a random point of the street."""
    side = 2**zoom
    lon, lat = WEST + random.random() * SIDE, SOUTH + random.random() * SIDE
    return Tile(zoom, int((lon + 180) / 360 * side), int((1 - asinh(tan(radians(lat))) / pi) / 2 * side))


def _fill(report: Report, count: int) -> None:
    random.seed(1)
    load_classes(by=BY, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE registry_thing, registry_thingcell CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    start = time.perf_counter()
    load_things(_things(count), by=BY, at=AT, fresh=count > 100_000)
    report.add("things loaded by COPY, cells counted", count, count / (time.perf_counter() - start), "rows/s")
    load_features(_features(), source="bench", by=BY, at=AT)


def _things(count: int) -> Iterator[ThingRow]:
    classes = list(ThingClass.objects.values_list("code", "pk"))
    for number in range(count):
        code, pk = classes[number % len(classes)]
        identifier = f"990101{code}{number // len(classes) + 1:06d}"
        lon, lat = WEST + random.random() * SIDE, SOUTH + random.random() * SIDE
        yield ThingRow(identifier, pk, lon, lat, None, None, None, "", date(2026, 1, 1))


def _features() -> Iterator[FeatureRow]:
    for number in range(2_000):
        lon, lat = WEST + random.random() * SIDE, SOUTH + random.random() * SIDE
        shape = shapely.box(lon, lat, lon + 0.0003, lat + 0.0001)
        yield FeatureRow("building", _wkb(shape), f"{number}号楼", floors=6, height_m=18.0, min_zoom=13)
    for number in range(60):
        lat = SOUTH + number / 60 * SIDE
        line = shapely.LineString(
            [(WEST + step / 200 * SIDE, lat + random.random() / 5000) for step in range(200)]
        )
        yield FeatureRow("road", _wkb(line), f"{number}路", road_class="branch")


def _wkb(shape: shapely.Geometry) -> str:
    return shapely.to_wkb(shapely.set_srid(shape, 4490), hex=True, include_srid=True)


def _addresses(report: Report, count: int) -> None:
    start = time.perf_counter()
    load_addresses(_seeds(count), by=BY, at=AT, fresh=count > 100_000)
    report.add("addresses loaded by COPY", count, count / (time.perf_counter() - start), "rows/s")
    for text in ("云", "云桥", "yq", "yql1", "云桥路12号", "花园3", "苑 3号楼"):
        took = []
        for _ in range(30):
            start = time.perf_counter()
            find_addresses(text, viewer_scope=EVERYTHING)
            took.append(time.perf_counter() - start)
        report.add(f"find address {text!r}", count, len(took) / sum(took), "searches/s", seconds=took)
    took = []
    for _ in range(100):
        start = time.perf_counter()
        nearest_address(WEST + random.random() * SIDE, SOUTH + random.random() * SIDE)
        took.append(time.perf_counter() - start)
    report.add("nearest address", count, len(took) / sum(took), "look-ups/s", seconds=took)


def _seeds(count: int) -> Iterator[AddressSeed]:
    """A road for every 2,000 addresses, ten compounds a road, buildings of 49 rooms."""
    made, day = 0, date(2026, 1, 1)
    for road in range(count // 2_000 + 1):
        first = "云桥" if road % 50 == 0 else chr(0x4E00 + road * 7 % 2000) + chr(0x5B00 + road % 1000)
        yield AddressSeed(("r", road), None, "road", f"{first}{road}路", WEST, SOUTH, None, "", day)
        for compound in range(10):
            key = ("c", road, compound)
            yield AddressSeed(
                key,
                ("r", road),
                "compound",
                f"{'锦绣和平'[compound % 4]}{compound}花园",
                WEST,
                SOUTH,
                None,
                "",
                day,
            )
            for building in range(4):
                lon, lat = WEST + random.random() * SIDE, SOUTH + random.random() * SIDE
                yield AddressSeed(
                    (key, building), key, "building", f"{building}号楼", lon, lat, None, "", day, 12
                )
                for room in range(48):
                    yield AddressSeed(
                        (key, building, room),
                        (key, building),
                        "room",
                        f"{room + 101}室",
                        None,
                        None,
                        None,
                        "",
                        day,
                    )
                    made += 1
                    if made >= count:
                        return
