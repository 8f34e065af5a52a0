"""Two small streets A and B, side by side, with grids, organisations and staff of every role.

    from tests.streets import streets  # noqa: F401  a fixture
    def test_it(streets):
        streets.a.grids[0], streets.a.staff["grid_worker"], streets.b.centre, streets.a.at(grid=0)  # (lon, lat)

Street A has two communities with two grids each, B one community with one grid. Everybody's password is PASSWORD;
sign-in names are "a.grid_worker", "b.dispatcher" ... In A "grid_worker" answers for grid 0, "grid_worker_2" for
grid 1, "grid_worker_3" for grids 2 and 3. The department serves both streets. The calendar of 2026 is published.
"""

import pickle
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point, Polygon

from onegrid.accounts.duties.models import Duty, DutyRole
from onegrid.accounts.identity.actions import load_roles
from onegrid.accounts.identity.models import Grant, Posting, Role, User
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.actors import SystemActor
from onegrid.places.areas.actions import NewArea, open_areas
from onegrid.places.areas.models import Area
from onegrid.places.calendars.actions import load_years
from tests.tables import built

PASSWORD = "OneGrid-2026"
FROM = date(2026, 1, 1)
STARTS = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
BY = SystemActor("test")
WEST, SOUTH, SIZE = 118.02, 37.38, 0.01  # degrees; one grid is SIZE wide and high


@dataclass
class Street:
    """`corner`: lon, lat of the south-west corner; `staff`: role code → user."""

    letter: str
    corner: tuple[float, float]
    area: Area
    communities: list[Area] = field(default_factory=list)
    grids: list[Area] = field(default_factory=list)
    centre: Organisation | None = None
    stations: list[Organisation] = field(default_factory=list)
    office: Organisation | None = None  # 站所: handles what is the street's own
    firm: Organisation | None = None
    staff: dict[str, User] = field(default_factory=dict)

    def at(self, grid: int) -> tuple[float, float]:
        """(lon, lat) in the middle of a grid."""
        column, row = divmod(grid, 2)
        return round(self.corner[0] + (column + 0.5) * SIZE, 6), round(self.corner[1] + (row + 0.5) * SIZE, 6)


@dataclass
class Streets:
    district: Area
    department: Organisation  # 区直部门
    a: Street
    b: Street
    staff: dict[str, User]  # of the district: department_officer, data_officer, operator


@cache
def _password() -> str:
    return make_password(PASSWORD)  # hashing is slow on purpose; once is enough for all


@pytest.fixture
def streets(packed_streets: bytes | None, db) -> Streets:
    """A copy of what the module keeps (tests/conftest.py); made anew where tests commit."""
    return pickle.loads(packed_streets) if packed_streets else make_streets()


def make_streets() -> Streets:
    return built("streets", written_streets)


def written_streets() -> Streets:
    load_roles(by=BY, at=STARTS)
    load_years(by=BY, at=STARTS, first=2026, last=2026, publish=True)
    return build_streets()


def build_streets() -> Streets:
    (district,) = _areas([("district", "990101", "东岭区", None, _box(WEST - 0.1, SOUTH - 0.1, 0.4, 0.4))])
    department = _org(OrgKind.DEPARTMENT, "990101-DEPT", "区城市管理局", district, None)
    a = _street("a", "990101001", "甲街道", district, department, (WEST, SOUTH), communities=2, grids=2)
    b = _street(
        "b", "990101002", "乙街道", district, department, (WEST + 0.05, SOUTH), communities=1, grids=1
    )
    staff = {
        "department_officer": _person("district", "department_officer", PostKind.OFFICER, department, None),
        "data_officer": _person("district", "data_officer", None, department, district),
        "operator": _person("district", "operator", PostKind.OPERATOR, department, district),
    }
    return Streets(district, department, a, b, staff)


