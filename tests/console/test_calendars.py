"""`onegrid calendars …`: what a city decides for itself, by one command each."""

from datetime import date, time

from django.utils import timezone
from typer.testing import CliRunner

from onegrid.console import calendars
from onegrid.places.calendars.models import CalendarVersion
from onegrid.places.calendars.queries import working_calendar
from tests.streets import streets  # noqa: F401  a fixture


def run(*words: str):
    return CliRunner().invoke(calendars.app, list(words))


def test_a_day_off_in_one_street_and_other_hours_everywhere(streets):  # noqa: F811
    day, a, b = date(2026, 11, 27), streets.a.area, streets.b.area
    done = run(
        "exception", "2026-11-27", "holiday", "--name", "暴雨停工", "--source", "甲街道通知", "--area", a.code
    )
    assert done.exit_code == 0, (done.output, done.exception)
    now = timezone.now()
    assert day in working_calendar(now, a.path).holidays and day not in working_calendar(now, b.path).holidays
    done = run("hours", "09:00-12:00", "13:00-17:00", "--source", "市政府通知")
    assert done.exit_code == 0, (done.output, done.exception)
    periods = working_calendar(timezone.now(), b.path).periods
    assert [(one.start, one.end) for one in periods] == [(time(9), time(12)), (time(13), time(17))]
    assert day in working_calendar(timezone.now(), a.path).holidays  # the next version says it too


def test_what_does_not_fit_makes_no_version(streets):  # noqa: F811
    before = CalendarVersion.objects.count()
    exception = ("exception", "2026-11-27", "holiday", "--name", "x", "--source")
    for words in (
        ("exception", "2026-11-27", "half", "--name", "x", "--source", "y"),
        ("exception", "2026-02-30", "holiday", "--name", "x", "--source", "y"),
        (*exception, " "),
        (*exception, "y", "--area", "000"),
        ("hours", "9-12", "--source", "y"),
        ("hours", "12:00-09:00", "--source", "y"),
    ):
        assert run(*words).exit_code != 0, words
    assert CalendarVersion.objects.count() == before
