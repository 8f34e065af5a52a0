"""Changing the calendar: always as a new version. A draft collects changes; publishing freezes it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.kit.worktime import DEFAULT_PERIODS, Period
from onegrid.places.areas.access import require_everywhere
from onegrid.places.areas.models import Area
from onegrid.places.calendars import provisional, statutory
from onegrid.places.calendars.access import EDIT
from onegrid.places.calendars.editions import fingerprint
from onegrid.places.calendars.facts import CalendarPublished
from onegrid.places.calendars.models import CalendarVersion, DayKind, SpecialDay, WorkingPeriod
from onegrid.places.calendars.queries import rows_of
from onegrid.places.calendars.rules import WORKING_WEEK, PeriodRow, Surety, UnevenWeek, periods_of, surety


@transaction.atomic
def load_years(
    *, by: Actor, at: datetime, first: int | None = None, last: int | None = None, publish: bool = False
) -> CalendarVersion:
    """Puts the library's holidays and make-up days of some years (default: all it knows) in place of what it, or the
    law, said about them before. What people entered stays, for one area or for everywhere, and so do other years.
    Without years asked for, this year and the next get the days that the law names where nobody published them.

    When the newest version says all that already, it is returned and none is made. A draft that somebody has open is
    not published with it: it takes the rows, and waits for him. Refused: `years_unknown`.
    """
    require_everywhere(by, EDIT)
    known, whole = statutory.years(), first is None and last is None
    first, last = first or known.start, last or known.stop - 1
    if first not in known or last not in known or first > last:
        raise Refused(
            "years_unknown",
            _("The kept library does not know these years."),
            first=known.start,
            last=known[-1],
        )
    newest = CalendarVersion.objects.order_by("-number").first()
    published = CalendarVersion.objects.exclude(published_at=None).order_by("published_at", "number").last()
    wanted = [
        SpecialDay(day=row.day, kind=row.kind, name=row.name, source=statutory.source())
        for row in statutory.statutory_days(first, last)
    ]
    years = set(range(first, last + 1))
    if whole:
        unsure = set(_unpublished(published, at)) - years
        wanted += [row for year in sorted(unsure) for row in _lawful(year)]
        years |= unsure
    opened = newest is not None and newest.published_at is None
    if published is not None and (not opened or publish) and _says(published, wanted, years):
        return published
    draft = _draft(by, at, statutory.source())
    _not_by_hand(draft, years).delete()
    by_hand = set(_everywhere(draft, years).values_list("day", flat=True))
    for row in wanted:
        row.version = draft
    SpecialDay.objects.bulk_create(row for row in wanted if row.day not in by_hand)
    if not draft.periods.exists():
        _write_periods(draft, DEFAULT_PERIODS, "", None, None)
    record("calendars.load", by=by, about=draft, at=at, details={"first": min(years), "last": max(years)})
    return publish_calendar(number=draft.number, by=by, at=at) if publish and not opened else draft


@transaction.atomic
def provide_years(*, by: Actor, at: datetime) -> CalendarVersion | None:
    """This year and the next get the days off that the law names, as provisional ones and at once, where the calendar
    in force knows nothing of them: a limit into January is not counted over New Year's Day as over a working day.

    None when nothing is missing, or when somebody has a draft open: that is not published for him.
    """
    require_everywhere(by, EDIT)
    newest = CalendarVersion.objects.select_for_update().order_by("-number").first()
    if newest is None or newest.published_at is None:
        return None
    wanted = [row for year in _unpublished(newest, at, below=Surety.PROVISIONAL) for row in _lawful(year)]
    if not wanted:
        return None
    draft = _draft(by, at, wanted[0].source)
    for row in wanted:
        row.version = draft
    taken = set(draft.days.filter(area_path="").values_list("day", flat=True))
    SpecialDay.objects.bulk_create(row for row in wanted if row.day not in taken)
    record("calendars.provide", by=by, about=draft, at=at, details={"years": _years(wanted)})
    return publish_calendar(number=draft.number, by=by, at=at)


@dataclass(frozen=True)
class Stretch:
    """Days in a row of a notice: off, or worked (调休上班 is DayKind.MAKEUP); `last` included."""

    first: date
    last: date
    kind: str
    name: str


@transaction.atomic
def enter_year(
    *, year: int, stretches: Sequence[Stretch], source: str, by: Actor, at: datetime, publish: bool = False
) -> CalendarVersion:
    """The year's arrangement as the State Council's notice has it, in place of what stands for everywhere in that
    year; in the draft. It may name days of the year before (a New Year that begins in December).

    Refused: `source_missing`, `unknown_day_kind`, `stretch_backwards`, `not_this_year`, `day_twice`,
    `new_year_missing` (1 January is off in every year).
    """
    require_everywhere(by, EDIT)
    if not source.strip():
        raise Refused("source_missing", _("Name the notice this rests on."))
    rows = list(_days_of(year, stretches, source))
    draft = _draft(by, at, source)
    earlier = [row.day for row in rows if row.day.year != year]
    _everywhere(draft, {year}).delete()
    draft.days.filter(area_path="", day__in=earlier).delete()
    for row in rows:
        row.version = draft
    SpecialDay.objects.bulk_create(rows)
    record("calendars.enter_year", by=by, about=draft, at=at, details={"year": year, "days": len(rows)})
    return publish_calendar(number=draft.number, by=by, at=at) if publish else draft


def _days_of(year: int, stretches: Sequence[Stretch], source: str) -> Iterator[SpecialDay]:
    seen: set[date] = set()
    for one in stretches:
        if one.kind not in DayKind.values:
            raise Refused("unknown_day_kind", _("A day is a day off or a make-up workday."), kind=one.kind)
        if one.last < one.first:
            raise Refused("stretch_backwards", _("The end lies before the beginning."))
        for ordinal in range(one.first.toordinal(), one.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.year != year and (day.year, day.month) != (year - 1, 12):
                words = _("%(day)s is not of this year, nor of the December before.") % {"day": day}
                raise Refused("not_this_year", words, day=day.isoformat())
            if day in seen:
                raise Refused("day_twice", _("%(day)s stands twice.") % {"day": day}, day=day.isoformat())
            seen.add(day)
            yield SpecialDay(day=day, kind=one.kind, name=one.name.strip()[:60], source=source.strip())
    offs = [one for one in stretches if one.kind == DayKind.HOLIDAY]
    if not any(one.first <= date(year, 1, 1) <= one.last for one in offs):
        raise Refused("new_year_missing", _("1 January is off in every year: is the list whole?"))


@transaction.atomic
def add_exception(
    *,
    day: date,
    kind: str,
    name: str,
    source: str,
    by: Actor,
    at: datetime,
    area_path: str = "",
    publish: bool = False,
) -> CalendarVersion:
    """A day off or a working day by local decision (a flood, a sports event); replaces that day's row of that area.

    Refused: `unknown_day_kind`, `source_missing`, `unknown_area`.
    """
    _require(by, area_path)
    if kind not in DayKind.values:
        raise Refused("unknown_day_kind", _("A day is a day off or a make-up workday."), kind=kind)
    if not source.strip():
        raise Refused("source_missing", _("Name the notice this rests on."))
    _check_area(area_path)
    draft = _draft(by, at, source)
    SpecialDay.objects.update_or_create(
        version=draft,
        day=day,
        area_path=area_path,
        defaults={"kind": kind, "name": name, "source": source, "provisional": False},
    )
    record("calendars.exception", by=by, about=draft, at=at, details={"day": day.isoformat(), "kind": kind})
    return publish_calendar(number=draft.number, by=by, at=at) if publish else draft


@transaction.atomic
def set_periods(
    *,
    periods: Iterable[Period],
    source: str,
    by: Actor,
    at: datetime,
    area_path: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    publish: bool = False,
) -> CalendarVersion:
    """Working periods of Mondays to Fridays, for everywhere or an area, for always or a season
    [valid_from, valid_to). Rows of that area and season are replaced. Refused: `unknown_area`; at publishing
    `uneven_week`."""
    _require(by, area_path)
    _check_area(area_path)
    draft = _draft(by, at, source)
    draft.periods.filter(area_path=area_path, valid_from=valid_from, valid_to=valid_to).delete()
    _write_periods(draft, periods, area_path, valid_from, valid_to)
    record("calendars.periods", by=by, about=draft, at=at, details={"area_path": area_path})
    return publish_calendar(number=draft.number, by=by, at=at) if publish else draft


@transaction.atomic
def publish_calendar(*, number: int, by: Actor, at: datetime, seen: str = "") -> CalendarVersion:
    """From now on limits are counted by it; it never changes again. `seen`: the fingerprint that was looked at.
    Announces the years that it knows better than the one before did: clocks that run into these are counted anew.

    Refused: `published_already`, `draft_changed`, `uneven_week` (periods that kit.worktime cannot count).
    """
    require_everywhere(by, EDIT)
    draft = CalendarVersion.objects.select_for_update().filter(number=number).first()
    if draft is None:
        raise NotFound("no_such_calendar", _("There is no such calendar version."), number=number)
    if draft.published_at is not None:
        raise Refused("published_already", _("This version is published already."), number=number)
    if seen and seen != fingerprint(draft):
        raise Refused("draft_changed", _("The draft was changed meanwhile: look at it again."))
    _check_weeks(draft, localdate(at))
    surer = _surer(draft)
    draft.published_at = at
    draft.save(update_fields=["published_at"])
    record("calendars.publish", by=by, about=draft, at=at)
    announce(CalendarPublished(draft.number, surer))
    return draft


def _surer(draft: CalendarVersion) -> list[int]:
    base = CalendarVersion.objects.exclude(published_at=None).order_by("published_at", "number").last()
    if base is None:
        return []
    (_old, before), (_new, after) = rows_of(base.pk), rows_of(draft.pk)
    years = sorted({row.day.year for row in after if not row.area_path})
    return [year for year in years if surety(year, after) > surety(year, before)]


@transaction.atomic
def drop_day(*, day: date, by: Actor, at: datetime, area_path: str = "") -> CalendarVersion:
    """The day is what its weekday says again, or what stands for everywhere; in the draft. Refused: `no_such_day`."""
    _require(by, area_path)
    draft = _draft(by, at, "")
    gone, _rows = draft.days.filter(day=day, area_path=area_path).delete()
    if not gone:
        raise Refused("no_such_day", _("Nothing stands for this day there."), day=day.isoformat())
    record("calendars.drop_day", by=by, about=draft, at=at, details={"day": day.isoformat()})
    return draft


@transaction.atomic
def drop_periods(
    *,
    by: Actor,
    at: datetime,
    area_path: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> CalendarVersion:
    """Hours of one area or season fall away; those above them count again; in the draft.

    Refused: `periods_needed` (those of everywhere for always), `no_such_periods`.
    """
    _require(by, area_path)
    if not area_path and valid_from is None and valid_to is None:
        raise Refused("periods_needed", _("There must be working hours for everywhere: change them instead."))
    draft = _draft(by, at, "")
    rows = draft.periods.filter(area_path=area_path, valid_from=valid_from, valid_to=valid_to)
    gone, _rows = rows.delete()
    if not gone:
        raise Refused("no_such_periods", _("There are no such hours."))
    record("calendars.drop_periods", by=by, about=draft, at=at, details={"area_path": area_path})
    return draft


@transaction.atomic
def discard_draft(*, number: int, by: Actor, at: datetime) -> None:
    """The draft is thrown away; the calendar in force stays. Refused: `published_already`."""
    require_everywhere(by, EDIT)
    draft = CalendarVersion.objects.select_for_update().filter(number=number).first()
    if draft is None:
        raise NotFound("no_such_calendar", _("There is no such calendar version."), number=number)
    if draft.published_at is not None:
        raise Refused("published_already", _("This version is published already."), number=number)
    record("calendars.discard", by=by, about=draft, at=at)
    draft.delete()


def _draft(by: Actor, at: datetime, source: str) -> CalendarVersion:
    """The open draft, or a new one with everything the newest version says."""
    newest = CalendarVersion.objects.select_for_update().order_by("-number").first()
    if newest is not None and newest.published_at is None:
        return newest
    number = newest.number + 1 if newest else 1
    draft = CalendarVersion.objects.create(number=number, source=source, made_at=at, made_by=by.actor_key)
    if newest is not None:
        periods, days = list(newest.periods.all()), list(newest.days.all())
        for period in periods:
            period.pk, period.version = None, draft
        for day in days:
            day.pk, day.version = None, draft
        WorkingPeriod.objects.bulk_create(periods)
        SpecialDay.objects.bulk_create(days)
    return draft


def _everywhere(version: CalendarVersion, years: set[int]):
    return version.days.filter(area_path="", day__year__in=years)


def _not_by_hand(version: CalendarVersion, years: set[int]):
    """What a library or the law says; people write another source."""
    return _everywhere(version, years).filter(Q(source__startswith=statutory.LIBRARY) | Q(provisional=True))


def _says(version: CalendarVersion, wanted: list[SpecialDay], years: set[int]) -> bool:
    ours = _not_by_hand(version, years)
    there = set(ours.values_list("day", "kind", "provisional"))
    by_hand = set(_everywhere(version, years).exclude(pk__in=ours).values_list("day", flat=True))
    said = {(row.day, row.kind, row.provisional) for row in wanted if row.day not in by_hand}
    return there == said and version.periods.exists()


def _unpublished(
    version: CalendarVersion | None, at: datetime, *, below: Surety = Surety.PUBLISHED
) -> list[int]:
    """This year and the next, as far as a version knows them less well than `below`."""
    days = rows_of(version.pk)[1] if version is not None else ()
    year = localdate(at).year
    return [one for one in (year, year + 1) if surety(one, days) < below]


def _lawful(year: int) -> list[SpecialDay]:
    """Without their version yet."""
    return [
        SpecialDay(
            day=row.day,
            kind=DayKind.HOLIDAY,
            name=row.name,
            source=provisional.source(year),
            provisional=True,
        )
        for row in provisional.lawful_days(year)
    ]


def _years(rows: list[SpecialDay]) -> list[int]:
    return sorted({row.day.year for row in rows})


def _write_periods(
    draft: CalendarVersion,
    periods: Iterable[Period],
    area_path: str,
    valid_from: date | None,
    valid_to: date | None,
) -> None:
    spans: list[tuple[time, time]] = [(period.start, period.end) for period in periods]
    WorkingPeriod.objects.bulk_create(
        WorkingPeriod(
            version=draft,
            area_path=area_path,
            weekday=weekday,
            starts=starts,
            ends=ends,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for weekday in WORKING_WEEK
        for starts, ends in spans
    )


def _require(by: Actor, area_path: str) -> None:
    if area_path:
        require(by, EDIT, path=area_path)
    else:
        require_everywhere(by, EDIT)


def _check_area(area_path: str) -> None:
    if area_path and not Area.objects.filter(path=area_path).exists():
        raise Refused("unknown_area", _("There is no such area."), area_path=area_path)


def _check_weeks(draft: CalendarVersion, today: date) -> None:
    """Every season of every area must be a week that can be counted: looked at where one begins or ends."""
    fields = ("area_path", "weekday", "starts", "ends", "valid_from", "valid_to")
    rows = [PeriodRow(*row) for row in draft.periods.values_list(*fields)]
    turns = {today, *(day for row in rows for day in (row.valid_from, row.valid_to) if day is not None)}
    try:
        for place in {"", *(row.area_path for row in rows)}:
            for day in turns:
                periods_of(rows, place, day)
    except UnevenWeek as failure:
        raise Refused(
            "uneven_week",
            _("Mondays to Fridays need the same working periods, at every time of the year."),
            why=str(failure),
        ) from None
