"""Many cases at once are the same kind of cases as those that people made."""

import re
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models import F

from onegrid.cases.flow.models import Case, StageClock, Step
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.rules import FINAL, STAGE_OF, STEPS, State, Verb
from onegrid.demo.caseload import fates, loading
from onegrid.demo.caseload.loading import write_many_cases
from onegrid.demo.caseload.rows import Sheet
from onegrid.kit.errors import Refused
from tests.cases.conftest import AT, reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401

COUNT = 240
pytestmark = pytest.mark.django_db


def _indexes() -> set[str]:
    """Without the casts and brackets that PostgreSQL spells anew each time it reads a condition that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'cases\\_%'")
        return {re.sub(r"::(text|character varying)(\[\])?|[()]", "", row) for (row,) in cursor.fetchall()}


@pytest.fixture
def many(town, monkeypatch):  # noqa: F811
    """In pieces, with the indexes set aside, beside a case that somebody reported."""
    monkeypatch.setattr(loading, "PIECE", 100)
    monkeypatch.setattr(loading, "ASIDE_FROM", 1)
    reported(town.a)
    before = _indexes()
    assert write_many_cases(COUNT, 7, AT, days=60, processes=1) == COUNT
    assert _indexes() == before
    return town


def test_timelines_clocks_and_holders_are_those_of_the_actions(many):
    assert Case.objects.count() == COUNT + 1
    assert list(CaseTimelines().findings(lambda done, total: None)) == []

    steps: dict[int, list[Step]] = {}
    for step in Step.objects.order_by("case", "position"):
        steps.setdefault(step.case_id, []).append(step)
    running = {clock.case_id: clock for clock in StageClock.objects.filter(stopped_at=None)}
    for case in Case.objects.select_related("grid"):
        road = steps[case.pk]
        assert len(road) == case.version and road[-1].to_state == case.state
        assert road[-1].at == case.stepped_at and road[0].at == case.opened_at <= AT
        for earlier, later in pairwise(road):
            assert STEPS[State(earlier.to_state), Verb(later.verb)] == later.to_state
            assert earlier.at < later.at <= AT
        assert case.area_path == case.grid.path and case.grid.boundary.contains(case.point)
        if case.state in FINAL:
            assert case.pk not in running and case.ended_at == case.stepped_at and case.due_at is None
            assert case.holder_org_id is None and case.holder_user_id is None
        else:
            clock = running[case.pk]
            assert (clock.stage, clock.due_at) == (STAGE_OF[State(case.state)], case.due_at)
            assert (case.holder_org_id is None) != (case.holder_user_id is None)
        if case.state == State.DISPATCHED:
            assert case.unit_id == case.holder_org_id

    # somebody who works here may go on with one of them as with any other
    assert Case.objects.values("state").distinct().count() >= 5
    assert Case.objects.filter(unit__in=[many.a.office, many.b.office, many.a.centre, many.b.centre]).exists()
    assert Case.objects.filter(street=many.b.area).exists()
    assert not Case.objects.filter(street=many.b.area).exclude(unit=None).filter(unit=many.a.centre).exists()


def test_the_next_case_comes_after_them(many):
    newest = Case.objects.order_by("-pk")[0]
    again = reported(many.a)
    assert again.pk == newest.pk + 1
    assert not Case.objects.filter(number=again.number).exclude(pk=again.pk).exists()


def test_the_same_seed_gives_the_same_cases(town):  # noqa: F811
    def drawn(seed):
        with transaction.atomic():
            write_many_cases(60, seed, AT, days=60, processes=1)
            rows = sorted(Case.objects.values_list("text", "opened_at", "grid", "state", "channel"))
            transaction.set_rollback(True)
        return rows

    first = drawn(7)
    assert drawn(7) == first
    assert drawn(8) != first


def test_nothing_is_written_where_nobody_could_take_a_case(town):  # noqa: F811
    town.a.centre.closed_on = AT.date()
    town.a.centre.save(update_fields=["closed_on"])
    with pytest.raises(Refused) as refusal:
        write_many_cases(10, 7, AT, days=60)
    assert refusal.value.code == "no_centre"
    assert not Case.objects.exists()


def test_every_road_is_in_the_step_table():
    for _share, road in fates.ROADS:
        assert fates.states_of(road)[-1] in FINAL
    assert sum(share for share, _road in fates.ROADS) == pytest.approx(1)


def test_a_column_without_default_is_named():
    with pytest.raises(KeyError, match=r"cases_stageclock\.case_id"):
        Sheet(StageClock, ["limit", "started_at", "due_at"])


def test_words_with_signs_of_the_copy_format_come_back_as_they_were(town):  # noqa: F811
    case = reported(town.a)
    sheet = Sheet(Step, ["case_id", "position", "at"])
    words = "一\t二\\n三\n四\r\\."
    row = sheet.row(
        case_id=case.pk, position=2, at=AT, words=words, details={"a\\": '"\n'}, to_state="verified"
    )
    sheet.copy_in(f"{sheet.line(row)}\n".encode())
    step = Step.objects.get(case=case, position=2)
    assert (step.words, step.details, step.org_id) == (words, {"a\\": '"\n'}, None)


def test_cases_of_the_past_are_late_only_while_they_run(many):
    late = Case.objects.filter(due_at__lt=AT)
    assert late.exists() and not late.filter(state__in=FINAL).exists()
    assert not StageClock.objects.filter(stopped_at__lt=F("started_at")).exists()
