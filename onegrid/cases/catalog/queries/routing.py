"""Who is responsible for what: the dispatch list asked for one matter, with its reasons, and the precedents."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property

from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import (
    RULED_STAGES,
    CaseClass,
    DispatchRule,
    Precedent,
    RuleHelper,
)
from onegrid.cases.catalog.queries.units import CENTRES, ORGANISATION, centre_for, open_organisations
from onegrid.cases.catalog.rules.choosing import (
    Outcome,
    ancestors,
    misfit,
    nearest,
    ordered,
    why_lost,
)
from onegrid.kit.errors import Refused
from onegrid.kit.statements import Columns, ask
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import areas_with_days_of_their_own, working_calendar

PRECEDENTS = 20  # offered at most


@dataclass(frozen=True)
class RouteLimit:
    """How long a stage may take because a dispatch rule says so."""

    limit: int
    unit: str


@dataclass(frozen=True)
class Route:
    """Where a matter should go, and why; `rule_id` is None when only the class's own unit or 属地兜底 was left.

    `helpers`: units that help (配合单位); `limits`: stage → limit of the rule, where it sets one.
    """

    organisation: Organisation
    why: str
    rule_id: int | None = None
    helpers: tuple[Organisation, ...] = ()
    limits: dict[str, RouteLimit] = field(default_factory=dict)


def route(case_class: CaseClass, path: str, at: datetime) -> Route:
    """The responsible organisation for a class at a place (area path) at a time.

    Without a fitting rule the class's own unit has it, else the street (属地兜底; local practice, standards.md 1.6);
    refused with `no_responsible_unit` when there is not even a centre.
    """
    return explained(case_class, path, at).route


def routes(matters: Iterable[tuple[CaseClass, str]], at: datetime) -> dict[tuple[int, str], Route | Refused]:
    """`route` for many classes and places, by (class id, path): the same answers, refusals among them, by a number of
    statements that does not grow with how many are asked."""
    wanted = {(one.pk, path): (one, path) for one, path in matters}
    ground = _Ground.around([one for one, _path in wanted.values()], [path for _pk, path in wanted], at)
    found: dict[tuple[int, str], Route | Refused] = {}
    for key, (case_class, path) in wanted.items():
        try:
            found[key] = explained(case_class, path, at, ground=ground).route
        except Refused as refusal:
            found[key] = refusal
    return found


@dataclass(frozen=True)
class Looked:
    """A rule that was looked at, and what became of it; `by`: the code whose rules were asked ("like that class")."""

    rule: DispatchRule
    outcome: Outcome
    by: str


@dataclass(frozen=True)
class Explained:
    """`looked`: every rule about the class or its major class, and what became of it, the winner first.

    `working`: whether it was working time at the place; None when no rule asks.
    """

    route: Route
    looked: list[Looked]
    working: bool | None


def explained(
    case_class: CaseClass,
    path: str,
    at: datetime,
    *,
    all_rules: bool = False,
    ground: "_Ground | None" = None,
) -> Explained:
    """The way of a matter with every rule considered. `all_rules`: also those of other areas and times; `ground`:
    what was read for many questions together."""
    asked = _Asked(case_class.version.scheme_id, case_class.kind, path, at, all_rules, ground)
    looked: list[Looked] = []
    chosen = _chosen(asked, case_class.code, [], looked)
    looked.sort(key=lambda one: one.outcome != Outcome.WON)
    working = asked.working if any(one.rule.hours for one in looked) else None
    if chosen is not None:
        rule, target = chosen
        helpers, limits = _extras(rule, asked)
        why = rule.reason or _("By the dispatch list: %(major)s") % {"major": case_class.major}
        return Explained(Route(target, why, rule.pk, helpers, limits), looked, working)
    own = _own_unit(case_class, asked)
    if own is not None:
        return Explained(Route(own, _("The unit that the class names.")), looked, working)
    centre = asked.centre()
    if centre is None:
        raise Refused("no_responsible_unit", _("Nobody is responsible for this place yet."))
    return Explained(Route(centre, _("No rule fits; the street handles it itself.")), looked, working)


@dataclass
class _Asked:
    """One question, and what its answers share."""

    scheme_id: int
    kind: str
    path: str
    at: datetime
    all_rules: bool
    ground: "_Ground | None" = None

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @cached_property
    def working(self) -> bool:
        if self.ground is not None:
            return self.ground.working(self.path)
        return _is_working_time(self.at, self.path)

    def rules(self, code: str) -> list[DispatchRule]:
        """About the class or its major class, in the order in which they were written."""
        if self.ground is not None:
            return self.ground.rules_about(self.scheme_id, self.kind, code[:2])
        if not self.all_rules:
            return _rules_here(self.scheme_id, self.kind, code[:2], self.at, self.path)
        rules = DispatchRule.objects.filter(scheme=self.scheme_id, kind=self.kind, major_code=code[:2])
        return list(_with_paths(rules))

    def helpers_of(self, rule: DispatchRule) -> Iterable[RuleHelper]:
        if self.ground is not None:  # read with the rules
            return rule.helpers.all()
        return rule.helpers.select_related("organisation").order_by("pk")

    def own_of(self, case_class: CaseClass) -> Organisation | None:
        """The organisation that the class itself names."""
        if self.ground is not None:
            return self.ground.named.get(case_class.default_organisation_id or 0)
        return case_class.default_organisation

    def units(self, *kinds: str) -> list[Organisation]:
        """Open organisations of these kinds that serve the place."""
        if self.ground is not None:
            return [unit for unit in self.ground.units if unit.kind in kinds]
        return open_organisations(self.path, kinds, self.day)

    def centre(self) -> Organisation | None:
        if self.ground is not None:
            return nearest(self.units(*CENTRES), self.path)  # type: ignore[type-var]  # annotated area_path
        return centre_for(self.path, self.day)


@dataclass
class _Ground:
    """What many questions of one moment share: rules in force and open organisations around all the places, and
    the organisations that the classes name."""

    at: datetime
    rules: list[DispatchRule]
    units: list[Organisation]
    named: dict[int, Organisation]

    @classmethod
    def around(cls, matters: list[CaseClass], paths: list[str], at: datetime) -> "_Ground":
        areas = {area for path in paths for area in ancestors(path)}
        rules = DispatchRule.objects.valid_at(at).filter(
            Q(area=None) | Q(area_id__in=areas),
            scheme_id__in={one.version.scheme_id for one in matters},
            kind__in={one.kind for one in matters},
        )
        helpers = RuleHelper.objects.select_related("organisation").order_by("pk")
        day = timezone.localdate(at)
        units = Organisation.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day), area_id__in=areas)
        return cls(
            at,
            list(_with_paths(rules).prefetch_related(Prefetch("helpers", helpers), "limits")),
            list(units.annotate(area_path=F("area__path")).defer("point").order_by("code")),
            Organisation.objects.defer("point").in_bulk(
                {one.default_organisation_id for one in matters if one.default_organisation_id}
            ),
        )

    def rules_about(self, scheme_id: int, kind: str, major: str) -> list[DispatchRule]:
        return self._by_matter.get((scheme_id, kind, major), [])

    @cached_property
    def _by_matter(self) -> dict[tuple[int, str, str], list[DispatchRule]]:
        found: dict[tuple[int, str, str], list[DispatchRule]] = {}
        for rule in self.rules:
            found.setdefault((rule.scheme_id, rule.kind, rule.major_code), []).append(rule)
        return found

    @cached_property
    def _own_days(self) -> set[str]:
        return areas_with_days_of_their_own()

    @cached_property
    def _working(self) -> dict[frozenset[str], bool]:
        return {}

    def working(self, path: str) -> bool:
        """Places between which no area has days of its own share one answer."""
        own = frozenset(area for area in self._own_days if path.startswith(area))
        if own not in self._working:
            self._working[own] = _is_working_time(self.at, path)
        return self._working[own]


def _rules_here(scheme_id: int, kind: str, major: str, at: datetime, path: str) -> list[DispatchRule]:
    """Those in force around one place: prepared, every dispatch asks it. `bare`: without helpers and limits."""
    rule_columns, area_columns, query = _rules_query()
    areas = "{" + ",".join(map(str, ancestors(path))) + "}"
    found = []
    for row in ask(query, [str(scheme_id), kind, major, at.isoformat(), areas]):
        rule = rule_columns.made(row)
        row = row[len(rule_columns) :]
        rule.area = area_columns.made_or_none(row)
        rule.organisation = ORGANISATION.made_or_none(row[len(area_columns) : -1])
        vars(rule)["area_path"] = rule.area.path if rule.area else ""
        vars(rule)["bare"] = row[-1]
        found.append(rule)
    return found


@cache
def _rules_query() -> tuple[Columns, Columns, str]:
    rule, area = Columns(DispatchRule), Columns(Area, only=["id", "kind", "code", "name", "path"])
    return (
        rule,
        area,
        f"""
