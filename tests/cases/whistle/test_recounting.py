"""A year is published while a department is called: what it still owes is counted anew, what it did stays."""

from datetime import UTC, datetime, timedelta

import pytest

from onegrid.cases.whistle.actions import sign_call
from onegrid.cases.whistle.actions.recounting import recount_calls
from onegrid.cases.whistle.listeners import whistles_follow_calendar
from onegrid.cases.whistle.models import WhistleStep
from onegrid.kit.facts import Heard
from onegrid.places.calendars.actions import provide_years
from onegrid.places.calendars.facts import CalendarPublished
from tests.cases.conftest import BY, town  # noqa: F401
from tests.cases.whistle.people import about, blown, call_of, kinds_published, officer, rows
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db
EVE = datetime(2026, 12, 30, 2, tzinfo=UTC)  # a Wednesday, 10:00


def test_what_is_owed_after_new_year_is_counted_by_the_year(town):  # noqa: F811
    kinds_published()
    whistle = blown(town, kind="appeal", at=EVE)
    sign_call(**about(whistle, town.department), by=officer(town), at=EVE)
    before = call_of(whistle, town.department)
    assert before.finish_due - EVE == timedelta(days=7)  # five working days, the first of January one of them
    provide_years(by=BY, at=EVE)
    whistles_follow_calendar([Heard(CalendarPublished(2, [2027]), 1, EVE)])
    after = call_of(whistle, town.department)
    assert after.finish_due - before.finish_due == timedelta(days=1) and after.calendar_version == "2"
    assert (after.sign_due, after.contact_due) == (before.sign_due, before.contact_due)
    assert WhistleStep.objects.order_by("-position").first().deed == "recount"
    there = rows()
    assert recount_calls([(2, [2027]), (2, [])], at=EVE) == 0 and rows() == there
