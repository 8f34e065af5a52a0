"""The demo street from a seed into an empty database: all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.accounts.portraits.actions import show_portrait
from onegrid.cases.catalog.actions import load_catalog, set_dispatch_rule
from onegrid.cases.catalog.models import CatalogVersion
from onegrid.cases.catalog.shipped import content
from onegrid.demo.loading.areas import write_areas, write_unit_grids
from onegrid.demo.loading.between import write_between
from onegrid.demo.loading.cases import SAMPLES, write_cases
from onegrid.demo.loading.changes import write_changes
from onegrid.demo.loading.compounds import write_compounds
from onegrid.demo.loading.ground import doors, write_addresses, write_base_map, write_firms, write_things
from onegrid.demo.loading.hall import write_boards
from onegrid.demo.loading.households import write_households
from onegrid.demo.loading.instructions import write_instructions
from onegrid.demo.loading.morning import write_morning
from onegrid.demo.loading.outside import write_outside
from onegrid.demo.loading.owners import write_owners
from onegrid.demo.loading.people import write_people
from onegrid.demo.loading.pictures import face
from onegrid.demo.loading.repairs import write_repairs
from onegrid.demo.loading.rounds import write_rounds
from onegrid.demo.loading.scores import write_last_months, write_scores
from onegrid.demo.loading.state import street_is_loaded
from onegrid.demo.loading.steps import BY, Silent, Steps
from onegrid.demo.loading.upkeep import write_cuts, write_upkeep
from onegrid.demo.loading.whistles import write_whistles
from onegrid.demo.street.addresses import address_plans, addressbook
from onegrid.demo.street.areas import NEIGHBOUR_CODE, STREET_CODE, area_plans
from onegrid.demo.street.firms import firm_plans
from onegrid.demo.street.staff import NEIGHBOUR_SANITATION, roster
from onegrid.demo.street.things import place
from onegrid.demo.town.town import build
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area
from onegrid.places.calendars.actions import load_years
from onegrid.registry.things.loading import load_classes

THINGS = 20_000
UNIT_GRIDS = 600  # about
OWN = 6  # compounds of the account "property"
UPKEPT = 9  # compounds whose facilities are written


@dataclass(frozen=True)
class Loaded:
    """How many rows of each kind came in."""

    areas: int
    people: int
    addresses: int
    features: int
    establishments: int
    things: int
    cases: int
    facilities: int


def load_street(seed: int, at: datetime, *, things: int = THINGS, steps: Steps | None = None) -> Loaded:
    """Builds the town and writes it. Refused: demo_loaded, other_areas (a real place must not get a demo inside)."""
    steps = steps or Silent()
    _refuse_unless_empty()
    tell = steps.step("town", 1)
    town = build(seed)
    areas, book = area_plans(town), addressbook(town)
    addresses, firms, people = list(address_plans(town, book)), firm_plans(town, book), roster(areas, seed)
    placed = place(town, things)
    tell(1)
    with transaction.atomic():
        _refuse_unless_empty()
        load_years(by=BY, at=at, publish=True)
        load_classes(by=BY, at=at)
        opened = write_areas(areas, at, steps.step("areas", len(areas)))
        units = write_unit_grids(opened, at, steps.step("grids", UNIT_GRIDS))
        orgs, users = write_people(people, opened, doors(town), at, steps.step("people", len(people.people)))
        ids = write_addresses(town, addresses, opened, at, steps.step("addresses", len(addresses)))
        features = write_base_map(town, ids, at, steps.step("map", len(town.buildings)))
        write_firms(town, firms, opened, ids, at, steps.step("firms", len(firms)))
        write_things(town, placed, opened, orgs, at, steps.step("things", things))
        managed = write_compounds(town, book, ids, orgs, at, steps.step("compounds", len(town.compounds)))
        facilities = write_upkeep(managed[:UPKEPT], at)
        write_cuts(managed, at)
        write_owners(managed[:OWN], at)
        write_dispatch_list(orgs, at - timedelta(days=30))
        write_neighbours_rule(orgs[NEIGHBOUR_SANITATION], opened[NEIGHBOUR_CODE], at - timedelta(days=30))
        write_boards(opened, users, at)
        write_last_months(seed, at)
        repairs = write_repairs(managed[:OWN], users, at)
        cases = write_cases(town, book, users, at, steps.step("cases", len(SAMPLES)))
        write_outside(orgs["enforcement"], at)
        write_rounds(users, at)
        write_households(users, at)
        write_changes(users, at)
        write_whistles(orgs, users, at)
        write_between(users, at)
        write_scores(users, at)
        show_portrait(photo=face(1), agreed=True, by=users["worker"], at=at)
        write_instructions(users, at)
    _analyse()
    write_morning(opened[STREET_CODE], at)
    return Loaded(
        len(areas) + len(units),
        len(people.people),
        len(addresses),
        features,
        len(firms),
        things,
        cases + repairs,
        facilities,
    )


def write_dispatch_list(orgs: dict, at: datetime) -> None:
    """派单目录 of the demo: which department answers for which major class."""
    if not CatalogVersion.objects.exists():
        load_catalog(content=content(), by=BY, at=at)
    scheme = content()["scheme"]["code"]
    for kind, major, department in DISPATCH:
        set_dispatch_rule(
            scheme=scheme, kind=kind, major_code=major, organisation=orgs[department], by=BY, at=at
        )
    for code, owner, reason in OWNERS:
        set_dispatch_rule(
            scheme=scheme, kind="event", major_code=code[:2], class_code=code, organisation=orgs[owner],
            reason=reason, by=BY, at=at,
        )  # fmt: skip


def write_neighbours_rule(unit: Organisation, area: Area, at: datetime) -> None:
    """In the other street a unit of its own cleans: a way through both streets has a lead and a helper."""
    scheme = content()["scheme"]["code"]
    set_dispatch_rule(
        scheme=scheme, kind="event", major_code="06", organisation=unit, area=area, by=BY, at=at,
        reason="清河街道道路由本街道环境卫生所保洁",
    )  # fmt: skip


# Single classes that belong to the owner of the pipe, line or road, whatever the rest of their major class does.
OWNERS = (
    *((code, "power", "电力设施由供电公司处置") for code in ("01005", "01028", "01029", "01030", "01048")),
    *((code, "telecom", "通信设施由通信建设服务中心处置") for code in ("01007", "01027", "01031", "01062")),
    *((code, "gas", "燃气设施由燃气公司处置") for code in ("01011", "01049", "01057")),
    ("01001", "water", "供水井盖由供水公司处置"), ("01010", "heating", "热力井盖由热力公司处置"),
    ("01004", "drainage", "雨水箅子由排水管理所处置"),
    ("06013", "municipal", "道路破损由市政公用事业服务中心处置"),  # the walk in README ends there
)  # fmt: skip

DISPATCH = (
    ("component", "01", "municipal"), ("component", "02", "traffic"), ("component", "03", "sanitation"),
    ("component", "04", "garden"), ("component", "05", "urban"),
    ("event", "01", "municipal"), ("event", "02", "traffic"), ("event", "03", "sanitation"),
    ("event", "04", "garden"),
    ("event", "05", "urban"), ("event", "06", "sanitation"), ("event", "07", "urban"), ("event", "08", "housing"),
    ("event", "09", "enforcement"), ("event", "10", "civil"),
)  # fmt: skip


def _refuse_unless_empty() -> None:
    if street_is_loaded():
        raise Refused("demo_loaded", _("The demo street is loaded already."))
    if Area.objects.exists():
        raise Refused("other_areas", _("This database holds areas of its own; the demo wants an empty one."))


def _analyse() -> None:
    """Fresh statistics, so that the first pages are as fast as the later ones."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
