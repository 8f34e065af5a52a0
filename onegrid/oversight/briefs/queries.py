"""Reading briefs, and the cases behind a number of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import Grant, User
from onegrid.cases.flow.access import SEE as SEE_CASES
from onegrid.cases.flow.models import Case
from onegrid.cases.paths.models import PathCase
from onegrid.cases.paths.queries import visible_paths
from onegrid.cases.whistle.access import SEE as SEE_WHISTLES
from onegrid.cases.whistle.access import in_sight
from onegrid.cases.whistle.models import Whistle
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.oversight.briefs.access import SEE
from onegrid.oversight.briefs.figures import (
    blown_on,
    ended_on,
    open_whistles,
    paths_of,
    paths_on,
    replies_overdue,
    replies_today,
    reported_on,
    urgent_on,
    waiting_whistles,
)
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.supervision.access import SEE as SEE_INSTRUCTIONS
from onegrid.oversight.supervision.access import seen_by
from onegrid.oversight.supervision.models import Errand, Instruction
from onegrid.places.areas.models import Area

PAGE = 30
AREAS_MOST = 500


def brief_list(*, viewer: Actor, before: int | None = None) -> list[Brief]:
    """Those of areas in reach, the newest first; PAGE + 1 at most."""
    rows = Brief.objects.filter(_scope(viewer).q("area__path")).select_related("area").order_by("-day", "-id")
    rows = rows.defer("content", "area__boundary", "area__centre")
    if before is not None:
        last = Brief.objects.filter(pk=before).values_list("day", flat=True).first()
        rows = rows.filter(Q(day__lt=last) | Q(day=last, pk__lt=before)) if last else rows
    return list(rows[: PAGE + 1])


def latest_brief(*, viewer: Actor) -> Brief | None:
    """The newest of the widest area in reach; None before there is any."""
    rows = Brief.objects.filter(_scope(viewer).q("area__path")).select_related("area")
    return rows.defer("area__boundary", "area__centre").order_by("-day", "area__path").first()


def one_brief(*, brief_id: int, viewer: Actor) -> Brief:
    rows = Brief.objects.filter(_scope(viewer).q("area__path")).select_related("area", "pdf")
    found = rows.defer("area__boundary", "area__centre").filter(pk=brief_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


@dataclass(frozen=True)
class Behind:
    """What a number of a brief counts, as it is known now, the newest first: cases, whistles, paths, or parts of
    instructions. `later`: key of the next page."""

    count: int
    cases: list[Case] = field(default_factory=list)
    whistles: list[Whistle] = field(default_factory=list)
    ways: list[PathCase] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)
    later: int | None = None


WHISTLES = ("blown", "whistles", "calls_overdue")
PATHS = ("paths", "paths_open")
ERRANDS = ("instructions_overdue", "instructions_today")


def may_look_behind(key: str, viewer: Actor) -> bool:
    """Whether the viewer's role reads what the number counts anywhere."""
    what = SEE_WHISTLES if key in WHISTLES else SEE_INSTRUCTIONS if key in ERRANDS else SEE_CASES
    return bool(viewer.scope(what).reaches)


def behind(*, brief: Brief, key: str, viewer: Actor, at: datetime, after: int | None = None) -> Behind:
    """What the viewer may see of it. NotFound for a number that no list of its own has; NotAllowed for what the
    viewer's role does not read."""
    if key in WHISTLES:
        return _whistles(brief, key, viewer, at, after)
    if key in PATHS:
        return _ways(brief, key, viewer, after)
    if key in ERRANDS:
        return _errands(brief, key, viewer, at, after)
    found = _cases(brief, key).filter(viewer.scope(SEE_CASES).q("area_path", "unit_id"))
    count = found.count()
    page = found.filter(pk__lt=after) if after is not None else found
    cases = list(page.select_related("case_class", "grid", "holder_org", "holder_user").defer(
        "grid__boundary", "grid__centre", "reporter_name", "reporter_phone", "holder_user__phone"
    ).order_by("-id")[: PAGE + 1])  # fmt: skip
    return Behind(count, cases=cases[:PAGE], later=_later(cases))


