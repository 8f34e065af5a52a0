"""Areas of the demo through the action that opens areas, level by level."""

from datetime import date, datetime

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from onegrid.demo.loading.steps import BY, Progress
from onegrid.demo.street.areas import AreaPlan, boundaries
from onegrid.places.areas.actions import NewArea, open_areas
from onegrid.places.areas.fishnet import fishnet
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import CGCS2000, Area

OPENED_ON = date(2024, 1, 1)
UNIT_METRES = 100  # about 10,000 m² each (万米单元网格)
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


def write_unit_grids(areas: dict[str, Area], at: datetime, progress: Progress) -> list[Area]:
    """单元网格 of some 100 m under every community, with its twelve digits and three of their own."""
    wanted: list[NewArea] = []
    for area in areas.values():
        if area.kind != AreaKind.COMMUNITY or area.boundary is None:
            continue
        net = fishnet(shapely.from_wkb(bytes(area.boundary.wkb)), UNIT_METRES)
        for number, shape in enumerate(net, 1):
            code = f"{area.code}{number:03d}"
            wanted.append(NewArea(AreaKind.UNIT_GRID, code, code, area, _shape(_multi(shape))))
    opened = open_areas(wanted=wanted, valid_from=OPENED_ON, by=BY, at=at)
    progress(len(opened))
    return opened


def _multi(shape: BaseGeometry) -> str:
    return str(shapely.to_wkb(shapely.multipolygons(shapely.get_parts(shape)), hex=True))


def _shape(wkb: str) -> GEOSGeometry:
    return GEOSGeometry(wkb, srid=CGCS2000)
