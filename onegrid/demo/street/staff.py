"""Who works in the demo street: organisations, people, what they may do, and when they answer for which grid."""

from dataclasses import dataclass, field
from datetime import time

from onegrid.demo.names.people import PeopleNames, phone
from onegrid.demo.names.places import COMMUNITIES, NEIGHBOUR_COMMUNITY
from onegrid.demo.seeds import stream
from onegrid.demo.street.areas import (
    CITY_CODE,
    DISTRICT_CODE,
    NEIGHBOUR_CODE,
    STREET_CODE,
    AreaPlan,
    community_code,
)

CENTRE, NEIGHBOUR_CENTRE = "centre", "centre-b"
NEIGHBOUR_SANITATION = "sanitation-b"  # helps along ways that lead through both streets


@dataclass(frozen=True)
class OrgPlan:
    """`code` is unique; `area` a code of an area; `parent` the code of another organisation."""

    kind: str
    code: str
    name: str
    area: str
    parent: str | None = None
    phone: str = ""


@dataclass(frozen=True)
class DutyPlan:
    """When somebody answers for an area; local times, ISO weekdays."""

    area: str
    role: str
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    from_time: time = time(0)
    to_time: time = time(0)


@dataclass
class PersonPlan:
    """One employee or helper; `post` is (kind, organisation, area); `grants` are (role, area, organisation)."""

    username: str
    name: str
    phone: str
    post: tuple[str, str, str]
    grants: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    duties: list[DutyPlan] = field(default_factory=list)
    away_covered_by: str | None = None  # on leave now; that username covers


@dataclass
class Roster:
    orgs: list[OrgPlan] = field(default_factory=list)
    people: list[PersonPlan] = field(default_factory=list)


# District departments and street institutes that answer for things and matters: code → (kind, name).
DEPARTMENTS = {
    "urban": ("department", "东岭区城市管理局"), "municipal": ("department", "东岭区市政公用事业服务中心"),
    "drainage": ("department", "东岭区排水管理所"), "garden": ("department", "东岭区园林绿化服务中心"),
    "sanitation": ("department", "东岭区环境卫生服务中心"), "traffic": ("department", "东岭区交通警察大队"),
    "fire": ("department", "东岭区消防救援大队"), "water_affairs": ("department", "东岭区水务局"),
    "market": ("department", "东岭区市场监督管理局"), "housing": ("department", "东岭区住房和城乡建设局"),
    "power": ("department", "东岭区供电公司"), "water": ("department", "东岭区供水公司"),
    "gas": ("department", "东岭区燃气公司"), "heating": ("department", "东岭区热力公司"),
    "telecom": ("department", "东岭区通信建设服务中心"), "police": ("street_office", "云桥派出所"),
    "enforcement": ("street_office", "云桥街道综合行政执法队"),
    "emergency": ("street_office", "云桥街道应急管理办公室"),
    "civil": ("street_office", "云桥街道民政和社会事务办公室"), "judicial": ("street_office", "云桥司法所"),
}  # fmt: skip
PROPERTY = ("和畅物业", "安居里物业", "润心物业", "溪畔物业", "同福物业", "邻里物业")

WORKDAYS = (1, 2, 3, 4, 5)
# Posts of the centre: the role, how many, and the demo account that the first of them is.
CENTRE_STAFF = (
    ("clerk", "acceptor", 6, "acceptor"),
    ("shift_leader", "shift_leader", 6, "shift"),
    ("dispatcher", "dispatcher", 4, "dispatcher"),
    ("leader", "leader", 2, "leader"),
)
SHIFTS = (
    ((1, 2, 3, 4), time(8), time(16)), ((1, 2, 3, 4), time(16), time(0)), ((1, 2, 3, 4), time(0), time(8)),
    ((5, 6, 7), time(8), time(16)), ((5, 6, 7), time(16), time(0)), ((5, 6, 7), time(0), time(8)),
)  # fmt: skip


