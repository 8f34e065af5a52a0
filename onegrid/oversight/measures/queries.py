"""Counts, rates, times and what stood open, in the viewer's scope; and the list behind every count.

Counts come from the day rows, never from timelines. A count and its list are made from one table (counters.py).

    indicator_values(viewer=…, cut=Cut(since, until, area_id=…, unit_id=…), at=…) -> [Measured]
    counter_totals(viewer=…, cut=…, at=…) -> {counter: n}
    by_day(viewer=…, cut=…, counters=[…]) -> [(day, {counter: n})]
    by_area(viewer=…, cut=…, areas=[…], at=…), by_unit(viewer=…, cut=…, at=…) -> [(area or unit, {counter: n})]
    handling_times(viewer=…, cut=…) -> Times(p50, p90, n)
    open_by_day(viewer=…, cut=…) -> [(day, open, overdue)]
    counted(viewer=…, counter=…, cut=…, at=…, after=…) -> Counted (rows with .case, the same number as the count)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor, Scope
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.oversight.measures.access import SEE
from onegrid.oversight.measures.counters import CASE, COUNTERS, SAME_SUM, SUMMED
from onegrid.oversight.measures.definitions import Indicator, Word, definitions
from onegrid.oversight.measures.models import CaseRecord, DayCount, OpenDay, StageRecord
from onegrid.oversight.measures.rules import fraction_of, value_of
from onegrid.places.areas.models import Area

PAGE = 50
UNITS_MOST = 200
DAYS_MOST = 400  # of a cut


@dataclass(frozen=True)
class Cut:
    """What is asked for: days, both included, and narrowed to an area, a unit, a class."""

    since: date
    until: date
    area_id: int | None = None
    unit_id: int | None = None
    class_id: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], today: date) -> "Cut":
        """From the query of an address; days that are missing or wrong: this month so far."""
        until = _day(given.get("until")) or today
        since = _day(given.get("since")) or until.replace(day=1)
        if not timedelta() <= until - since <= timedelta(days=DAYS_MOST):
            since = until.replace(day=1)
        numbers = {
            name: int(told) if (told := str(given.get(name, ""))).isdecimal() and len(told) < 10 else None
            for name in ("area_id", "unit_id", "class_id")
        }
        return cls(since, until, **numbers)

    def address(self, **more: Any) -> str:
        """As the query of an address."""
        pairs = {name: value for name, value in vars(self).items() if value is not None} | more
        return f"?{urlencode({name: str(value) for name, value in pairs.items() if value is not None})}"


@dataclass(frozen=True)
class Measured:
    """One indicator with what it is made of. `value` None: a denominator is zero, or a counter is not kept
    (`missing`). `above`, `below`: of a plain ratio. `counters`: (word, count) in the order of the formula."""

    indicator: Indicator
    value: Fraction | None
    above: int | None
    below: int | None
    counters: tuple[tuple[Word, int | None], ...]
    missing: tuple[Word, ...]

    @property
    def percent(self) -> float | None:
        return None if self.value is None else float(round(self.value * 100, 2))


def indicator_values(*, viewer: Actor, cut: Cut, at: datetime, group: str = "") -> list[Measured]:
    """Every indicator in force on the last day, of one group or all. One query for the counters."""
    totals = counter_totals(viewer=viewer, cut=cut, at=at)
    return measured(totals, cut.until, group)


def measured(totals: Mapping[str, int], day: date, group: str = "") -> list[Measured]:
    """The same from counters that are there already."""
    defined = definitions(day)
    found = []
    for one in defined.indicators:
        if group and one.group != group:
            continue
        words = [defined.counters[name] for name in one.names]
        parts = fraction_of(one.formula, totals)
        found.append(
            Measured(
                one,
                value_of(one.formula, totals),
                int(parts[0]) if parts else None,
                int(parts[1]) if parts else None,
                tuple((word, totals.get(word.code)) for word in words),
                tuple(word for word in words if not word.kept),
            )
        )
    return found


def counter_totals(*, viewer: Actor, cut: Cut, at: datetime) -> dict[str, int]:
    """Each counter over the cut, from the day rows. Two statements at most."""
    rows = _narrowed(DayCount.objects.all(), viewer, cut)
    return _totals(rows, cut, at)


def by_day(*, viewer: Actor, cut: Cut, counters: Sequence[str]) -> list[tuple[date, dict[str, int]]]:
    """Some counters, day by day; days without anything are left out."""
    sums = {f"n_{name}": Sum(name) for name in counters if name in SUMMED}
    rows = _narrowed(DayCount.objects.filter(day__range=(cut.since, cut.until)), viewer, cut)
    found = rows.values("day").annotate(**sums).order_by("day")
    return [(row["day"], {name[2:]: row[name] for name in sums}) for row in found]


def by_area(
    *, viewer: Actor, cut: Cut, areas: Sequence[Area], at: datetime
) -> list[tuple[Area, dict[str, int]]]:
    """The counters of each of these areas, in one statement; areas out of the viewer's scope count nothing."""
    rows = _narrowed(DayCount.objects.filter(day__range=(cut.since, cut.until)), viewer, cut)
    found = rows.values("area_path").annotate(**_sums(cut, at))
    kept = list(found)
    return [
        (area, _summed([row for row in kept if row["area_path"].startswith(area.path)])) for area in areas
    ]


