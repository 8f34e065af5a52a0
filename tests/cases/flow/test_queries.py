"""What each viewer sees: work list, case, photos, search. Another street's case is nowhere."""

import pytest

from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import (
    case_story,
    counts_by_state,
    photo_of_case,
    tasks_on_site,
    tasks_waiting,
)
from onegrid.cases.flow.queries.filters import Filters
from onegrid.cases.flow.queries.lists import case_page
from onegrid.kit.errors import NotAllowed, NotFound
from tests.cases.conftest import AT, brought_to, photo, reported
from tests.streets import streets  # noqa: F401


def listed(viewer, **more) -> list[Case]:
    return case_page(viewer=viewer, filters=Filters(**more), at=AT).cases


@pytest.fixture
def cases(town):
    """One with the office of A (grid 0), one reported in A (grid 3), one reported in B."""
    return {
        "dispatched": brought_to("dispatched", town.a, photos=[photo()]),
        "far": reported(town.a, grid=3, text="树倒了", photos=[photo("blue")]),
        "b": reported(town.b, text="乙街道的树", photos=[photo("green")]),
    }


SEES = [
    ("a.grid_worker", {"dispatched"}),
    ("a.grid_worker_3", {"far"}),
    ("a.grid_head", {"dispatched"}),
    ("a.shift_leader", {"dispatched", "far"}),
    ("a.dispatcher", {"dispatched", "far"}),
    ("a.leader", {"dispatched", "far"}),
    ("a.department_officer", {"dispatched"}),
    ("a.property_clerk", set()),
    ("b.shift_leader", {"b"}),
    ("b.grid_worker", {"b"}),
    ("b.department_officer", set()),
    ("district.data_officer", {"dispatched", "far", "b"}),
]


def person(town, name):
    place, role = name.split(".")
    return {"a": town.a.staff, "b": town.b.staff, "district": town.staff}[place][role]


@pytest.mark.parametrize(("name", "seen"), SEES)
def test_scope_of_list_case_photo_search_and_counts(town, cases, name, seen):
    viewer = person(town, name)
    ids = {case.pk: key for key, case in cases.items()}
    assert {ids[case.pk] for case in listed(viewer)} == seen
    assert sum(counts_by_state(viewer=viewer).values()) == len(seen)
    for key, case in cases.items():
        evidence = case.evidence.first()
        found = {c.pk for c in listed(viewer, q=case.number)}
        if key in seen:
            assert case_story(number=case.number, viewer=viewer).case == case
            assert photo_of_case(number=case.number, evidence_id=evidence.pk, viewer=viewer) == evidence.file
            assert found == {case.pk}
        else:
            assert found == set()
            with pytest.raises(NotFound):
                case_story(number=case.number, viewer=viewer)
            with pytest.raises(NotFound):
                photo_of_case(number=case.number, evidence_id=evidence.pk, viewer=viewer)


def test_a_photo_is_not_reached_by_the_number_of_another_case(town, cases):
    evidence = cases["b"].evidence.first()
    with pytest.raises(NotFound):
        photo_of_case(
            number=cases["far"].number, evidence_id=evidence.pk, viewer=town.a.staff["shift_leader"]
        )


def test_who_may_see_nothing_is_told_so(town, cases):
    with pytest.raises(NotAllowed):
        listed(town.staff["operator"])


@pytest.mark.parametrize("known", [True, False])
def test_whether_a_number_exists_is_not_told_to_who_may_see_nothing(town, cases, known):
    case = cases["far"]
    number = case.number if known else "YW20200101-00000000"
    with pytest.raises(NotAllowed):
        case_story(number=number, viewer=town.staff["operator"])
    with pytest.raises(NotAllowed):
        photo_of_case(
            number=number, evidence_id=case.evidence.first().pk if known else 0, viewer=town.staff["operator"]
        )


def test_search_takes_no_pattern(town, cases):
    viewer = town.a.staff["leader"]
    assert [case.pk for case in listed(viewer, q="树")] == [cases["far"].pk]
    assert listed(viewer, q="%") == listed(viewer, q="' OR 1=1 --") == []


def test_a_list_costs_the_same_number_of_queries(town, django_assert_num_queries):
    viewer = town.a.staff["leader"]
    reported(town.a)
    listed(viewer)  # grants are read once per request
    with django_assert_num_queries(2):
        assert len(listed(viewer)) == 1
    for grid in range(4):
        reported(town.a, grid=grid)
    with django_assert_num_queries(2):
        rows = listed(viewer)
        assert len({(row.grid.name, row.holder_user.display_name) for row in rows}) == 4


def test_tasks_are_those_i_hold(town, cases):
    worker = town.a.staff["grid_worker"]
    mine = reported(town.a)
    assert tasks_on_site(worker=worker) == [mine]
    assert [c.pk for c in tasks_on_site(worker=town.b.staff["grid_worker"])] == [cases["b"].pk]
    assert Case.objects.count() == 4


def test_a_holder_without_rights_there_sees_no_task(town):
    worker, stranger = town.a.staff["grid_worker"], town.b.staff["grid_worker"]
    case = reported(town.a)
    assert (tasks_on_site(worker=worker), tasks_waiting(worker=worker)) == ([case], 1)
    Case.objects.filter(pk=case.pk).update(holder_user=stranger)
    assert (tasks_on_site(worker=stranger), tasks_waiting(worker=stranger)) == ([], 0)
