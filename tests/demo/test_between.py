"""A way of the demo that is under way: its helpers have accepted and shown what they did, the lead still works."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from onegrid.cases.flow.models import Assist
from onegrid.demo.loading import between
from onegrid.demo.loading.between import _under_way
from onegrid.kit.worktime import WorkCalendar
from tests.cases.conftest import AT, town  # noqa: F401
from tests.cases.paths.ways import drawn, third_street, track
from tests.streets import WEST, streets  # noqa: F401

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.django_db
def test_a_way_is_under_way_with_its_helpers(town):  # noqa: F811
    """It comes to the second street twice."""
    town.c = third_street(town)
    staff = town.a.staff
    there_and_back = track(*(WEST + 0.001 + 0.01 * n for n in (0, 1, 2, 3, 4, 5, 6, 5)))
    path = drawn(town, there_and_back)
    _under_way(path, staff["shift_leader"], staff["dispatcher"], AT)
    states = list(path.sections.filter(level="street").order_by("position").values_list("area", "state"))
    assert [state for _area, state in states] == ["accepted", "shown", "shown", "shown"]
    assert states[1][0] == states[3][0]
    assert Assist.objects.filter(state="done").count() == 2


@pytest.mark.parametrize(
    ("loaded", "morning"),
    [
        ((2026, 11, 26, 10, 0), (2026, 11, 25)),  # a Thursday
        ((2026, 11, 23, 2, 13), (2026, 11, 20)),  # the night to Monday
        ((2026, 11, 22, 23, 59), (2026, 11, 20)),  # Sunday
        ((2026, 10, 3, 2, 13), (2026, 9, 30)),  # in the National Day holiday
        ((2026, 2, 15, 9, 0), (2026, 2, 14)),  # after a Saturday that was worked
        ((2027, 1, 2, 2, 13), (2026, 12, 31)),  # in the New Year holiday
    ],
)
def test_a_way_began_on_a_working_morning_whenever_the_demo_is_loaded(monkeypatch, loaded, morning):
    off = {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 2, 15), date(2027, 1, 1)}
    calendar = WorkCalendar("1", holidays=frozenset(off), makeup_days=frozenset({date(2026, 2, 14)}))
    monkeypatch.setattr(between, "working_calendar", lambda at: calendar)
    at = datetime(*loaded, tzinfo=SHANGHAI)
    begins = between._last_morning(at)
    assert begins == datetime(*morning, 8, tzinfo=SHANGHAI)
    assert (
        begins.hour + 2 + 5 < 24 and begins.date() < at.date()
    )  # all that is done in a day lies before the load
