"""Reading the catalogue: the version in force, its classes and standards, and who is responsible."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.models import (
    CaseClass,
    CatalogVersion,
    ClassKind,
    DispatchRule,
    Stage,
    StageLimit,
    Standard,
)
from onegrid.cases.catalog.rules import ancestors, best_rule, nearest
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.statements import Columns, ask

CENTRES = (OrgKind.STREET_CENTRE, OrgKind.DISTRICT_CENTRE)
ORGANISATION = Columns(Organisation, without=["point"])
_CENTRE = f"""
SELECT {ORGANISATION.of("org")} FROM accounts_organisation org JOIN places_area area ON area.id = org.area_id
WHERE org.kind IN ({", ".join(f"'{kind.value}'" for kind in CENTRES)}) AND org.area_id = ANY($1::bigint[])
    AND (org.closed_on IS NULL OR org.closed_on > $2::date)
ORDER BY length(area.path) - length(replace(area.path, '.', '')) DESC, org.code LIMIT 1
"""


def version_in_force(day: date) -> CatalogVersion:
    """The newest published version valid on the day; for days before the first, the next (old cases, imported).

    Refused `catalog_missing` when none is loaded, or the last one has ended.
    """
    published = CatalogVersion.objects.filter(status=CatalogVersion.Status.PUBLISHED).select_related("scheme")
    version = (
        published.valid_on(day).order_by("-valid_from", "-number").first()
        or published.filter(valid_from__gt=day).order_by("valid_from", "number").first()
    )
    if version is None:
        raise Refused("catalog_missing", _("No catalogue is in force. An operator loads it first."))
    return version


_IN_FORCE = """
SELECT id FROM cases_catalogversion WHERE status = 'published' AND (
    valid_from <= $1::date AND (valid_to IS NULL OR valid_to > $1::date) OR valid_from > $1::date)
ORDER BY valid_from <= $1::date DESC,
    CASE WHEN valid_from <= $1::date THEN valid_from END DESC,
    CASE WHEN valid_from <= $1::date THEN number END DESC,
    valid_from, number
LIMIT 1
"""


def version_id_in_force(day: date) -> int:
    """The id of `version_in_force`, asked with every stage of a case without a class: prepared, and nothing else."""
    found = ask(_IN_FORCE, [day.isoformat()])
    return int(found[0][0]) if found else version_in_force(day).pk


def classes_for_residents(*, at: datetime) -> list[CaseClass]:
    """Classes with a plain name, which a resident may pick without knowing the trade."""
    return list(
        CaseClass.objects.filter(version=version_in_force(timezone.localdate(at)), kind=ClassKind.EVENT)
        .exclude(plain_name="")
        .select_related("major")
        .order_by("major__code", "code")
    )


def matters(*, at: datetime) -> list[CaseClass]:
    """Every class a case may be filed under, by code."""
    return list(
        CaseClass.objects.filter(version=version_in_force(timezone.localdate(at)), kind=ClassKind.EVENT)
        .select_related("major")
        .order_by("major__code", "code")
    )


def class_by_id(class_id: int) -> CaseClass:
    found = (
        CaseClass.objects.select_related("version__scheme", "major", "fault_of").filter(pk=class_id).first()
    )
    if found is None:
        raise NotFound("no_such_class", _("There is no such class."))
    return found


def standards_of(case_class: CaseClass) -> list[Standard]:
    """Rows to choose from at filing: the class's own, or those of the component whose fault it is."""
    return list(
        Standard.objects.filter(case_class__in=[case_class.pk, case_class.fault_of_id or case_class.pk])
    )


@lru_cache(maxsize=64)
def stage_limits(version_id: int) -> dict[str, StageLimit]:
    """stage → how long it may take when no standard row says otherwise, under a published version.

    Kept in memory: a published version never changes.
    """
    return {limit.stage: limit for limit in StageLimit.objects.filter(version=version_id)}


def open_organisations(path: str, kinds: tuple[str, ...], day: date) -> list[Organisation]:
    """Open organisations of these kinds that serve the place or an area above it, each with its `area_path`."""
    return list(
        Organisation.objects.filter(kind__in=kinds, area_id__in=ancestors(path))
        .filter(Q(closed_on=None) | Q(closed_on__gt=day))
        .annotate(area_path=F("area__path"))
        .order_by("code")
    )


def centre_for(path: str, day: date) -> Organisation | None:
    """The centre that leads matters at this place: the street's, or the district's where there is none.

    As `nearest` of `open_organisations`, in one prepared statement: every step of a case asks it.
    """
    ids = "{" + ",".join(map(str, ancestors(path))) + "}"
    found = ask(_CENTRE, [ids, day.isoformat()])
    return ORGANISATION.made(found[0]) if found else None


@dataclass(frozen=True)
class Route:
    """Where a matter should go, and why; `rule_id` is None when only 属地兜底 was left."""

    organisation: Organisation
    why: str
    rule_id: int | None = None


def route(case_class: CaseClass, path: str, at: datetime) -> Route:
    """The responsible organisation for a class at a place (area path) at a time.

    Without a fitting rule the street handles it (属地兜底; local practice, standards.md 1.6); refused with
    `no_responsible_unit` when there is not even a centre.
    """
    day = timezone.localdate(at)
    rules = (
        DispatchRule.objects.valid_at(at)
        .filter(
            Q(area=None) | Q(area_id__in=ancestors(path)),
            scheme=case_class.version.scheme_id,
            kind=case_class.kind,
            major_code=case_class.major.code,
        )
        .annotate(area_path=Coalesce(F("area__path"), Value("")))
        .select_related("organisation")
        .order_by("pk")
    )
    rule = best_rule(rules, class_code=case_class.code, path=path)
    if rule is not None:
        target = _target(rule, path, day)
        if target is not None:
            return Route(
                target,
                rule.reason or _("By the dispatch list: %(major)s") % {"major": case_class.major},
                rule.pk,
            )
    centre = centre_for(path, day)
    if centre is None:
        raise Refused("no_responsible_unit", _("Nobody is responsible for this place yet."))
    return Route(centre, _("No rule fits; the street handles it itself."))


def _target(rule: DispatchRule, path: str, day: date) -> Organisation | None:
    """The rule's organisation while it stands; an abolished one is passed over."""
    if rule.organisation is not None:
        open_still = rule.organisation.closed_on is None or rule.organisation.closed_on > day
        return rule.organisation if open_still else None
    return nearest(open_organisations(path, (rule.org_kind,), day), path)  # type: ignore[type-var]  # as above


def units_for(path: str, day: date) -> list[Organisation]:
    """Every organisation a case at this place may be sent to."""
    kinds = (
        OrgKind.STREET_CENTRE,
        OrgKind.COMMUNITY_STATION,
        OrgKind.STREET_OFFICE,
        OrgKind.DEPARTMENT,
        OrgKind.PROPERTY_FIRM,
    )
    return open_organisations(path, kinds, day)


def limit_of(limits: dict[str, StageLimit], stage: Stage) -> StageLimit:
    """The stage's limit; a catalogue without it cannot time a case."""
    if stage not in limits:
        raise Refused("limit_missing", _("The catalogue has no limit for this stage."), stage=stage.value)
    return limits[stage]
