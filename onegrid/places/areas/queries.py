"""Reading areas. Names and borders are public (published by law: Binzhou regulation 2021, Art. 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from time import time
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import Extent
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.places.areas import access, rules
from onegrid.places.areas.borders import GridHit, areas_stamp, borders
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.levels import levels_for
from onegrid.places.areas.models import Area, AreaQuerySet, ImportDraft
from onegrid.places.areas.plugins import AREA_CLOSING

__all__ = ["GridHit", "areas_stamp", "grid_at", "grids_at", "levels_for", "unit_grid_at", "unit_grids_at"]

GRID_KINDS = tuple(str(kind) for kind in GRIDS)
UNIT_GRID_KINDS = (str(AreaKind.UNIT_GRID),)
LIGHT = ("boundary",)  # left in the database where a list does not draw


@dataclass(frozen=True)
class AreaCard:
    """What a card shows of an area itself; who is on duty there is known further up. `area_m2`: square metres."""

    area: Area
    above: list[Area]
    area_m2: float | None
    below: dict[str, int]


def grid_at(lon: float, lat: float) -> GridHit | None:
    """The basic or exclusive grid of a CGCS2000 point today; None outside all grids.

    On a border (within about 1 cm) the exclusive grid wins, then the smallest code: always the same answer.
    """
    return borders(GRID_KINDS, _today()).at(lon, lat)


def grid_hits(points: Iterable[tuple[float, float]]) -> list[GridHit | None]:
    """`grid_at` of many points, all of them by the same state of the areas."""
    known = borders(GRID_KINDS, _today())
    return [known.at(lon, lat) for lon, lat in points]


def grids_at(lonlat: np.ndarray) -> np.ndarray:
    """The same for many points at once: shape (n, 2) → grid ids, shape (n,), 0 = in no grid."""
    return borders(GRID_KINDS, _today()).at_all(np.asarray(lonlat, dtype=np.float64))


def unit_grid_at(lon: float, lat: float) -> GridHit | None:
    """The unit grid (单元网格) of a point today."""
    return borders(UNIT_GRID_KINDS, _today()).at(lon, lat)


def unit_grids_at(lonlat: np.ndarray) -> np.ndarray:
    """Unit grids of many points: shape (n, 2) → ids, shape (n,), 0 = none."""
    return borders(UNIT_GRID_KINDS, _today()).at_all(np.asarray(lonlat, dtype=np.float64))


def area(area_id: int) -> Area:
    """The area, open or closed. NotFound when there never was one."""
    found = Area.objects.select_related("parent").filter(pk=area_id).first()
    if found is None:
        raise NotFound("not_found", _("There is no such area."))
    return found


def area_by_code(code: str, kind: str | None = None) -> Area:
    """The open area with this code; where two levels share it, the higher one."""
    found = Area.objects.still_open().filter(code=code)
    area = (found.filter(kind=kind) if kind else found).order_by("path").first()
    if area is None:
        raise NotFound("not_found", _("There is no open area with the code “%(code)s”.") % {"code": code})
    return area


def area_at(lon: float, lat: float, kind: str, day: date | None = None) -> Area | None:
    """The area of one level around a point, on any day: asked of the database, for history and rare levels."""
    return (
        Area.objects.valid_on(day or _today())
        .filter(kind=kind, boundary__intersects=f"SRID=4490;POINT({float(lon)!r} {float(lat)!r})")
        .order_by("code", "pk")
        .first()
    )


def areas_of(kind: str | None = None, day: date | None = None) -> AreaQuerySet:
    """Areas valid on a day (today), of one level or all, without their borders, ordered by code."""
    found = Area.objects.valid_on(day or _today()).defer(*LIGHT).order_by("code", "pk")
    return found.filter(kind=kind) if kind else found


def children(area_id: int, day: date | None = None) -> AreaQuerySet:
    """What hangs directly below an area."""
    return areas_of(day=day).filter(parent=area_id)


def below(path: str, kind: str | None = None, day: date | None = None) -> AreaQuerySet:
    """The area with this path and everything under it: one range of an index."""
    return areas_of(kind, day).below(path)


def ancestors(area: Area) -> list[Area]:
    """What is above an area, the root first."""
    steps = rules.path_steps(area.path)[:-1]
    by_id = Area.objects.defer(*LIGHT).in_bulk(steps)
    return [by_id[step] for step in steps]


def heirs(area: Area) -> list[Area]:
    """The areas that took the place of a closed one."""
    return [*area.successors.defer(*LIGHT).order_by("path")]


def search(text: str, *, kind: str | None = None, day: date | None = None, limit: int = 20) -> list[Area]:
    """Areas by name, beginning of code, or pinyin (whole or initials); exact and short names first."""
    words = text.strip()
    if not words:
        return [*areas_of(kind, day)[:limit]]
    plain = words.lower().replace(" ", "")
    hit = Q(name__contains=words) | Q(code__startswith=words) | Q(pinyin__contains=plain)
    found = [*areas_of(kind, day).filter(hit)[: limit * 5]]
    found.sort(
        key=lambda a: (words not in (a.name, a.code), not a.name.startswith(words), len(a.name), a.code)
    )
    return found[:limit]


def border(area: Area) -> dict[str, Any] | None:
    """The border as GeoJSON, to about a centimetre."""
    if area.boundary is None:
        return None
    shape = shapely.from_wkb(bytes(area.boundary.wkb))
    return dict(shapely.set_precision(shape, 1e-7, mode="pointwise").__geo_interface__)


def area_card(area_id: int) -> AreaCard:
    """An area with what is above it and how many areas of each level are below it today."""
    one = area(area_id)
    under = below(one.path).exclude(pk=one.pk).order_by()
    counts = dict(under.values("kind").annotate(count=Count("pk")).values_list("kind", "count"))
    return AreaCard(one, ancestors(one), one.area_m2, counts)


def import_drafts(*, viewer: Actor, limit: int = 50) -> QuerySet[ImportDraft]:
    """The newest imports: one's own, or all for who may import everywhere."""
    scope = viewer.scope(access.IMPORT)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=access.IMPORT)
    drafts = (
        ImportDraft.objects.select_related("parent").defer("report", "content").order_by("-made_at", "-pk")
    )
    return (drafts if scope.covers() else drafts.filter(made_by=viewer.actor_key))[:limit]


