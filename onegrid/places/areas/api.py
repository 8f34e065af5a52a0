"""Areas as JSON and as map tiles. Names and borders are public by law (Binzhou regulation 2021, Art. 6)."""

from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import field_validator

from onegrid.kit.throttle import Limit, count_visit
from onegrid.kit.tiles import Tile, tile_answer
from onegrid.places.areas import queries
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.areas.tiles import draw_areas, draw_unit_grids

router = Router(tags=["areas"])
MOST = 200
VISITORS = Limit("areas", 240, timedelta(minutes=1))


class AreaOut(Schema):
    """An area without its border. `tint`: colour index of a community, 1…8; `area_m2` in square metres."""

    id: int
    kind: str
    code: str
    name: str
    parent_id: int | None
    path: str
    area_m2: float | None
    tint: int
    valid_from: date
    valid_to: date | None
    centre: list[float] | None  # [lon, lat], CGCS2000

    @field_validator("centre", mode="before")
    @classmethod
    def as_numbers(cls, centre: Point | None) -> list[float] | None:
        return [centre.x, centre.y] if isinstance(centre, Point) else centre


class AreaDetail(AreaOut):
    """With what is above it (root first), what took its place, counts of levels below, and its border as GeoJSON."""

    above: list[AreaOut]
    heirs: list[AreaOut]
    below: dict[str, int]
    boundary: dict[str, Any] | None


@router.get("/areas", response=list[AreaOut], auth=None)
def list_areas(
    request: HttpRequest,
    q: str = "",
    kind: AreaKind | None = None,
    parent: int | None = None,
    day: date | None = None,
    limit: int = Query(50, ge=1, le=MOST),
) -> list[Area]:
    """Areas by name, code or pinyin (`q`), or the children of one (`parent`); valid on `day` (today)."""
    count_visit(VISITORS, request)
    if parent is not None:
        found = queries.children(parent, day)
        return [*(found.filter(kind=kind) if kind else found)[:limit]]
    return queries.search(q, kind=kind, day=day, limit=limit)


@router.get("/areas/at", response=list[AreaOut], auth=None)
def areas_at(request: HttpRequest, lon: float, lat: float) -> list[Area]:
    """The grid of a CGCS2000 point and everything above it, root first; empty outside all grids."""
    count_visit(VISITORS, request)
    hit = queries.grid_at(lon, lat)
    if hit is None:
        return []
    grid = queries.area(hit.grid_id)
    return [*queries.ancestors(grid), grid]


@router.get("/areas/{int:area_id}", response=AreaDetail, auth=None)
def area_detail(request: HttpRequest, area_id: int) -> dict[str, Any]:
    """One area, open or closed."""
    count_visit(VISITORS, request)
    card = queries.area_card(area_id)
    shown = {name: getattr(card.area, name) for name in AreaOut.model_fields}
    border = queries.border(card.area)
    heirs = queries.heirs(card.area)
    return {**shown, "above": card.above, "heirs": heirs, "below": card.below, "boundary": border}


@router.get("/tiles/areas/{int:z}/{int:x}/{int:y}.mvt", auth=None, include_in_schema=False)
def area_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Layers community, grid, area_label. Unchanged until an area changes or a day ends."""
    day = timezone.localdate()
    stamp = queries.areas_stamp()
    return tile_answer(
        request, Tile(z, x, y), lambda tile: draw_areas(tile, day), stamp=f"{stamp}-{day:%Y%m%d}"
    )


@router.get(
    "/tiles/unit-grids/{int:z}/{int:x}/{int:y}.mvt", url_name="unit_grid_tile", include_in_schema=False
)
def unit_grid_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Layer unit_grid (单元网格) from zoom 16, for signed-in staff: residents know the community's grids."""
    return tile_answer(request, Tile(z, x, y), lambda tile: draw_unit_grids(tile, timezone.localdate()))
