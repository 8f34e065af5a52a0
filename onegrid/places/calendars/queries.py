"""The working calendar of a place at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.errors import NotFound, Unavailable
from onegrid.kit.statements import Question, ask
from onegrid.kit.worktime import WorkCalendar
from onegrid.places.calendars.models import CalendarVersion, SpecialDay, WorkingPeriod
from onegrid.places.calendars.rules import DayRow, PeriodRow, Surety, periods_of, special_days, surety


def version_at(at: datetime) -> CalendarVersion:
    """The newest version published by then; for times before the first, the first (old cases that are imported).

    Raises Unavailable `no_calendar` while none is published.
    """
    published = CalendarVersion.objects.filter(published_at__isnull=False).order_by("published_at", "number")
    found = published.filter(published_at__lte=at).last() or published.first()
    if found is None:
        raise Unavailable("no_calendar", _("No working calendar is published yet."))
    return found


def working_calendar(at: datetime, area_path: str | None = None) -> WorkCalendar:
    """What counts as working time for a limit that begins at `at` (aware) in an area.

    Periods that change with the season are those of that day, for the whole limit: kit.worktime counts one kind of
    day. Built once a version and day and then kept, so it costs one small query.
    """
    version_id, number = _in_force(at)
    return _calendar(version_id, number, at, area_path or "")


def calendar_of_version(number: int, at: datetime, area_path: str | None = None) -> WorkCalendar:
    """The same under a version of the past: the one a case was filed under. Raises NotFound."""
    found = ask(*version_asked(number))
    if not found:
        raise NotFound("no_such_calendar", _("There is no such calendar version."), number=number)
    return _calendar(found[0][0], number, at, area_path or "")


def version_asked(number: int) -> Question:
    """What `calendar_of_version` asks, for whoever asks more at once."""
    return _OF_NUMBER, [str(number)]


_OF_NUMBER = "SELECT id FROM places_calendarversion WHERE number = $1::bigint AND published_at IS NOT NULL"


def days_of_version(number: int, *, year: int | None = None) -> list[SpecialDay]:
    """Days off and make-up workdays of a version in order, of one year or all."""
    rows = SpecialDay.objects.filter(version__number=number)
    return list(rows if year is None else rows.filter(day__year=year))


def areas_with_days_of_their_own() -> set[str]:
    """Paths of the areas for which any version says something of its own; everywhere else they share one calendar."""
    paths = WorkingPeriod.objects.values_list("area_path").union(SpecialDay.objects.values_list("area_path"))
    return {path for (path,) in paths}


def years_in_force(at: datetime) -> dict[int, Surety]:
    """How well the calendar in force knows this year and the next. Raises Unavailable `no_calendar`."""
    _periods, days = _rows(version_at(at).pk)
    year = localdate(at).year
    return {one: surety(one, days) for one in (year, year + 1)}


def less_sure(number: int, years: Sequence[int]) -> list[int]:
    """Published versions before this one that knew one of these years less well than it does."""
    versions = list(CalendarVersion.objects.filter(number__lte=number, published_at__isnull=False))
    known = {one.number: [surety(year, _rows(one.pk)[1]) for year in years] for one in versions}
    mine = known.pop(number, [])
    return sorted(
        other
        for other, theirs in known.items()
        if any(before < after for before, after in zip(theirs, mine, strict=True))
    )


_IN_FORCE = """
SELECT id, number FROM places_calendarversion WHERE published_at IS NOT NULL
ORDER BY published_at <= $1::timestamptz DESC,
    CASE WHEN published_at <= $1::timestamptz THEN published_at END DESC,
    CASE WHEN published_at <= $1::timestamptz THEN number END DESC,
    published_at, number
LIMIT 1
"""


def calendar_asked(at: datetime) -> Question:
    """What `working_calendar` asks, for whoever asks more at once."""
    return _IN_FORCE, [at.isoformat()]


def _in_force(at: datetime) -> tuple[int, int]:
    """(id, number) of `version_at`, asked with every limit that begins: prepared, and without the rest of the row."""
    found = ask(*calendar_asked(at))
    if not found:
        version_at(at)  # refuses
    return found[0][0], found[0][1]


def _calendar(version_id: int, number: int, at: datetime, area_path: str) -> WorkCalendar:
    # the smallest area with rows of its own: thousands of grids share one calendar
    place = max((path for path in _with_own(version_id) if area_path.startswith(path)), key=len, default="")
    return _built(version_id, number, place, localdate(at))


@lru_cache(maxsize=64)
def _with_own(version_id: int) -> frozenset[str]:
    """Paths of the areas of which a published version says something."""
    return frozenset(row.area_path for rows in _rows(version_id) for row in rows)


@lru_cache(maxsize=64)
def _rows(version_id: int) -> tuple[tuple[PeriodRow, ...], tuple[DayRow, ...]]:
    """All rows of a published version: it never changes, so they may stay in memory."""
    return rows_of(version_id)


def rows_of(version_id: int) -> tuple[tuple[PeriodRow, ...], tuple[DayRow, ...]]:
    """All rows of a version as they stand now, a draft's too."""
    periods = WorkingPeriod.objects.filter(version_id=version_id)
    days = SpecialDay.objects.filter(version_id=version_id)
    fields = ("area_path", "weekday", "starts", "ends", "valid_from", "valid_to")
    return (
        tuple(PeriodRow(*row) for row in periods.values_list(*fields)),
        tuple(DayRow(*row) for row in days.values_list("area_path", "day", "kind", "provisional")),
    )


@lru_cache(maxsize=2048)
def _built(version_id: int, number: int, area_path: str, day: date) -> WorkCalendar:
    return calendar_of(*_rows(version_id), number, area_path, day)


def calendar_of(
    periods: tuple[PeriodRow, ...], days: tuple[DayRow, ...], number: int, area_path: str, day: date
) -> WorkCalendar:
    """The calendar that rows make for a place and a day. Raises UnevenWeek."""
    holidays, makeup_days = special_days(days, area_path)
    return WorkCalendar(
        version=str(number),
        periods=periods_of(periods, area_path, day),
        holidays=holidays,
        makeup_days=makeup_days,
    )
