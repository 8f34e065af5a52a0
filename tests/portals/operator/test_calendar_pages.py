"""The working calendar by page: the year, a draft and what it moves, publishing, throwing away."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from onegrid.kit.worktime import Period, Unit, WorkCalendar
from onegrid.places.calendars.models import CalendarVersion, SpecialDay
from onegrid.places.calendars.queries import working_calendar, years_in_force
from onegrid.places.calendars.rules import Surety, moved
from tests.streets import Streets, streets  # noqa: F401  a fixture

YEAR = reverse("operator:calendar")


def to(name: str) -> str:
    return reverse(f"operator:calendar_{name}")


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def operator(client, streets: Streets):  # noqa: F811
    client.force_login(streets.staff["operator"])
    client.cookies["django_language"] = "en"
    return streets.staff["operator"]


def workday() -> date:
    """A working day some days ahead, in the calendar that the streets have."""
    day, calendar = timezone.localdate() + timedelta(days=7), working_calendar(timezone.now())
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def test_everybody_signed_in_reads_the_year(client, streets):  # noqa: F811
    client.force_login(streets.a.staff["grid_worker"])
    client.cookies["django_language"] = "en"
    page = body(client.get(YEAR, {"year": "2026"}))
    assert page.count('<section class="month">') == 12 and 'title="春节"' in page
    assert re.search(r'class="makeup[^>]*>14<small>works', page) and "Working hours…" not in page
    assert client.get(to("day")).status_code == 403
    assert client.get(YEAR, {"version": "999"}).status_code == 404


def test_a_day_off_is_drafted_looked_at_and_published(client, operator):
    day = workday()
    sent = {"day": f"{day}", "kind": "holiday", "name": "暴雨停工", "source": "区政府通知〔2026〕1号"}
    client.post(to("day"), sent)
    draft = CalendarVersion.objects.get(published_at=None)
    assert day not in working_calendar(timezone.now()).holidays
    assert "暴雨停工" in body(client.get(YEAR))
    page = body(client.get(to("publish")))
    assert "暴雨停工" in page and "Due then" in page
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', page)
    assert seen
    client.post(to("day"), {**sent, "day": f"{day + timedelta(days=1)}"})
    stale = client.post(to("publish"), {"seen": seen[1], "looked": "on"})
    assert stale.status_code == 409 and "changed meanwhile" in body(stale)
    client.post(to("drop_day"), {"day": f"{day + timedelta(days=1)}"})
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', body(client.get(to("publish"))))
    assert seen and client.post(to("publish"), {"seen": seen[1]}).status_code == 422
    client.post(to("publish"), {"seen": seen[1], "looked": "on"})
    draft.refresh_from_db()
    assert "published by" in body(client.get("/operator/calendar/"))
    assert draft.published_at is not None and day in working_calendar(timezone.now()).holidays
    assert client.post(to("publish"), {"seen": seen[1], "looked": "on"}).status_code == 302


def test_hours_of_a_street_and_a_season(client, operator, streets):  # noqa: F811
    area = f"{streets.a.area.code} {streets.a.area.name}"
    sent = {"periods": "08:30-12:00 13:30–17:30", "area": area, "source": "区政府通知"}
    client.post(to("hours"), sent)
    page = body(client.get(to("publish")))
    assert streets.a.area.name in page and "08:30-12:00 13:30-17:30" in page
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', page)
    assert seen
    client.post(to("publish"), {"seen": seen[1], "looked": "on"})
    there, elsewhere = (working_calendar(timezone.now(), one.area.path) for one in (streets.a, streets.b))
    assert there.periods != elsewhere.periods
    client.post(to("drop_hours"), {"area_path": streets.a.area.path})
    draft = CalendarVersion.objects.get(published_at=None)
    assert not draft.periods.filter(area_path=streets.a.area.path).exists()
    refused = client.post(to("drop_hours"), {}, follow=True)
    assert "must be working hours for everywhere" in body(refused)


@pytest.mark.parametrize("periods", ["8-12", "12:00-08:00", "x"])
def test_hours_that_are_none_are_refused(client, operator, periods):
    answer = client.post(to("hours"), {"periods": periods, "source": "x"})
    assert answer.status_code == 422 and not CalendarVersion.objects.filter(published_at=None).exists()


def test_overlapping_hours_do_not_come_into_force(client, operator):
    client.post(to("hours"), {"periods": "08:00-12:00 11:00-18:00", "source": "x"})
    page = body(client.get(to("publish")))
    assert "Mondays to Fridays need the same working periods" in page
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', page)
    assert seen and client.post(to("publish"), {"seen": seen[1], "looked": "on"}).status_code == 409


def test_a_year_is_entered_as_the_notice_has_it(client, operator):
    known = years_in_force(timezone.now())
    coming = next(year for year in known if known[year] < Surety.PUBLISHED)
    assert f'value="{coming}"' in body(client.get(to("year")))
    notice = {"year": coming, "source": "国务院办公厅通知", "days": "元旦 1月1日 1月3日\n上班 1月9日"}
    unread = client.post(to("year"), {**notice, "days": "元旦"})
    assert unread.status_code == 422 and "This line says no day: 元旦" in body(unread)
    assert not CalendarVersion.objects.filter(published_at=None).exists()
    client.post(to("year"), notice)
    draft = CalendarVersion.objects.get(published_at=None)
    rows = {(row.day.day, row.kind) for row in draft.days.filter(day__year=coming)}
    assert rows == {(1, "holiday"), (2, "holiday"), (3, "holiday"), (9, "makeup")}
    shown = body(client.get(YEAR, {"year": coming, "version": draft.number}))
    assert 'title="元旦"' in shown and "only weekends are off" not in shown
    assert "only weekends are off" in body(client.get(YEAR, {"year": coming}))


def test_a_draft_is_thrown_away(client, operator):
    client.post(to("day"), {"day": f"{workday()}", "kind": "holiday", "name": "x", "source": "y"})
    before = SpecialDay.objects.count()
    client.post(to("discard"))
    assert not CalendarVersion.objects.filter(published_at=None).exists()
    assert SpecialDay.objects.count() < before
    assert client.get(to("publish")).status_code == 302


def test_what_moves_is_what_ends_at_another_time():
    china = ZoneInfo("Asia/Shanghai")
    periods = (Period(time(8), time(12)), Period(time(14), time(18)))
    old = WorkCalendar("1", periods, frozenset(), frozenset())
    new = WorkCalendar("2", periods, frozenset({date(2026, 11, 24)}), frozenset())
    starts = [datetime(2026, 11, day, 10, tzinfo=china) for day in (20, 23)]
    found = moved(old, new, starts, [(2, Unit.WORK_HOUR), (1, Unit.WORK_DAY)])
    assert [(one.starts_at.day, one.unit, one.before.day, one.after.day) for one in found] == [
        (23, Unit.WORK_DAY, 24, 25)
    ]
