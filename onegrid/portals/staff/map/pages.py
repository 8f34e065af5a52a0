"""The map page and the card of a tapped grid."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onegrid.accounts.duties.queries import OnDuty, on_duty
from onegrid.accounts.identity.models import User
from onegrid.kit.actors import Scope, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.addresses.models import Address
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.queries import area_card, areas_of, areas_stamp
from onegrid.places.basemap.queries import base_tiles_url, raster_base

SEE = "areas.see"
# Tiles that only some may see: source of the map → (permission, address).
SCOPED_TILES = {
    "things": ("things.see", "/api/v1/tiles/things/{z}/{x}/{y}.mvt"),
    "establishments": ("establishments.see", "/api/v1/tiles/establishments/{z}/{x}/{y}.mvt"),
    "party": ("orgs.see", "/api/v1/tiles/party-branches/{z}/{x}/{y}.mvt"),
}
MOST_LISTED = 200
WHOLE_COUNTRY = (73.5, 18.0, 135.1, 53.6)  # degrees; where nothing has been loaded yet


def viewer(request: HttpRequest) -> User:
    """The signed-in user; every page here is behind sign-in."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_GET
def street_map(request: HttpRequest) -> HttpResponse:
    """The street with the layers this person may see, framed on the areas that are theirs."""
    user = viewer(request)
    scope = user.scope(SEE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    tiles = {"base": base_tiles_url(), "areas": areas_tiles_url()}
    tiles |= {name: url for name, (what, url) in SCOPED_TILES.items() if user.scope(what).reaches}
    if areas_of(AreaKind.UNIT_GRID).filter(scope.q("path")).exists():
        tiles["units"] = "/api/v1/tiles/unit-grids/{z}/{x}/{y}.mvt"
    raster = raster_base()
    config = {
        "tiles": tiles,
        "bounds": bounds(scope),
        "raster": vars(raster) if raster else None,
        "cardUrl": reverse("staff:map_card", args=[0]),
        "addressUrl": reverse("api:addresses"),
    }
    if "things" in tiles:
        config["thingUrl"] = reverse("worker:thing", args=["0"])
    grids = areas_of().filter(scope.q("path"), kind__in=GRIDS).select_related("parent")
    return render(
        request,
        "staff/map.html",
        {
            "config": config,
            "tiles": tiles,
            "grids": grids[:MOST_LISTED],
        },
    )


@login_required
@require_GET
def card(request: HttpRequest, area_id: int) -> HttpResponse:
    """JSON of one area: names, size, households, who is on duty. Their work phones are published."""
    user = viewer(request)
    found = area_card(area_id)
    path = found.area.path
    require(user, SEE, path=path)
    people = on_duty(area_id, timezone.now()) if user.scope("duties.see").covers(path) else []
    community = next((area.name for area in found.above if area.kind == AreaKind.COMMUNITY), None)
    return JsonResponse(
        {
            "id": area_id,
            "name": found.area.name,
            "code": found.area.code,
            "community": community,
            "centre": found.area.centre.coords if found.area.centre else None,
            "area_m2": found.area_m2,
            "households": households(path),
            "on_duty": [_person(person) for person in people],
        }
    )


def households(path: str) -> int | None:
    """Addresses of rooms in the area; None where no rooms are registered."""
    low, high = path_range(path)
    rooms = Address.objects.valid_on(timezone.localdate()).filter(kind=AddressKind.ROOM)
    return rooms.filter(area_path__gte=low, area_path__lt=high).count() or None


def areas_tiles_url() -> str:
    return f"/api/v1/tiles/areas/{{z}}/{{x}}/{{y}}.mvt?v={areas_stamp()}-{timezone.localdate():%Y%m%d}"


def bounds(scope: Scope) -> tuple[float, ...]:
    """West, south, east, north of what the scope covers, in degrees."""
    seen = areas_of().filter(scope.q("path"), kind__in=[AreaKind.COMMUNITY, *GRIDS]).order_by()
    found: dict[str, Any] = seen.aggregate(box=Extent("boundary"))
    return found["box"] or WHOLE_COUNTRY


def _person(person: OnDuty) -> dict[str, str | None]:
    return {
        "name": person.name,
        "post": f"{person.post} · {person.reason}" if person.post else person.reason,
        "phone": person.public_phone or None,
    }
