"""What is looked at, where, and how often."""

import hashlib
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import yaml
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.catalog.models import Mark
from onegrid.cases.patrol.access import PLAN
from onegrid.cases.patrol.models import Checklist, ChecklistItem, PatrolPlace, PatrolPlan
from onegrid.cases.patrol.queries import checklist_in_force, not_there, plan_for
from onegrid.cases.patrol.rules import EVERY_DAYS_MOST, next_due
from onegrid.kit.actors import Actor, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.audit import record
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import CGCS2000, Area
from onegrid.places.areas.queries import grid_at
from onegrid.registry.establishments.models import Establishment


def shipped() -> list[dict[str, Any]]:
    """The checklists that come with the software."""
    return yaml.safe_load(files("onegrid.cases.patrol").joinpath("checklists.yaml").read_text("utf-8"))


@transaction.atomic
def load_checklists(*, by: Actor, at: datetime, content: list[dict[str, Any]] | None = None) -> int:
    """A version of each list whose content is new; how many. The same again changes nothing.

    For whoever arranges patrols everywhere: lists are not one area's.
    """
    require(by, PLAN)
    made = 0
    for row in content if content is not None else shipped():
        digest = hashlib.sha256(canonical(row)).hexdigest()
        newest = Checklist.objects.filter(place_class=row["place_class"]).order_by("-version").first()
        if newest is not None and newest.digest == digest:
            continue
        _publish(row, digest, (newest.version if newest else 0) + 1, by, at)
        made += 1
    return made


def _publish(row: dict[str, Any], digest: str, version: int, by: Actor, at: datetime) -> None:
    made = Checklist.objects.create(
        version=version,
        digest=digest,
        valid_from=timezone.localdate(at),
        **{
            name: row[name]
            for name in ("place_class", "name", "name_en", "every_days", "establishments", "mark", "source")
        },
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=made,
            position=position,
            code=item["code"],
            text=item["text"],
            text_en=item.get("text_en", ""),
            class_code=item.get("class", ""),
        )
        for position, item in enumerate(row["items"], 1)
    )
    record("patrols.checklist", by=by, about=made, at=at, details={"version": version})


@transaction.atomic
def keep_place(
    *,
    place_class: str,
    name: str,
    lon: float,
    lat: float,
    by: Actor,
    at: datetime,
    address: str = "",
    establishment: Establishment | None = None,
) -> PatrolPlace:
    """A place that is to be looked at from now on; due by the plan of the smallest area around it.

    Refused: outside_all_grids, unknown_place_class, name_needed, place_is_kept (this establishment already).
    """
    hit = grid_at(lon, lat)
    require(by, PLAN, path=hit.path if hit else None)
    if hit is None:
        raise Refused("outside_all_grids", _("This place lies outside the area that is served here."))
    _checklist(place_class, timezone.localdate(at))
    if not name.strip():
        raise Refused("name_needed", _("Please give the place a name."))
    if establishment is not None and _is_kept(establishment, place_class):
        raise Refused("place_is_kept", _("This place is looked at already."))
    made = PatrolPlace(
        place_class=place_class,
        name=name.strip()[:100],
        address=address[:200],
        point=Point(lon, lat, srid=CGCS2000),
        grid_id=hit.grid_id,
        area_path=hit.path,
        establishment=establishment,
    )
    plan = plan_for(place_class, hit.path)
    made.next_on = next_due(None, plan.every_days, plan.starts_on) if plan else None
    made.save()
    record("patrols.place", by=by, about=made, at=at)
    return made


@transaction.atomic
def change_place(
    *, place_id: int, name: str, address: str, lon: float, lat: float, by: Actor, at: datetime, reason: str
) -> PatrolPlace:
    """Corrects the name, the address or the point. Moved into another grid it falls due by the plan there.

    Refused: place_is_retired, name_needed, reason_needed, outside_all_grids. Both ends must be the planner's.
    """
    place = _to_plan(place_id, by)
    hit = grid_at(lon, lat)
    if hit is None:
        raise Refused("outside_all_grids", _("This place lies outside the area that is served here."))
    require(by, PLAN, path=hit.path)
    if not name.strip():
        raise Refused("name_needed", _("Please give the place a name."))
    reason = _reason(reason)
    before = {"name": place.name, "address": place.address, "point": [place.point.x, place.point.y]}
    moved = hit.grid_id != place.grid_id
    place.name, place.address, place.point = name.strip()[:100], address[:200], Point(lon, lat, srid=CGCS2000)
    place.grid_id, place.area_path = hit.grid_id, hit.path
    if moved:
        plan = plan_for(place.place_class, hit.path)
        seen_on = timezone.localdate(place.last_seen_at) if place.last_seen_at else None
        place.next_on = next_due(seen_on, plan.every_days, plan.starts_on) if plan else None
    place.save(update_fields=["name", "address", "point", "grid", "area_path", "next_on"])
    after = {"name": place.name, "address": place.address, "point": [lon, lat]}
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    record("patrols.place_change", by=by, about=place, at=at, reason=reason, details=changed)
    return place


