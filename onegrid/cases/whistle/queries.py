"""Reading whistles: what calls one's department, one's street's own, everything below the district."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.duties.queries import OnDuty, on_duty
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.accounts.orgs.queries import units_serving
from onegrid.cases.catalog.queries import route
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.queries.filters import Filters
from onegrid.cases.flow.queries.lists import case_page
from onegrid.cases.whistle.access import BLOW, KINDS, SEE, in_sight, own_orgs
from onegrid.cases.whistle.kinds import edition_in_force
from onegrid.cases.whistle.models import (
    KindEdition,
    RecordSignature,
    SiteRecord,
    SiteTask,
    Whistle,
    WhistleCall,
    WhistleRating,
    WhistleStep,
)
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.cases.whistle.rules import LOW_STARS, OUT, Band, CallState, WhistleState, advice, blow_band
from onegrid.cases.whistle.rules import blow_rate as rate_of
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.files.models import StoredFile
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area

PAGE = 30
UNDRAWN = ("area__boundary", "street__boundary", "street__centre")  # borders stay in the database
CALLED_KINDS = (OrgKind.DEPARTMENT, OrgKind.STREET_OFFICE)
NEAR_SHOWN = 12
ALIKE_SHOWN = 6
CASES_COUNTED = 100_000  # the newest, of all streets together
STREETS_MOST = 60


def units_to_call(area_path: str, at: datetime) -> list[Organisation]:
    """Departments and institutes that serve the place; the district's first, for the street's own come anyway."""
    found = units_serving(area_path, CALLED_KINDS)
    return sorted(found, key=lambda unit: (unit.kind != OrgKind.DEPARTMENT, unit.code))


def _seen(viewer: Actor) -> QuerySet[Whistle]:
    scope = viewer.scope(SEE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    rows = Whistle.objects.filter(in_sight(scope))
    return rows.select_related("kind", "area", "street", "blown_by", "approved_by").defer(*UNDRAWN)


def whistles(
    *, viewer: Actor, which: str = "open", before: int | None = None, limit: int = PAGE
) -> list[Whistle]:
    """`which`: open, refused (wait for the district), ended; the newest first, with their calls."""
    rows = _seen(viewer)
    rows = rows.exclude(ended_at=None) if which == "ended" else rows.filter(ended_at=None)
    if which == "refused":
        rows = rows.filter(calls__state=CallState.REFUSED).distinct()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk").prefetch_related("calls__organisation")[:limit])


def open_whistles(*, viewer: Actor, limit: int) -> list[Whistle]:
    """At a glance: emergencies first, then the newest, with their calls. Two queries."""
    rows = _seen(viewer).filter(ended_at=None).prefetch_related("calls")
    return list(rows.order_by("-kind__urgent", "-pk")[:limit])


def waiting_for_me(*, viewer: Actor, limit: int = 50) -> int:
    """How many open calls of one's own departments owe a step; for a badge, counted up to `limit`."""
    own = own_orgs(viewer.scope(SEE))
    if not own:
        return 0
    rows = WhistleCall.objects.filter(organisation__in=own, whistle__state=WhistleState.RUNNING)
    rows = rows.exclude(state__in=[*OUT, CallState.REFUSED])
    return len(rows.values_list("pk")[:limit])


@dataclass(frozen=True)
class WhistleStory:
    """A whistle with everything about it that the viewer may see. `cases`: only numbers of those out of sight."""

    whistle: Whistle
    calls: list[WhistleCall]
    steps: list[WhistleStep]
    cases: list[Case]
    seen_cases: set[int]
    record: SiteRecord | None
    signatures: list[RecordSignature]
    tasks: list[SiteTask]
    ratings: list[WhistleRating]


def whistle_story(*, number: str, viewer: Actor) -> WhistleStory:
    """NotFound out of sight."""
    whistle = _seen(viewer).filter(number=number[:24].strip().upper()).first()
    if whistle is None:
        raise no_such_whistle()
    linked = Case.objects.filter(pk__in=whistle.linked.values("case")).select_related("case_class", "grid")
    cases = list(linked.defer("reporter_name", "reporter_phone", "grid__boundary").order_by("pk"))
    try:
        seen = set(visible(viewer).filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True))
    except NotAllowed:
        seen = set()
    record: SiteRecord | None = getattr(whistle, "record", None)
    tasks = list(record.tasks.select_related("organisation", "done_by")) if record else []
    signatures = list(record.signatures.select_related("organisation", "by")) if record else []
    return WhistleStory(
        whistle,
        list(whistle.calls.select_related("organisation", "photo").order_by("-role", "pk")),
        list(whistle.steps.select_related("organisation")),
        cases,
        seen,
        record,
        signatures,
        tasks,
        list(whistle.ratings.select_related("organisation", "by").order_by("pk")),
    )


