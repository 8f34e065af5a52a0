"""A published year: clocks that run into it are counted anew, others keep the calendar they began under."""

from datetime import UTC, date, datetime, timedelta

import pytest

from onegrid.cases.flow import actions
from onegrid.cases.flow.actions.recounting import TASK, recount_clocks
from onegrid.cases.flow.listeners import clocks_follow_calendar
from onegrid.cases.flow.models import Case, StageClock
from onegrid.cases.flow.verifying import all_findings
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import Heard
from onegrid.kit.facts.models import FactRow
from onegrid.places.calendars.actions import Stretch, add_exception, enter_year, provide_years
from onegrid.places.calendars.facts import CalendarPublished
from tests.cases.conftest import brought_to

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
EVE = datetime(2026, 12, 30, 2, tzinfo=UTC)  # a Wednesday, 10:00
NOTICE = [
    Stretch(date(2027, 1, 1), date(2027, 1, 3), "holiday", "元旦"),
    Stretch(date(2027, 1, 4), date(2027, 1, 4), "holiday", "元旦"),
]


@pytest.fixture
def case(town) -> Case:
    """Three working days from 30 December on, counted without the next year: until 4 January, 10:00."""
    found = brought_to("dispatched", town.a)
    clock = found.clocks.get(stopped_at=None)
    due = EVE + timedelta(days=5)
    StageClock.objects.filter(pk=clock.pk).update(
        limit=3, unit="work_day", started_at=EVE, due_at=due, tell_at=due
    )
    Case.objects.filter(pk=found.pk).update(due_at=due)
    return Case.objects.get(pk=found.pk)


def clock_of(case: Case) -> StageClock:
    return StageClock.objects.get(case=case, stopped_at=None)


def local(moment: datetime) -> str:
    return f"{moment + timedelta(hours=8):%m-%d %H:%M}"


def test_a_limit_into_january_is_counted_by_the_year_when_it_is_known(case):
    steps = case.steps.count()
    provide_years(by=BY, at=EVE)  # the first of January is off by law
    assert recount_clocks(number=2, years=[2027], at=EVE) == 1
    clock = clock_of(case)
    case.refresh_from_db()
    assert (clock.calendar_version, local(clock.due_at), case.due_at) == ("2", "01-05 10:00", clock.due_at)
    enter_year(year=2027, stretches=NOTICE, source="通知", by=BY, at=EVE, publish=True)
    assert recount_clocks(number=3, years=[2027], at=EVE) == 1
    assert local(clock_of(case).due_at) == "01-06 10:00"
    assert recount_clocks(number=3, years=[2027], at=EVE) == 0  # again changes nothing
    said = list(case.steps.order_by("position"))[steps:]
    assert [one.verb for one in said] == ["recount", "recount"] and said[1].details["calendar"] == 3
    assert said[1].details["was_due_at"] != said[1].details["due_at"]
    assert FactRow.objects.filter(kind="cases.CaseRecounted").count() == 2
    assert list(all_findings(lambda *_: None)) == []  # the timeline is whole


def test_what_does_not_reach_the_year_keeps_its_calendar(case):
    before = (
        StageClock.objects.filter(case=case).update(due_at=EVE - timedelta(days=20)) and clock_of(case).due_at
    )
    provide_years(by=BY, at=EVE)
    assert recount_clocks(number=2, years=[2027], at=EVE) == 0
    assert (clock_of(case).due_at, clock_of(case).calendar_version) == (before, "1")


def test_a_day_off_by_local_decision_moves_no_running_clock(case):
    provide_years(by=BY, at=EVE)
    add_exception(day=date(2026, 12, 31), kind="holiday", name="雪", source="文", by=BY, at=EVE, publish=True)
    (fact,) = FactRow.objects.filter(kind="places.CalendarPublished", payload__number=3)
    assert fact.payload["surer"] == []


def test_a_clock_that_stands_still_runs_on_by_the_new_year(case):
    actions.put_hold(case_id=case.pk, kind="whistle", reason="等", by=BY, at=EVE)
    provide_years(by=BY, at=EVE)
    assert recount_clocks(number=2, years=[2027], at=EVE) == 1
    actions.lift_hold(case_id=case.pk, kind="whistle", by=BY, at=EVE + timedelta(hours=1))
    assert local(clock_of(case).due_at) == "01-05 11:00"


def test_publishing_makes_a_job_only_where_a_year_became_surer(case, monkeypatch):
    made = []

    class Deferred:
        def defer(self, **given):
            made.append(given)

    monkeypatch.setattr(
        "onegrid.cases.flow.actions.recounting.app.configure_task",
        lambda name: Deferred() if name == TASK else None,
    )
    facts = [CalendarPublished(2, [2027]), CalendarPublished(3, [])]
    clocks_follow_calendar([Heard(fact, n, EVE) for n, fact in enumerate(facts)])
    assert made == [{"number": 2, "years": [2027]}]