def import_draft(draft_id: int, *, viewer: Actor) -> ImportDraft:
    """One import. NotAllowed without the permission at all, NotFound for somebody else's."""
    if not viewer.scope(access.IMPORT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=access.IMPORT)
    draft = ImportDraft.objects.select_related("parent").filter(pk=draft_id).first()
    if draft is None or not access.sees_draft(viewer, draft):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return draft


def possible_parents(*, viewer: Actor) -> list[Area]:
    """Open areas that an import may hang something below: those in the viewer's reach, without grids."""
    scope = viewer.scope(access.IMPORT)
    grids = [AreaKind.GRID, AreaKind.EXCLUSIVE_GRID, AreaKind.UNIT_GRID]
    open_now = Area.objects.still_open().defer(*LIGHT).filter(scope.q("path"))
    return [*open_now.exclude(kind__in=grids).order_by("path")[:500]]


@dataclass(frozen=True)
class Hanging:
    """What hangs on an area: sentences for people, and the open areas right below it."""

    below: list[Area]
    obstacles: list[str]
    effects: list[str]


BELOW_SHOWN = 30


def hanging(area: Area, at: datetime) -> Hanging:
    """Asked before an area is closed, and again by the action."""
    obstacles, effects = [], []
    for _key, check in AREA_CLOSING:
        if found := check.obstacle(area, at):
            obstacles.append(found)
        if found := check.effect(area, at):
            effects.append(found)
    open_below = area.children.filter(valid_to=None).defer(*LIGHT).order_by("code")
    return Hanging([*open_below[:BELOW_SHOWN]], obstacles, effects)


def level(area: Area | None) -> AreaQuerySet:
    """The open areas right below one, or the topmost; each with `below`, how many open ones hang right below it."""
    found = Area.objects.still_open().defer(*LIGHT).filter(parent=area)
    return found.annotate(below=Count("children", filter=Q(children__valid_to=None))).order_by("code", "pk")


def found_areas(text: str, *, kind: str = "", closed: bool = False) -> AreaQuerySet:
    """Areas by name, beginning of the code or pinyin, by code; the closed ones alone when asked."""
    found = Area.objects.defer(*LIGHT).select_related("parent").filter(valid_to__isnull=not closed)
    if words := text.strip():
        plain = words.lower().replace(" ", "")
        found = found.filter(Q(name__contains=words) | Q(code__startswith=words) | Q(pinyin__contains=plain))
    found = found.filter(kind=kind) if kind else found
    return found.defer(*LIGHT, "parent__boundary").order_by("code", "pk")


def areas_in_reach(
    *, viewer: Actor, what: str, kinds: Iterable[str] | None = None, limit: int = 500
) -> list[Area]:
    """Open areas in which the viewer may do `what`, from the top down: what a form offers to choose."""
    found = Area.objects.still_open().defer(*LIGHT, "centre").filter(viewer.scope(what).q("path"))
    if kinds is not None:
        found = found.filter(kind__in=[str(kind) for kind in kinds])
    order = Case(*(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(AreaKind.values)))
    return [*found.order_by(order, "code")[:limit]]


def _today() -> date:
    """timezone.localdate(), worked out once a day: it was a sixth of a look-up."""
    global _day
    zone, now = timezone.get_current_timezone(), time()
    known, begins, ends, day = _day
    if known is not zone or not begins <= now < ends:
        midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        day, next_midnight = midnight.date(), midnight + timedelta(days=1)
        _day = (zone, midnight.timestamp(), next_midnight.timestamp(), day)
    return day


_day: tuple[tzinfo | None, float, float, date] = (None, 0, 0, date.min)  # zone, from, until, the day


def box_around(area_ids: Iterable[int]) -> tuple[float, float, float, float] | None:
    """West, south, east, north around all of them, CGCS2000 degrees; None for none."""
    box = Area.objects.filter(pk__in=list(area_ids)).order_by().aggregate(box=Extent("boundary"))["box"]
    return tuple(box) if box else None
