"""Reopening a closed area: the same row, so that components, addresses and cases that name it are in it again."""

from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import Area as Size
from django.contrib.gis.db.models.functions import Intersection
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce_all
from onegrid.places.areas import access
from onegrid.places.areas.actions.forest import lock_forest
from onegrid.places.areas.facts import AreaReopened
from onegrid.places.areas.models import Area

SLIVER = 0.001  # share of the area that another may cover: borders are drawn by different hands


@transaction.atomic
def reopen_area(*, area_id: int, reason: str, by: Actor, at: datetime, with_children: bool = False) -> Area:
    """The area is valid again, as if it had not been closed; the trail says from when to when it was.

    `with_children`: so is what was closed below it on the same day. Refused: area_is_open, reason_needed,
    parent_is_not_open, code_is_taken, place_is_taken (an open area of its level has its ground, or took its place).
    """
    lock_forest()
    area = Area.objects.select_for_update(of=("self",)).select_related("parent").filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is no such area."))
    require(by, access.EDIT, path=area.path)
    if area.valid_to is None:
        raise Refused("area_is_open", _("This area is open."))
    if not reason.strip():
        raise Refused("reason_needed", _("Please say why."))
    if area.parent is not None and area.parent.valid_to is not None:
        raise Refused("parent_is_not_open", _("The area above it is closed."), parent=area.parent_id)
    closed_from = area.valid_to
    back = [area, *(closed_with(area) if with_children else [])]
    for one in back:
        _refuse_if_taken(one)
    Area.objects.filter(pk__in=[one.pk for one in back]).update(valid_to=None)
    area.valid_to = None
    announce_all((AreaReopened(area_id=one.pk), one.path, None) for one in back)
    details = {"closed_from": closed_from.isoformat(), "below": len(back) - 1}
    for one in back:
        record("areas.reopen", by=by, about=one, at=at, reason=reason.strip()[:200], details=details)
    return area


def closed_with(area: Area) -> list[Area]:
    """What lies below a closed area and was closed on the same day, top down."""
    below = Area.objects.below(area.path).filter(valid_to=area.valid_to).exclude(pk=area.pk)
    return list(below.order_by("path"))


def _refuse_if_taken(area: Area) -> None:
    same_level = Area.objects.still_open().filter(kind=area.kind)
    if coded := same_level.filter(code=area.code).first():
        words = _("The code “%(code)s” belongs to “%(name)s”, which is open.")
        raise Refused("code_is_taken", words % {"code": area.code, "name": coded.name}, area=coded.pk)
    other = same_level.filter(predecessors=area).first()
    if other is None and area.boundary is not None:
        there = same_level.filter(boundary__intersects=area.boundary)
        shared = there.annotate(shared=Size(Intersection("boundary", area.boundary)))
        most = SLIVER * area.boundary.area  # square degrees, both
        other = next((one for one in shared.defer("boundary") if _degrees(one.shared) > most), None)
    if other is not None:
        words = _("“%(name)s” has its place now.")
        raise Refused("place_is_taken", words % {"name": other.name}, area=other.pk)


def _degrees(size: Any) -> float:
    """What the database answers for geographic coordinates: square degrees, sometimes as a measure."""
    return float(getattr(size, "sq_m", size) or 0)
