"""Establishments for signed-in staff, within their area."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from onegrid.kit.actors import viewer_of
from onegrid.kit.tiles import Tile, tile_answer
from onegrid.registry.establishments import queries

router = Router(tags=["establishments"])


class EstablishmentOut(Schema):
    id: int
    kind: str
    name: str
    credit_code: str
    address_text: str
    lon: float
    lat: float

    @staticmethod
    def resolve_lon(found) -> float:
        return found.point.x

    @staticmethod
    def resolve_lat(found) -> float:
        return found.point.y


@router.get("/tiles/establishments/{int:z}/{int:x}/{int:y}.mvt", url_name="establishments_tile")
def establishments_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Layer `establishments`, from zoom 11."""
    return tile_answer(request, Tile(z, x, y), partial(queries.tile, viewer=viewer_of(request)))


@router.get("/establishments", response=list[EstablishmentOut])
def establishments(
    request: HttpRequest,
    q: str = Query("", max_length=60),
    kind: str = Query("", max_length=12),
    after: int = Query(0, ge=0),
    limit: int = Query(50, ge=1, le=200),
):
    """A page in the order of ids; ask again with the last one's `id` in `after`."""
    return queries.establishments(viewer=viewer_of(request), text=q, kind=kind, after=after, limit=limit)


@router.get("/establishments/{int:pk}", response=EstablishmentOut)
def establishment(request: HttpRequest, pk: int):
    return queries.establishment(pk, viewer=viewer_of(request))
