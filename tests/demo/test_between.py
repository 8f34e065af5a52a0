"""A way of the demo that is under way: its helpers have accepted and shown what they did, the lead still works."""

import pytest

from onegrid.cases.flow.models import Assist
from onegrid.demo.loading.between import _under_way
from tests.cases.conftest import AT, town  # noqa: F401
from tests.cases.paths.ways import drawn, third_street, track
from tests.streets import WEST, streets  # noqa: F401


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