class Hiring:
    """Gives out names, sign-in names and phones one after another."""

    def __init__(self, seed: int) -> None:
        self.names, self.roster = PeopleNames(stream(seed, "people")), Roster()
        self.demo: set[str] = set()

    def person(self, kind: str, org: str, area: str, username: str = "") -> PersonPlan:
        number = len(self.roster.people) + 1
        chosen = username if username and username not in self.demo else f"yq{number:04d}"
        self.demo.add(chosen)
        one = PersonPlan(chosen, self.names.name(), phone(number), (kind, org, area))
        self.roster.people.append(one)
        return one

    def org(self, kind: str, code: str, name: str, area: str, parent: str | None = None) -> str:
        number = len(self.roster.orgs) + 1
        self.roster.orgs.append(OrgPlan(kind, code, name, area, parent, phone(90_000_000 + number)))
        return code


def roster(areas: list[AreaPlan], seed: int) -> Roster:
    """Everybody. Sign-in names of the demo accounts go to the first holder of each role."""
    hiring = Hiring(seed)
    _centre(hiring)
    _departments(hiring)
    _stations(hiring)
    grids = [a for a in areas if a.plot is not None]
    for position, grid in enumerate(grids):
        _grid(hiring, grid, position)
    _helpers(hiring, grids)
    _neighbour(hiring, [a for a in areas if a.kind == "grid" and a.plot is None])
    _district(hiring)
    return hiring.roster


def _district(hiring: Hiring) -> None:
    """A bureau that streets call by the whistle, and who decides when a department refuses."""
    bureau = hiring.org("department", "social_security", "东岭区人力资源和社会保障局", DISTRICT_CODE)
    for number in range(3):
        person = hiring.person("officer", bureau, DISTRICT_CODE, "bureau" if number == 0 else "")
        person.grants += [("department_officer", None, bureau), ("map_reader", STREET_CODE, None)]
    person = hiring.person("leader", "district-centre", DISTRICT_CODE, "district")
    person.grants.append(("district_supervisor", DISTRICT_CODE, None))


def _centre(hiring: Hiring) -> None:
    top = hiring.org("district_centre", "district-centre", "东岭区城市运行管理中心", DISTRICT_CODE)
    hiring.org("street_centre", CENTRE, "云桥街道网格化服务中心", STREET_CODE, top)
    for post, role, count, username in CENTRE_STAFF:
        for number in range(count):
            person = hiring.person(post, CENTRE, STREET_CODE, username if number == 0 else "")
            person.grants.append((role, STREET_CODE, None))
            if post == "shift_leader":
                days, start, end = SHIFTS[number]
                person.duties.append(DutyPlan(STREET_CODE, "centre", days, start, end))
    for username, role, area in (
        ("data", "data_officer", CITY_CODE),
        ("developer", "app_developer", STREET_CODE),
    ):
        hiring.person("assistant", CENTRE, STREET_CODE, username).grants.append((role, area, None))
    hiring.person("operator", top, DISTRICT_CODE, "operator").grants.append(("operator", None, None))


def _departments(hiring: Hiring) -> None:
    for key, (kind, name) in DEPARTMENTS.items():
        area = DISTRICT_CODE if kind == "department" else STREET_CODE
        org = hiring.org(kind, key, name, area, CENTRE if kind == "street_office" else None)
        for number in range(3):
            # the account "officer" is of the municipal works, which has most of what breaks
            username = "officer" if key == "municipal" and number == 0 else ""
            person = hiring.person("officer", org, area, username)
            person.grants += [("department_officer", None, org), ("map_reader", STREET_CODE, None)]
    for number, name in enumerate(PROPERTY):
        community = community_code((number + 4) % len(COMMUNITIES))
        org = hiring.org("property_firm", f"property-{number + 1}", f"{name}服务有限公司", community)
        for clerk in range(3):
            username = "property" if number == 0 and clerk == 0 else ""
            person = hiring.person("property_clerk", org, community, username)
            person.grants += [("property_clerk", None, org), ("map_reader", community, None)]


