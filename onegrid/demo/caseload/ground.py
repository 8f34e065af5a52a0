"""What many cases are drawn from: the grids, people, units, classes, limits and calendars that the database holds."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import shapely
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.duties.models import Duty, DutyRole
from onegrid.accounts.identity.models import Posting
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass, ClassKind, DispatchRule, Standard
from onegrid.cases.catalog.queries import CENTRES, stage_limits, version_in_force
from onegrid.cases.catalog.rules import ancestors, best_rule, nearest
from onegrid.kit.errors import Refused
from onegrid.kit.worktime import WorkCalendar
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import working_calendar

POINTS = 24  # places drawn beforehand in every grid
ROLES = [DutyRole.MAIN, DutyRole.DEPUTY, DutyRole.HEAD, DutyRole.STATION, DutyRole.CENTRE]


@dataclass(frozen=True)
class Doer:
    """Somebody as the timeline keeps them."""

    key: str
    label: str
    post: str = ""
    org_id: int | None = None
    org_name: str = ""
    user_id: int | None = None


@dataclass(frozen=True)
class Spot:
    """One grid, whom it belongs to, and points in it."""

    grid_id: int
    community_id: int | None
    street_id: int | None
    path: str
    street: int  # number in `Ground.streets`
    worker: Doer | None
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class Limit:
    limit: int
    unit: str
    mark: str


@dataclass(frozen=True)
class Row:
    """One row of a filing standard."""

    pk: int
    limit: Limit
    copied: dict


@dataclass(frozen=True)
class Matter:
    pk: int
    name: str
    label: str
    standards: list[Row]


@dataclass
class Ground:
    """Plain values only, so that it passes to other processes. `unit_of[street][matter]` is a number in `units`."""

    spots: list[Spot]
    matters: list[Matter]
    streets: list[str]
    centres: list[Doer | None]
    desks: list[list[Doer]]
    units: list[Doer]
    unit_of: list[list[int]]
    by_list: list[list[tuple[bool, str, int | None]]]
    officers: dict[int, Doer]
    limits: dict[str, Limit]
    calendars: dict[date, WorkCalendar] = field(default_factory=dict)


def read_ground(at: datetime, days: int) -> Ground:
    """Refused: no_grids, no_centre (nobody could be sent a case), catalog_missing; Unavailable no_calendar."""
    today = timezone.localdate(at)
    version = version_in_force(today)
    areas = {
        pk: (kind, path)
        for pk, kind, path in Area.objects.exclude(kind=AreaKind.UNIT_GRID).values_list("pk", "kind", "path")
    }
    orgs = list(Organisation.objects.filter(closed_on=None).select_related("area").order_by("code"))
    for org in orgs:
        org.area_path = org.area.path  # type: ignore[attr-defined]  # as catalog.rules reads it
    centres_here = [org for org in orgs if org.kind in CENTRES]
    posts = _posts(at)
    matters = _matters(version.pk)
    spots, streets = _spots(areas, at, posts)
    centres = [nearest(centres_here, path) for path in streets]  # type: ignore[type-var]  # placed above
    if None in centres:
        raise Refused("no_centre", _("No centre serves this street: nobody could be sent its cases."))
    ground = Ground(
        spots, matters, streets, [_as_unit(org) for org in centres], [_desk(org, posts) for org in centres],
        [], [], [], {},
        {stage: Limit(one.limit, one.unit, one.mark) for stage, one in stage_limits(version.pk).items()},
    )  # fmt: skip
    _route(ground, version, orgs, centres, at)
    ground.officers = {unit.org_id: _officer(unit, posts) for unit in ground.units if unit.org_id}
    top = min(streets, key=len)
    for back in range(days + 2):
        moment = at - timedelta(days=back)
        ground.calendars[timezone.localdate(moment)] = working_calendar(moment, top)
    return ground


def _matters(version_id: int) -> list[Matter]:
    own: dict[int, list[Row]] = defaultdict(list)
    for row in Standard.objects.filter(case_class__version=version_id).order_by("case_class", "position"):
        copied = {
            "condition": row.filing_condition, "limit": row.limit, "unit": row.unit,
            "closing": row.closing_condition, "mark": row.mark,
        }  # fmt: skip
        own[row.case_class_id].append(Row(row.pk, Limit(row.limit, row.unit, row.mark), copied))
    found = CaseClass.objects.filter(version=version_id, kind=ClassKind.EVENT).select_related(
        "version__scheme"
    )
    return [
        Matter(
            one.pk,
            one.plain_name or one.name,
            f"{one.version} {one.kind} {one.code}",
            own[one.pk] or own[one.fault_of_id or one.pk],
        )
        for one in found.order_by("code")
    ]


def _posts(at: datetime) -> dict[int, Doer]:
    """Each user's first post, as the timeline would keep it."""
    found: dict[int, Doer] = {}
    held = Posting.objects.serving_on(timezone.localdate(at)).select_related("user", "organisation")
    with translation.override(settings.LANGUAGE_CODE):
        for post in held.order_by("pk"):
            found.setdefault(
                post.user_id,
                Doer(
                    post.user.actor_key, post.user.actor_label[:80], str(post.get_kind_display()),
                    post.organisation_id, post.organisation.name, post.user_id,
                ),
            )  # fmt: skip
    return found