def photo_of_call(*, number: str, call_id: int, viewer: Actor) -> StoredFile:
    """Taken when the department reported in. NotFound out of sight, or when there is none."""
    story = whistle_story(number=number, viewer=viewer)
    call = next((one for one in story.calls if one.pk == call_id), None)
    if call is None or call.photo is None:
        raise no_such_whistle()
    return call.photo


def whistle_of_case(case_id: int) -> Whistle | None:
    """The one that runs or waits for a case; for a caller who has read the case in scope."""
    return Whistle.objects.filter(linked__case=case_id, ended_at=None).select_related("kind").first()


def blower_area(area_id: int, *, viewer: Actor) -> Area:
    """An area about which the viewer may blow. NotFound elsewhere."""
    scope = viewer.scope(BLOW)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=BLOW)
    found = Area.objects.filter(pk=area_id).first()
    if found is None or not scope.covers(found.path):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


@dataclass(frozen=True)
class Alike:
    """An earlier whistle of the kind or the place, and what came of it. `stars`: mean of the street's ratings."""

    whistle: Whistle
    departments: list[str]
    stars: float | None


@dataclass(frozen=True)
class BlowFacts:
    """要不要吹哨: everything to look at first. `unit`, `why`: the dispatch list's answer for the first case."""

    area: Area
    cases: list[Case]
    near: list[Case]
    people: list[OnDuty]
    unit: Organisation | None
    why: str
    own_unit: bool
    alike: list[Alike]
    advice: list[str]


def blow_facts(*, area_id: int | None, case_numbers: list[str], viewer: Actor, at: datetime) -> BlowFacts:
    """For the blower, about a case or a place. NotFound out of reach."""
    cases = list(
        visible(viewer)
        .filter(number__in=[number.strip().upper() for number in case_numbers[:20]])
        .select_related("case_class__version", "grid", "unit")
        .order_by("pk")
    )
    if case_numbers and not cases:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if area_id is None and cases:
        area_id = int(cases[0].area_path.split(".")[-2])
    area = blower_area(area_id or 0, viewer=viewer)
    page = case_page(viewer=viewer, filters=Filters(area=area.pk), at=at, size=NEAR_SHOWN + len(cases))
    own = {case.pk for case in cases}
    unit, why = _routed(cases, at)
    alike = _alike(area, viewer)
    in_street = unit is not None and unit.kind != OrgKind.DEPARTMENT
    return BlowFacts(
        area,
        cases,
        [case for case in page.cases if case.pk not in own][:NEAR_SHOWN],
        on_duty(area.pk, at)[:4] if area.kind in GRIDS else [],
        unit,
        why,
        in_street,
        alike,
        advice(
            own_unit=in_street,
            runs=Whistle.objects.filter(linked__case__in=own, ended_at=None).exists() if own else False,
            closed=any(case.is_final for case in cases),
            alike_low=any(one.stars is not None and one.stars <= LOW_STARS for one in alike),
            urgent=any(case.urgent for case in cases),
            emergency_kind=False,
        ),
    )


def _routed(cases: list[Case], at: datetime) -> tuple[Organisation | None, str]:
    if not cases or cases[0].case_class is None:
        return None, ""
    try:
        found = route(cases[0].case_class, cases[0].area_path, at)
    except Refused as refusal:
        return None, str(refusal.message)
    return found.organisation, str(found.why)


def _alike(area: Area, viewer: Actor) -> list[Alike]:
    """Those of the place first, then of its street; ended ones, the newest first."""
    street = [int(step) for step in area.path.split(".")[:-1]]
    rows = _seen(viewer).filter(street__in=street).exclude(ended_at=None).exclude(state=WhistleState.DECLINED)
    newest = list(rows.order_by("-pk").prefetch_related("calls__organisation", "ratings")[:40])
    newest.sort(key=lambda one: not one.area_path.startswith(area.path))
    return [
        Alike(
            one,
            [call.organisation.name for call in one.calls.all()],
            _mean([rating.stars for rating in one.ratings.all() if rating.of_department]),
        )
        for one in newest[:ALIKE_SHOWN]
    ]


