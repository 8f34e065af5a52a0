"""People that the side roads need: a district's shift leader and a centre above the streets."""

import pytest

from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import OrgKind
from tests.streets import _org, _person


@pytest.fixture
def above(town):
    """The district has a centre of its own, with a shift leader."""
    centre = _org(OrgKind.DISTRICT_CENTRE, "990101-ZX", "东岭区指挥中心", town.district, None)
    town.staff["shift_leader"] = _person(
        "district", "shift_leader", PostKind.SHIFT_LEADER, centre, town.district
    )
    town.staff["centre"] = centre
    return town


@pytest.fixture
def seconds(town):
    """A second shift leader: an appeal needs two."""
    person = _person("a", "shift_leader", PostKind.SHIFT_LEADER, town.a.centre, town.a.area, "_2")
    town.a.staff["shift_leader_2"] = person
    return person
