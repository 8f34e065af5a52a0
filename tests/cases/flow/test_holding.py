"""Clocks that stand still: by hand for some days, for another room under its own name."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies

from onegrid.cases.flow import actions
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case, Hold
from onegrid.cases.flow.rules import hold_time_left
from onegrid.kit.actors import SystemActor
from tests.cases.conftest import AT, brought_to
from tests.cases.flow.test_side_roads import refused

DAY = timedelta(days=1)
MOST = flow_limits(AT.date()).hold_days_most


@given(strategies.lists(strategies.tuples(strategies.integers(0, 10**6), strategies.integers(0, 10**6))))
def test_what_is_left_of_the_time_by_hand(spans):
    stood = [(AT + timedelta(seconds=begin), AT + timedelta(seconds=begin + long)) for begin, long in spans]
    used = sum(long for _begin, long in spans)
    assert hold_time_left(stood, 15 * DAY) == timedelta(seconds=max(0, 15 * 86_400 - used))


@pytest.fixture
def sent(town):
    return brought_to("dispatched", town.a)


def test_by_hand_it_needs_a_reason_and_an_end(town, sent):
    give = {"case_id": sent.pk, "by": town.a.staff["shift_leader"]}
    refused("until_needed", actions.put_hold, **give, reason="等材料")
    refused("until_needed", actions.put_hold, **give, reason="等材料", until=AT)
    refused("reason_needed", actions.put_hold, **give, reason=" ", until=AT + DAY)
    refused("held_long_enough", actions.put_hold, **give, reason="等材料", until=AT + (MOST + 1) * DAY)
    case = actions.put_hold(**give, reason="等材料", until=AT + MOST * DAY, at=AT)
    assert case.holds_open == 1 and Hold.objects.get().until == AT + MOST * DAY


def test_holds_by_hand_do_not_chain_past_the_rule(town, sent):
    """Ended and put again, they would be a suspension that nobody approved in writing."""
    give = {"case_id": sent.pk, "reason": "等材料", "by": town.a.staff["shift_leader"]}
    now = AT
    for _turn in range(3):  # each ended before its day: only what it stood counts
        actions.put_hold(**give, until=now + 6 * DAY, at=now)
        now += 4 * DAY
        actions.lift_hold(case_id=sent.pk, by=give["by"], at=now)
        now += DAY
    left = (MOST - 12) * DAY
    refused("held_long_enough", actions.put_hold, **give, until=now + left + timedelta(minutes=1), at=now)
    actions.put_hold(**give, until=now + left, at=now)
    now += left
    assert actions.lift_ended_holds(at=now) == 1
    refused("held_long_enough", actions.put_hold, **give, until=now + timedelta(minutes=1), at=now)
    # what waits longer is suspended, and another room's hold is its own affair
    actions.put_hold(case_id=sent.pk, kind="whistle", reason="部门报到中", by=SystemActor("whistle"), at=now)
    assert Case.objects.get(pk=sent.pk).holds_open == 1


def test_the_form_asks_for_the_day(client, town, sent):
    client.force_login(town.a.staff["shift_leader"])
    address = f"/cases/{sent.number}/hold/"
    page = client.post(address, {"version": sent.version, "reason": "等材料", "until": ""})
    assert page.status_code == 400 and not Hold.objects.exists()
    far = {"version": sent.version, "reason": "等材料", "until": "2099-01-01"}
    page = client.post(address, far, headers={"accept-language": "en"})
    assert page.status_code == 400 and not Hold.objects.exists()
    assert "for 365 days at the longest" in page.content.decode()


def test_any_room_may_hold_a_clock_and_two_holds_are_two(town, sent):
    by = SystemActor("whistle")
    begins, ends = AT, AT + timedelta(days=7)
    left = sent.due_at - begins
    actions.put_hold(case_id=sent.pk, kind="whistle", reason="部门报到中", by=by, at=begins)
    refused("held_already", actions.put_hold, case_id=sent.pk, kind="whistle", reason="再次", by=by)
    case = actions.put_hold(case_id=sent.pk, kind="other", reason="另", by=by, at=begins)
    assert case.holds_open == 2
    case = actions.lift_hold(case_id=sent.pk, kind="other", by=by, at=begins + timedelta(days=1))
    assert case.due_at is None and case.holds_open == 1
    refused("not_held", actions.lift_hold, case_id=sent.pk, kind="other", by=by)
    case = actions.lift_hold(case_id=sent.pk, kind="whistle", by=by, at=ends)
    assert case.holds_open == 0 and case.due_at is not None
    if sent.clocks.get(stopped_at=None).unit.startswith("urgent"):
        assert case.due_at == ends + left
    assert Hold.objects.filter(lifted_at=None).count() == 0


def test_a_hold_ends_on_its_day_however_late_the_job_runs(town, sent):
    """The worker process stood still for two days: the clock did not."""
    staff, until = town.a.staff, AT + timedelta(days=3)
    given = {"case_id": sent.pk, "reason": "等材料", "at": AT}
    actions.put_hold(**given, until=until, by=staff["shift_leader"])
    actions.put_hold(**given, kind="whistle", by=SystemActor("whistle"))
    actions.lift_hold(case_id=sent.pk, kind="whistle", by=SystemActor("whistle"), at=AT + timedelta(days=1))
    assert actions.lift_ended_holds(at=until + timedelta(days=2)) == 1
    (pause,) = sent.clocks.get(stopped_at=None).paused
    assert [datetime.fromisoformat(edge) for edge in pause] == [AT, until]
    # one that another hold outlasts ends with the other
    again = until + timedelta(days=3)
    given["at"] = again
    actions.put_hold(**given, until=again + timedelta(days=1), by=staff["shift_leader"])
    actions.put_hold(**given, kind="whistle", by=SystemActor("whistle"))
    ends = again + timedelta(days=2)
    actions.lift_hold(case_id=sent.pk, kind="whistle", by=SystemActor("whistle"), at=ends)
    assert actions.lift_ended_holds(at=ends + timedelta(days=1)) == 1
    pause = sent.clocks.get(stopped_at=None).paused[-1]
    assert [datetime.fromisoformat(edge) for edge in pause] == [again, ends]


def test_a_hold_has_an_end_that_people_live_to_see(town, sent):
    """The last hour of the year 9999 is kept by PostgreSQL and read by nobody: the case could not be shown again."""
    far = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12)))
    give = {"case_id": sent.pk, "reason": "等材料", "by": town.a.staff["shift_leader"]}
    for until in (far, AT + timedelta(days=366)):
        refused("until_too_far", actions.put_hold, **give, until=until)
    actions.put_hold(**give, until=AT + DAY, at=AT)
    help_ = {"case_id": sent.pk, "unit_id": town.a.firm.pk, "task": "围挡", "due_at": far}
    actions.ask_help(**help_, by=town.a.staff["department_officer"], at=AT)
    assert sent.assists.get().due_at == AT + timedelta(days=365)
