"""A week's roster of an area: who covers which grid on which day, and where nobody does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.duties.models import Duty, DutyRole, Leave
from onegrid.accounts.duties.rules import Shift, Term, hours_on, in_force_on
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotFound
from onegrid.places.areas.kinds import GRIDS
from onegrid.places.areas.models import Area

MOST_GRIDS = 500
DRAWN = (
    "area", "role", "weekdays", "from_time", "to_time", "starts_at", "ends_at",
    "user__display_name", "user__username", "user__is_active",
)  # fmt: skip  # of a duty
SEE = "duties.see"


@dataclass(frozen=True)
class Stint:
    """Somebody's hours on one day. `whole_day`: from midnight to midnight; `away`: on leave, `cover` answers."""

    user: User
    from_time: time
    to_time: time
    away: bool = False
    cover: User | None = None

    @property
    def whole_day(self) -> bool:
        return self.from_time == self.to_time

    @property
    def hours(self) -> str:
        return f"{self.from_time:%H:%M}–{self.to_time:%H:%M}"


@dataclass(frozen=True)
class Day:
    """One grid on one day. `nobody`: no main worker at all, or everybody away without cover."""

    on: date
    stints: list[Stint]
    nobody: bool


@dataclass(frozen=True)
class Row:
    grid: Area
    days: list[Day]
    deputies: list[User]

    @property
    def gaps(self) -> int:
        return sum(day.nobody for day in self.days)


@dataclass(frozen=True)
class Week:
    """`more`: the area has more grids than are shown. `doubled`: (who, of how many grids main at the same hours)."""

    area: Area
    monday: date
    rows: list[Row]
    more: bool
    doubled: list[tuple[User, int]]
    locked: list[User]

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=offset) for offset in range(7)]

    @property
    def empty_grids(self) -> list[Area]:
        return [row.grid for row in self.rows if row.gaps]


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def week_roster(*, area_id: int, monday: date, viewer: Actor) -> Week:
    """The open grids of the area with their week from `monday`; five queries. NotFound out of reach."""
    area = Area.objects.defer("boundary").filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, SEE, path=area.path)
    monday = week_of(monday)
    found = Area.objects.below(area.path).still_open().filter(kind__in=GRIDS).defer("boundary")
    grids = list(found.order_by("code")[: MOST_GRIDS + 1])
    shown = grids[:MOST_GRIDS]
    begins = timezone.make_aware(datetime.combine(monday, time(0)))
    duties = _duties(shown, begins, begins + timedelta(days=7))
    leaves = _leaves(duties, begins, begins + timedelta(days=8))  # a night shift of Sunday ends on Monday
    rows = [_row(grid, monday, duties.get(grid.pk, []), leaves) for grid in shown]
    everybody = [duty for some in duties.values() for duty in some]
    return Week(area, monday, rows, len(grids) > MOST_GRIDS, _doubled(everybody), _locked(everybody))


def _duties(grids: Sequence[Area], begins: datetime, ends: datetime) -> dict[int, list[Duty]]:
    rows = Duty.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=begins), area__in=grids, starts_at__lt=ends, user__left_at=None
    )
    found: dict[int, list[Duty]] = defaultdict(list)
    light = rows.select_related("user").only(*DRAWN)
    for duty in light.order_by("from_time", "pk"):
        if duty.ends_at != duty.starts_at:
            found[duty.area_id].append(duty)
    return found


def _leaves(duties: dict[int, list[Duty]], begins: datetime, ends: datetime) -> dict[int, list[Leave]]:
    people = {duty.user_id for some in duties.values() for duty in some}
    rows = Leave.objects.filter(user__in=people, cancelled_at=None, starts_at__lt=ends, ends_at__gt=begins)
    found: dict[int, list[Leave]] = defaultdict(list)
    for leave in rows.select_related("cover"):
        found[leave.user_id].append(leave)
    return found