def _street(
    letter: str,
    code: str,
    name: str,
    district: Area,
    department: Organisation,
    corner: tuple[float, float],
    *,
    communities: int,
    grids: int,
) -> Street:
    west, south = corner
    (area,) = _areas([("street", code, name, district, _box(west, south, SIZE * communities, SIZE * grids))])
    street = Street(letter, corner, area)
    street.communities = _areas(
        [
            (
                "community",
                f"{code}{column + 1:03}",
                f"{name[0]}{'东西南北'[column]}社区",
                area,
                _box(west + column * SIZE, south, SIZE, SIZE * grids),
            )
            for column in range(communities)
        ]
    )
    street.grids = _areas(
        [
            (
                "grid",
                f"{letter.upper()}-{column * grids + row + 1:03}",
                f"{name[0]}第{column * grids + row + 1}网格",
                community,
                _box(west + column * SIZE, south + row * SIZE, SIZE, SIZE),
            )
            for column, community in enumerate(street.communities)
            for row in range(grids)
        ]
    )
    street.centre = _org(OrgKind.STREET_CENTRE, f"{code}-ZX", f"{name}网格化服务中心", area, department)
    street.stations = [
        _org(
            OrgKind.COMMUNITY_STATION,
            f"{community.code}-ZZ",
            f"{community.name}工作站",
            community,
            street.centre,
        )
        for community in street.communities
    ]
    street.office = _org(OrgKind.STREET_OFFICE, f"{code}-CG", f"{name}城市管理办公室", area, street.centre)
    street.firm = _org(OrgKind.PROPERTY_FIRM, f"{code}-WY", f"{name}安居物业", street.communities[0], None)
    _staff(street)
    return street


def _staff(street: Street) -> None:
    station, centre = street.stations[0], street.centre
    for role, kind, org, area in (
        ("grid_worker", PostKind.GRID_WORKER, station, street.grids[0]),
        ("grid_head", PostKind.GRID_HEAD, station, street.communities[0]),
        ("community_clerk", PostKind.COMMUNITY_CLERK, station, street.communities[0]),
        ("acceptor", PostKind.CLERK, centre, street.area),
        ("shift_leader", PostKind.SHIFT_LEADER, centre, street.area),
        ("dispatcher", PostKind.DISPATCHER, centre, street.area),
        ("leader", PostKind.LEADER, centre, street.area),
    ):
        street.staff[role] = _person(street.letter, role, kind, org, area)
    street.staff["department_officer"] = _person(
        street.letter, "department_officer", PostKind.OFFICER, street.office, None
    )
    street.staff["property_clerk"] = _person(
        street.letter, "property_clerk", PostKind.PROPERTY_CLERK, street.firm, None
    )
    _answers(street.staff["grid_worker"], street.grids[0])
    if len(street.grids) > 1:
        second = _person(street.letter, "grid_worker", PostKind.GRID_WORKER, station, street.grids[1], "_2")
        third = _person(
            street.letter,
            "grid_worker",
            PostKind.GRID_WORKER,
            street.stations[-1],
            street.communities[-1],
            "_3",
        )
        street.staff |= {"grid_worker_2": second, "grid_worker_3": third}
        _answers(second, street.grids[1])
        for grid in street.grids[2:]:
            _answers(third, grid)


def _answers(user: User, grid: Area) -> None:
    Duty.objects.create(area=grid, user=user, role=DutyRole.MAIN, starts_at=STARTS)


def _person(
    letter: str, role: str, post: PostKind | None, org: Organisation, area: Area | None, suffix: str = ""
) -> User:
    """Somebody with the role: for the area, or, without one, for the organisation."""
    names = Role.objects.get(code=role)
    user = User.objects.create(
        username=f"{letter}.{role}{suffix}",
        display_name=f"{letter.upper()}{names.name}{suffix[1:]}",
        password=_password(),
        date_joined=STARTS,
    )
    Grant.objects.create(
        user=user, role=names, area=area, organisation=None if area else org, valid_from=FROM
    )
    if post is not None:
        Posting.objects.create(user=user, organisation=org, kind=post, area=area, valid_from=FROM)
    return user


def _org(kind: OrgKind, code: str, name: str, area: Area, parent: Organisation | None) -> Organisation:
    return Organisation.objects.create(
        kind=kind,
        code=code,
        name=name,
        area=area,
        parent=parent,
        point=Point(*area.boundary.centroid.coords, srid=4490),
    )


def _areas(rows: list[tuple]) -> list[Area]:
    return open_areas(wanted=[NewArea(*row) for row in rows], valid_from=FROM, by=BY, at=STARTS)


def _box(west: float, south: float, width: float, height: float) -> Polygon:
    return Polygon.from_bbox((west, south, west + width, south + height))
