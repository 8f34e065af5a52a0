"""Putting things on the record, and what becomes of them."""

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import Fact, announce
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import CGCS2000, Area
from onegrid.places.areas.queries import GridHit, grid_at, unit_grid_at
from onegrid.registry.things.access import EDIT
from onegrid.registry.things.facts import ThingMoved, ThingPlaced, ThingStatusChanged
from onegrid.registry.things.models import PositionSource, Thing, ThingClass, ThingStatus
from onegrid.registry.things.queries import SCHEME
from onegrid.registry.things.rules import SERIALS, identifier, may_become, read_identifier

FREE_WORDS = frozenset(
    ["name", "authority_id", "authority_code", "authority_name", "owner_code", "owner_name", "maintainer_code",
     "maintainer_name", "accuracy", "remark"]
)  # fmt: skip


@transaction.atomic
def place_thing(
    *,
    class_code: str,
    lon: float,
    lat: float,
    by: Actor,
    at: datetime,
    position_source: str = PositionSource.OTHER,
    **words: Any,
) -> Thing:
    """Records a component at a CGCS2000 point, with the next identifier of its class in its division.

    `words`: name, authority_*, owner_*, maintainer_*, accuracy, remark. Refused: `outside_grids`, `unknown_class`,
    `unknown_attribute`, `no_serial_left`.
    """
    hit = grid_at(lon, lat)
    require(by, EDIT, path=hit.path if hit else None)
    if hit is None:
        raise Refused("outside_grids", _("No grid covers this point."), lon=lon, lat=lat)
    if strange := words.keys() - FREE_WORDS:
        raise Refused("unknown_attribute", _("A thing has no such attribute."), names=sorted(strange))
    thing_class = ThingClass.objects.filter(scheme=SCHEME, kind="component", code=class_code).first()
    if thing_class is None:
        raise Refused("unknown_class", _("The catalogue has no such class."), code=class_code)
    placed = Thing.objects.create(
        identifier=_next_identifier(_division(hit), class_code),
        thing_class=thing_class,
        point=Point(lon, lat, srid=CGCS2000),
        position_source=position_source,
        started_on=localdate(at),
        **_whereabouts(lon, lat, hit),
        **words,
    )
    record("things.place", by=by, about=placed, at=at)
    _announce(ThingPlaced(placed.pk, lon, lat), placed)
    return placed


@transaction.atomic
def change_status(*, thing_id: int, status: str, by: Actor, at: datetime, reason: str = "") -> Thing:
    """完好、破损、丢失、废弃、移除. Refused: `unknown_status`, `status_unchanged`, `status_not_possible`."""
    return write_status(_locked(thing_id, by), status=status, by=by, at=at, reason=reason)


def write_status(thing: Thing, *, status: str, by: Actor, at: datetime, reason: str = "") -> Thing:
    """For a thing that is locked, by somebody who may. Refuses as `change_status` does."""
    if status not in ThingStatus.values:
        raise Refused("unknown_status", _("There is no such status."), status=status)
    if status == thing.status:
        raise Refused("status_unchanged", _("It has this status already."), status=status)
    if not may_become(thing.status, status):
        raise Refused(
            "status_not_possible",
            _("What was removed stays history; record a new thing instead."),
            now=thing.status,
            then=status,
        )
    before, thing.status, thing.changed_on = thing.status, status, localdate(at)
    thing.save(update_fields=["status", "changed_on"])
    record("things.status", by=by, about=thing, at=at, reason=reason, details={"from": before, "to": status})
    _announce(ThingStatusChanged(thing.pk, status, thing.point.x, thing.point.y), thing)
    return thing


@transaction.atomic
def move_thing(*, thing_id: int, lon: float, lat: float, by: Actor, at: datetime, reason: str = "") -> Thing:
    """Corrects a position. The mover needs the right at both ends. Refused: `outside_grids`, `removed`."""
    thing = _locked(thing_id, by)
    return write_move(thing, lon=lon, lat=lat, by=by, at=at, reason=reason, what=EDIT)


def write_move(
    thing: Thing, *, lon: float, lat: float, by: Actor, at: datetime, reason: str = "", what: str
) -> Thing:
    """For a thing that is locked, by somebody who may `what` where it stands; asked for the other end as well."""
    if thing.status == ThingStatus.REMOVED:
        raise Refused("removed", _("What was removed stays history; record a new thing instead."))
    hit = grid_at(lon, lat)
    if hit is None:
        raise Refused("outside_grids", _("No grid covers this point."), lon=lon, lat=lat)
    require(by, what, path=hit.path, org_id=thing.authority_id)
    before = [thing.point.x, thing.point.y]
    thing.point, thing.changed_on = Point(lon, lat, srid=CGCS2000), localdate(at)
    for field, value in _whereabouts(lon, lat, hit).items():
        setattr(thing, field, value)
    thing.save()
    record(
        "things.move", by=by, about=thing, at=at, reason=reason, details={"from": before, "to": [lon, lat]}
    )
    _announce(ThingMoved(thing.pk, lon, lat, *before), thing)
    return thing


def _announce(fact: Fact, thing: Thing) -> None:
    announce(fact, path=thing.area_path, org_id=thing.authority_id)


def _locked(thing_id: int, by: Actor) -> Thing:
    thing = Thing.objects.select_for_update().filter(pk=thing_id).first()
    require(by, EDIT, path=thing.area_path if thing else None, org_id=thing.authority_id if thing else None)
    if thing is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return thing


def _whereabouts(lon: float, lat: float, hit: GridHit) -> dict[str, Any]:
    unit = unit_grid_at(lon, lat)
    return {
        "grid_id": hit.grid_id,
        "street_id": hit.street_id,
        "community_id": hit.community_id,
        "area_path": hit.path,
        "unit_grid_code": Area.objects.get(pk=unit.grid_id).code if unit else "",
    }


def _division(hit: GridHit) -> str:
    """The six digits of the district (GB/T 2260) above the grid; a street's nine begin with them."""
    above = [int(part) for part in hit.path.split(".") if part]
    kinds = (AreaKind.DISTRICT, AreaKind.STREET)
    found = Area.objects.filter(pk__in=above, kind__in=kinds).order_by("path").values_list("code", flat=True)
    for code in found:
        if len(code) >= 6 and code[:6].isdigit():
            return code[:6]
    raise Refused("no_division_code", _("No district with a six-digit code stands above this grid."))


def _next_identifier(division: str, class_code: str) -> str:
    """One more than the highest; two people at once get two numbers because the class is locked meanwhile."""
    first, last = (identifier(division, class_code, serial) for serial in (1, SERIALS))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"thing:{division}{class_code}"])
    used = Thing.objects.filter(identifier__gte=first, identifier__lte=last).order_by("-identifier")
    newest = used.values_list("identifier", flat=True).first()
    serial = read_identifier(newest).serial + 1 if newest else 1
    if serial > SERIALS:
        raise Refused("no_serial_left", _("This class has used all its numbers in this district."))
    return identifier(division, class_code, serial)
