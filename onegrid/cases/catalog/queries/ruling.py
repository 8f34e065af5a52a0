"""The dispatch list as its pages show it: rules, drafts, and what both together get wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext as _

from onegrid.cases.catalog import access
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassKind,
    DispatchRule,
    RuleDraft,
    RuleHelper,
)
from onegrid.cases.catalog.queries.checking import rule_lines
from onegrid.cases.catalog.queries.editions import edition
from onegrid.cases.catalog.rules.choosing import (
    Finding,
    Line,
    ancestors,
    circles,
    closed_units,
    gaps,
    overlaps,
)
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound
from onegrid.places.areas.models import Area

UNDRAWN = ("area__boundary", "area__centre", "organisation__point")
MOST = 2_000  # rules of one scheme and sort that a page looks through
DRAFTS_MOST = 200
NOW, COMING, ENDED = "now", "coming", "ended"


def dispatch_rules(
    scheme_id: int, at: datetime, *, show: str = NOW, kind: str = "", text: str = "", area: Area | None = None
) -> list[DispatchRule]:
    """Rules by class, the wider area first; `area`: those that could speak about a matter there."""
    rules = DispatchRule.objects.filter(scheme=scheme_id)
    if kind:
        rules = rules.filter(kind=kind)
    if show == COMING:
        rules = rules.filter(valid_from__gt=at)
    elif show == ENDED:
        rules = rules.filter(valid_to__lte=at)
    else:
        rules = rules.valid_at(at)
    if area is not None:
        rules = rules.filter(Q(area=None) | Q(area_id__in=ancestors(area.path)))
    wanted = text.strip()
    if wanted:
        rules = rules.filter(
            Q(class_code__startswith=wanted)
            | Q(major_code=wanted)
            | Q(organisation__name__icontains=wanted)
            | Q(area__name__icontains=wanted)
            | Q(reason__icontains=wanted)
        )
    helpers = Prefetch("helpers", RuleHelper.objects.select_related("organisation").order_by("pk"))
    found = rules.select_related("organisation", "area").prefetch_related(helpers, "limits").defer(*UNDRAWN)
    return list(
        found.order_by(
            "kind", "major_code", "class_code", F("area__path").asc(nulls_first=True), "hours", "-valid_from"
        )[:MOST]
    )


def rule_drafts(*, viewer: Actor, scheme_id: int | None = None) -> list[RuleDraft]:
    """Those in areas where the viewer may write rules; drafts for everywhere to who may write everywhere."""
    scope = viewer.scope(access.EDIT)
    if not scope.reaches:
        return []
    within = scope.q("area__path")
    if not access.covers_everywhere(scope):
        within &= ~Q(area=None)
    rows = RuleDraft.objects.filter(within)
    if access.covers_everywhere(scope):
        rows = RuleDraft.objects.filter(within | Q(area=None))
    if scheme_id is not None:
        rows = rows.filter(scheme=scheme_id)
    found = rows.select_related("scheme", "area", "organisation").defer(*UNDRAWN)
    return list(found.order_by("kind", "major_code", "class_code", "pk")[:DRAFTS_MOST])


def rule_draft(draft_id: int, *, viewer: Actor) -> RuleDraft:
    found = next((one for one in rule_drafts(viewer=viewer) if one.pk == draft_id), None)
    if found is None:
        raise NotFound("no_such_rule_draft", _("There is no such draft."))
    return found


def areas_to_rule(*, viewer: Actor) -> list[Area]:
    """Areas a rule may be written for, down to communities: deeper ones hardly ever have their own units."""
    scope = viewer.scope(access.EDIT)
    rows = Area.objects.filter(scope.q("path"), valid_to=None).defer("boundary", "centre")
    return list(
        rows.filter(kind__in=("city", "district", "street", "work_area", "community")).order_by("path")[:500]
    )


def rule_by_id(rule_id: int) -> DispatchRule:
    found = DispatchRule.objects.select_related("scheme", "area", "organisation").filter(pk=rule_id).first()
    if found is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    return found


@dataclass(frozen=True)
class Checked:
    """What the rules get wrong among themselves, and which classes nobody has at the place asked about.

    Keys of findings are ids of rules, and "d12" for draft 12.
    """

    faults: list[Finding[Any]]
    gaps: list[Finding[Any]]

    @property
    def hindering(self) -> list[Finding[Any]]:
        return [one for one in self.faults if any(isinstance(key, str) for key in one.keys)]


def checked_rules(
    version: CatalogVersion, at: datetime, *, drafts: Iterable[RuleDraft] = (), path: str = ""
) -> Checked:
    """The list as it would stand at `at` with these drafts published then."""
    lines = [line for kind in ClassKind.values for line in rule_lines(version.scheme_id, kind, at)]
    lines = with_drafts(lines, drafts, at)
    faults: list[Finding[Any]] = [*overlaps(lines), *circles(lines), *closed_units(lines)]
    classes = [(row.kind, row.code) for row in edition(version.pk).classes.values()]
    now = [line for line in lines if line.since <= at and (line.until is None or line.until > at)]
    return Checked(faults, list(gaps(now, classes, path)))


def with_drafts(lines: Sequence[Line], drafts: Iterable[RuleDraft], at: datetime) -> list[Line]:
    """Open rules for the same class, area and hours end where a draft begins."""
    found = list(lines)
    for draft in drafts:
        new = _line(draft, at)
        found = [
            replace(line, until=at)
            if line.place == new.place and line.until is None and line.since <= at and not _is_draft(line)
            else line
            for line in found
        ]
        if not draft.ends:
            found.append(new)
    return [line for line in found if line.until is None or line.until > at]


def _is_draft(line: Line) -> bool:
    return isinstance(line.key, str)


def _line(draft: RuleDraft, at: datetime) -> Line:
    unit = draft.organisation
    return Line(
        f"d{draft.pk}",
        draft.kind,
        draft.major_code,
        draft.class_code,
        draft.area.path if draft.area else "",
        draft.hours,
        at,
        None,
        draft.like_code,
        None if unit is None else unit.closed_on is None,
    )


def replaced_by(drafts: Sequence[RuleDraft], at: datetime) -> dict[int, DispatchRule]:
    """draft id → the rule that it ends. One query."""
    if not drafts:
        return {}
    rules = DispatchRule.objects.filter(
        scheme__in={draft.scheme_id for draft in drafts}, valid_to=None, valid_from__lte=at
    )
    there = {
        (rule.scheme_id, rule.kind, rule.major_code, rule.class_code, rule.area_id, rule.hours): rule
        for rule in rules.select_related("organisation", "area").defer(*UNDRAWN)[:MOST]
    }
    keys = {d.pk: (d.scheme_id, d.kind, d.major_code, d.class_code, d.area_id, d.hours) for d in drafts}
    return {pk: there[key] for pk, key in keys.items() if key in there}


def class_names(version: CatalogVersion | None) -> dict[tuple[str, str], str]:
    """(kind, code) → name, for classes and major classes."""
    if version is None:
        return {}
    rows: Iterable[CaseClass] = edition(version.pk).classes.values()
    found = {}
    for row in rows:
        found[row.kind, row.code] = str(row)
        found[row.kind, row.major.code] = str(row.major)
    return found
