"""What the small map under a point needs."""

from typing import Any

from django.contrib.gis.db.models import Extent
from django.utils import timezone

from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.queries import areas_of, areas_stamp
from onegrid.places.basemap.queries import base_tiles_url, raster_base


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
    }
