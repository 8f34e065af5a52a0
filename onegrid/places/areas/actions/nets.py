"""A fishnet of grids for a place that has none."""

from datetime import date, datetime

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.areas import access
from onegrid.places.areas.actions.forest import NewArea, enter, lock_forest
from onegrid.places.areas.fishnet import fishnet
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import CGCS2000, Area

SMALLEST, LARGEST = 20.0, 5000.0  # metres
MOST = 999  # three digits of sequence in one community


@transaction.atomic
def open_fishnet(
    *,
    inside_id: int,
    metres: float,
    valid_from: date,
    by: Actor,
    at: datetime,
    kind: str = AreaKind.UNIT_GRID,
) -> list[Area]:
    """Squares of `metres` inside a community (or a street without communities), numbered by the rule of DB11.

    Unit grids get 15 digits: the community's 12 (a street's 9 and 000) and the sequence; other grids the code of the
    area above, a hyphen and the sequence.
    """
    lock_forest()
    above = Area.objects.filter(pk=inside_id).first()
    if above is None:
        raise NotFound("not_found", _("There is no such area."))
    require(by, access.IMPORT, path=above.path)
    if above.boundary is None:
        raise Refused("area_has_no_border", _("“%(name)s” has no border yet.") % {"name": above.name})
    if not SMALLEST <= metres <= LARGEST:
        raise Refused("metres_out_of_range", _("The side of a square must be between 20 and 5000 metres."))
    if above.children.still_open().filter(kind=kind).exists():
        raise Refused(
            "grids_are_there", _("“%(name)s” has grids of this level already.") % {"name": above.name}
        )
    expected = (above.area_m2 or 0) / metres**2
    if expected > MOST:
        raise _too_many(round(expected))
    pieces = fishnet(shapely.from_wkb(bytes(above.boundary.wkb)), metres)
    if len(pieces) > MOST:
        raise _too_many(len(pieces))
    wanted = [
        NewArea(kind, _code(above, kind, n), f"{above.name}{n:03}", above, _boundary(piece))
        for n, piece in enumerate(pieces, start=1)
    ]
    return enter(wanted, valid_from=valid_from, by=by, at=at)


def _code(above: Area, kind: str, number: int) -> str:
    if kind == AreaKind.UNIT_GRID:
        return f"{above.code:0<12}{number:03}"
    return f"{above.code}-{number:03}"


def _boundary(piece: shapely.Geometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(piece.wkb), srid=CGCS2000)


def _too_many(count: int) -> Refused:
    return Refused(
        "too_many_grids",
        _("That makes %(count)s grids; one community has at most %(most)s. Choose larger squares.")
        % {"count": count, "most": MOST},
        count=count,
    )
