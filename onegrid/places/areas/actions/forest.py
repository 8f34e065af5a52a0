"""Opening, renaming and closing areas. They are never deleted.

Changes of the forest run one after another (a lock inside the transaction): codes stay unique, parents stay open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce, announce_all
from onegrid.places.areas import access, rules
from onegrid.places.areas.facts import AreaClosed, AreaOpened, AreaRenamed
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.levels import coded_above, levels_for
from onegrid.places.areas.models import CGCS2000, Area, LevelPlan
from onegrid.places.areas.names import pinyin_of
from onegrid.places.areas.queries import hanging
from onegrid.places.areas.refusals import refuse

RECORDED_ONE_BY_ONE = 200  # a bigger load has one entry of its own in the audit trail

# Labels, sizes and colours are worked out by the database in one go, for the rows just written.
MEASURE = """
UPDATE places_area SET
  centre = ST_PointOnSurface(boundary),
  area_m2 = ST_Area(boundary::geography)
WHERE id = ANY(%s) AND boundary IS NOT NULL
"""
# Communities that touch (within some 20 m) get different colours; grids show the colour of their community.
NEIGHBOUR_TINTS = """
SELECT DISTINCT other.tint FROM places_area area JOIN places_area other
  ON ST_DWithin(other.boundary, area.boundary, 0.0002) AND other.kind = area.kind AND other.id <> area.id
WHERE area.id = %s AND other.valid_to IS NULL AND other.tint > 0
"""
TINT = "UPDATE places_area SET tint = %s WHERE id = %s"


@dataclass(frozen=True)
class NewArea:
    """An area to be opened; `predecessors`: ids of the areas whose place it takes."""

    kind: str
    code: str
    name: str
    parent: Area | None
    boundary: GEOSGeometry | None
    source_datum: str = "cgcs2000"
    predecessors: Sequence[int] = field(default=())


@transaction.atomic
def open_area(
    *,
    kind: str,
    code: str,
    name: str,
    parent: Area | None,
    boundary: GEOSGeometry | None,
    valid_from: date,
    by: Actor,
    at: datetime,
    source_datum: str = "cgcs2000",
    predecessors: Sequence[int] = (),
) -> Area:
    """A new area from `valid_from` on. `boundary`: Polygon or MultiPolygon in CGCS2000, or None when unknown."""
    wanted = NewArea(kind, code, name, parent, boundary, source_datum, tuple(predecessors))
    return open_areas(wanted=[wanted], valid_from=valid_from, by=by, at=at)[0]


@transaction.atomic
def open_areas(*, wanted: Sequence[NewArea], valid_from: date, by: Actor, at: datetime) -> list[Area]:
    """Many areas at once, all or none. Parents must exist before; the order of the result is that of `wanted`."""
    for parent in {new.parent.pk if new.parent else None: new.parent for new in wanted}.values():
        require(by, access.EDIT, path=parent.path if parent else None)
    lock_forest()
    return enter(wanted, valid_from=valid_from, by=by, at=at)


def enter(wanted: Sequence[NewArea], *, valid_from: date, by: Actor, at: datetime) -> list[Area]:
    """Checks and writes new areas. The caller has asked for permission and holds the forest's lock."""
    _check_codes_free(wanted)
    plans: dict[int | None, Mapping[str, Sequence[str]]] = {}
    for new in wanted:
        _check_new(new, valid_from, plans)
    ids = _new_ids(len(wanted))
    areas = [_row(new, id_, valid_from) for new, id_ in zip(wanted, ids, strict=True)]
    Area.objects.bulk_create(areas, batch_size=2000)
    _keep_succession(wanted, areas)
    _measure(areas)
    announce_all(
        (AreaOpened(area_id=area.pk, predecessors=[*new.predecessors]), area.path, None)
        for new, area in zip(wanted, areas, strict=True)
    )
    if len(areas) <= RECORDED_ONE_BY_ONE:
        for area in areas:
            record("areas.open", by=by, about=area, at=at, details={"code": area.code})
    return areas


