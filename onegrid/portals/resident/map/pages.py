"""The public map. Names and borders of grids are published by law (Binzhou regulation 2021, Art. 6)."""

from django.contrib.gis.db.models import Extent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.queries import area_card, areas_of, areas_stamp
from onegrid.places.basemap.queries import base_tiles_url, raster_base

MOST_LISTED = 200
WHOLE_COUNTRY = (73.5, 18.0, 135.1, 53.6)  # degrees; where nothing has been loaded yet


@require_GET
def public_map(request: HttpRequest) -> HttpResponse:
    """Base map, communities and grids; no components, no firms, no persons."""
    box = areas_of(AreaKind.COMMUNITY).order_by().aggregate(box=Extent("boundary"))["box"]
    raster = raster_base()
    config = {
        "tiles": {
            "base": base_tiles_url(),
            "areas": f"/api/v1/tiles/areas/{{z}}/{{x}}/{{y}}.mvt?v={areas_stamp()}-{timezone.localdate():%Y%m%d}",
        },
        "bounds": box or WHOLE_COUNTRY,
        "raster": vars(raster) if raster else None,
        "cardUrl": reverse("resident:map_card", args=[0]),
        "addressUrl": reverse("api:addresses"),
    }
    grids = areas_of().filter(kind__in=GRIDS).select_related("parent")[:MOST_LISTED]
    return render(request, "resident/map.html", {"config": config, "grids": grids})


@require_GET
def card(request: HttpRequest, area_id: int) -> HttpResponse:
    """JSON of one area: what the notice board of the community shows."""
    found = area_card(area_id)
    community = next((area.name for area in found.above if area.kind == AreaKind.COMMUNITY), None)
    return JsonResponse(
        {
            "id": area_id,
            "name": found.area.name,
            "code": found.area.code,
            "community": community,
            "centre": found.area.centre.coords if found.area.centre else None,
            "area_m2": found.area_m2,
            "households": None,
            "on_duty": [],
        }
    )
