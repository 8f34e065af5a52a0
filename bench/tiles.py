"""Vector tiles of the base map and of things, zooms 10 to 18, against the bare SQL in the same run.

`--components 20000,1000000,15000000` (20000) things, one size after the other, in a database of its own: a street of
4 km, or as much city as they need at DENSITY. Of each zoom TILES tiles at random places: "cold" is the first time
that one is asked for, after all others of its size were loaded; "warm" the times after it. The system's own cache of
the disk is not emptied. The bare SQL of far zooms reads every thing of a city: there is no floor where it takes
longer than LONGEST or more memory than a value may have.

`onegrid bench tiles --components 1000000`
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from math import asinh, pi, radians, tan

import numpy as np
import shapely
from django.db import DatabaseError, connection, transaction

from bench.report import Report
from bench.street import database_of_its_own
from onegrid.demo.loading.city import digits
from onegrid.kit.actors import EVERYTHING, SystemActor
from onegrid.kit.bulk import binary, indexes_aside
from onegrid.kit.tiles import Tile
from onegrid.places.addresses.loading import AddressSeed, load_addresses
from onegrid.places.addresses.queries import find_addresses, nearest_address
from onegrid.places.areas.models import CGCS2000
from onegrid.places.basemap.loading import FeatureRow, load_features
from onegrid.places.basemap.queries import base_tile
from onegrid.registry.things.counting import count_cells
from onegrid.registry.things.loading import load_classes
from onegrid.registry.things.models import Thing, ThingClass
from onegrid.registry.things.tiles import things_tile

BY = SystemActor("bench")
AT = datetime(2026, 1, 1, tzinfo=UTC)
WEST, SOUTH, SIDE = 118.0, 37.36, 0.04  # degrees: a street of about 4 km
DENSITY = 40_000  # things a km² at most: 15 million are a city of 19 km
KM2 = 9_800  # of a square degree here
CHUNK = 100_000
TILES = 24  # a zoom
AGAIN = 3  # times warm
LONGEST = 10.0  # seconds that the floor of one zoom may take
MOST_ADDRESSES = 1_000_000  # a city has fewer addresses than components
COLUMNS = [
    "identifier", "thing_class_id", "point", "area_path", "unit_grid_code", "started_on", "status", "name",
    "position_source", "accuracy", "authority_code", "authority_name", "owner_code", "owner_name", "maintainer_code",
    "maintainer_name", "remark",
]  # fmt: skip

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


@dataclass(frozen=True)
class Town:
    """A square; `side` in degrees."""

    side: float

    def point(self) -> tuple[float, float]:
        return WEST + random.random() * self.side, SOUTH + random.random() * self.side


def run(report: Report) -> None:
    with database_of_its_own("tiles"):
        for count in [int(count) for count in os.environ.get("BENCH_COMPONENTS", "20000").split(",")]:
            town = Town(max(SIDE, (count / DENSITY / KM2) ** 0.5))
            _fill(report, count, town)
            for name, draw, bare in (
                ("base", base_tile, BARE_BASE),
                ("things", lambda tile: things_tile(tile, EVERYTHING), BARE_THINGS),
            ):
                for zoom in range(10, 19):
                    _measure(
                        report,
                        f"{name} tile z{zoom}",
                        count,
                        [_tile(town, zoom) for _ in range(TILES)],
                        draw,
                        bare,
                    )
            _addresses(report, min(count, MOST_ADDRESSES))


def _measure(report: Report, name: str, count: int, tiles: list[Tile], draw: Callable, bare: str) -> None:
    cold = [_seconds(lambda tile=tile: draw(tile)) for tile in tiles]
    floor = _floor(bare, tiles)
    warm = [_seconds(lambda tile=tile: draw(tile)) for _time in range(AGAIN) for tile in tiles]
    report.add(f"{name}, cold", count, TILES / sum(cold), "tiles/s", seconds=cold)
    report.add(f"{name}, warm", count, len(warm) / sum(warm), "tiles/s", floor=floor, seconds=warm)


def _floor(bare: str, tiles: list[Tile]) -> float | None:
    """Tiles a second; None when the bare SQL does not come to its end."""
    took: list[float] = []
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {LONGEST * 1000:.0f}")
            for tile in tiles:
                took.append(_seconds(partial(_asked, bare, tile)))
                if sum(took) > LONGEST:
                    break
    except DatabaseError:
        return None
    return len(took) / sum(took)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _asked(bare: str, tile: Tile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(bare, [tile.z, tile.x, tile.y, *tile.bounds()])
        cursor.fetchone()


def _tile(town: Town, zoom: int) -> Tile:
    """The tile of a random point of the town."""
    side = 2**zoom
    lon, lat = town.point()
    return Tile(zoom, int((lon + 180) / 360 * side), int((1 - asinh(tan(radians(lat))) / pi) / 2 * side))


def _fill(report: Report, count: int, town: Town) -> None:
    random.seed(1)
    load_classes(by=BY, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE registry_thing, registry_thingcell, places_address CASCADE")
    start = time.perf_counter()
    classes = dict(ThingClass.objects.values_list("code", "pk"))
    with transaction.atomic():
        with indexes_aside(Thing):
            binary.copy_pieces(Thing._meta.db_table, COLUMNS, _things(count, town, classes))
        cells = count_cells(by=BY, at=AT)
    report.add("things loaded by COPY, cells counted", count, count / (time.perf_counter() - start), "rows/s")
    for table, rows in (("registry_thing", count), ("registry_thingcell", cells)):
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
            cursor.execute(f"SELECT pg_total_relation_size('{table}')")
            (size,) = cursor.fetchone()
        report.add(f"disk of {table}", rows, size / 1e6, "MB")
    load_features(_features(town), source="bench", by=BY, at=AT)


def _things(count: int, town: Town, classes: dict[str, int]) -> Iterator[bytes]:
    """Pieces of the stream. In no order: neighbours in the table are no neighbours on the ground."""
    chance = np.random.default_rng(1)
    codes, pks = np.array([int(code) for code in classes]), np.array(list(classes.values()))
    for begin in range(0, count, CHUNK):
        number = np.arange(begin, min(begin + CHUNK, count))
        which = number % len(codes)
        identifier = 990101 * 10**11 + codes[which] * 10**6 + number // len(codes) + 1
        lon = WEST + chance.random(len(number)) * town.side
        lat = SOUTH + chance.random(len(number)) * town.side
        columns = [
            binary.texts(digits(identifier, 17)), binary.integers(pks[which]), binary.points(lon, lat, CGCS2000),
            binary.texts(b""), binary.texts(b""), binary.days(date(2026, 1, 1)), binary.texts(b"intact"),
            binary.texts(b""), binary.texts(b"survey"), binary.texts(b"A"), *[binary.texts(b"")] * 7,
        ]  # fmt: skip
        yield binary.piece(columns, len(number))


def _features(town: Town) -> Iterator[FeatureRow]:
    """As dense in a city as in a street."""
    streets = town.side / SIDE
    for number in range(int(2_000 * streets**2)):
        lon, lat = town.point()
        shape = shapely.box(lon, lat, lon + 0.0003, lat + 0.0001)
        yield FeatureRow("building", _wkb(shape), f"{number}号楼", floors=6, height_m=18.0, min_zoom=13)
    roads = int(60 * streets)
    for number in range(roads):
        lat = SOUTH + number / roads * town.side
        line = shapely.LineString(
            [(WEST + step / 200 * town.side, lat + random.random() / 5000) for step in range(200)]
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
