"""Records, day rows, lists and times against a plain second count; the listener twice as once; scopes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from onegrid.cases.flow.facts import CaseOpened
from onegrid.cases.flow.models import Case, StageClock
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.facts import Heard
from onegrid.kit.worktime import Period, WorkCalendar
from onegrid.oversight.measures import actions as counting
from onegrid.oversight.measures import working
from onegrid.oversight.measures.actions import count_days, rebuild_measures, recount_cases
from onegrid.oversight.measures.counters import COUNTERS
from onegrid.oversight.measures.listeners import count_again
from onegrid.oversight.measures.models import CaseRecord, DayCount, OpenDay, StageRecord
from onegrid.oversight.measures.queries import (
    Cut,
    by_area,
    by_unit,
    counted,
    counter_totals,
    handling_times,
    indicator_values,
    open_by_day,
)
from tests.cases.conftest import AT, BY, brought_on, reported, town  # noqa: F401
from tests.oversight import lifelike, reference
from tests.oversight.lifelike import NOW
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate(NOW)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CUTS = [
    Cut(date(2026, 10, 1), date(2026, 12, 31)),
    Cut(date(2026, 10, 12), date(2026, 10, 25)),
    Cut(TODAY, TODAY),
]


def sums(rows) -> set:
    """Rows in which something is counted, without their keys."""
    hidden = {"id"}
    found = set()
    for row in rows.values():
        kept = {name: value for name, value in row.items() if name not in hidden}
        numbers = [
            value
            for name, value in kept.items()
            if name not in ("day", "area_path", "unit_id", "case_class_id")
        ]
        if any(numbers):
            found.add(tuple(sorted(kept.items(), key=lambda pair: pair[0])))
    return found


def everything() -> tuple:
    return (
        sums(DayCount.objects),
        sums(OpenDay.objects),
        set(CaseRecord.objects.values_list()),
        set(StageRecord.objects.values_list()),
    )


@pytest.mark.parametrize("cut", CUTS)
def test_counters_are_those_of_a_plain_count(month, cut):
    expected = reference.totals(month, cut.since, cut.until, TODAY)
    found = counter_totals(viewer=BY, cut=cut, at=NOW)
    assert found == {name: expected[name] for name in COUNTERS}
    if cut is CUTS[0]:
        assert [name for name in COUNTERS if not found[name]] == []  # the month shows every one of them


def test_every_count_is_its_list(month):
    cut = CUTS[0]
    totals = counter_totals(viewer=BY, cut=cut, at=NOW)
    for name in COUNTERS:
        page = counted(viewer=BY, counter=name, cut=cut, at=NOW)
        assert (page.count, len(page.rows)) == (totals[name], totals[name]), name


def test_times_are_working_hours_without_pauses(month):
    expected = [minutes for case in month for minutes in reference.working_minutes(case)]
    found = handling_times(viewer=BY, cut=CUTS[0])
    assert found.count == len(expected) > 5
    assert found.p50 == round(reference.percentile(expected, 0.5) / 60, 2)
    assert found.p90 == round(reference.percentile(expected, 0.9) / 60, 2)


def test_pauses_are_no_working_time(month):
    """Two pauses, the second one reaching over the end; one over the whole time. As one case, and in a rebuild."""
    longest = StageRecord.objects.filter(verb="handle").order_by("-worked").values("pk")
    first, second = (StageClock.objects.get(pk=row["pk"]) for row in longest[:2])
    third = (first.stopped_at - first.started_at) / 3
    late = first.stopped_at + timedelta(hours=1)
    pauses = [[first.started_at + third / 2, first.started_at + third], [first.started_at + 2 * third, late]]
    before = StageRecord.objects.get(pk=first.pk).worked
    first.paused = [[moment.isoformat() for moment in pause] for pause in pauses]
    second.paused = [[second.started_at.isoformat(), second.stopped_at.isoformat()]]
    for clock in (first, second):
        clock.save(update_fields=["paused"])
    recount_cases(case_ids=[first.case_id, second.case_id])
    records = StageRecord.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    one, other = records.values_list("worked", flat=True)
    assert (0 < one < before) and other == 0
    expected = sorted(minutes for case in lifelike.whole() for minutes in reference.working_minutes(case))
    found = StageRecord.objects.filter(verb="handle").values_list("worked", flat=True)
    assert sorted(found) == expected
    rebuild_measures(at=NOW)
    assert tuple(records.values_list("worked", flat=True)) == (one, other)


def test_each_stretch_is_counted_by_its_own_calendar(monkeypatch):
    """Of its version, of the day in the street's time on which the clock began, and of its area."""
    asked = []

    def calendar(number, at, path):
        asked.append((number, timezone.localdate(at), path))
        opens = time(9) if path else time(8)
        return WorkCalendar(version=str(number), periods=(Period(opens, time(12)),))

    monkeypatch.setattr(working, "calendar_of_version", calendar)
    begins = datetime(2026, 11, 20, 7, 30, tzinfo=SHANGHAI)
    moments = [
        int((begins + timedelta(hours=n)).timestamp() * 1_000_000) - working.SINCE_1970 for n in (0, 2)
    ]
    day = (date(2026, 11, 20) - working.FIRST).days
    rows = {
        "clock": [5, 7, 5, 8], "version": [3, 3, 3, 4], "place": [0, 1, 0, 2], "day": [day] * 4,
        "begins": [moments[0]] * 3 + [moments[1]], "ends": [moments[1]] * 4,
    }  # fmt: skip
    clocks, minutes = working.worked_minutes({k: np.array(v) for k, v in rows.items()}, ["1.2.", "1.3."])
    assert (clocks.tolist(), minutes.tolist()) == ([5, 7, 8], [180, 30, 0])
    day = date(2026, 11, 20)
    assert asked == [(3, day, ""), (3, day, "1.2."), (4, day, "1.3.")]