@transaction.atomic
def rename_area(*, area_id: int, name: str, by: Actor, at: datetime) -> Area:
    """A new name for an open area; its code, border and identity stay."""
    area = locked(area_id, access.EDIT, by)
    set_name(area, name, by=by, at=at)
    return area


def set_name(area: Area, name: str, *, by: Actor, at: datetime) -> None:
    """The same for a caller who has asked for permission and holds the forest's lock."""
    if not name.strip():
        raise Refused("name_is_empty", _("An area needs a name."))
    area.name, area.pinyin = name.strip(), pinyin_of(name.strip())
    area.save(update_fields=["name", "pinyin"])
    announce(AreaRenamed(area_id=area.pk), path=area.path)
    record("areas.rename", by=by, about=area, at=at, details={"name": area.name})


@transaction.atomic
def close_area(*, area_id: int, valid_to: date, by: Actor, at: datetime, with_children: bool = False) -> Area:
    """The area ends before `valid_to` begins. Open areas below it must be closed before, or with it.

    Refused: `area_is_closed`, `still_needed` (plug-in `area_closing`), `areas_below_are_open`,
    `closes_before_it_opens`.
    """
    area = locked(area_id, access.EDIT, by)
    if obstacles := hanging(area, at).obstacles:
        raise Refused("still_needed", _("It cannot close yet."), reasons=obstacles)
    end(area, valid_to=valid_to, by=by, at=at, with_children=with_children)
    return area


def end(area: Area, *, valid_to: date, by: Actor, at: datetime, with_children: bool) -> list[Area]:
    """Closes an area (and, with them, all below) and returns what was closed. The caller has asked and locked."""
    if valid_to < area.valid_from:
        raise Refused(
            "closes_before_it_opens", _("An area cannot end before it began."), valid_from=area.valid_from
        )
    below = [*Area.objects.below(area.path).still_open().exclude(pk=area.pk).order_by("path")]
    if below and not with_children:
        raise Refused(
            "areas_below_are_open",
            _("“%(name)s” is still open below it. Close it first, or close all of them together.")
            % {"name": below[0].name},
            first=below[0].pk,
            count=len(below),
        )
    if later := next((other for other in below if other.valid_from > valid_to), None):
        raise Refused(
            "closes_before_it_opens",
            _("“%(name)s” below it begins only later.") % {"name": later.name},
            first=later.pk,
        )
    closed = [area, *below]
    Area.objects.filter(pk__in=[gone.pk for gone in closed]).update(valid_to=valid_to)
    area.valid_to = valid_to
    announce_all((AreaClosed(area_id=gone.pk), gone.path, None) for gone in closed)
    record("areas.close", by=by, about=area, at=at, details={"below": len(below)})
    return closed


@transaction.atomic
def set_levels(
    *, area: Area | None, levels: Mapping[str, Sequence[str]], by: Actor, at: datetime
) -> LevelPlan:
    """The city's own plan of levels, for everything under `area` (None: everywhere)."""
    require(by, access.EDIT, path=area.path if area else None)
    refuse(rules.plan_complaint(levels))
    lock_forest()
    plan, _made = LevelPlan.objects.update_or_create(
        area=area, defaults={"levels": {kind: [*parents] for kind, parents in levels.items()}}
    )
    record("areas.set_levels", by=by, about=plan, at=at)
    return plan


