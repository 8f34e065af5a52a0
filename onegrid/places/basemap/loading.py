"""The base map in bulk: a whole layer is put in place of what was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from onegrid.kit.actors import Actor
from onegrid.kit.bulk import Progress, copy_rows
from onegrid.places.areas.access import require_everywhere
from onegrid.places.basemap.access import LOAD
from onegrid.places.basemap.models import BaseEdition, BaseFeature

COLUMNS = [
    "layer", "geometry", "name", "floors", "height_m", "road_class", "address_id", "min_zoom", "max_zoom",
]  # fmt: skip


@dataclass(frozen=True)
class FeatureRow:
    """One shape; `ewkb`: extended well-known binary in hex, CGCS2000 (shapely: `to_wkb(shape, hex=True,
    include_srid=True)` after `set_srid(shape, 4490)`, or `kit.bulk.point_hex`)."""

    layer: str
    ewkb: str
    name: str = ""
    floors: int | None = None
    height_m: float | None = None
    road_class: str = ""
    address_id: int | None = None
    min_zoom: int = 0
    max_zoom: int = 24


@transaction.atomic
def load_features(
    rows: Iterable[FeatureRow],
    *,
    source: str,
    by: Actor,
    at: datetime,
    replace: bool = True,
    progress: Progress | None = None,
) -> int:
    """Fills the base map (by default instead of everything there) and starts a new edition; how many came in."""
    require_everywhere(by, LOAD)
    if replace:
        BaseFeature.objects.all().delete()
    count = copy_rows(BaseFeature, COLUMNS, map(_as_row, rows), progress)
    BaseEdition.objects.create(made_at=at, made_by=by.actor_key, source=source)
    return count


def _as_row(row: FeatureRow) -> tuple:
    return (
        row.layer, row.ewkb, row.name, row.floors, row.height_m, row.road_class, row.address_id,
        row.min_zoom, row.max_zoom,
    )  # fmt: skip
