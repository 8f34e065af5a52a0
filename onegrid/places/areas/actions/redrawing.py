"""Redrawing a border: the old area closes, a new one opens in its place, and both know of each other."""

from datetime import date, datetime

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from onegrid.kit.actors import Actor
from onegrid.places.areas import access
from onegrid.places.areas.actions.forest import NewArea, end, enter, locked
from onegrid.places.areas.models import Area


@transaction.atomic
def replace_area(
    *,
    area_id: int,
    boundary: GEOSGeometry,
    on: date,
    by: Actor,
    at: datetime,
    name: str | None = None,
    carry_below: bool = False,
) -> Area:
    """From `on` an area with this border (and name) takes the old one's place, code and parent.

    Open areas below: refused, unless `carry_below` moves them over, each closed and opened again with its border.
    """
    area = locked(area_id, access.EDIT, by)
    new = heir_of(area, boundary, name=name or area.name, parent=area.parent)
    return redraw(area, new, on=on, by=by, at=at, carry_below=carry_below)


def heir_of(area: Area, boundary: GEOSGeometry | None, *, name: str, parent: Area | None) -> NewArea:
    """The area that takes over kind and code of `area`."""
    return NewArea(area.kind, area.code, name, parent, boundary, area.source_datum, predecessors=[area.pk])


def redraw(area: Area, new: NewArea, *, on: date, by: Actor, at: datetime, carry_below: bool) -> Area:
    """The same for a caller who has asked for permission and holds the forest's lock."""
    closed = end(area, valid_to=on, by=by, at=at, with_children=carry_below)
    heirs = {area.pk: enter([new], valid_from=on, by=by, at=at)[0]}
    for level in _levels(closed[1:]):
        wanted = [
            heir_of(old, old.boundary, name=old.name, parent=heirs.get(old.parent_id or 0)) for old in level
        ]
        opened = enter(wanted, valid_from=on, by=by, at=at)
        heirs.update(zip((old.pk for old in level), opened, strict=True))
    return heirs[area.pk]


def _levels(areas: list[Area]) -> list[list[Area]]:
    """Grouped by depth, top down: each one's parent is in an earlier group."""
    by_depth: dict[int, list[Area]] = {}
    for area in areas:
        by_depth.setdefault(area.path.count("."), []).append(area)
    return [by_depth[depth] for depth in sorted(by_depth)]