def by_unit(*, viewer: Actor, cut: Cut, at: datetime) -> list[tuple[Organisation, dict[str, int]]]:
    """The counters of each unit that had something in the cut, UNITS_MOST at the most."""
    rows = _narrowed(
        DayCount.objects.filter(day__range=(cut.since, cut.until), unit__isnull=False), viewer, cut
    )
    found = {row["unit"]: row for row in rows.values("unit").annotate(**_sums(cut, at))[:UNITS_MOST]}
    units = Organisation.objects.filter(pk__in=found).order_by("code")
    return [(unit, _summed([found[unit.pk]])) for unit in units]


@dataclass(frozen=True)
class Times:
    """Working hours of handling: half of them, nine of ten within so many; None of nothing."""

    p50: float | None
    p90: float | None
    count: int


def handling_times(*, viewer: Actor, cut: Cut) -> Times:
    """Of what was fed back in the cut, from the stage records of these days."""
    rows = _narrowed(
        StageRecord.objects.filter(
            ended_on__range=(cut.since, cut.until), stage="handle", verb="handle", worked__isnull=False
        ),
        viewer,
        cut,
    )
    words, given = rows.values("worked").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY worked), "
            f"percentile_cont(0.9) WITHIN GROUP (ORDER BY worked), count(*) FROM ({words}) part",
            given,
        )
        half, most, count = cursor.fetchone()
    hours = [None if one is None else round(one / 60, 2) for one in (half, most)]
    return Times(hours[0], hours[1], count)


def open_by_day(*, viewer: Actor, cut: Cut) -> list[tuple[date, int, int]]:
    """(day, open, of these overdue) at the end of each day that is over."""
    rows = _narrowed(OpenDay.objects.filter(day__range=(cut.since, cut.until)), viewer, cut)
    found = rows.values("day").annotate(n=Sum("open"), late=Sum("overdue")).order_by("day")
    return [(row["day"], row["n"], row["late"]) for row in found]


@dataclass(frozen=True)
class Counted:
    """One page of what a number counts, the newest first. `count`: all of them; `later`: key of the next page."""

    word: Word
    count: int
    rows: list[Any]
    later: int | None


def counted(*, viewer: Actor, counter: str, cut: Cut, at: datetime, after: int | None = None) -> Counted:
    """The records behind a number, each with its case. NotFound for a counter that is not kept."""
    word = definitions(cut.until).counters.get(counter)
    if word is None or counter not in COUNTERS:
        raise NotFound("no_such_counter", _("There is no such count."))
    rows = _records(counter, viewer, cut, at)
    key = "case_id" if COUNTERS[counter].grain == CASE else "clock_id"
    count = rows.count()
    if after is not None:
        rows = rows.filter(**{f"{key}__lt": after})
    found = list(
        rows.select_related("case__case_class", "case__grid", "unit").order_by(f"-{key}")[: PAGE + 1]
    )
    later = getattr(found[PAGE - 1], key) if len(found) > PAGE else None
    return Counted(word, count, found[:PAGE], later)


def _records(counter: str, viewer: Actor, cut: Cut, at: datetime) -> QuerySet:
    one = COUNTERS[counter]
    table: Any = CaseRecord if one.grain == CASE else StageRecord
    until = _over(cut, at).until if one.over else cut.until
    name, key = table._meta.db_table, _key(one.grain)
    rows = table.objects.filter(**{f"{one.day}__range": (cut.since, until)})
    # the condition is ours (counters.py): words of the table alone, nothing that anybody typed
    holds = f"EXISTS (SELECT FROM {name} own WHERE own.{key} = {name}.{key} AND ({one.where}))"
    return _narrowed(rows.extra(where=[holds]), viewer, cut)


def _key(grain: str) -> str:
    return "case_id" if grain == CASE else "clock_id"


def _narrowed(rows: QuerySet, viewer: Actor, cut: Cut) -> QuerySet:
    rows = rows.filter(_scope(viewer).q("area_path", "unit_id"))
    if cut.area_id is not None:
        rows = rows.filter(_below(cut.area_id))
    if cut.unit_id is not None:
        rows = rows.filter(unit=cut.unit_id)
    return rows if cut.class_id is None else rows.filter(case_class=cut.class_id)


def _below(area_id: int) -> Q:
    path = Area.objects.filter(pk=area_id).values_list("path", flat=True).first()
    if path is None:
        raise NotFound("not_found", _("There is no such area."))
    low, high = path_range(path)
    return Q(area_path__gte=low, area_path__lt=high)


def _scope(viewer: Actor) -> Scope:
    scope = viewer.scope(SEE)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    return scope


def _over(cut: Cut, at: datetime) -> Cut:
    """The same, up to the last day that is over."""
    return replace(cut, until=min(cut.until, timezone.localdate(at) - timedelta(days=1)))


def _sums(cut: Cut, at: datetime) -> dict[str, Sum]:
    over = Q(day__lte=_over(cut, at).until)
    sums = {f"n_{name}": Sum(name, default=0) for name in SUMMED}
    return sums | {f"n_{name}": Sum(column, filter=over, default=0) for name, column in SAME_SUM.items()}


def _totals(rows: QuerySet, cut: Cut, at: datetime) -> dict[str, int]:
    found = rows.filter(day__range=(cut.since, cut.until)).aggregate(**_sums(cut, at))
    return {name[2:]: value for name, value in found.items()}


def _summed(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(row[f"n_{name}"] for row in rows) for name in COUNTERS}


def _day(told: Any) -> date | None:
    try:
        return date.fromisoformat(str(told or ""))
    except ValueError:
        return None
