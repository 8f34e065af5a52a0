"""A draft of a path, who shall lead it, and the lead case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.gis.geos import LineString, MultiLineString
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import class_by_id, route, units_for, valid_on
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import TEXT_MAX
from onegrid.cases.paths import rules
from onegrid.cases.paths.access import DRAW
from onegrid.cases.paths.crossing import metres_of, parts_of, stretch
from onegrid.cases.paths.facts import PathOpened
from onegrid.cases.paths.limits import PathLimits, path_limits
from onegrid.cases.paths.models import PathCase, PathSection, SectionLevel, Source
from onegrid.cases.paths.queries import not_there
from onegrid.cases.paths.reading import read_line, read_track
from onegrid.cases.paths.rules import Fix, LeadRule, Section, Track
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts import announce
from onegrid.kit.geo import Datum, metres_between
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import CGCS2000, Area

STREET = AreaKind.STREET.value
GRID_KINDS = tuple(kind.value for kind in GRIDS)
SECTIONS_MOST = 500
REASON_MAX = 500
NONE = rules.Cleaning(float("inf"), float("inf"), 1)  # of a drawn line nothing is left out


@dataclass(frozen=True)
class Way:
    """What was handed in: a track as CSV, or a drawn line; one of the two. The window bounds a track, and gives a
    line its time."""

    track: bytes = b""
    line: str = ""
    datum: Datum = Datum.CGCS2000
    vehicle: str = ""
    from_at: datetime | None = None
    to_at: datetime | None = None


@transaction.atomic
def draw_path(
    *, way: Way, text: str, class_id: int, owner_id: int | None = None, by: Actor, at: datetime
) -> PathCase:
    """途经: the areas along a way, in order, and who would lead. A draft: nobody is told before there is a case.

    Refused: report_is_empty, text_too_long, class_not_in_force, way_needed, window_needed, track_too_short,
    outside_all_streets, too_many_sections, path_elsewhere (no section in the drawer's own area), no_such_unit,
    no_responsible_unit, and those of reading.
    """
    case_class = _checked(text, class_id, by, at)
    limits = path_limits(timezone.localdate(at))
    cleaning = NONE if way.line.strip() else limits.cleaning
    track = rules.cleaned(_fixes(way, limits), cleaning, metres_between)
    if not track.pieces:
        raise Refused("track_too_short", _("The track has no two points that belong together."))
    found = parts_of(track, (STREET, *GRID_KINDS), timezone.localdate(at))
    streets = rules.sections(found[STREET])
    grids = rules.sections([part for kind in GRID_KINDS for part in found[kind]])
    if not streets:
        raise Refused("outside_all_streets", _("This way crosses no street that is served here."))
    if len(streets) + len(grids) > SECTIONS_MOST:
        words = _("This way has more than %(most)s sections; please take a shorter time.")
        raise Refused("too_many_sections", words % {"most": SECTIONS_MOST})
    areas = Area.objects.defer("boundary", "centre").in_bulk({one.area for one in (*streets, *grids)})
    if not any(by.scope(DRAW).covers(areas[one.area].path) for one in streets):
        raise Refused("path_elsewhere", _("This way does not touch your area."))
    units = {
        area: route(case_class, areas[area].path, at).organisation for area in {one.area for one in streets}
    }
    owner = _owner(owner_id)
    lead = _lead(streets, units, owner, areas, limits, at)
    line = MultiLineString(
        [_line([(fix.lon, fix.lat) for fix in piece]) for piece in track.pieces], srid=CGCS2000
    )
    metres = metres_of(line)
    path = PathCase.objects.create(
        case_class=case_class, text=text.strip(), vehicle=way.vehicle.strip()[:40] or None, owner=owner,
        source=Source.DRAWN if way.line else Source.TRACK, datum=way.datum,
        from_at=_moment(track.pieces[0][0].at), to_at=_moment(track.pieces[-1][-1].at), line=line, metres=metres,
        metres_outside=max(metres - sum(one.metres for one in streets), 0.0), counts=_counts(track, found[STREET]),
        lead_id=lead[1], lead_rule=lead[0], lead_mark=limits.lead_mark, rules_from=limits.valid_from,
        made_by=by.actor_key, made_by_name=by.actor_label[:80], made_at=at,
    )  # fmt: skip
    rows = [
        _row(path, SectionLevel.STREET, n, one, areas, track, units) for n, one in enumerate(streets, start=1)
    ]
    rows += [_row(path, SectionLevel.GRID, n, one, areas, track, {}) for n, one in enumerate(grids, start=1)]
    PathSection.objects.bulk_create(rows)
    record("paths.draw", by=by, about=path, at=at, details={"streets": len(streets), "grids": len(grids)})
    return path


def _checked(text: str, class_id: int, by: Actor, at: datetime) -> CaseClass:
    if not by.scope(DRAW).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=DRAW)
    if not text.strip():
        raise Refused("report_is_empty", _("Please say what happened."))
    if len(text) > TEXT_MAX:
        raise Refused("text_too_long", _("The text is longer than %(most)s characters.") % {"most": TEXT_MAX})
    case_class = class_by_id(class_id)
    if not valid_on(case_class.version_id, timezone.localdate(at)):
        raise Refused("class_not_in_force", _("This class is not in force."), code=case_class.code)
    return case_class


def _fixes(way: Way, limits: PathLimits) -> list[Fix]:
    if bool(way.track.strip()) == bool(way.line.strip()):
        raise Refused("way_needed", _("Please give a track or draw a line, one of the two."))
    begins, ends = way.from_at, way.to_at
    if begins is not None and ends is not None and begins >= ends:
        raise Refused("window_needed", _("The time ends before it begins."))
    if way.line.strip():
        if begins is None or ends is None:
            raise Refused("window_needed", _("A drawn line needs the time from when to when."))
        line = read_line(way.line)
        return rules.timed(line, begins.timestamp(), ends.timestamp(), metres_between)
    fixes = read_track(way.track, datum=way.datum, vehicle=way.vehicle, most=limits.points_most)
    low = begins.timestamp() if begins else float("-inf")
    high = ends.timestamp() if ends else float("inf")
    return [fix for fix in fixes if low <= fix.at <= high]


def _owner(owner_id: int | None) -> Organisation | None:
    if owner_id is None:
        return None
    found = (
        Organisation.objects.filter(pk=owner_id, closed_on=None).select_related("area").defer("point").first()
    )
    if found is None:
        raise Refused("no_such_unit", _("This unit does not exist, or no longer."), unit=owner_id)
    return found


def _lead(
    streets: Sequence[Section],
    units: dict[int, Organisation],
    owner: Organisation | None,
    areas: dict[int, Area],
    limits: PathLimits,
    at: datetime,
) -> tuple[LeadRule, int, int]:
    """The owner counts where it may handle matters at the origin: a firm from elsewhere has no desk here."""
    serving = {unit.pk for unit in units_for(areas[streets[0].area].path, timezone.localdate(at))}
    known = owner.pk if owner is not None and owner.pk in serving else None
    crossed = [rules.Crossed(units[one.area].pk, one.metres) for one in streets]
    found = rules.lead_of(limits.lead, crossed, known)
    assert (
        found is not None
    )  # there are sections, and the shipped order ends with a rule that always names one
    return found


def _counts(track: Track, streets: Sequence[rules.Part]) -> dict[str, int]:
    return {
        "given": track.given,
        "kept": track.kept,
        "repeated": track.repeated,
        "jumps": track.jumps,
        "alone": track.alone,
        "gaps": track.gaps,
        "outside": rules.outside(track, rules.apart(streets)),
    }


def _row(
    path: PathCase,
    level: SectionLevel,
    position: int,
    section: Section,
    areas: dict[int, Area],
    track: Track,
    units: dict[int, Organisation],
) -> PathSection:
    lines = [_line(line) for line in stretch(track, section.parts)]
    area = areas[section.area]
    return PathSection(
        path=path,
        level=level,
        position=position,
        area=area,
        area_path=area.path,
        unit=units.get(section.area),
        entered_at=_moment(section.entered),
        left_at=_moment(section.left),
        dwell=round(section.dwell),
        metres=section.metres,
        line=MultiLineString(lines, srid=CGCS2000) if lines else None,
    )


def _line(places: Sequence[tuple[float, float]]) -> LineString:
    return LineString(list(places), srid=CGCS2000)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def draft_locked(path_id: int, by: Actor) -> PathCase:
    """A draft that crosses the person's area, locked; else it is not there. Refused: path_is_open."""
    if not by.scope(DRAW).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=DRAW)
    path = PathCase.objects.select_for_update().filter(pk=path_id, discarded_at=None).first()
    if path is None:
        raise not_there()
    streets = path.sections.filter(level=SectionLevel.STREET).values_list("area_path", flat=True)
    if not any(by.scope(DRAW).covers(one) for one in streets):
        raise not_there()
    if path.case_id is not None:
        raise Refused("path_is_open", _("This path has its case already."))
    return path