def _stations(hiring: Hiring) -> None:
    """Five people a station: two answer on workdays, one in the evening, two at weekends."""
    turns = (
        (WORKDAYS, time(8), time(13)), (WORKDAYS, time(13), time(18)), (WORKDAYS, time(18), time(22)),
        ((6,), time(8), time(20)), ((7,), time(8), time(20)),
    )  # fmt: skip
    for number, name in enumerate(COMMUNITIES):
        area = community_code(number)
        org = hiring.org("community_station", f"station-{number + 1}", f"{name}工作站", area, CENTRE)
        for days, start, end in turns:
            first = name == "云桥社区" and start == time(8) and days == WORKDAYS
            person = hiring.person("community_clerk", org, area, "clerk" if first else "")
            person.grants.append(("community_clerk", area, None))
            person.duties.append(DutyPlan(area, "station", days, start, end))


def _grid(hiring: Hiring, grid: AreaPlan, position: int) -> None:
    """A worker by day, a deputy in the evening and on Sunday, a head behind them, and a party branch.

    The grid of the accounts "worker" and "head" is answered for day and night, so that a first try never fails.
    """
    assert grid.parent is not None
    station = f"station-{int(grid.parent[-3:])}"
    first = grid.parent == community_code(4) and grid.code.endswith("-01")
    always = DutyPlan(grid.code, "main")
    day = DutyPlan(grid.code, "main", (1, 2, 3, 4, 5, 6), time(8), time(20))
    worker = hiring.person("grid_worker", station, grid.code, "worker" if first else "")
    worker.grants.append(("grid_worker", grid.code, None))
    worker.duties.append(always if first else day)
    deputy = hiring.person("deputy", station, grid.code)
    deputy.grants.append(("grid_worker", grid.code, None))
    deputy.duties.append(DutyPlan(grid.code, "deputy", from_time=time(7), to_time=time(22)))
    head = hiring.person("grid_head", station, grid.code, "head" if first else "")
    head.grants.append(("grid_head", grid.code, None))
    head.duties.append(DutyPlan(grid.code, "head", from_time=time(6), to_time=time(23)))
    if position % 31 == 17:
        worker.away_covered_by = deputy.username
    hiring.org("party_branch", f"branch-{grid.code}", f"{grid.name}党支部", grid.code)


def _helpers(hiring: Hiring, grids: list[AreaPlan]) -> None:
    """A building captain for each basic grid, a volunteer for every second; they have no right in the system."""
    for position, grid in enumerate(g for g in grids if g.kind == "grid"):
        assert grid.parent is not None
        station = f"station-{int(grid.parent[-3:])}"
        hiring.person("building_captain", station, grid.code)
        if position % 2 == 0:
            hiring.person("volunteer", station, grid.code)


def _neighbour(hiring: Hiring, grids: list[AreaPlan]) -> None:
    """The other street: enough people to answer, one account that sees nothing here, and a unit that helps."""
    hiring.org("street_centre", NEIGHBOUR_CENTRE, "清河街道网格化服务中心", NEIGHBOUR_CODE)
    hiring.org(
        "community_station",
        "station-b",
        f"{NEIGHBOUR_COMMUNITY}工作站",
        f"{NEIGHBOUR_CODE}001",
        NEIGHBOUR_CENTRE,
    )
    leader = hiring.person("shift_leader", NEIGHBOUR_CENTRE, NEIGHBOUR_CODE)
    leader.grants.append(("shift_leader", NEIGHBOUR_CODE, None))
    leader.duties.append(DutyPlan(NEIGHBOUR_CODE, "centre"))
    for number, grid in enumerate(grids):
        worker = hiring.person("grid_worker", "station-b", grid.code, "neighbour" if number == 0 else "")
        worker.grants.append(("grid_worker", grid.code, None))
        worker.duties.append(DutyPlan(grid.code, "main"))
    helping = hiring.org(
        "street_office", NEIGHBOUR_SANITATION, "清河街道环境卫生所", NEIGHBOUR_CODE, NEIGHBOUR_CENTRE
    )
    officer = hiring.person("officer", helping, NEIGHBOUR_CODE)
    officer.grants.append(("department_officer", None, helping))
