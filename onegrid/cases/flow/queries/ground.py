"""What a list stands on: scope, area, holder and filters as parts that each keep their own index."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.queries import posts_of
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import Case, CaseQuerySet
from onegrid.cases.flow.models.case import short_words
from onegrid.cases.flow.queries import LEVEL_COLUMN, helped_ids, in_scope, require_some_reach
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort, Whose
from onegrid.cases.flow.queries.ranges import NOW
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

FEW = 5_000  # reports of a time that are named one by one
SPAN = 100_000  # reports of a time whose first and last are looked for


def bounded(filters: Filters) -> bool:
    """Whether words are looked for among the newest SHORT_AMONG cases of each state only. By due time only open cases
    are listed, and all of them are looked through."""
    return bool(filters.q) and short_words(filters.q) and filters.sort == Sort.NEWEST


@dataclass(frozen=True)
class Seen:
    """What a list is made from: the viewer's scope, and apart from it (so that each keeps its own index) the cases
    that his units help with. A case may stand in both."""

    parts: tuple[CaseQuerySet, ...]
    bounded_by: tuple[
        CaseQuerySet, ...
    ] = ()  # the parts before any word was looked for, when the search is bounded
    few: tuple[int, ...] | None = None  # only these can be meant; no range of a state is needed to find them

    def filter(self, *args: Any, **more: Any) -> "Seen":
        return replace(self, parts=tuple(cases.filter(*args, **more) for cases in self.parts))


def narrowed(ground: "Ground", filters: Filters) -> Seen:
    """Everything but state, order and page."""
    cases = placed_on(ground, filters)
    placed = cases.parts
    if filters.clock is not None:
        cases = cases.filter(clock_reads(filters.clock, NOW), ended_at=None)
    if filters.channel is not None:
        cases = cases.filter(channel=filters.channel)
    if filters.matter is not None:
        cases = cases.filter(case_class=filters.matter)
    if filters.major is not None:
        cases = cases.filter(case_class__in=ground.classes)
    if filters.level is not None:
        cases = cases.filter(level=filters.level)
    if filters.urgent:
        cases = cases.filter(urgent=True)
    if filters.pressed:
        cases = cases.filter(pressed__gt=0)
    if (days := days_asked(filters)) is not None:
        cases = cases.filter(days)
    if not filters.q:
        return cases
    worded = tuple(part.with_words(filters.q) for part in cases.parts)
    return Seen(worded, placed if bounded(filters) else ())


def days_asked(filters: Filters) -> Q | None:
    days = Q()
    if filters.since is not None:
        days &= Q(opened_at__gte=_midnight(filters.since))
    if filters.until is not None and filters.until < date.max:
        days &= Q(opened_at__lt=_midnight(filters.until + timedelta(days=1)))
    return days or None


def in_time(seen: Seen, filters: Filters) -> Seen:
    """A time long ago lies far down each state's range, and reading from today back to it would grow with the cases
    since. Few reports are named one by one; of more, the first and last number bound the ranges: nothing outside
    can be meant, whatever order they came in. Read from the index of opening times alone, and never beyond SPAN.
    """
    days = days_asked(filters)
    if days is None or seen.bounded_by or filters.sort == Sort.DUE:
        return seen
    reports = Case.objects.filter(days).order_by("-opened_at", "-id").values_list("pk", flat=True)
    ids = list(reports[: FEW + 1])
    if len(ids) <= FEW:
        return replace(seen, few=tuple(ids))
    ends = reports[: SPAN + 1].aggregate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    if ends["count"] <= SPAN:
        return seen.filter(pk__gte=ends["first"], pk__lte=ends["last"])
    return seen


@dataclass(frozen=True)
class Ground:
    """What a list stands on: who asks, how far that reaches, and what of it is read from the database. `helped`:
    cases that his units help or helped with; `helping`: with which they do now; `also`, `also_helped`: the reach of
    another right that is asked for as well. Two equal ones make the same statements."""

    me: int | None
    scope: Scope
    helped: tuple[int, ...]
    helping: tuple[int, ...] = ()
    area: tuple[int, str, str] | None = None  # id, kind, path; id 0: there is no such area
    units: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    also: Scope | None = None
    also_helped: tuple[int, ...] = ()
    whose: Whose | None = None

    @property
    def nowhere(self) -> bool:
        return self.area is not None and not self.area[0]

    @property
    def whole_area(self) -> bool:
        """An area that the scope covers whole stands for the scope: one range instead of two."""
        return self.area is not None and self.scope.covers(self.area[2]) and self.whose != Whose.HELPING

    @property
    def may_repeat(self) -> bool:
        """Whether a case may stand in two parts: in scope, and among those that his units help with."""
        apart = self.helped and self.whose != Whose.HELPING
        return bool(apart and not self.whole_area and not self.nowhere)


def ground_of(viewer: Actor, filters: Filters, may: str = SEE) -> Ground:
    scope = require_some_reach(viewer)
    area: tuple[int, str, str] | None = None
    if filters.area is not None:
        area = Area.objects.filter(pk=filters.area).values_list("pk", "kind", "path").first() or (0, "", "")
    classes: list[int] = []
    if filters.major is not None:
        classes = list(CaseClass.objects.filter(major=filters.major).values_list("pk", flat=True))
    also = viewer.scope(may)
    if not also.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=may)
    more = also if also != scope else None
    return Ground(
        me=viewer.pk if isinstance(viewer, User) else None,
        scope=scope,
        helped=tuple(helped_ids(scope)),
        helping=tuple(helped_ids(scope, now=True)) if filters.whose == Whose.HELPING else (),
        area=area,
        units=tuple(_units_of(viewer)) if filters.whose == Whose.UNIT else (),
        classes=tuple(classes),
        also=more,
        also_helped=tuple(helped_ids(also)) if more is not None else (),
        whose=filters.whose,
    )


def placed_on(ground: Ground, filters: Filters) -> Seen:
    """Scope, area and holder."""
    own = Case.objects.filter(in_scope(ground.scope))
    if ground.nowhere:
        return Seen((own.filter(pk=0),))  # nothing
    parts = [own, Case.objects.filter(pk__in=ground.helped)] if ground.helped else [own]
    if ground.whose == Whose.HELPING:
        parts = [Case.objects.filter(pk__in=ground.helping)]
    if ground.area is not None:
        if ground.whole_area:
            parts = [Case.objects.filter(_in_area(ground.area))]
        else:
            parts = [part.filter(_in_area(ground.area)) for part in parts]
    seen = Seen(tuple(parts))
    if ground.whose == Whose.MINE:
        seen = seen.filter(holder_user=ground.me) if ground.me is not None else seen.filter(pk=0)
    if filters.holder is not None:
        seen = seen.filter(holder_org=filters.holder)
    if ground.whose == Whose.UNIT:
        seen = seen.filter(holder_org__in=ground.units)
    if ground.also is None:
        return seen
    within = in_scope(
        ground.also
    )  # only where the viewer has this right too; a part of his units counts as theirs
    return seen.filter(within | Q(pk__in=ground.also_helped) if ground.also_helped else within)


def _in_area(area: tuple[int, str, str]) -> Q:
    area_id, kind, path = area
    column = LEVEL_COLUMN.get(AreaKind(kind))
    if column is not None:
        return Q(**{column: area_id})
    low, high = path_range(path)
    return Q(area_path__gte=low, area_path__lt=high)


def _units_of(viewer: Actor) -> list[int]:
    if not isinstance(viewer, User):
        return []
    return sorted({post.organisation_id for post in posts_of(viewer, timezone.now())})


def clock_reads(clock: Clock, at: datetime) -> Q:
    if clock == Clock.PAUSED:
        return Q(holds_open__gt=0)
    running = Q(holds_open=0)
    if clock == Clock.OVERDUE:
        return running & Q(due_at__lt=at)
    if clock == Clock.SOON:
        return running & Q(due_at__gte=at, approaching_at__lte=at)
    return running & Q(due_at__gte=at) & (Q(approaching_at=None) | Q(approaching_at__gt=at))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