def _mean(stars: list[int]) -> float | None:
    return sum(stars) / len(stars) if stars else None


@dataclass(frozen=True)
class BlowRate:
    """Of one street in the days of the band. `rate` per 1000 cases."""

    street: Area
    whistles: int
    cases: int
    rate: float | None
    band: Band


@dataclass(frozen=True)
class BandSaid:
    """The numbers of the band, and whose they are."""

    days: int
    least: int
    low: float
    high: float
    mark: str
    source: str


def blow_rates(*, viewer: Actor, at: datetime) -> tuple[BandSaid | None, list[BlowRate]]:
    """吹哨率 of the streets that the viewer sees by area, by code. No ranking: neither few nor many is good."""
    scope = viewer.scope(SEE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    edition = edition_in_force(timezone.localdate(at))
    if edition is None:
        return None, []
    streets = list(
        Area.objects.filter(scope.q("path"), kind=AreaKind.STREET, valid_to=None)
        .defer("boundary")
        .order_by("code")[:STREETS_MOST]
    )
    band = BandSaid(**edition.settings["rate"])
    counted = _counted([street.pk for street in streets], at - timedelta(days=band.days))
    found = []
    for street in streets:
        blown, cases = counted.get(street.pk, (0, 0))
        said = blow_band(blown, cases, least=band.least, low=band.low, high=band.high)
        found.append(BlowRate(street, blown, cases, rate_of(blown, cases), said))
    return band, found


COUNTED = """
WITH counted AS (
    SELECT street_id, count(*) AS cases, min(opened_at) AS first FROM (
        SELECT street_id, opened_at FROM cases_case WHERE opened_at >= %(since)s
        ORDER BY opened_at DESC, id DESC LIMIT %(most)s
    ) newest GROUP BY street_id
), begins AS (
    SELECT CASE WHEN sum(cases) = %(most)s THEN min(first) ELSE %(since)s END AS at FROM counted
)
SELECT street.id,
    (SELECT count(*) FROM cases_whistle w WHERE w.street_id = street.id AND w.blown_at >= begins.at),
    coalesce(counted.cases, 0)
FROM unnest(%(streets)s::bigint[]) street(id) CROSS JOIN begins LEFT JOIN counted ON counted.street_id = street.id
"""


def _counted(streets: list[int], since: datetime) -> dict[int, tuple[int, int]]:
    """Whistles and cases of each street since then, in one statement; of the newest CASES_COUNTED cases of all
    streets together, and of the time that they reach back."""
    values: dict[str, Any] = {"since": since, "most": CASES_COUNTED, "streets": streets}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, values)
        return {street: (blown, cases) for street, blown, cases in cursor.fetchall()}


def open_tasks(*, viewer: Actor, at: datetime, limit: int = 50) -> list[SiteTask]:
    """Tasks of joint records that are not done, of one's departments or one's area; those due longest first."""
    scope = viewer.scope(SEE)
    rows = SiteTask.objects.filter(done_at=None, record__sealed_at__isnull=False)
    inside = scope.q("record__whistle__area_path")
    if own := own_orgs(scope):
        inside |= Q(organisation__in=own)
    rows = rows.filter(inside).select_related("organisation", "record__whistle")
    return list(rows.order_by("due_on", "pk")[:limit])


def kind_editions(*, viewer: Actor) -> list[KindEdition]:
    """The newest first; drafts only for whom may publish them. What is published is no secret within the house."""
    rows = KindEdition.objects.order_by("-number")
    return list((rows if viewer.scope(KINDS).reaches else rows.filter(status="published"))[:50])


def kind_edition(*, edition_id: int, viewer: Actor) -> KindEdition:
    """NotAllowed for a draft that is not the viewer's to read."""
    found = KindEdition.objects.filter(pk=edition_id).first()
    if found is None:
        raise no_such_whistle()
    if found.status == "draft" and not viewer.scope(KINDS).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=KINDS)
    return found
