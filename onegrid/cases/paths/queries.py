"""Reading paths. What crosses no area of the viewer's, and helps none of their units, is not there."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.access import DISPATCH, HANDLE, REPORT, SEE
from onegrid.cases.flow.models import Case, CaseLink
from onegrid.cases.flow.queries import in_scope, require_some_reach
from onegrid.cases.flow.rules import State
from onegrid.cases.paths.access import DRAW, answers_for
from onegrid.cases.paths.limits import PathLimits, path_limits
from onegrid.cases.paths.models import PathCase, PathSection, SectionLevel, SectionPhoto
from onegrid.cases.paths.rules import SectionState, total
from onegrid.kit.actors import Actor
from onegrid.kit.crypto import mask_plate
from onegrid.kit.errors import NotFound
from onegrid.kit.files.models import StoredFile

PAGE = 20
NEAR_MOST = 50
NEWEST = 300  # ways among which open ones are looked for


def not_there() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))


def visible_paths(viewer: Actor) -> Q:
    """Paths with a section in the viewer's area or of the viewer's unit; drafts only for whom may draw there."""
    seen, drawn = require_some_reach(viewer), viewer.scope(DRAW)
    streets = PathSection.objects.filter(path=OuterRef("pk"), level=SectionLevel.STREET)
    open_one = Q(Exists(streets.filter(seen.q("area_path", "unit_id"))), case__isnull=False)
    lead = Q(case__isnull=False) & seen.q("case__area_path", "lead_id")
    draft = Q(Exists(streets.filter(drawn.q("area_path"))), case=None)
    return Q(discarded_at=None) & (open_one | lead | draft)


@dataclass(frozen=True)
class PathPage:
    paths: list[PathCase]
    after: int | None


def path_page(*, viewer: Actor, after: int | None = None) -> PathPage:
    """The newest first. Two queries."""
    found = PathCase.objects.filter(visible_paths(viewer)).select_related("case", "case_class", "lead")
    found = found.defer(
        "line", "vehicle", "case__reporter_name", "case__reporter_phone", "case__point", "lead__point"
    )
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-id")[: PAGE + 1])
    streets = PathSection.objects.filter(path__in=rows[:PAGE], level=SectionLevel.STREET)
    names: dict[int, list[str]] = {}
    for path_id, name in streets.order_by("path", "position").values_list("path_id", "area__name"):
        names.setdefault(path_id, []).append(name)
    for row in rows:
        vars(row)["way"] = names.get(row.pk, [])
    return PathPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def open_ways(*, viewer: Actor, limit: int, lines: bool = False) -> list[PathCase]:
    """Ways whose case is open, among the NEWEST; `streets` of each: its sections by street in order, with their lines
    only where asked for. Two queries."""
    newest = PathCase.objects.filter(discarded_at=None).order_by("-id").values("pk")[:NEWEST]
    found = PathCase.objects.filter(visible_paths(viewer), pk__in=newest, case__ended_at=None)
    found = found.filter(case__isnull=False).select_related("case", "case_class", "lead")
    found = found.defer(
        "line", "vehicle", "case__reporter_name", "case__reporter_phone", "case__point", "lead__point"
    )
    rows = PathSection.objects.filter(level=SectionLevel.STREET).order_by("position").select_related("area")
    rows = rows.defer("area__boundary", "area__centre", *([] if lines else ["line"]))
    return list(found.prefetch_related(Prefetch("sections", rows, to_attr="streets")).order_by("-id")[:limit])


@dataclass
class PathStory:
    """Everything about one path that its page shows."""

    path: PathCase
    viewer: Actor

    @property
    def vehicle(self) -> str:
        """What identifies it, masked; "" for none. The whole is shown by `reveal_vehicle`, for a purpose."""
        return mask_plate(self.path.vehicle)

    @cached_property
    def streets(self) -> list[PathSection]:
        """Sections of streets in order, each with `mine`: whether the viewer answers for it."""
        return self._sections(SectionLevel.STREET)

    @cached_property
    def grids(self) -> list[PathSection]:
        return self._sections(SectionLevel.GRID)

    def _sections(self, level: SectionLevel) -> list[PathSection]:
        rows = self.path.sections.filter(level=level).select_related("area", "unit__area")
        rows = rows.defer("area__boundary", "area__centre", "unit__point", "unit__area__boundary")
        found = list(
            rows.prefetch_related("evidence__photos__file", "evidence__by")
            if level == SectionLevel.STREET
            else rows
        )
        for row in found:
            vars(row)["mine"] = level == SectionLevel.STREET and answers_for(self.viewer, row)
        return found

    @property
    def case(self) -> Case | None:
        return self.path.case

    @property
    def running(self) -> bool:
        """The unit at work: sections are answered and shown now."""
        return self.case is not None and self.case.state == State.DISPATCHED

    @cached_property
    def may_draw(self) -> bool:
        return any(self.viewer.scope(DRAW).covers(row.area_path) for row in self.streets)

    @property
    def may_open(self) -> bool:
        """A draft becomes a case by somebody who also reports."""
        return self.case is None and self.may_draw and bool(self.viewer.scope(REPORT).reaches)

    @cached_property
    def may_send(self) -> bool:
        """To the lead unit with its helpers; later once more to whom was not asked or did not accept."""
        if self.case is None:
            return False
        if self.case.state == State.FILED:
            return self.viewer.scope(DISPATCH).covers(self.case.area_path, self.case.unit_id)
        waiting = any(row.state in (SectionState.PLANNED, SectionState.DECLINED) for row in self.streets)
        may = any(
            self.viewer.scope(what).covers(self.case.area_path, self.case.unit_id)
            for what in (DISPATCH, HANDLE)
        )
        return self.running and waiting and may

    @property
    def leads(self) -> bool:
        """Whether the viewer speaks for the lead unit."""
        return self.case is not None and self.viewer.scope(HANDLE).covers(
            self.case.area_path, self.path.lead_id
        )

    @property
    def may_know_vehicle(self) -> bool:
        return self.may_draw or self.leads or any(vars(row)["mine"] for row in self.streets)

    @property
    def asked(self) -> bool:
        """Whether a unit of the viewer's is to answer now."""
        return self.running and any(
            vars(row)["mine"] and row.state == SectionState.ASKED for row in self.streets
        )

    @property
    def cost(self) -> Decimal:
        return total(row.cost for row in self.streets)

    @property
    def units(self) -> list[Organisation]:
        """Of the sections, each once, in order."""
        return list({row.unit.pk: row.unit for row in self.streets if row.unit is not None}.values())

    @property
    def helpers(self) -> list[Organisation]:
        return [unit for unit in self.units if unit.pk != self.path.lead_id]

    @cached_property
    def waits_for(self) -> list[PathSection]:
        """Sections without evidence."""
        return [row for row in self.streets if row.state != SectionState.SHOWN]

    @cached_property
    def near(self) -> list["Near"]:
        return reports_near(path=self.path, viewer=self.viewer)