def lock_forest() -> None:
    """Other changes of areas wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('places.areas'))")


def multipolygon(boundary: GEOSGeometry) -> MultiPolygon:
    """The boundary as it is stored; refuses what is no valid area of ground."""
    if boundary.srid not in (None, CGCS2000):
        raise Refused("boundary_in_other_datum", _("A border must be given in CGCS2000."), srid=boundary.srid)
    shape = MultiPolygon(boundary, srid=CGCS2000) if isinstance(boundary, Polygon) else boundary
    if not isinstance(shape, MultiPolygon):
        raise Refused("boundary_is_no_polygon", _("A border must be a polygon."), found=boundary.geom_type)
    if shape.empty or not shape.valid:
        raise Refused(
            "boundary_is_not_valid",
            _("The border is not a valid polygon: %(reason)s") % {"reason": shape.valid_reason},
        )
    shape.srid = CGCS2000
    return shape


def locked(area_id: int, what: str, by: Actor) -> Area:
    """The open area, after permission, with the forest's lock held."""
    lock_forest()
    area = Area.objects.select_for_update().filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is no such area."))
    require(by, what, path=area.path)
    if area.valid_to is not None:
        raise Refused("area_is_closed", _("This area is closed."), valid_to=area.valid_to)
    return area


def _check_new(new: NewArea, valid_from: date, plans: dict[int | None, Mapping[str, Sequence[str]]]) -> None:
    if new.kind not in AreaKind.values:
        raise Refused("level_unknown", _("There is no such level."), kind=new.kind)
    if not new.name.strip():
        raise Refused("name_is_empty", _("An area needs a name."), given=new.code)
    parent = new.parent
    if parent is not None and (parent.valid_to is not None or parent.valid_from > valid_from):
        raise Refused("parent_is_not_open", _("The area above it is not open on that day."), parent=parent.pk)
    key = parent.pk if parent else None
    if key not in plans:
        plans[key] = levels_for(parent)
    refuse(rules.level_complaint(new.kind, parent.kind if parent else None, plans[key]))
    coded = coded_above(parent)
    refuse(
        rules.code_complaint(new.kind, new.code, coded.kind if coded else None, coded.code if coded else "")
    )


def _check_codes_free(wanted: Sequence[NewArea]) -> None:
    pairs = [(new.kind, new.code) for new in wanted]
    if len(set(pairs)) < len(pairs):
        twice = next(code for (_kind, code) in pairs if [code for _k, code in pairs].count(code) > 1)
        raise Refused("code_twice", _("The code “%(code)s” is given twice.") % {"code": twice}, given=twice)
    taken = Area.objects.still_open().filter(code__in=[code for _kind, code in pairs])
    for area in taken:
        if (area.kind, area.code) in set(pairs):
            raise Refused(
                "code_is_taken",
                _("The code “%(code)s” belongs to “%(name)s”, which is open.")
                % {"code": area.code, "name": area.name},
                given=area.code,
                area=area.pk,
            )


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('places_area', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _row(new: NewArea, id_: int, valid_from: date) -> Area:
    return Area(
        id=id_,
        kind=new.kind,
        code=new.code,
        name=new.name.strip(),
        pinyin=pinyin_of(new.name.strip()),
        parent=new.parent,
        path=f"{new.parent.path if new.parent else ''}{id_}.",
        boundary=multipolygon(new.boundary) if new.boundary is not None else None,
        source_datum=new.source_datum,
        valid_from=valid_from,
    )


def _keep_succession(wanted: Sequence[NewArea], areas: Sequence[Area]) -> None:
    links = Area.predecessors.through
    links.objects.bulk_create(
        links(from_area_id=area.pk, to_area_id=old)
        for new, area in zip(wanted, areas, strict=True)
        for old in new.predecessors
    )


def _measure(areas: Sequence[Area]) -> None:
    """Centre and size of new areas, and the colour of communities."""
    ids = [area.pk for area in areas]
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, [ids])
        for area in areas:
            if area.kind == AreaKind.COMMUNITY:
                cursor.execute(NEIGHBOUR_TINTS, [area.pk])
                cursor.execute(TINT, [rules.tint({row[0] for row in cursor.fetchall()}), area.pk])
    fresh = {area.pk: area for area in Area.objects.filter(pk__in=ids).only("centre", "area_m2", "tint")}
    for area in areas:
        measured = fresh[area.pk]
        area.centre, area.area_m2, area.tint = measured.centre, measured.area_m2, measured.tint
