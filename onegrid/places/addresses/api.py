"""Looking up addresses: everybody down to the building, staff down to the room inside their area."""

from datetime import timedelta

from django.http import HttpRequest
from ninja import Query, Router, Schema

from onegrid.kit.actors import Scope
from onegrid.kit.throttle import Limit, count_visit
from onegrid.places.addresses import queries
from onegrid.places.addresses.access import SEE

router = Router(tags=["addresses"])


VISITORS = Limit("addresses", 120, timedelta(minutes=1))


class AddressOut(Schema):
    """`former_name`: the text matched only this earlier name. Coordinates: CGCS2000, null when not known."""

    id: int
    kind: str
    kind_name: str
    name: str
    full_name: str
    former_name: str
    floors: int | None
    lon: float | None
    lat: float | None

    @staticmethod
    def of(address, former_name: str = "") -> "AddressOut":
        return AddressOut(
            id=address.pk,
            kind=address.kind,
            kind_name=str(address.get_kind_display()),
            name=address.name,
            full_name=address.full_name,
            former_name=former_name,
            floors=address.floors,
            lon=address.point.x if address.point else None,
            lat=address.point.y if address.point else None,
        )


class NearAddressOut(Schema):
    address: AddressOut | None
    metres: float | None


@router.get("/addresses", response=list[AddressOut], auth=None)
def addresses(
    request: HttpRequest,
    q: str = Query(..., min_length=1, max_length=60),
    limit: int = Query(10, ge=1, le=50),
    mine: bool = Query(False, description="only inside the caller's own area"),
):
    """Search as you type: characters, pinyin or initials; communities first, then roads, compounds, buildings."""
    count_visit(VISITORS, request)
    scope = _scope(request)
    hits = queries.find_addresses(
        q, viewer_scope=scope, only_in_scope=mine and scope is not None, limit=limit
    )
    return [AddressOut.of(hit.address, hit.former_name) for hit in hits]


@router.get("/addresses/near", response=NearAddressOut, auth=None)
def nearest_address(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180),
    lat: float = Query(..., ge=-90, le=90),
    within_m: float = Query(100, gt=0, le=2_000),
):
    """The building or compound nearest to a point; `address` is null when none is near."""
    count_visit(VISITORS, request)
    near = queries.nearest_address(lon, lat, within_m=within_m)
    if near is None:
        return NearAddressOut(address=None, metres=None)
    return NearAddressOut(address=AddressOut.of(near.address), metres=round(near.metres, 1))


def _scope(request: HttpRequest) -> Scope | None:
    user = request.user
    scope = user.scope(SEE) if user.is_authenticated else None
    return scope if scope is not None and scope.reaches else None