SELECT {rule.of("rule")}, {area.of("area")}, {ORGANISATION.of("org")},
    NOT EXISTS (SELECT FROM cases_rulehelper helper WHERE helper.rule_id = rule.id)
        AND NOT EXISTS (SELECT FROM cases_rulelimit told WHERE told.rule_id = rule.id)
FROM cases_dispatchrule rule
LEFT JOIN places_area area ON area.id = rule.area_id
LEFT JOIN accounts_organisation org ON org.id = rule.organisation_id
WHERE rule.scheme_id = $1::bigint AND rule.kind = $2::varchar AND rule.major_code = $3::varchar
    AND rule.valid_from <= $4::timestamptz AND (rule.valid_to IS NULL OR rule.valid_to > $4::timestamptz)
    AND (rule.area_id IS NULL OR rule.area_id = ANY($5::bigint[]))
ORDER BY rule.id
""",
    )


def _with_paths(rules: QuerySet[DispatchRule]) -> QuerySet[DispatchRule]:
    rules = rules.annotate(area_path=Coalesce(F("area__path"), Value("")))
    light = rules.select_related("organisation", "area").defer("area__boundary", "area__centre")
    return light.order_by("pk")


def _is_working_time(at: datetime, path: str) -> bool:
    calendar = working_calendar(at, path)
    local = at.astimezone(calendar.zone)
    return calendar.is_working_day(local.date()) and any(
        period.start <= local.time() < period.end for period in calendar.periods
    )


def _chosen(
    asked: _Asked, code: str, way: list[str], looked: list[Looked]
) -> tuple[DispatchRule, Organisation] | None:
    """The rule that wins for a code, with its unit; what says "like that class" asks again, never in a circle."""
    rules = asked.rules(code)
    working = asked.working if any(rule.hours for rule in rules) else None
    speaking = []
    for rule in rules:
        if not _in_force(rule, asked.at):
            out = Outcome.NOT_IN_FORCE
        else:
            said = misfit(rule, class_code=code, path=asked.path, working=working)  # type: ignore[arg-type]  # annotated area_path
            if said is None:
                speaking.append(rule)
                continue
            out = said
        looked.append(Looked(rule, out, code))
    winner = None
    for rule in ordered(speaking, class_code=code, path=asked.path, working=working):  # type: ignore[type-var]  # as above
        if winner is not None:
            looked.append(Looked(rule, why_lost(rule, winner[0]), code))  # type: ignore[arg-type]  # as above
            continue
        if rule.like_code in (*way, code) and rule.like_code:
            looked.append(Looked(rule, Outcome.CIRCLE, code))
            continue
        if rule.like_code:
            there = _chosen(asked, rule.like_code, [*way, code], looked)
            target = there[1] if there else None
        else:
            target = _unit_of(rule.organisation, rule.org_kind, asked)
        looked.append(Looked(rule, Outcome.WON if target else Outcome.NO_UNIT, code))
        if target is not None:
            winner = rule, target
    return winner


def _in_force(rule: DispatchRule, at: datetime) -> bool:
    return rule.valid_from <= at and (rule.valid_to is None or rule.valid_to > at)


def _extras(rule: DispatchRule, asked: _Asked) -> tuple[tuple[Organisation, ...], dict[str, RouteLimit]]:
    if getattr(rule, "bare", False):
        return (), {}
    helpers: list[Organisation] = []
    for helper in asked.helpers_of(rule):
        unit = _unit_of(helper.organisation, helper.org_kind, asked)
        if unit is not None and unit not in helpers:
            helpers.append(unit)
    limits = {
        row.stage: RouteLimit(row.limit, row.unit) for row in rule.limits.all() if row.stage in RULED_STAGES
    }
    return tuple(helpers), limits


def _own_unit(case_class: CaseClass, asked: _Asked) -> Organisation | None:
    if case_class.default_organisation_id is None and not case_class.default_org_kind:
        return None
    return _unit_of(asked.own_of(case_class), case_class.default_org_kind, asked)


def _unit_of(organisation: Organisation | None, kind: str, asked: _Asked) -> Organisation | None:
    """The named organisation while it stands (an abolished one is passed over), or the nearest of the kind."""
    if organisation is not None:
        open_still = organisation.closed_on is None or organisation.closed_on > asked.day
        return organisation if open_still else None
    return nearest(asked.units(kind), asked.path)  # type: ignore[type-var]  # annotated area_path


def precedents_for(case_class: CaseClass, path: str) -> list[Precedent]:
    """Arbitrations about this class (in any version of its scheme) around the place: the nearest, then newest, first.

    One whose unit is closed by now is left out.
    """
    found = (
        Precedent.objects.filter(
            scheme=case_class.version.scheme_id,
            kind=case_class.kind,
            class_code=case_class.code,
            area_id__in=ancestors(path),
            organisation__closed_on=None,
        )
        .select_related("organisation", "area")
        .order_by("-decided_at")[:PRECEDENTS]
    )
    return sorted(found, key=lambda one: len(ancestors(one.area.path)), reverse=True)