def test_open_at_the_end_of_each_day(month):
    for day, count, late in open_by_day(viewer=BY, cut=Cut(date(2026, 10, 8), TODAY)):
        assert (count, late) == reference.open_at_end_of(month, day), day
    assert OpenDay.objects.filter(day__gte=TODAY).count() == 0  # today is not over


def test_what_a_scope_sees(month, kept_streets):
    cut = CUTS[0]
    whole = counter_totals(viewer=BY, cut=cut, at=NOW)["reported"]
    for street in (kept_streets.a, kept_streets.b):
        own = [case for case in month if case.street_id == street.area.pk]
        expected = reference.totals(own, cut.since, cut.until, TODAY)
        leader = street.staff["leader"]
        assert counter_totals(viewer=leader, cut=cut, at=NOW) == {name: expected[name] for name in COUNTERS}
        elsewhere = Cut(cut.since, cut.until, area_id=kept_streets.a.area.pk)
        seen = counted(viewer=leader, counter="reported", cut=elsewhere, at=NOW)
        assert seen.count == (len(own) if street is kept_streets.a else 0)
    (pair,) = by_area(viewer=BY, cut=cut, areas=[kept_streets.district], at=NOW)
    assert pair[1]["reported"] == whole
    units = by_unit(viewer=kept_streets.a.staff["department_officer"], cut=cut, at=NOW)
    assert [unit for unit, _counts in units] == [kept_streets.a.office]
    with pytest.raises(NotAllowed):
        counter_totals(viewer=kept_streets.a.staff["grid_worker"], cut=cut, at=NOW)
    with pytest.raises(NotFound):
        counted(viewer=BY, counter="missed", cut=cut, at=NOW)


def test_indicators_show_what_they_are_made_of(month):
    found = {one.indicator.code: one for one in indicator_values(viewer=BY, cut=CUTS[0], at=NOW)}
    totals = counter_totals(viewer=BY, cut=CUTS[0], at=NOW)
    one = found["on_time_closing_rate"]
    assert (one.above, one.below) == (totals["closed_on_time"], totals["close_due"])
    assert found["missed_report_rate"].value is None and found["missed_report_rate"].missing
    nothing = {
        one.indicator.code: one
        for one in indicator_values(
            viewer=BY, cut=Cut(AT.date().replace(year=2020), AT.date().replace(year=2020)), at=NOW
        )
    }
    assert nothing["closing_rate"].value is None and nothing["closing_rate"].below == 0


def test_a_city_is_filled_without_indexes_and_has_them_afterwards(month, monkeypatch):
    def indexes() -> list:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'oversight%' ORDER BY 1")
            return cursor.fetchall()

    before, made = everything(), indexes()
    monkeypatch.setattr(counting, "ASIDE_FROM", 1)
    rebuild_measures(at=NOW)
    assert everything() == before
    assert indexes() == made


def test_counting_again_changes_nothing(month):
    before = everything()
    ids = [case.pk for case in month[:5]]
    for _round in range(2):
        recount_cases(case_ids=ids)
        assert everything() == before


def test_news_leads_to_what_a_rebuild_counts(month, kept_streets):
    case = reported(kept_streets.a, at=NOW)
    told = [Heard(CaseOpened(case.pk), 1, NOW), Heard(CaseOpened(case.pk), 2, NOW)]
    for state in ("verified", "filed", "dispatched", "handled"):
        count_again(told)
        case = brought_on(Case.objects.get(pk=case.pk), kept_streets.a, state)
    count_again(told)
    count_again(told)
    assert count_days(at=NOW + timedelta(days=2)) == 2
    assert count_days(at=NOW + timedelta(days=2)) == 0
    by_news = everything()
    rebuild_measures(at=NOW + timedelta(days=2))
    assert everything() == by_news
