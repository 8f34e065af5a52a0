"""Work lists: what each filter finds, pages both ways, counts, saved filters; always in the viewer's scope."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Assist, Case, SavedFilter
from onegrid.cases.flow.queries import COUNTED_TO, ground, lists, visible
from onegrid.cases.flow.queries.choices import areas_to_choose, units_to_choose
from onegrid.cases.flow.queries.counts import clock_counts, state_counts
from onegrid.cases.flow.queries.filters import Clock, Filters, Sort, Whose, said_filters
from onegrid.cases.flow.queries.lists import case_page
from onegrid.cases.flow.rules import State
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, brought_on, brought_to, reported, road
from tests.streets import streets  # noqa: F401


@pytest.fixture
def cases(town):
    """One with the office of A (grid 0), one reported in A (grid 3), one reported in B, one closed in A."""
    made = {
        "dispatched": brought_to("dispatched", town.a, text="路面有个大坑"),
        "far": reported(town.a, grid=3, text="垃圾桶旁的树倒了"),
        "b": reported(town.b, text="乙街道的垃圾"),
        "closed": brought_to("closed", town.a, grid=0, text="垃圾没有清走"),
    }
    Case.objects.filter(pk=made["far"].pk).update(urgent=True, level="community", channel="hotline")
    return made


def found(town, cases, filters: Filters, viewer=None, at=AT) -> list[str]:
    names = {case.pk: name for name, case in cases.items()}
    page = case_page(viewer=viewer or town.a.staff["leader"], filters=filters, at=at)
    return [names[case.pk] for case in page.cases]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["closed", "far", "dispatched"]),
        ({"state": State.REPORTED}, ["far"]),
        ({"open": True}, ["far", "dispatched"]),
        ({"open": True, "state": State.CLOSED}, []),
        ({"urgent": True}, ["far"]),
        ({"level": "community"}, ["far"]),
        ({"channel": "hotline"}, ["far"]),
        ({"since": date(2026, 11, 20)}, ["closed", "far", "dispatched"]),
        ({"since": date(2026, 11, 21)}, []),
        ({"until": date(2026, 11, 20)}, ["closed", "far", "dispatched"]),
        ({"until": date(2026, 11, 19)}, []),
        ({"q": "垃圾"}, ["closed", "far"]),
        ({"q": "垃"}, ["closed", "far"]),
        ({"q": "垃圾桶"}, ["far"]),
        ({"q": "圾垃"}, []),
        ({"q": "路坑"}, []),
        ({"q": "%_"}, []),
        ({"sort": Sort.DUE}, ["far", "dispatched"]),
        ({"whose": Whose.MINE}, []),
        ({"whose": Whose.UNIT, "state": State.REPORTED}, []),
        ({"area": 10**15}, []),
    ],
)
def test_each_filter_alone(town, cases, filters, names):
    assert found(town, cases, Filters(**filters)) == names


@pytest.mark.parametrize(("few", "span"), [(5_000, 100_000), (0, 100_000), (0, 0)])
def test_days_find_the_same_however_many_reports_they_hold(town, monkeypatch, few, span):
    """Named one by one, between first and last number, or by their days alone: one and the same pages."""
    monkeypatch.setattr(ground, "FEW", few)
    monkeypatch.setattr(ground, "SPAN", span)
    viewer = town.a.staff["leader"]
    made = [reported(town.a, grid=number % 2) for number in range(9)]
    closed = brought_to("closed", town.a)
    days = [
        20,
        18,
        19,
        18,
        17,
        18,
        19,
        18,
        18,
    ]  # the order of opening is not that of numbers: history was imported
    for case, day in zip(made, days, strict=True):
        Case.objects.filter(pk=case.pk).update(opened_at=AT.replace(day=day))
    Case.objects.filter(pk=closed.pk).update(opened_at=AT.replace(day=18))
    reported(town.b)
    the_18th = Filters(since=date(2026, 11, 18), until=date(2026, 11, 18))
    wanted = [pk for pk, day in zip([case.pk for case in made], days, strict=True) if day == 18] + [closed.pk]
    first = case_page(viewer=viewer, filters=the_18th, at=AT, size=4)
    second = case_page(viewer=viewer, filters=the_18th, at=AT, size=4, after=first.later)
    assert [case.pk for case in (*first.cases, *second.cases)] == wanted[::-1] and second.later is None
    back = case_page(viewer=viewer, filters=the_18th, at=AT, size=4, before=second.earlier)
    assert back.cases == first.cases and back.earlier is None
    only = replace(the_18th, state=State.CLOSED)
    assert [case.pk for case in case_page(viewer=viewer, filters=only, at=AT).cases] == [closed.pk]
    until = case_page(viewer=viewer, filters=Filters(until=date(2026, 11, 17)), at=AT)
    assert [case.pk for case in until.cases] == [made[4].pk]
    nothing = Filters(since=date(2026, 12, 1), until=date(2026, 12, 2))
    assert case_page(viewer=viewer, filters=nothing, at=AT).cases == []


def test_a_level_that_no_case_has_is_asked_of_an_index(town):
    reported(town.a)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM cases_case WHERE level = 'city' AND state = 'filed' ORDER BY id DESC LIMIT 21"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "case_level" in plan


@pytest.mark.parametrize("place", ["street", "community", "grid", "unit", "holder_org"])
def test_what_is_due_of_one_place_is_read_from_its_own_index(town, place):
    """Else a worker's list by due time would read the open cases of the whole city."""
    reported(town.a)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(
            f"EXPLAIN SELECT due_at, id FROM cases_case WHERE {place}_id = 1 AND ended_at IS NULL"
            " AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 21"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"case_open_{place.removesuffix('_org')}" in plan, plan


def test_short_words_are_looked_for_among_the_newest(town, monkeypatch):
    viewer = town.a.staff["leader"]
    old, *others = [reported(town.a, text="垃圾没有清走") for _ in range(4)]
    closed = brought_to("closed", town.a, text="垃圾桶")
    monkeypatch.setattr(lists, "SHORT_AMONG", 3)
    lists._page_parts.cache_clear()  # statements of other tests in the same street

    def pks(**more) -> list[int]:
        return [case.pk for case in case_page(viewer=viewer, filters=Filters(**more), at=AT).cases]

    newest = [case.pk for case in reversed(others)]
    assert pks(q="垃圾") == [closed.pk, *newest]  # three of each state
    assert pks(q="垃圾", state=State.REPORTED) == newest
    assert pks(q="垃圾没有") == [*newest, old.pk]
    assert old.pk in pks(q="垃圾", sort=Sort.DUE)
    first = case_page(viewer=viewer, filters=Filters(q="垃圾"), at=AT, size=2)
    then = case_page(viewer=viewer, filters=Filters(q="垃圾"), at=AT, size=2, after=first.later)
    assert [case.pk for case in then.cases] == newest[1:] and then.later is None


@pytest.mark.parametrize("among", [(0,), (1,), (2,), (100,), (1, 2), (1, 3), (1, 100)])
def test_a_word_is_found_among_the_newest_or_by_the_index_all_the_same(town, monkeypatch, among):
    """Pages of two of seven that have the word, in three states, others between them."""
    viewer, filters = town.a.staff["leader"], Filters(q="垃圾没有")
    made = []
    for _round in range(3):
        made += [reported(town.a, text="垃圾没有清走"), brought_to("dispatched", town.a, text="垃圾没有人管")]
        reported(town.a, text="路灯不亮")
    made.append(brought_to("closed", town.a, text="垃圾没有"))
    monkeypatch.setattr(lists, "RECENT", among)
    lists._recent_parts.cache_clear()
    shown, after = [], ""
    while after is not None:
        page = case_page(viewer=viewer, filters=filters, at=AT, size=2, after=after)
        shown += page.cases
        after = page.later
    lists._recent_parts.cache_clear()
    assert [case.pk for case in shown] == [case.pk for case in reversed(made)]


def test_a_list_read_later_is_read_at_that_moment(town, cases):
    """The statement is kept, the moment is not."""
    due, overdue = cases["dispatched"].due_at, Filters(clock=Clock.OVERDUE)
    assert "dispatched" not in found(town, cases, overdue, at=due - timedelta(minutes=1))
    assert "dispatched" in found(town, cases, overdue, at=due + timedelta(minutes=1))


def test_class_holder_and_area(town, cases):
    a, leader = town.a, town.a.staff["leader"]
    assert found(town, cases, Filters(matter=road().pk)) == ["closed", "dispatched"]
    assert found(town, cases, Filters(major=road().major_id, open=True)) == ["dispatched"]
    assert found(town, cases, Filters(whose=Whose.MINE), a.staff["grid_worker_3"]) == ["far"]
    assert found(town, cases, Filters(whose=Whose.UNIT), a.staff["department_officer"]) == ["dispatched"]
    assert found(town, cases, Filters(area=a.communities[0].pk)) == ["closed", "dispatched"]
    assert found(town, cases, Filters(area=a.grids[3].pk)) == ["far"]
    # an area above or beside one's own widens nothing
    assert found(town, cases, Filters(area=town.district.pk)) == ["closed", "far", "dispatched"]
    assert found(town, cases, Filters(area=town.b.area.pk)) == []
    officer = a.staff["department_officer"]
    assert found(town, cases, Filters(area=a.communities[0].pk), officer) == ["closed", "dispatched"]
    assert found(town, cases, Filters(area=a.communities[1].pk), officer) == []
    assert {area.pk for area in areas_to_choose(viewer=leader, chosen=None)} == {c.pk for c in a.communities}
    assert areas_to_choose(viewer=leader, chosen=town.b.area.pk) == areas_to_choose(
        viewer=leader, chosen=None
    )
    assert [area.pk for area in areas_to_choose(viewer=leader, chosen=a.communities[1].pk)] == [
        grid.pk for grid in a.grids[2:]
    ]


def test_a_helping_unit_sees_what_it_helps_with(town, cases):
    a, clerk, case = town.a, town.a.staff["property_clerk"], cases["dispatched"]
    officer = a.staff["department_officer"]
    assert found(town, cases, Filters(), clerk) == []
    actions.ask_help(case_id=case.pk, unit_id=a.firm.pk, task="请关闭水阀", by=officer, at=AT)
    for narrowed in ({}, {"whose": Whose.HELPING}, {"open": True, "sort": Sort.DUE}, {"q": "大坑"}):
        assert found(town, cases, Filters(**narrowed), clerk) == ["dispatched"]
    assert found(town, cases, Filters(area=a.grids[0].pk), clerk) == ["dispatched"]
    assert found(town, cases, Filters(area=a.grids[3].pk), clerk) == []
    assert found(town, cases, Filters(whose=Whose.HELPING), officer) == []
    assert found(town, cases, Filters(), town.b.staff["department_officer"]) == []
    assert state_counts(viewer=clerk, filters=Filters(), at=AT)[State.DISPATCHED] == 1
    assert visible(clerk).get() == case
    actions.give_help(case_id=case.pk, words="已关闭", by=clerk, at=AT)
    assert found(town, cases, Filters(), clerk) == ["dispatched"]  # it still sees what it did
    assert found(town, cases, Filters(whose=Whose.HELPING), clerk) == []


def test_what_ended_without_the_part_asks_for_no_help_any_more(town, cases):
    a, clerk, case = town.a, town.a.staff["property_clerk"], cases["dispatched"]
    actions.ask_help(
        case_id=case.pk, unit_id=a.firm.pk, task="请关闭水阀", by=a.staff["department_officer"], at=AT
    )
    brought_on(case, a, "handled", "checked")
    assert found(town, cases, Filters(whose=Whose.HELPING), clerk) == ["dispatched"]  # it may come back
    brought_on(case, a, "closed")
    assert found(town, cases, Filters(whose=Whose.HELPING), clerk) == []
    assert found(town, cases, Filters(), clerk) == ["dispatched"]


def test_a_unit_that_leads_and_helped_sees_the_case_once(town, cases):
    a, officer, case = town.a, town.a.staff["department_officer"], cases["dispatched"]
    Assist.objects.create(case=case, org=a.office, task="x", state="done", asked_at=AT)
    for sort in Sort:
        assert found(town, cases, Filters(sort=sort, open=True), officer) == ["dispatched"]
    assert state_counts(viewer=officer, filters=Filters(), at=AT)[State.DISPATCHED] == 1


def test_held_by_one_organisation(town, cases):
    assert found(town, cases, Filters(holder=town.a.office.pk)) == ["dispatched"]
    assert found(town, cases, Filters(holder=town.b.office.pk)) == []
    leader = town.a.staff["leader"]
    assert town.a.office in units_to_choose(viewer=leader, at=AT)
    assert town.b.office not in units_to_choose(viewer=leader, at=AT)
    assert units_to_choose(viewer=town.a.staff["department_officer"], at=AT) == []


def test_clocks_of_open_cases(town, cases):
    due = dict(Case.objects.values_list("pk", "due_at"))
    far, dispatched = due[cases["far"].pk], due[cases["dispatched"].pk]
    assert far < dispatched
    hour = timedelta(hours=1)
    assert found(town, cases, Filters(clock=Clock.OVERDUE), at=far + hour)[:1] == ["far"]
    assert found(town, cases, Filters(clock=Clock.OVERDUE), at=far) == []
    soon = Case.objects.get(pk=cases["far"].pk).approaching_at
    second = timedelta(seconds=1)
    for at, clock in (
        (soon - second, Clock.NORMAL),
        (soon, Clock.SOON),
        (far, Clock.SOON),
        (far + second, Clock.OVERDUE),
    ):
        found_in = [one for one in Clock if "far" in found(town, cases, Filters(clock=one), at=at)]
        assert found_in == [clock], at
    Case.objects.filter(pk=cases["far"].pk).update(holds_open=1)
    assert found(town, cases, Filters(clock=Clock.PAUSED), at=far + hour) == ["far"]
    assert "far" not in found(town, cases, Filters(clock=Clock.OVERDUE), at=far + hour)
    counts = clock_counts(viewer=town.a.staff["leader"], filters=Filters(), at=dispatched + hour)
    assert counts == {Clock.NORMAL: 0, Clock.SOON: 0, Clock.OVERDUE: 1, Clock.PAUSED: 1}


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_lead_there_and_back_without_gap_or_repeat(town, sort):
    made = [reported(town.a).pk for _ in range(7)]  # all due at the same moment
    viewer, filters = town.a.staff["leader"], Filters(sort=sort)
    pages, key = [], ""
    while True:
        page = case_page(viewer=viewer, filters=filters, at=AT, after=key, size=3)
        pages.append([case.pk for case in page.cases])
        if page.later is None:
            break
        key = page.later
    assert [pk for one in pages for pk in one] == (made[::-1] if sort == Sort.NEWEST else made)
    while page.earlier is not None:
        back = pages[-2]
        page = case_page(viewer=viewer, filters=filters, at=AT, before=page.earlier, size=3)
        assert [case.pk for case in page.cases] == back
        pages.pop()
    assert len(pages) == 1


@pytest.mark.parametrize("key", ["x", "-1", "9" * 40, "9" * 18 + "_1", "1_x", "_", "٣"])
def test_a_key_that_is_none_shows_the_first_page(town, cases, key):
    for sort in Sort:
        page = case_page(viewer=town.a.staff["leader"], filters=Filters(sort=sort), at=AT, before=key)
        assert page.cases or key in ("-1", "9" * 18 + "_1")


def test_who_may_see_nothing_is_told_so(town, cases):
    for ask in (case_page, state_counts, clock_counts):
        with pytest.raises(NotAllowed):
            ask(viewer=town.staff["operator"], filters=Filters(), at=AT)


def test_counts_stop_at_the_cap_and_follow_area_and_holder(town, cases):
    leader = town.a.staff["leader"]
    counts = state_counts(viewer=leader, filters=Filters(area=town.a.communities[0].pk), at=AT)
    assert {state: n for state, n in counts.items() if n} == {State.DISPATCHED: 1, State.CLOSED: 1}
    assert COUNTED_TO == 99


def test_a_page_costs_the_same_number_of_queries(town):
    viewer, filters = town.a.staff["leader"], Filters(area=town.a.communities[0].pk, q="大坑")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            case_page(viewer=viewer, filters=filters, at=AT)
        return len(seen)

    reported(town.a)
    cost()  # grants are read once
    first = cost()
    for _ in range(5):
        reported(town.a)
    assert cost() == first <= 4


def test_filters_stand_in_the_address():
    filters = Filters(
        state=State.FILED, open=True, area=7, since=date(2026, 1, 2), q="路 灯&x=1", sort=Sort.DUE
    )
    assert Filters.of(QueryDict(filters.address()[1:])) == filters
    assert Filters().address() == "?"
    assert filters.address(state=None, open=False, area=None, since=None, q="") == "?sort=due"
    wrong = {"state": "x", "area": "1e9", "since": "2026-13-01", "level": "moon", "clock": "", "matter": "٣"}
    assert Filters.of(wrong) == Filters()
    assert Filters.of({"q": "a\x00b" + "x" * 200}).q == "ab" + "x" * 98


def test_chips_say_each_filter_and_lead_away_from_it(town, cases):
    filters = Filters(state=State.FILED, area=town.a.area.pk, clock=Clock.OVERDUE, urgent=True, q="灯")
    viewer = town.a.staff["leader"]
    chips = dict(said_filters(filters, viewer=viewer))
    assert set(chips) == {"甲街道", "Overdue", "Emergencies", "“灯”"}
    units = {town.a.office: town.a.office.name, town.department: town.department.name, town.b.office: "?"}
    for unit, said in units.items():  # inside of what is seen, above it, and another street's
        assert [words for words, _to in said_filters(Filters(holder=unit.pk), viewer=viewer)] == [said]
    assert Filters.of({}) != filters and "area=" not in chips["甲街道"] and "urgent=1" in chips["甲街道"]


class TestSavedFilters:
    def test_saved_renamed_and_deleted_by_its_owner(self, town):
        me = town.a.staff["leader"]
        kept = actions.save_filter(name="  我的  超期 ", query="?clock=overdue", by=me, at=AT)
        assert (kept.name, kept.query) == ("我的 超期", "?clock=overdue")
        assert actions.rename_filter(filter_id=kept.pk, name="超期", by=me).name == "超期"
        actions.delete_filter(filter_id=kept.pk, by=me)
        assert not SavedFilter.objects.exists()

    @pytest.mark.parametrize(
        ("name", "query", "code"),
        [
            ("", "?", "bad_name"),
            ("x" * 41, "?", "bad_name"),
            ("a", "?q=" + "x" * 600, "query_too_long"),
            ("一", "?", "name_taken"),
        ],
    )
    def test_refused(self, town, name, query, code):
        me = town.a.staff["leader"]
        actions.save_filter(name="一", query="?", by=me, at=AT)
        with pytest.raises(Refused) as refusal:
            actions.save_filter(name=name, query=query, by=me, at=AT)
        assert refusal.value.code == code
        assert SavedFilter.objects.count() == 1
        actions.save_filter(
            name="一", query="?", by=town.a.staff["shift_leader"], at=AT
        )  # another's name is free

    def test_of_somebody_else_is_not_there(self, town):
        kept = actions.save_filter(name="一", query="?", by=town.a.staff["leader"], at=AT)
        other = town.a.staff["shift_leader"]
        with pytest.raises(NotFound):
            actions.rename_filter(filter_id=kept.pk, name="二", by=other)
        with pytest.raises(NotFound):
            actions.delete_filter(filter_id=kept.pk, by=other)
        with pytest.raises(NotAllowed):
            actions.save_filter(name="一", query="?", by=town.staff["operator"], at=AT)
        assert SavedFilter.objects.get().name == "一"

    def test_at_most_thirty(self, town):
        me = town.a.staff["leader"]
        for number in range(30):
            actions.save_filter(name=str(number), query="?", by=me, at=AT)
        with pytest.raises(Refused) as refusal:
            actions.save_filter(name="x", query="?", by=me, at=AT)
        assert refusal.value.code == "too_many_filters"