def _spots(
    areas: dict[int, tuple[str, str]], at: datetime, posts: dict[int, Doer]
) -> tuple[list[Spot], list[str]]:
    """Open grids in the order of their paths, each with the person who answers first there."""
    first: dict[int, tuple[int, int]] = {}
    for area_id, user_id, role in (
        Duty.objects.valid_at(at).values_list("area_id", "user_id", "role").order_by("pk")
    ):
        first[area_id] = min(first.get(area_id, (99, 0)), (ROLES.index(DutyRole(role)), user_id))
    random = np.random.default_rng(len(areas))
    spots: list[Spot] = []
    streets: dict[str, int] = {}
    for pk, path, shape in (
        Area.objects.filter(kind__in=GRIDS, valid_to=None)
        .exclude(boundary=None)
        .order_by("path")
        .values_list("pk", "path", "boundary")
    ):
        above = ancestors(path)
        of_kind = {areas[one][0]: one for one in above}
        street = of_kind.get(AreaKind.STREET)
        if street is None or shape is None:
            continue
        number = streets.setdefault(areas[street][1], len(streets))
        worker = next((first[one][1] for one in reversed(above) if one in first), None)
        points = _inside(shapely.from_wkb(bytes(shape.wkb)), random)
        spots.append(
            Spot(pk, of_kind.get(AreaKind.COMMUNITY), street, path, number, posts.get(worker or 0), points)
        )
    if not spots:
        raise Refused("no_grids", _("There are no grids: load areas first."))
    return spots, list(streets)


def _inside(shape: shapely.Geometry, random: np.random.Generator) -> list[tuple[float, float]]:
    """Points within the border, to six decimals."""
    west, south, east, north = shape.bounds
    found: list[tuple[float, float]] = []
    shapely.prepare(shape)
    while len(found) < POINTS:
        drawn = np.round(random.uniform((west, south), (east, north), (POINTS * 3, 2)), 6)
        found += [(float(x), float(y)) for x, y in drawn[shapely.contains_xy(shape, drawn)]]
    return found[:POINTS]


def _route(ground: Ground, version, orgs: list, centres: list, at: datetime) -> None:
    """The dispatch list, read once: who is responsible for each class in each street."""
    rules = list(
        DispatchRule.objects.valid_at(at)
        .filter(scheme=version.scheme_id, kind=ClassKind.EVENT)
        .select_related("organisation", "area")
    )
    for rule in rules:
        rule.area_path = rule.area.path if rule.area else ""  # type: ignore[attr-defined]  # as catalog.rules reads it
    numbers: dict[int, int] = {}
    codes = dict(CaseClass.objects.filter(version=version).values_list("pk", "code"))
    majors = {code[:2] for code in codes.values()}
    of_major = {major: [rule for rule in rules if rule.major_code == major] for major in majors}
    for path, centre in zip(ground.streets, centres, strict=True):
        row: list[int] = []
        why: list[tuple[bool, str, int | None]] = []
        for matter in ground.matters:
            code = codes[matter.pk]
            found = best_rule(of_major[code[:2]], class_code=code, path=path)  # type: ignore[type-var]  # placed above
            org = found and (
                found.organisation or nearest([one for one in orgs if one.kind == found.org_kind], path)
            )
            why.append((True, found.reason, found.pk) if found and org else (False, "", None))
            org = org or centre
            if org.pk not in numbers:
                numbers[org.pk] = len(ground.units)
                ground.units.append(_as_unit(org))
            row.append(numbers[org.pk])
        ground.unit_of.append(row)
        ground.by_list.append(why)


def _as_unit(org: Organisation | None) -> Doer:
    assert org is not None
    return Doer("system:demo", org.name[:80], "", org.pk, org.name)


def _desk(org: Organisation | None, posts: dict[int, Doer]) -> list[Doer]:
    """People at the centre's desks; the centre itself where nobody is."""
    assert org is not None
    return [post for post in posts.values() if post.org_id == org.pk][:6] or [_as_unit(org)]


def _officer(unit: Doer, posts: dict[int, Doer]) -> Doer:
    return next((post for post in posts.values() if post.org_id == unit.org_id), unit)