def _cases(brief: Brief, key: str) -> QuerySet[Case]:
    area, days = brief.area, [brief.day]
    if key == "urgent":
        return urgent_on(area, days)
    if key == "reported":
        return Case.objects.filter(pk__in=reported_on(area, days).values("case"))
    if key not in ("ended", "ended_late", "on_time"):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    rows = ended_on(area, days)
    if key != "ended":
        rows = rows.filter(case__record__late=key == "ended_late")
    return Case.objects.filter(pk__in=rows.values("case"))


def _whistles(brief: Brief, key: str, viewer: Actor, at: datetime, after: int | None) -> Behind:
    scope = viewer.scope(SEE_WHISTLES)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE_WHISTLES)
    if key == "blown":
        found = blown_on(brief.area, [brief.day])
    else:
        found = open_whistles(brief.area) if key == "whistles" else waiting_whistles(brief.area, at)
    found = found.filter(in_sight(scope))
    page = found.filter(pk__lt=after) if after is not None else found
    rows = page.select_related("kind", "area", "street", "blown_by").prefetch_related("calls__organisation")
    whistles = list(rows.order_by("-id")[: PAGE + 1])
    return Behind(found.count(), whistles=whistles[:PAGE], later=_later(whistles))


def _ways(brief: Brief, key: str, viewer: Actor, after: int | None) -> Behind:
    """Whoever answers for a part of the way sees the path, also where the lead case is another street's."""
    opened = paths_on(brief.area, [brief.day])
    found = opened if key == "paths" else paths_of(brief.area).filter(case__ended_at=None)
    found = found.filter(visible_paths(viewer))
    page = found.filter(pk__lt=after) if after is not None else found
    rows = page.select_related("case", "case_class", "lead").defer(
        "line", "vehicle", "case__reporter_name", "case__reporter_phone", "case__point"
    )
    ways = list(rows.order_by("-id")[: PAGE + 1])
    return Behind(found.count(), ways=ways[:PAGE], later=_later(ways))


def _errands(brief: Brief, key: str, viewer: Actor, at: datetime, after: int | None) -> Behind:
    due = replies_overdue if key == "instructions_overdue" else replies_today
    seen = Instruction.objects.filter(seen_by(viewer, at))
    found = due(brief.area, at).filter(instruction__in=seen.values("pk"))
    page = found.filter(pk__lt=after) if after is not None else found
    errands = list(page.select_related("instruction", "org").order_by("-id")[: PAGE + 1])
    return Behind(found.count(), errands=errands[:PAGE], later=_later(errands))


def _later(rows: Sequence[Any]) -> int | None:
    return rows[PAGE - 1].pk if len(rows) > PAGE else None


def _scope(viewer: Actor) -> Scope:
    scope = viewer.scope(SEE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    return scope


def areas_to_brief(at: datetime) -> list[Area]:
    """Areas for which somebody reads briefs; for whom reads everything, the tops of the tree."""
    grants = Grant.objects.reaching(timezone.localdate(at)).filter(
        role__permissions__contains=[SEE], organisation=None, user__left_at=None
    )
    ids = set(grants.order_by().values_list("area", flat=True).distinct()[:AREAS_MOST])
    wanted = Q(pk__in=[pk for pk in ids if pk is not None])
    if None in ids:
        wanted |= Q(parent=None)
    return list(Area.objects.still_open().filter(wanted).order_by("path")[:AREAS_MOST])


def readers_of(area: Area, at: datetime) -> list[User]:
    """Who reads briefs for exactly this area (who stands above has one of his own)."""
    grants = Grant.objects.reaching(timezone.localdate(at)).filter(
        role__permissions__contains=[SEE], organisation=None, user__left_at=None, user__is_active=True
    )
    own = Q(area=area) | Q(area=None) if area.parent_id is None else Q(area=area)
    return list({one.user_id: one.user for one in grants.filter(own).select_related("user")[:100]}.values())
