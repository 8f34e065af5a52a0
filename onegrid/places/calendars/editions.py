"""Versions of the calendar for people: a year to look at, what a draft changes, which due dates that moves."""

import hashlib
from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.kit.audit.queries import doers
from onegrid.kit.errors import NotFound
from onegrid.kit.worktime import Period, Unit
from onegrid.places.areas.models import Area
from onegrid.places.calendars.models import CalendarVersion, DayKind, SpecialDay
from onegrid.places.calendars.queries import calendar_of, rows_of, version_at
from onegrid.places.calendars.rules import Moved, moved

VERSIONS_SHOWN = 50
LIMITS = (
    (2, Unit.WORK_HOUR),
    (4, Unit.WORK_HOUR),
    (1, Unit.WORK_DAY),
    (3, Unit.WORK_DAY),
    (7, Unit.WORK_DAY),
)
MOST_STARTS, MOST_PLACES = 40, 5
BEFORE_A_DAY = 3  # days before a changed day from which limits are tried


def versions() -> list[tuple[CalendarVersion, str]]:
    """The newest first, drafts too, each with the name of who published it, if anybody. For who keeps calendars."""
    rows = list(CalendarVersion.objects.order_by("-number")[:VERSIONS_SHOWN])
    names = doers(CalendarVersion, [one.pk for one in rows], verb="calendars.publish")
    return [(one, names.get(one.pk, "")) for one in rows]


def version(number: int) -> CalendarVersion:
    found = CalendarVersion.objects.filter(number=number).first()
    if found is None:
        raise NotFound("no_such_calendar", _("There is no such calendar version."), number=number)
    return found


def open_draft() -> CalendarVersion | None:
    newest = CalendarVersion.objects.order_by("-number").first()
    return newest if newest is not None and newest.published_at is None else None


@dataclass(frozen=True)
class DayShown:
    """`kind`: "holiday", "makeup", "weekend" or "" for a day like any other; `name`: of the holiday."""

    on: date
    kind: str
    name: str
    provisional: bool = False


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[DayShown | None]]


def year_shown(of: CalendarVersion, year: int, area_path: str = "") -> list[Month]:
    """Twelve months, weeks from Monday; a day outside the month is None. A local row beats the one for everywhere."""
    rows: dict[date, SpecialDay] = {}
    for row in of.days.filter(day__year=year).order_by("area_path"):  # the shorter path first
        if area_path.startswith(row.area_path):
            rows[row.day] = row
    return [Month(date(year, month, 1), _weeks(year, month, rows)) for month in range(1, 13)]


def _weeks(year: int, month: int, rows: dict[date, SpecialDay]) -> list[list[DayShown | None]]:
    return [
        [_shown(day, rows.get(day)) if day.month == month else None for day in week]
        for week in Calendar().monthdatescalendar(year, month)
    ]


def _shown(day: date, row: SpecialDay | None) -> DayShown:
    if row is not None:
        return DayShown(day, row.kind, row.name, row.provisional)
    return DayShown(day, "weekend" if day.isoweekday() > 5 else "", "")


@dataclass(frozen=True)
class Hours:
    """Working periods of Mondays to Fridays of one place, always or in a season. `area`: None for everywhere."""

    area_path: str
    area: Area | None
    valid_from: date | None
    valid_to: date | None
    periods: tuple[Period, ...]

    @property
    def words(self) -> str:
        return " ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in self.periods)


def hours_of(of: CalendarVersion) -> list[Hours]:
    found: dict[tuple[str, date | None, date | None], set[Period]] = defaultdict(set)
    for row in of.periods.all():
        found[row.area_path, row.valid_from, row.valid_to].add(Period(row.starts, row.ends))
    names = areas_of({path for path, _begin, _end in found})
    return [
        Hours(path, names.get(path), begin, end, tuple(sorted(periods, key=lambda one: one.start)))
        for (path, begin, end), periods in sorted(found.items(), key=lambda one: (one[0][0], str(one[0][1])))
    ]


