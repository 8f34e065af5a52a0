"""A year is published while a reply is awaited."""

from datetime import UTC, datetime, timedelta

import pytest

from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import Heard
from onegrid.oversight.supervision.actions.recounting import recount_errands
from onegrid.oversight.supervision.listeners import errands_follow_calendar
from onegrid.oversight.supervision.models import InstructionLine
from onegrid.places.calendars.actions import provide_years
from onegrid.places.calendars.facts import CalendarPublished
from tests.oversight.supervision.conftest import instructed, part_of

pytestmark = pytest.mark.django_db
EVE = datetime(2026, 12, 30, 2, tzinfo=UTC)  # a Wednesday, 10:00


def test_a_reply_is_awaited_by_the_year_when_it_is_known(town):
    made = instructed(town.a, at=EVE)
    old = instructed(town.a, at=EVE - timedelta(days=40))
    assert part_of(made, town.a.office).due_at == EVE + timedelta(days=7)
    provide_years(by=SystemActor("test"), at=EVE)
    errands_follow_calendar([Heard(CalendarPublished(2, [2027]), 1, EVE)])
    errand = part_of(made, town.a.office)
    assert (errand.due_at, errand.calendar_version) == (EVE + timedelta(days=8), "2")
    assert part_of(old, town.a.office).calendar_version == "1"
    lines = InstructionLine.objects.filter(verb="recount")
    assert lines.count() == 2  # two units
    assert datetime.fromisoformat(lines[0].details["due_at"]) == errand.due_at
    assert recount_errands([(2, [2027]), (2, [])], at=EVE) == 0
