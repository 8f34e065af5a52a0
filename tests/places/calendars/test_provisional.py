"""A year that is not published yet: the law's own days, how sure a calendar is, and what publishing makes surer."""

from datetime import UTC, date, datetime

import pytest

from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import Refused
from onegrid.kit.facts.models import FactRow
from onegrid.kit.worktime import Unit, WorkCalendar, due_at
from onegrid.places.calendars.actions import (
    Stretch,
    add_exception,
    discard_draft,
    enter_year,
    load_years,
    provide_years,
)
from onegrid.places.calendars.models import CalendarVersion, SpecialDay
from onegrid.places.calendars.plugins import Calendar
from onegrid.places.calendars.provisional import known_years, lawful_days
from onegrid.places.calendars.queries import less_sure, working_calendar, years_in_force
from onegrid.places.calendars.rules import DayRow, Surety, alarm, moves, surety, touched_from
from onegrid.places.calendars.statutory import statutory_days
from onegrid.portals.operator.calendars.notices import Unclear, stretches_of

BY = SystemActor("test")
AT = datetime(2026, 12, 20, 2, tzinfo=UTC)
NEXT = datetime(2027, 1, 5, 2, tzinfo=UTC)
NOTICE = "国务院办公厅通知"
ARRANGED = [
    Stretch(date(2026, 12, 31), date(2027, 1, 3), "holiday", "元旦"),
    Stretch(date(2027, 1, 9), date(2027, 1, 9), "makeup", "元旦"),
]


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_law_gives_the_days_that_were_published_for_years_that_are(year):
    """Every named day is off in the arrangement too, and a year has as many working days by both."""
    published = list(statutory_days(year, year))
    off = {row.day for row in published if row.kind == "holiday"}
    by_law = lawful_days(year)
    assert {one.day for one in by_law if not one.made_up} <= off
    worked = frozenset(row.day for row in published if row.kind == "makeup")
    arranged = WorkCalendar("a", holidays=frozenset(off), makeup_days=worked)
    lawful = WorkCalendar("b", holidays=frozenset(one.day for one in by_law))
    first, last = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    days = [
        one.sums.working_days_before(last) - one.sums.working_days_before(first) for one in (arranged, lawful)
    ]
    assert days[0] == days[1]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (
            2027,
            "01-01 02-05 02-06 02-07 02-08 02-09+ 02-10+ 04-05 05-01 05-02 05-03+ 05-04+ 06-09 09-15 "
            "10-01 10-02 10-03 10-04+ 10-05+",
        ),
        (  # New Year on a Saturday; mid-autumn on the third day of October is not lost
            2028,
            "01-01 01-03+ 01-25 01-26 01-27 01-28 04-04 05-01 05-02 05-28 05-29+ 10-01 10-02 10-03 10-04+ 10-05+",
        ),
    ],
)
def test_days_of_years_to_come(year, expected):
    assert " ".join(f"{one.day:%m-%d}{'+' * one.made_up}" for one in lawful_days(year)) == expected


@pytest.mark.parametrize("year", known_years())
def test_thirteen_working_days_are_off_in_every_year(year):
    days = lawful_days(year)
    assert sum(one.day.isoweekday() < 6 for one in days) == 13
    assert len({one.day for one in days}) == len(days) and {one.day.year for one in days} == {year}


def test_a_year_of_which_the_moon_is_not_written_down():
    assert lawful_days(known_years().stop) == []


NEW_YEAR = DayRow("", date(2027, 1, 1), "holiday")


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([], Surety.NOTHING),
        ([DayRow("", date(2026, 1, 1), "holiday")], Surety.NOTHING),  # another year's
        ([DayRow("1.2.", date(2027, 1, 1), "holiday")], Surety.NOTHING),  # one street's own
        ([DayRow("", date(2027, 3, 1), "holiday")], Surety.NOTHING),  # a flood is no arrangement
        ([DayRow("", date(2027, 1, 1), "holiday", True)], Surety.PROVISIONAL),
        ([NEW_YEAR, DayRow("", date(2027, 2, 5), "holiday", True)], Surety.PROVISIONAL),
        ([NEW_YEAR], Surety.PUBLISHED),
    ],
)
def test_how_well_a_calendar_knows_a_year(rows, known):
    assert surety(2027, rows) == known