@transaction.atomic
def retire_place(*, place_id: int, by: Actor, at: datetime, reason: str) -> PatrolPlace:
    """It is not looked at any more; its patrols stay. Refused: place_is_retired, reason_needed."""
    place = _to_plan(place_id, by)
    reason = _reason(reason)
    place.closed_on, place.next_on = timezone.localdate(at), None
    place.save(update_fields=["closed_on", "next_on"])
    record("patrols.place_retire", by=by, about=place, at=at, reason=reason)
    return place


@transaction.atomic
def take_up_place(*, place_id: int, by: Actor, at: datetime, reason: str) -> PatrolPlace:
    """Looked at again from now on, with its patrols of before. Refused: place_is_kept, reason_needed."""
    place = _to_plan(place_id, by, retired=True)
    reason = _reason(reason)
    if place.establishment is not None and _is_kept(place.establishment, place.place_class):
        raise Refused("place_is_kept", _("This place is looked at already."))
    plan = plan_for(place.place_class, place.area_path)
    seen_on = timezone.localdate(place.last_seen_at) if place.last_seen_at else None
    place.closed_on = None
    place.next_on = next_due(seen_on, plan.every_days, plan.starts_on) if plan else None
    place.save(update_fields=["closed_on", "next_on"])
    record("patrols.place_take_up", by=by, about=place, at=at, reason=reason)
    return place


def _to_plan(place_id: int, by: Actor, *, retired: bool = False) -> PatrolPlace:
    place = PatrolPlace.objects.select_for_update(of=("self",)).filter(pk=place_id).first()
    require(by, PLAN, path=place.area_path if place else None)
    if place is None:
        raise not_there()
    if retired and place.closed_on is None:
        raise Refused("place_is_kept", _("This place is looked at already."))
    if not retired and place.closed_on is not None:
        raise Refused("place_is_retired", _("This place is not looked at any more."))
    return place


def _reason(given: str) -> str:
    if not given.strip():
        raise Refused("reason_needed", _("Please say why."))
    return given.strip()[:200]


def _is_kept(establishment: Establishment, place_class: str) -> bool:
    kept = PatrolPlace.objects.filter(establishment=establishment, place_class=place_class, closed_on=None)
    return kept.exists()


@transaction.atomic
def set_plan(
    *,
    area_id: int,
    place_class: str,
    every_days: int,
    by: Actor,
    at: datetime,
    starts_on: date | None = None,
) -> PatrolPlan:
    """How often places of a class in this area are looked at from now on; what was planned for it before ends.

    Every place there gets its due day anew, but those for which a smaller area has its own plan.

    Refused: unknown_place_class, bad_every_days.
    """
    area = Area.objects.select_for_update(of=("self",), no_key=True).filter(pk=area_id).first()
    require(by, PLAN, path=area.path if area else None)
    if area is None:
        raise not_there()
    today = timezone.localdate(at)
    _checklist(place_class, today)
    if not 1 <= every_days <= EVERY_DAYS_MOST:
        words = _("Between 1 and %(most)s days.")
        raise Refused("bad_every_days", words % {"most": EVERY_DAYS_MOST})
    PatrolPlan.objects.filter(area=area, place_class=place_class, ended_on=None).update(ended_on=today)
    plan = PatrolPlan.objects.create(
        area=area,
        area_path=area.path,
        place_class=place_class,
        every_days=every_days,
        mark=Mark.UNVERIFIED,
        starts_on=starts_on or today,
    )
    record("patrols.plan", by=by, about=plan, at=at, details={"every_days": every_days})
    _due_anew(plan)
    return plan


def _due_anew(plan: PatrolPlan) -> None:
    low, high = path_range(plan.area_path)
    inside = {"area_path__gte": low, "area_path__lt": high, "place_class": plan.place_class}
    smaller = PatrolPlan.objects.filter(**inside, ended_on=None).exclude(pk=plan.pk)
    own = [path for path in smaller.values_list("area_path", flat=True) if len(path) > len(plan.area_path)]
    places = [
        place
        for place in PatrolPlace.objects.select_for_update().filter(**inside, closed_on=None)
        if not any(place.area_path.startswith(path) for path in own)
    ]
    for place in places:
        seen_on = timezone.localdate(place.last_seen_at) if place.last_seen_at else None
        place.next_on = next_due(seen_on, plan.every_days, plan.starts_on)
    PatrolPlace.objects.bulk_update(places, ["next_on"], batch_size=500)


def _checklist(place_class: str, day: date) -> Checklist:
    found = checklist_in_force(place_class, day)
    if found is None:
        raise Refused("unknown_place_class", _("There is no checklist for this kind of place."))
    return found
