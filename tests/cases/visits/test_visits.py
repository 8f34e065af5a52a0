"""Visits written: sealed, opened for a purpose only, a need becomes a case without names; refusals write nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from onegrid.cases.flow.models import Case
from onegrid.cases.visits.actions import end_plan, open_file, plan_visits, record_visit
from onegrid.cases.visits.models import Visit, VisitPlan
from onegrid.cases.visits.queries import due_visits, visit_plan, visit_plans
from onegrid.cases.visits.rules import Outcome, Told
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, BY, town, written  # noqa: F401
from tests.cases.visits.households import MET, a_household, a_room, visited
from tests.streets import streets  # noqa: F401

DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)


@pytest.fixture
def worker(town):  # noqa: F811
    return town.a.staff["grid_worker"]


def rows() -> tuple:
    return written(), VisitPlan.objects.count(), Visit.objects.count(), AuditEntry.objects.count()


def stored() -> str:
    """Everything that stands in the two tables, as a dump would show it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM cases_visitplan p UNION ALL SELECT v::text FROM cases_visit v")
        dumped = "".join(row[0] for row in cursor.fetchall())
    hexed = "王奶奶".encode().hex(), b"elderly_alone".hex(), "身体尚好".encode().hex()
    return "found" if any(one in dumped for one in (*hexed, "elderly_alone", "王奶奶")) else ""


def test_a_visit_is_recorded_and_the_next_one_due(town, worker):  # noqa: F811
    plan = a_household(town.a)
    assert [one.pk for one in due_visits(worker=worker, at=AT)] == [plan.pk]
    visit = visited(plan, worker)
    plan.refresh_from_db()
    assert (plan.last_on, plan.next_on, visit.case) == (TODAY, TODAY + 7 * DAY, None)
    assert due_visits(worker=worker, at=AT) == [] and visited(plan, worker) == visit
    assert stored() == ""


def test_lists_do_not_even_open_what_is_sealed(town, worker):  # noqa: F811
    a_household(town.a)
    (plan,) = visit_plans(viewer=worker)
    assert plan.get_deferred_fields() >= {"reason", "name", "phone"}


def test_opening_needs_a_purpose_and_stands_on_record(town, worker):  # noqa: F811
    plan = a_household(town.a)
    visited(plan, worker)
    before = rows()
    with pytest.raises(Refused) as told:
        open_file(plan_id=plan.pk, purpose=" ", by=worker, at=AT)
    assert told.value.code == "purpose_needed" and rows() == before
    found = open_file(plan_id=plan.pk, purpose="上门前了解情况", by=worker, at=AT)
    assert (found.name, found.reason, found.visits[0].met) == ("王奶奶", "elderly_alone", "张三")
    entry = AuditEntry.objects.get(verb="visits.open")
    assert entry.reason == "上门前了解情况" and "王" not in str(entry.details)


def test_a_need_is_a_case_at_the_building_without_room_and_name(town, worker):  # noqa: F811
    plan = a_household(town.a)
    visit = visited(plan, worker, told=replace(MET, need="楼道扶手松了"))
    case = Case.objects.get()
    assert visit.case == case and "楼道扶手松了" in case.text and "王" not in case.text
    assert case.address.endswith("3号楼") and case.grid == town.a.grids[0] and case.state == "verified"


def test_moved_away_ends_it_and_erases(town, worker):  # noqa: F811
    plan = a_household(town.a)
    visited(plan, worker)
    gone = visited(plan, worker, told=Told(Outcome.MOVED), key="key-2")
    plan.refresh_from_db()
    assert plan.ended_at == AT and plan.next_on is plan.name is plan.phone is None
    assert set(Visit.objects.values_list("met", "words")) == {(None, None)}
    assert visited(plan, worker, told=Told(Outcome.MOVED), key="key-2") == gone


def test_the_head_ends_it_and_the_worker_may_not(town, worker):  # noqa: F811
    plan = a_household(town.a)
    before = rows()
    with pytest.raises(NotAllowed):
        end_plan(plan_id=plan.pk, by=worker, at=AT)
    assert rows() == before
    assert end_plan(plan_id=plan.pk, by=town.a.staff["grid_head"], at=AT).ended_at == AT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"told": Told(Outcome.MET)}, "visit_incomplete"),
        ({"told": replace(MET, next_on=TODAY)}, "visit_incomplete"),
        ({"key": ""}, "bad_idempotency_key"),
    ],
)
def test_what_is_refused_writes_nothing(town, worker, change, code):  # noqa: F811
    plan = a_household(town.a)
    before = rows()
    with pytest.raises(Refused) as told:
        record_visit(**{"plan_id": plan.pk, "told": MET, "key": "k", "by": worker, "at": AT} | change)
    assert told.value.code == code and rows() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "curious"}, "unknown_reason"),
        ({"every_days": 0}, "bad_every_days"),
        ({"name": "长" * 41}, "name_too_long"),
        ({"again": True}, "planned_already"),
    ],
)
def test_plans_that_are_refused(town, change, code):  # noqa: F811
    plan = a_household(town.a)
    again = change.pop("again", False)
    room = plan.address_id if again else a_room(town.a, "601室").pk
    before = rows()
    with pytest.raises(Refused) as told:
        plan_visits(**{"address_id": room, "reason": "newcomer", "by": BY, "at": AT} | change)
    assert told.value.code == code and rows() == before


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("a.grid_worker_2", NotFound),
        ("b.grid_head", NotFound),
        ("a.shift_leader", NotAllowed),
        ("a.leader", NotAllowed),
    ],
)
def test_nobody_else_sees_opens_or_records(town, who, error):  # noqa: F811
    street, role = who.split(".")
    person, plan = getattr(town, street).staff[role], a_household(town.a)
    before = rows()
    for call in (
        lambda: visit_plan(plan.pk, viewer=person),
        lambda: open_file(plan_id=plan.pk, purpose="看看", by=person, at=AT),
        lambda: visited(plan, person),
        lambda: end_plan(plan_id=plan.pk, by=person, at=AT),
    ):
        with pytest.raises((error, NotAllowed)):
            call()
    assert rows() == before
    if error is NotFound:
        assert visit_plans(viewer=person) == [] and due_visits(worker=person, at=AT) == []