@pytest.mark.parametrize(
    ("year", "known", "today", "tone"),
    [
        (2027, Surety.PROVISIONAL, date(2026, 11, 30), "good"),
        (2027, Surety.NOTHING, date(2026, 11, 30), "good"),
        (2027, Surety.PROVISIONAL, date(2026, 12, 1), "warn"),
        (2027, Surety.PUBLISHED, date(2026, 12, 31), "good"),
        (2027, Surety.PROVISIONAL, date(2027, 1, 1), "bad"),
        (2028, Surety.NOTHING, date(2027, 1, 1), "good"),
    ],
)
def test_when_somebody_is_asked_for_the_notice(year, known, today, tone):
    assert alarm(year, known, today) == tone


@pytest.mark.parametrize(
    ("before", "after", "at", "is_moved"),
    [
        (10, 10, 5, False),
        (10, 12, 5, True),
        (10, 8, 5, True),
        (10, 4, 5, False),
        (3, 4, 5, True),
        (4, 3, 5, True),
    ],
)
def test_nobody_is_late_by_a_calendar_that_comes_late(before, after, at, is_moved):
    day = [datetime(2027, 1, n, tzinfo=UTC) for n in range(1, 20)]
    assert moves(day[before], day[after], day[at]) == is_moved


def test_from_where_a_notice_speaks():
    assert touched_from([2028, 2027]) == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("元旦 1月1日至3日\n", "holiday 元旦 2027-01-01 2027-01-03"),
        ("元旦 至3日", None),
        ("元旦 2026-12-31 至 2027-1-3", "holiday 元旦 2026-12-31 2027-01-03"),
        ("元旦：2026年12月31日—1月3日", "holiday 元旦 2026-12-31 2027-01-03"),
        ("清明 4月5日", "holiday 清明 2027-04-05 2027-04-05"),
        ("上班 1月30日、2月20日", "makeup  2027-01-30 2027-01-30 | makeup  2027-02-20 2027-02-20"),
        ("春节上班 02.20", "makeup 春节 2027-02-20 2027-02-20"),
        ("works 2027-02-20", "makeup  2027-02-20 2027-02-20"),
        ("春节 2月5日 2月6日 2月7日", None),
        ("春节 2月30日", None),
        ("春节放假", None),
        (" \n\n", ""),
    ],
)
def test_a_notice_is_read_line_by_line(text, said):
    if said is None:
        with pytest.raises(Unclear):
            stretches_of(text, 2027)
    else:
        found = (f"{one.kind} {one.name} {one.first} {one.last}" for one in stretches_of(text, 2027))
        assert " | ".join(found) == said


PRINTED = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def test_the_printed_notice_of_2026_gives_the_days_of_the_library():
    known = [row for row in statutory_days(2026, 2026) if row.kind == "makeup" or row.day.isoweekday() < 6]
    read = {
        (date.fromordinal(day), one.kind)
        for one in stretches_of(PRINTED, 2026)
        for day in range(one.first.toordinal(), one.last.toordinal() + 1)
    }
    weekdays = {(day, kind) for day, kind in read if kind == "makeup" or day.isoweekday() < 6}
    assert weekdays == {(row.day, row.kind) for row in known}
    assert [one.name for one in stretches_of(PRINTED, 2026)][:3] == ["元旦", "元旦", "春节"]


# ---- in the database ----


@pytest.fixture
def only_2026(db):
    """As every installation of this year has it: nothing is known of the next."""
    return load_years(by=BY, at=datetime(2026, 1, 5, tzinfo=UTC), first=2026, last=2026, publish=True)


def test_what_is_loaded_before_the_notice_says_so(db):
    load_years(by=BY, at=AT, publish=True)
    assert years_in_force(AT) == {2026: Surety.PUBLISHED, 2027: Surety.PROVISIONAL}
    days = SpecialDay.objects.filter(day__year=2027)
    assert {row.provisional for row in days} == {True} and "放假办法" in days[0].source
    assert not SpecialDay.objects.filter(day__year=2026, provisional=True).exists()
    assert load_years(by=BY, at=AT, publish=True).number == 1  # again changes nothing
    assert load_years(by=BY, at=NEXT, publish=True).number == 2  # but the year after comes into sight
    assert years_in_force(NEXT)[2028] == Surety.PROVISIONAL


