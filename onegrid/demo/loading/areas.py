"""Areas of the demo through the action that opens areas, level by level."""

from datetime import date, datetime

from django.contrib.gis.geos import GEOSGeometry

from onegrid.demo.loading.steps import BY, Progress
from onegrid.demo.street.areas import AreaPlan, boundaries
from onegrid.places.areas.actions import NewArea, open_areas
from onegrid.places.areas.models import CGCS2000, Area

OPENED_ON = date(2024, 1, 1)
LEVELS = (("city",), ("district",), ("street",), ("community",), ("grid", "exclusive_grid"))


def write_areas(plans: list[AreaPlan], at: datetime, progress: Progress) -> dict[str, Area]:
    """The forest; areas by code (a street, a community and a grid never share one)."""
    shapes = dict(zip((p.code for p in plans), boundaries(plans), strict=True))
    found: dict[str, Area] = {}
    for kinds in LEVELS:
        level = [p for p in plans if p.kind in kinds]
        wanted = [
            NewArea(p.kind, p.code, p.name, found[p.parent] if p.parent else None, _shape(shapes[p.code]))
            for p in level
        ]
        for area in open_areas(wanted=wanted, valid_from=OPENED_ON, by=BY, at=at):
            found[area.code] = area
        progress(len(found))
    return found


def _shape(wkb: str) -> GEOSGeometry:
    return GEOSGeometry(wkb, srid=CGCS2000)
