"""Tiles of the base map: for everybody."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from onegrid.kit.tiles import Tile, tile_answer
from onegrid.places.basemap import queries

router = Router(tags=["tiles"])


@router.get("/tiles/base/{int:z}/{int:x}/{int:y}.mvt", auth=None, url_name="base_tile")
def base_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Layers land, water, green, road, rail, building (with floors and height_m), boundary, label."""
    return tile_answer(request, Tile(z, x, y), queries.base_tile, stamp=queries.base_stamp())
