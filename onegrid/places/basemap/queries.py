"""Reading the base map: tiles, the edition they are of, and the raster that may lie below."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.db import connection
from django.utils import timezone

from onegrid.kit.tiles import EXTENT, MARGIN, Tile
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.queries import areas_of, areas_stamp
from onegrid.places.basemap.models import BaseEdition, BaseLayer

TILES = "/api/v1/tiles/base/{z}/{x}/{y}.mvt"
NEAR = "/api/v1/addresses/near"

# From this zoom on shapes are drawn as they are; below it they are thinned and the very small left out.
FULL_DETAIL = 15

# One pass over the shapes of the tile; each layer becomes a layer of the tile. A near tile is flat (Tile.flat) and
# drawn in degrees; a far one is projected shape by shape. `thin` is in the unit of the drawing, 0 = as it is.
# Points have no box area: the size test leaves them alone.
_TILE = f"""
WITH shapes AS (
    SELECT id, layer, name, floors, height_m, road_class, min_zoom, <shape> AS shape
    FROM places_basefeature
    WHERE geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
      AND %(z)s BETWEEN min_zoom AND max_zoom
), drawn AS (
    SELECT id, layer, NULLIF(name, '') AS name, floors, height_m, NULLIF(road_class, '') AS class,
           ST_AsMVTGeom(
               CASE WHEN %(thin)s > 0 THEN ST_Simplify(shape, %(thin)s) ELSE shape END,
               <frame>, {EXTENT}, {MARGIN}, true
           ) AS geom
    FROM shapes
    WHERE ST_Dimension(shape) = 0 OR ST_XMax(shape) - ST_XMin(shape) + ST_YMax(shape) - ST_YMin(shape) > %(thin)s
), layers AS (
    SELECT layer, ST_AsMVT(drawn.*, layer, {EXTENT}, 'geom', 'id') AS bytes
    FROM (
        SELECT id, layer, name, floors, height_m, class, geom FROM drawn WHERE geom IS NOT NULL ORDER BY id
    ) AS drawn
    GROUP BY layer
)
SELECT string_agg(bytes, ''::bytea ORDER BY array_position(%(order)s::text[], layer::text)) FROM layers
"""
_FAR = _TILE.replace("<shape>", "ST_Transform(geometry, 3857)").replace(
    "<frame>", "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
)
_NEAR = _TILE.replace("<shape>", "geometry").replace(
    "<frame>",
    "ST_MakeEnvelope(%(exact_west)s, %(exact_south)s, %(exact_east)s, %(exact_north)s, 4490)",
)


@dataclass(frozen=True)
class RasterBase:
    """A raster under our own layers: WMTS addresses with {z}, {x}, {y}, and whom to name for them."""

    picture: str
    labels: str
    attribution: str


def base_tile(tile: Tile) -> bytes:
    """All layers of the base map in one vector tile; empty when nothing is there."""
    west, south, east, north = tile.bounds()
    unit = tile.degree_per_unit if tile.flat else tile.metre_per_unit
    thin = 0.0 if tile.z >= FULL_DETAIL else unit * 4
    values: dict[str, Any] = {
        "west": west, "south": south, "east": east, "north": north,
        "z": tile.z, "x": tile.x, "y": tile.y, "thin": thin, "order": list(BaseLayer.values),
    }  # fmt: skip
    values |= dict(
        zip(("exact_west", "exact_south", "exact_east", "exact_north"), tile.bounds(0), strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(_NEAR if tile.flat else _FAR, values)
        (body,) = cursor.fetchone()
    return bytes(body or b"")


def base_stamp() -> str:
    """The name of the edition in use; "0" before anything was loaded."""
    newest = BaseEdition.objects.order_by("-id").values_list("id", flat=True).first()
    return str(newest or 0)


def base_tiles_url() -> str:
    """The tiles' address for a map style; it names the edition, so browsers may keep what they have got."""
    return f"{TILES}?v={base_stamp()}"


def raster_base() -> RasterBase | None:
    """天地图 (vector picture and Chinese labels, Web Mercator) when the installation has a key; else None."""
    key = settings.TIANDITU_KEY
    if not key:
        return None
    return RasterBase(_tianditu("vec", key), _tianditu("cva", key), "© 天地图")


def point_map_config() -> dict[str, Any] | None:
    """For <c-point-map>; None while no community has a border: then there is nothing to point at."""
    box = areas_of(AreaKind.COMMUNITY).order_by().aggregate(box=Extent("boundary"))["box"]
    if box is None:
        return None
    raster = raster_base()
    areas = f"/api/v1/tiles/areas/{{z}}/{{x}}/{{y}}.mvt?v={areas_stamp()}-{timezone.localdate():%Y%m%d}"
    return {
        "tiles": {"base": base_tiles_url(), "areas": areas},
        "bounds": box,
        "raster": vars(raster) if raster else None,
        "nearUrl": NEAR,
    }


def _tianditu(layer: str, key: str) -> str:
    """WMTS address of one layer (standards.md 6, secondary source); the host is one of t0 to t7."""
    return (
        f"{settings.TIANDITU_HOST}/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        f"&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )
