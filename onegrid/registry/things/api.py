"""Things for signed-in staff, within their area or in their organisation's charge."""

from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from onegrid.kit.actors import viewer_of
from onegrid.kit.tiles import Tile, tile_answer
from onegrid.registry.things import queries

router = Router(tags=["things"])


class ThingOut(Schema):
    id: int
    identifier: str
    name: str
    class_code: str
    status: str
    lon: float
    lat: float
    authority_name: str
    owner_name: str
    maintainer_name: str
    started_on: date
    changed_on: date | None

    @staticmethod
    def resolve_name(thing) -> str:
        return thing.name or thing.thing_class.name

    @staticmethod
    def resolve_class_code(thing) -> str:
        return thing.thing_class.code

    @staticmethod
    def resolve_lon(thing) -> float:
        return thing.point.x

    @staticmethod
    def resolve_lat(thing) -> float:
        return thing.point.y


class NearOut(Schema):
    """`metres`: from the asked point."""

    id: int
    identifier: str
    name: str
    class_code: str
    status: str
    lon: float
    lat: float
    metres: float


class ClassOut(Schema):
    code: str
    name: str
    name_en: str
    major_code: str
    major_name: str


@router.get("/tiles/things/{int:z}/{int:x}/{int:y}.mvt", url_name="things_tile")
def things_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Layer `things` from zoom 14, `thing_cells` (major, count) below."""
    return tile_answer(request, Tile(z, x, y), partial(queries.tile, viewer=viewer_of(request)))


@router.get("/things/classes", response=list[ClassOut])
def thing_classes(request: HttpRequest):
    return queries.thing_classes()


@router.get("/things/near", response=list[NearOut])
def things_near(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180),
    lat: float = Query(..., ge=-90, le=90),
    within_m: float = Query(100, gt=0, le=queries.FARTHEST),
    limit: int = Query(20, ge=1, le=100),
):
    return queries.things_near(lon, lat, viewer=viewer_of(request), within_m=within_m, limit=limit)


@router.get("/things", response=list[ThingOut])
def things(
    request: HttpRequest,
    after: int = Query(0, ge=0),
    limit: int = Query(50, ge=1, le=200),
    class_code: str = Query("", max_length=8),
):
    """A page in the order of ids; ask again with the last one's `id` in `after`."""
    return queries.things(viewer=viewer_of(request), after=after, limit=limit, class_code=class_code)


@router.get("/things/{identifier}", response=ThingOut)
def thing(request: HttpRequest, identifier: str):
    return queries.thing(identifier, viewer=viewer_of(request))
