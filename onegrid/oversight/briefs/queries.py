"""Reading briefs, and the cases behind a number of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import Grant, User
from onegrid.cases.flow.access import SEE as SEE_CASES
from onegrid.cases.flow.models import Case
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.oversight.briefs.access import SEE
from onegrid.oversight.briefs.figures import ended_on, reported_on, urgent_on
from onegrid.oversight.briefs.models import Brief
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
    """The cases that a number of a brief counts, as they are known now, the newest first. `later`: key of the next
    page."""

    count: int
    cases: list[Case]
    later: int | None


def behind(*, brief: Brief, key: str, viewer: Actor, after: int | None = None) -> Behind:
    """NotFound for a number that no list of its own has."""
    days, scope = [brief.day], viewer.scope(SEE_CASES)
    if key == "urgent":
        found = urgent_on(brief.area, days)
    elif key == "reported":
        found = Case.objects.filter(pk__in=reported_on(brief.area, days).values("case"))
    elif key in ("ended", "ended_late"):
        rows = ended_on(brief.area, days)
        rows = rows.filter(case__record__late=True) if key == "ended_late" else rows
        found = Case.objects.filter(pk__in=rows.values("case"))
    else:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    found = found.filter(scope.q("area_path", "unit_id"))
    count = found.count()
    page = found.filter(pk__lt=after) if after is not None else found
    cases = list(page.select_related("case_class", "grid", "holder_org", "holder_user").defer(
        "grid__boundary", "grid__centre", "reporter_name", "reporter_phone", "holder_user__phone"
    ).order_by("-id")[: PAGE + 1])  # fmt: skip
    later = cases[PAGE - 1].pk if len(cases) > PAGE else None
    return Behind(count, cases[:PAGE], later)


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