def areas_of(paths: set[str]) -> dict[str, Area]:
    """Path → area, for naming them."""
    return {area.path: area for area in Area.objects.defer("boundary").filter(path__in=paths - {""})}


@dataclass(frozen=True)
class Change:
    """What a draft says otherwise than the version in force. `on`: a day, or None for working hours."""

    area: Area | None
    on: date | None
    before: str
    after: str


def changes(draft: CalendarVersion, at: datetime) -> list[Change]:
    """Days first, in order, then hours. Against the version in force at `at`."""
    base = version_at(at)
    old, new = _days(base), _days(draft)
    days = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    old_hours, new_hours = _hours(base), _hours(draft)
    hours = sorted(
        (key for key in old_hours.keys() | new_hours.keys() if old_hours.get(key) != new_hours.get(key)),
        key=str,
    )
    names = areas_of({path for _day, path in days} | {path for path, _begin, _end in hours})
    return [
        *(
            Change(names.get(path), day, old.get((day, path), ""), new.get((day, path), ""))
            for day, path in days
        ),
        *(
            Change(names.get(key[0]), None, _said(key, old_hours.get(key)), _said(key, new_hours.get(key)))
            for key in hours
        ),
    ]


def _days(of: CalendarVersion) -> dict[tuple[date, str], str]:
    return {(row.day, row.area_path): _day_said(row) for row in of.days.all()}


def _day_said(row: SpecialDay) -> str:
    said = f"{DayKind(row.kind).label} {row.name}".strip()
    return f"{said} ({_('provisional')})" if row.provisional else said


def _hours(of: CalendarVersion) -> dict[tuple[str, date | None, date | None], str]:
    return {(one.area_path, one.valid_from, one.valid_to): one.words for one in hours_of(of)}


def _said(key: tuple[str, date | None, date | None], words: str | None) -> str:
    if not words:
        return ""
    _path, begin, end = key
    season = f" ({begin or '…'} – {end or '…'})" if begin or end else ""
    return words + season


@dataclass(frozen=True)
class MovedThere:
    area: Area | None
    moved: list[Moved]


def moved_dues(draft: CalendarVersion, at: datetime) -> list[MovedThere]:
    """Usual limits that would end at another time, begun around the days that change; per place that changes.

    Clocks that run keep the version they began under, unless that knew a year provisionally that is published now.
    Raises UnevenWeek.
    """
    base = version_at(at)
    changed = changes(draft, at)
    places = sorted({change.area.path if change.area else "" for change in changed})[:MOST_PLACES]
    old, new = rows_of(base.pk), rows_of(draft.pk)
    names = areas_of(set(places))
    found = []
    for place in places:
        starts = _starts([one.on for one in changed if (one.area.path if one.area else "") == place], at)
        rows = []
        for start in starts:
            day = timezone.localdate(start)
            before = calendar_of(*old, base.number, place, day)
            after = calendar_of(*new, draft.number, place, day)
            rows += moved(before, after, [start], LIMITS)
        found.append(MovedThere(names.get(place), rows))
    return found


def _starts(days: list[date | None], at: datetime) -> list[datetime]:
    """Ten in the morning of changed days and the days before them, from now on; of hours, the next days."""
    today = timezone.localdate(at)
    wanted: set[date] = set()
    for day in days:
        if day is None:
            wanted |= {today + timedelta(days=ahead) for ahead in range(1, 6)}
        else:
            wanted |= {day - timedelta(days=before) for before in range(BEFORE_A_DAY + 1)}
    moments = [timezone.make_aware(datetime.combine(day, time(10))) for day in sorted(wanted) if day >= today]
    return moments[:MOST_STARTS]


def fingerprint(of: CalendarVersion) -> str:
    """Changes with every row: whoever publishes says what he looked at."""
    periods, days = rows_of(of.pk)
    names = sorted(of.days.values_list("day", "area_path", "name"))
    told = repr((sorted(map(repr, periods)), sorted(map(repr, days)), names))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
