"""A household with a room in grid 0, for tests of pages too."""

from onegrid.cases.visits.actions import plan_visits, record_visit
from onegrid.cases.visits.models import Visit, VisitPlan
from onegrid.cases.visits.rules import Outcome, Told
from onegrid.places.addresses.actions import open_address
from onegrid.places.addresses.models import Address
from tests.cases.conftest import AT, BY

MET = Told(Outcome.MET, "张三", "身体尚好")


def a_room(street, name: str = "501室") -> Address:
    lon, lat = street.at(0)
    road = _opened("road", f"{street.letter}云桥路{name}", None, lon, lat)
    building = _opened("building", "3号楼", road, lon, lat)
    return _opened("room", name, building)


def _opened(kind, name, parent, lon=None, lat=None) -> Address:
    parent_id = parent.pk if parent else None
    return open_address(kind=kind, name=name, parent_id=parent_id, lon=lon, lat=lat, by=BY, at=AT)


def a_household(street, at=AT, **more) -> VisitPlan:
    """Somebody old who lives alone, to be visited every week."""
    given = {"reason": "elderly_alone", "name": "王奶奶", "phone": "000-1234-5678"} | more
    return plan_visits(address_id=a_room(street).pk, by=BY, at=at, **given)


def visited(plan: VisitPlan, by, at=AT, told: Told = MET, key: str = "key-1") -> Visit:
    return record_visit(plan_id=plan.pk, told=told, key=key, by=by, at=at)
