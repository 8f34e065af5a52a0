"""Every number is as large as the list it opens, in every scope, and each group holds exactly its matters."""

from datetime import timedelta

import pytest

from onegrid.cases.flow.actions import note_case, press_case, raise_alarm
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.lists import case_page
from onegrid.oversight.supervision.queries.matters import (
    By,
    Kind,
    filters_of,
    groups,
    kind_counts,
    presses,
)
from tests.cases.conftest import AT, brought_to, town  # noqa: F401

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=40)


@pytest.fixture
def busy(town):  # noqa: F811
    for state in ("reported", "verified", "filed", "dispatched", "handled", "closed"):
        brought_to(state, town.a)
    brought_to("reported", town.a, grid=2)
    brought_to("dispatched", town.b)
    leader = town.a.staff["leader"]
    pressed = Case.objects.filter(state="dispatched", street=town.a.area).get()
    press_case(case_id=pressed.pk, reason="抓紧", by=leader, at=AT)
    alarmed = Case.objects.filter(state="filed").get()
    raise_alarm(case_id=alarmed.pk, reason="漏电", by=leader, at=AT)
    return town


def listed(viewer, filters, at) -> list[str]:
    found, after = [], ""
    while True:
        page = case_page(viewer=viewer, filters=filters, at=at, after=after, size=2)
        found += [case.number for case in page.cases]
        if page.later is None:
            return found
        after = page.later


@pytest.mark.parametrize("at", [AT, AT + timedelta(hours=3), LATER])
def test_each_number_is_its_list(busy, above, at):
    for viewer in (busy.a.staff["leader"], busy.b.staff["leader"], above, busy.a.staff["shift_leader"]):
        for area in (None, busy.a.communities[0].pk, busy.b.area.pk):
            counts = kind_counts(viewer=viewer, area=area, at=at)
            for kind in Kind:
                assert counts[kind] == len(listed(viewer, filters_of(kind, at, area), at)), (kind, area)


def test_the_numbers_are_what_they_say(busy, above):
    a = kind_counts(viewer=busy.a.staff["leader"], area=None, at=LATER)
    assert a == {Kind.OVERDUE: 6, Kind.SOON: 0, Kind.PRESSED: 1, Kind.URGENT: 1, Kind.LONG: 6}
    b = kind_counts(viewer=busy.b.staff["leader"], area=None, at=LATER)
    assert b[Kind.OVERDUE] == 1  # the other street's are not his
    assert kind_counts(viewer=above, area=None, at=LATER)[Kind.OVERDUE] == 7
    assert kind_counts(viewer=busy.a.staff["leader"], area=None, at=AT)[Kind.LONG] == 0


def test_each_group_holds_its_matters_and_no_other(busy, above):
    for viewer in (busy.a.staff["leader"], above):
        filters = filters_of(Kind.OVERDUE, LATER)
        everything = set(listed(viewer, filters, LATER))
        found = groups(viewer=viewer, filters=filters, by=list(By), at=LATER)
        for by in By:
            members = [set(listed(viewer, one.filters, LATER)) for one in found[by].groups]
            assert [len(one) for one in members] == [one.count for one in found[by].groups], by
            assert sum(map(len, members)) + found[by].rest == len(everything)
            assert set().union(*members) <= everything
            assert [one.count for one in found[by].groups] == sorted((len(m) for m in members), reverse=True)
        assert found[By.UNIT].rest > 0  # with a worker on site


def test_the_worst_comes_first(busy):
    viewer, filters = busy.a.staff["leader"], filters_of(Kind.OVERDUE, LATER)
    due = [case.due_at for case in case_page(viewer=viewer, filters=filters, at=LATER, size=50).cases]
    assert due == sorted(due)


def test_a_press_says_whether_anything_was_done_since(busy):
    case = Case.objects.filter(pressed__gt=0).get()
    (press,) = presses([case.pk]).values()
    assert (press.who, press.words, press.moved) == (busy.a.staff["leader"].display_name, "抓紧", False)
    assert press.reply_by is not None
    note_case(case_id=case.pk, words="已安排", by=busy.a.staff["department_officer"], at=AT)
    assert presses([case.pk])[case.pk].moved
    assert presses([]) == {}


def test_numbers_cost_the_same_however_many_matters(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        kind_counts(viewer=busy.a.staff["leader"], area=None, at=LATER)
    with django_assert_max_num_queries(8):
        groups(viewer=busy.a.staff["leader"], filters=filters_of(Kind.OVERDUE, LATER), by=list(By), at=LATER)