@transaction.atomic
def choose_lead(*, path_id: int, unit_id: int, reason: str, by: Actor, at: datetime) -> PathCase:
    """Another unit than the rule's leads, with a reason; one of those along the way. Refused: path_is_open,
    no_such_unit, reason_needed, reason_too_long."""
    path = draft_locked(path_id, by)
    if not reason.strip():
        raise Refused("reason_needed", _("Please give the reason."))
    if len(reason) > REASON_MAX:
        raise Refused("reason_too_long", _("The reason is too long."), most=REASON_MAX)
    if not path.sections.filter(level=SectionLevel.STREET, unit=unit_id).exists():
        raise Refused("no_such_unit", _("This unit has no section of the way."), unit=unit_id)
    before, path.lead_id = path.lead_id, unit_id
    path.lead_reason, path.lead_chosen_by = reason.strip(), by.actor_label[:80]
    path.save(update_fields=["lead", "lead_reason", "lead_chosen_by"])
    record(
        "paths.lead",
        by=by,
        about=path,
        at=at,
        reason=reason.strip(),
        details={"before": before, "after": unit_id},
    )
    return path


@transaction.atomic
def discard_path(*, path_id: int, by: Actor, at: datetime) -> PathCase:
    """A draft that nobody needs. Refused: path_is_open."""
    path = draft_locked(path_id, by)
    path.discarded_at = at
    path.save(update_fields=["discarded_at"])
    record("paths.discard", by=by, about=path, at=at)
    return path