def test_a_limit_over_new_year_is_not_counted_over_a_holiday(only_2026):
    """Thursday 31 December 2026, 17:00: one working hour of the two is left for the next working day."""
    eve = datetime(2026, 12, 31, 9, tzinfo=UTC)
    two = due_at(eve, 2, Unit.WORK_HOUR, working_calendar(eve))
    assert two.isoformat() == "2027-01-01T09:00:00+08:00"  # as nobody may count it
    assert provide_years(by=BY, at=AT).number == 2
    assert due_at(eve, 2, Unit.WORK_HOUR, working_calendar(eve)).isoformat() == "2027-01-04T09:00:00+08:00"
    assert provide_years(by=BY, at=AT) is None  # nothing is missing any more
    (fact,) = FactRow.objects.filter(kind="places.CalendarPublished", payload__number=2)
    assert fact.payload["surer"] == [2027] and less_sure(2, [2027]) == [1] and less_sure(2, [2026]) == []


def test_a_draft_that_somebody_has_open_is_not_published_for_him(only_2026):
    add_exception(day=date(2027, 1, 4), kind="holiday", name="甲", source="文", by=BY, at=AT)
    assert provide_years(by=BY, at=AT) is None
    loaded = load_years(by=BY, at=AT, publish=True)
    assert loaded.number == 2 and loaded.published_at is None
    assert working_calendar(AT).version == "1"
    discard_draft(number=2, by=BY, at=AT)
    assert provide_years(by=BY, at=AT).number == 2


def test_the_notice_takes_the_place_of_the_laws_days(only_2026):
    provide_years(by=BY, at=AT)
    version = enter_year(year=2027, stretches=ARRANGED, source=NOTICE, by=BY, at=AT, publish=True)
    calendar = working_calendar(AT)
    assert date(2026, 12, 31) in calendar.holidays and date(2027, 1, 9) in calendar.makeup_days
    assert date(2027, 2, 8) not in calendar.holidays  # this notice is a short one
    assert years_in_force(AT)[2027] == Surety.PUBLISHED
    assert less_sure(version.number, [2027]) == [1, 2]
    kept = load_years(
        by=BY, at=AT, publish=True
    )  # what people entered is not overwritten by what is provisional
    assert (
        years_in_force(AT)[2027] == Surety.PUBLISHED and kept.number == version.number + 1
    )  # the older years came


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": " "}, "source_missing"),
        ({"stretches": ARRANGED[1:]}, "new_year_missing"),
        ({"stretches": [*ARRANGED, Stretch(date(2027, 1, 3), date(2027, 1, 3), "makeup", "")]}, "day_twice"),
        (
            {"stretches": [*ARRANGED, Stretch(date(2026, 11, 3), date(2026, 11, 3), "holiday", "")]},
            "not_this_year",
        ),
        (
            {"stretches": [*ARRANGED, Stretch(date(2027, 3, 2), date(2027, 3, 1), "holiday", "")]},
            "stretch_backwards",
        ),
        (
            {"stretches": [*ARRANGED, Stretch(date(2027, 3, 1), date(2027, 3, 1), "party", "")]},
            "unknown_day_kind",
        ),
    ],
)
def test_a_notice_that_is_none_is_refused_and_nothing_is_written(only_2026, change, code):
    before = SpecialDay.objects.count(), CalendarVersion.objects.count()
    with pytest.raises(Refused, match=code):
        enter_year(**({"year": 2027, "stretches": ARRANGED, "source": NOTICE, "by": BY, "at": AT} | change))
    assert (SpecialDay.objects.count(), CalendarVersion.objects.count()) == before


def test_the_health_page_says_which_year_is_not_published(only_2026, monkeypatch):
    for now, tones in ((AT, ["good", "warn"]), (NEXT, ["bad", "good"])):
        monkeypatch.setattr("onegrid.places.calendars.plugins.timezone.now", lambda now=now: now)
        assert [str(one.tone) for one in Calendar().readings()] == tones