def path_story(*, path_id: int, viewer: Actor) -> PathStory:
    """One path, or `not_found`."""
    found = PathCase.objects.filter(visible_paths(viewer), pk=path_id)
    found = found.select_related("case__unit", "case__holder_org", "case_class", "lead", "owner")
    path = found.first()
    if path is None:
        raise not_there()
    return PathStory(path, viewer)


def path_of_case(*, case: Case) -> int | None:
    """For the page of a case that the viewer has read."""
    return PathCase.objects.filter(case=case).values_list("pk", flat=True).first()


def photo_of_path(*, path_id: int, photo_id: int, viewer: Actor) -> StoredFile:
    path_story(path_id=path_id, viewer=viewer)
    found = (
        SectionPhoto.objects.filter(pk=photo_id, evidence__section__path=path_id)
        .select_related("file")
        .first()
    )
    if found is None:
        raise not_there()
    return found.file


@dataclass(frozen=True)
class Near:
    """An open report near the way in the time of the path; `linked`: it belongs to the lead case already."""

    case: Case
    metres: float
    linked: bool


# The way is cut into pieces of few corners, so that each asks the index case_open_near for its own small box.
NEAR = """
WITH way AS MATERIALIZED (SELECT ST_Subdivide(line, 16) AS piece FROM cases_pathcase WHERE id = %(path)s)
SELECT found.id, min(ST_Distance(found.point::geography, way.piece::geography)) AS metres
FROM way CROSS JOIN LATERAL (
    SELECT id, point, opened_at FROM cases_case
    WHERE ended_at IS NULL AND point && ST_Expand(way.piece, %(degrees)s) OFFSET 0
) found
WHERE ST_DWithin(found.point::geography, way.piece::geography, %(metres)s)
    AND found.opened_at BETWEEN %(from)s AND %(to)s AND found.id <> %(case)s
GROUP BY found.id ORDER BY metres, found.id LIMIT 500
"""
DEGREE = 111_000.0  # metres of a degree of latitude, rounded down


def near_given(path: PathCase, limits: PathLimits) -> dict:
    """What NEAR is asked with. Degrees of longitude are shorter up north: up to 60° twice as many do."""
    return {
        "path": path.pk,
        "case": path.case_id or 0,
        "metres": limits.near_metres,
        "degrees": limits.near_metres / DEGREE * 2,
        "from": path.from_at - timedelta(hours=limits.near_before_hours),
        "to": path.to_at + timedelta(hours=limits.near_after_hours),
    }


def reports_near(*, path: PathCase, viewer: Actor) -> list[Near]:
    """Open reports along the way that the viewer may see, the nearest first; at most NEAR_MOST."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, near_given(path, path_limits(path.rules_from)))
        metres = dict(cursor.fetchall())
    seen = Case.objects.filter(in_scope(require_some_reach(viewer)), pk__in=list(metres))
    rows = seen.select_related("case_class", "grid").defer(
        "reporter_name", "reporter_phone", "grid__boundary", "grid__centre"
    )
    linked = _linked_with(path.case_id)
    found = [Near(case, metres[case.pk], case.pk in linked) for case in rows]
    return sorted(found, key=lambda one: (one.metres, one.case.pk))[:NEAR_MOST]


def _linked_with(case_id: int | None) -> set[int]:
    if case_id is None:
        return set()
    pairs = CaseLink.objects.filter(Q(case=case_id) | Q(other=case_id), ended_at=None).values_list(
        "case_id", "other_id"
    )
    return {one for pair in pairs for one in pair} - {case_id}


__all__ = [
    "SEE", "Near", "PathPage", "PathStory", "open_ways", "path_of_case", "path_page", "path_story",
    "photo_of_path", "reports_near",
]  # fmt: skip