def term_of(duty: Duty) -> Term:
    """With local times, as the rules want them."""
    last = timezone.localtime(duty.ends_at) if duty.ends_at else None
    shift = Shift(tuple(duty.weekdays), duty.from_time, duty.to_time)
    return Term(shift, timezone.localtime(duty.starts_at), last)


def _row(grid: Area, monday: date, duties: list[Duty], leaves: dict[int, list[Leave]]) -> Row:
    mains = [duty for duty in duties if duty.role == DutyRole.MAIN and duty.user.is_active]
    deputies = {duty.user_id: duty.user for duty in duties if duty.role == DutyRole.DEPUTY}
    days = [_day(monday + timedelta(days=offset), mains, leaves) for offset in range(7)]
    return Row(grid, days, list(deputies.values()))


def _day(day: date, mains: list[Duty], leaves: dict[int, list[Leave]]) -> Day:
    stints, in_force = [], False
    for duty in mains:
        term = term_of(duty)
        in_force = in_force or in_force_on(term, day)
        hours = hours_on(term, day)
        if hours is None:
            continue
        leave = next(
            (
                one
                for one in leaves.get(duty.user_id, [])
                if one.starts_at < hours[1] and one.ends_at > hours[0]
            ),
            None,
        )
        cover = leave.cover if leave else None
        stints.append(Stint(duty.user, duty.from_time, duty.to_time, leave is not None, cover))
    left_alone = bool(stints) and all(stint.away and stint.cover is None for stint in stints)
    return Day(day, stints, left_alone or not in_force)


def _doubled(duties: list[Duty]) -> list[tuple[User, int]]:
    """Who is main for several grids at the same hours: allowed, but whoever arranges wants to know."""
    mains: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties:
        if duty.role == DutyRole.MAIN:
            mains[duty.user_id].append(duty)
    found = []
    for some in mains.values():
        terms = [(duty.area_id, term_of(duty)) for duty in some]
        together = {
            area
            for place, (area, term) in enumerate(terms)
            for other, (area_2, term_2) in enumerate(terms)
            if place != other and area != area_2 and term.overlaps(term_2)
        }
        if together:
            found.append((some[0].user, len(together)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].display_name))


def _locked(duties: list[Duty]) -> list[User]:
    found = {duty.user_id: duty.user for duty in duties if not duty.user.is_active}
    return sorted(found.values(), key=lambda user: user.display_name)


def people_there(area: Area, at: datetime, *, limit: int = 500) -> list[User]:
    """Who may be given duties of the area: a post or a role for it or something above it, serving that day."""
    day = timezone.localdate(at)
    above = [int(step) for step in area.path.split(".")[:-1]]
    posts = Posting.objects.serving_on(day).filter(area__in=above).values("user")
    grants = Grant.objects.reaching(day).filter(area__in=above, organisation=None).values("user")
    found = User.objects.filter(Q(pk__in=posts) | Q(pk__in=grants), is_active=True, left_at=None)
    return list(found.defer("phone").order_by("display_name", "pk")[:limit])


def people_in_reach(viewer: Actor, what: str, at: datetime, *, limit: int = 2000) -> list[User]:
    """Who has a duty, or a post for an area, where the viewer may do `what`: whose leaves he enters."""
    scope, day = viewer.scope(what), timezone.localdate(at)
    duties = Duty.objects.valid_at(at).filter(scope.q("area__path")).values("user")
    posts = Posting.objects.serving_on(day).filter(scope.q("area__path")).values("user")
    found = User.objects.filter(Q(pk__in=duties) | Q(pk__in=posts), is_active=True, left_at=None)
    return list(found.defer("phone").order_by("display_name", "pk")[:limit])


def duty_rows(area: Area) -> list[Duty]:
    """Every duty of one area, the newest first: those in force, those to come, those of the past."""
    rows = Duty.objects.filter(area=area).select_related("user", "posting")
    return list(rows.order_by("-starts_at", "-pk")[:100])
