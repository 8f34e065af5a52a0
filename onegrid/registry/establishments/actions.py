"""Opening and closing establishments on the record."""

from datetime import date, datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.areas.models import CGCS2000
from onegrid.places.areas.queries import grid_at
from onegrid.registry.establishments.access import EDIT
from onegrid.registry.establishments.models import Establishment, EstablishmentKind
from onegrid.registry.establishments.rules import clean_credit_code, is_credit_code


@transaction.atomic
def open_establishment(
    *,
    kind: str,
    name: str,
    lon: float,
    lat: float,
    by: Actor,
    at: datetime,
    credit_code: str = "",
    address_id: int | None = None,
    address_text: str = "",
    opened_on: date | None = None,
) -> Establishment:
    """Records a unit at a CGCS2000 point. Refused: `outside_grids`, `unknown_kind`, `name_missing`,
    `bad_credit_code`, `credit_code_taken`."""
    hit = grid_at(lon, lat)
    require(by, EDIT, path=hit.path if hit else None)
    if hit is None:
        raise Refused("outside_grids", _("No grid covers this point."), lon=lon, lat=lat)
    if kind not in EstablishmentKind.values:
        raise Refused("unknown_kind", _("There is no such kind of establishment."), kind=kind)
    if not name.strip():
        raise Refused("name_missing", _("An establishment needs a name."))
    opened = Establishment.objects.create(
        kind=kind,
        name=name.strip(),
        credit_code=_free_credit_code(credit_code),
        point=Point(lon, lat, srid=CGCS2000),
        address_id=address_id,
        address_text=address_text,
        grid_id=hit.grid_id,
        area_path=hit.path,
        opened_on=opened_on or localdate(at),
    )
    record("establishments.open", by=by, about=opened, at=at)
    return opened


@transaction.atomic
def close_establishment(*, establishment_id: int, by: Actor, at: datetime, reason: str = "") -> Establishment:
    """It is no longer there; its record stays. Refused: `closed_already`."""
    found = Establishment.objects.select_for_update().filter(pk=establishment_id).first()
    require(by, EDIT, path=found.area_path if found else None)
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if found.closed_on is not None:
        raise Refused("closed_already", _("It is closed already."), closed_on=found.closed_on.isoformat())
    found.closed_on = localdate(at)
    found.save(update_fields=["closed_on"])
    record("establishments.close", by=by, about=found, at=at, reason=reason)
    return found


def _free_credit_code(text: str) -> str:
    code = clean_credit_code(text)
    if not code:
        return ""
    if not is_credit_code(code):
        raise Refused("bad_credit_code", _("This is not a unified social credit code."), code=code)
    if Establishment.objects.filter(credit_code=code, closed_on=None).exists():
        raise Refused("credit_code_taken", _("An open establishment has this credit code."), code=code)
    return code