@transaction.atomic
def open_path_case(*, path_id: int, by: Actor, at: datetime) -> Case:
    """The lead case, reported where the lead unit's own way begins: from here it goes the six steps as any other, and
    its clock is the only one. Refused: path_is_open, and what open_case refuses."""
    path = draft_locked(path_id, by)
    streets = list(path.sections.filter(level=SectionLevel.STREET).order_by("position"))
    own = next((row for row in streets if row.unit_id == path.lead_id), streets[0])
    lon, lat = _begin_of(own, path)
    inside = {"lon": lon, "lat": lat}
    try:
        with transaction.atomic():
            case = _opened(path, inside, by, at)
    except Refused as refusal:
        if refusal.code != "outside_all_grids":
            raise
        case = _opened(path, {"area_id": own.area_id}, by, at)
    if not case.area_path.startswith(
        own.area_path
    ):  # on the border the grid of the other side may have taken it
        raise Refused(
            "place_unknown", _("The beginning of the lead's section lies on a border; choose another lead.")
        )
    path.case = case
    path.save(update_fields=["case"])
    record("paths.open", by=by, about=path, at=at, details={"case": case.number})
    announce(PathOpened(path.pk, case.pk), path=case.area_path, org_id=path.lead_id)
    return case


def _opened(path: PathCase, where: dict, by: Actor, at: datetime) -> Case:
    return open_case(
        channel=Channel.SUPERVISOR,
        text=path.text,
        case_class=class_by_id(path.case_class_id),
        **where,
        by=by,
        at=at,
    )


def _begin_of(section: PathSection, path: PathCase) -> tuple[float, float]:
    """A point a little inside: the middle of the section's first stretch, not the border itself."""
    if section.line is None:
        lon, lat = path.line.coords[0][0]
        return lon, lat
    points = section.line.coords[0]
    middle = len(points) // 2
    (x, y), (u, v) = points[middle - 1], points[middle]
    return (x + u) / 2, (y + v) / 2
