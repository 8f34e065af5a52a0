"""Versions: what loading, exceptions and publishing make, and which one counts when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, NotFound, Refused, Unavailable
from onegrid.kit.worktime import Period, Unit, due_at
from onegrid.places.calendars.actions import add_exception, load_years, publish_calendar, set_periods
from onegrid.places.calendars.models import CalendarVersion, SpecialDay
from onegrid.places.calendars.queries import calendar_of_version, days_of_version, working_calendar
from tests.streets import STARTS, make_streets

BY = SystemActor("test")
AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
LATER = AT + timedelta(days=30)


@pytest.fixture
def published(db):
    return load_years(by=BY, at=AT, publish=True)


@pytest.fixture
def streets(db):
    """Of one test only: the others count what there is without any calendar."""
    return make_streets()


def test_the_library_as_rows(published):
    calendar = working_calendar(AT)
    assert calendar.version == "1" and calendar.periods == (
        Period(time(8), time(12)),
        Period(time(14), time(18)),
    )
    assert date(2026, 2, 17) in calendar.holidays and date(2026, 2, 14) in calendar.makeup_days
    names = {row.day: row.name for row in days_of_version(1, year=2026)}
    assert names[date(2026, 2, 17)] == "春节"
    published = [row for row in days_of_version(1) if not row.provisional]
    assert {row.source[:15] for row in published} == {"chinesecalendar"}
    assert {row.day.year for row in published} == set(range(2004, 2027))


def test_a_limit_over_the_spring_festival(published):
    """Friday 13 February 2026, 17:00, two working hours: Saturday 14 is a make-up day."""
    friday = datetime(2026, 2, 13, 9, tzinfo=UTC)
    assert (
        due_at(friday, 2, Unit.WORK_HOUR, working_calendar(friday)).isoformat() == "2026-02-14T09:00:00+08:00"
    )
    saturday = datetime(2026, 2, 14, 9, tzinfo=UTC)
    due = due_at(saturday, 2, Unit.WORK_HOUR, working_calendar(saturday))
    assert due.isoformat() == "2026-02-24T09:00:00+08:00"


def test_loading_again_makes_no_version(published):
    assert load_years(by=BY, at=LATER, publish=True) == published
    assert CalendarVersion.objects.count() == 1


def test_an_exception_is_a_new_version_and_the_old_one_stays(published, streets):
    path = streets.a.area.path
    flood = date(2026, 7, 1)
    add_exception(
        day=flood, kind="holiday", name="防汛停工", source="街道通知〔2026〕1号", area_path=path,
        by=BY, at=LATER, publish=True,
    )  # fmt: skip
    assert flood in working_calendar(LATER, streets.a.grids[0].path).holidays
    assert flood not in working_calendar(LATER, streets.b.grids[0].path).holidays
    assert flood not in working_calendar(AT, streets.a.grids[0].path).holidays  # version 1 was in force
    assert flood not in calendar_of_version(1, LATER, streets.a.grids[0].path).holidays
    assert load_years(by=BY, at=LATER, publish=True).number == 2  # a refresh keeps the local row


def test_a_day_off_everywhere_outlives_the_next_start(published):
    day = date(2026, 7, 1)
    add_exception(day=day, kind="holiday", name="台风", source="文", by=BY, at=LATER, publish=True)
    assert load_years(by=BY, at=LATER, publish=True).number == 2  # as every start does
    assert day in working_calendar(LATER).holidays


def test_a_draft_collects_and_does_not_count(published):
    add_exception(day=date(2026, 7, 1), kind="holiday", name="甲", source="文", by=BY, at=LATER)
    add_exception(day=date(2026, 7, 2), kind="holiday", name="乙", source="文", by=BY, at=LATER)
    assert CalendarVersion.objects.count() == 2
    assert working_calendar(LATER).version == "1"
    with pytest.raises(NotFound):
        calendar_of_version(2, LATER)
    publish_calendar(number=2, by=BY, at=LATER)
    assert {date(2026, 7, 1), date(2026, 7, 2)} <= working_calendar(LATER).holidays


def test_summer_hours(published):
    summer = [Period(time(7, 30), time(11, 30)), Period(time(15), time(18))]
    set_periods(
        periods=summer, source="文", by=BY, at=LATER, valid_from=date(2026, 6, 1), valid_to=date(2026, 10, 1),
        publish=True,
    )  # fmt: skip
    july = datetime(2026, 7, 1, tzinfo=UTC)
    assert working_calendar(july).periods == tuple(summer)
    assert working_calendar(LATER).periods[0].start == time(8)


def test_imported_old_cases_use_the_first_version(published):
    assert working_calendar(datetime(2010, 5, 1, tzinfo=UTC)).version == "1"


def test_without_a_calendar(db):
    with pytest.raises(Unavailable, match="no_calendar"):
        working_calendar(AT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "party"}, "unknown_day_kind"),
        ({"source": " "}, "source_missing"),
        ({"area_path": "999."}, "unknown_area"),
    ],
)
def test_exceptions_refuse_and_write_nothing(published, change, code):
    wanted = {"day": date(2026, 7, 1), "kind": "holiday", "name": "甲", "source": "文", "by": BY, "at": LATER}
    before = SpecialDay.objects.count(), CalendarVersion.objects.count()
    with pytest.raises(Refused, match=code):
        add_exception(**(wanted | change))
    assert (SpecialDay.objects.count(), CalendarVersion.objects.count()) == before


def test_loading_and_publishing_refuse(published):
    with pytest.raises(Refused, match="years_unknown"):
        load_years(by=BY, at=LATER, first=1990)
    with pytest.raises(Refused, match="published_already"):
        publish_calendar(number=1, by=BY, at=LATER)
    with pytest.raises(NotFound):
        publish_calendar(number=7, by=BY, at=LATER)
    with pytest.raises(Refused, match="uneven_week"):
        set_periods(periods=[], source="文", by=BY, at=LATER, area_path="", publish=True)
    assert working_calendar(LATER).version == "1"


def test_only_who_may(published, streets):
    with pytest.raises(NotAllowed):
        load_years(by=streets.a.staff["dispatcher"], at=LATER)
    assert load_years(by=streets.staff["operator"], at=STARTS) == published


def test_one_small_question_per_calendar(published, django_assert_num_queries):
    working_calendar(AT)
    with django_assert_num_queries(1):
        working_calendar(AT, "1.2.3.")
