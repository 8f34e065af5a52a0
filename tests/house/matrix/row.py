"""What a row says, the records of the world that rows speak of, and who they let in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from onegrid.cases.catalog.models import CaseClass, CatalogVersion, RuleDraft, StandardImport
from onegrid.cases.paths.models import PathCase
from onegrid.cases.patrol.models import PatrolPlace
from onegrid.cases.visits.models import VisitPlan
from onegrid.cases.whistle.models import KindEdition, Whistle, WhistleCall
from onegrid.exchange.connectors.models import OutsideSystem
from onegrid.kit.actors import SystemActor
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.scores.models import Appeal, Score, ScoreRule, Sign
from onegrid.oversight.supervision.models import Errand, Instruction
from onegrid.places.addresses.models import Address
from onegrid.registry.cuts.models import Cut
from onegrid.registry.dwellings.models import Building, Compound
from onegrid.registry.establishments.models import Establishment
from onegrid.registry.facilities.models import Facility
from onegrid.registry.owners.actions import issue_codes
from onegrid.registry.owners.models import Committee, Member, Vote
from onegrid.registry.things.models import Thing
from tests.hall.boards import Boards
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BY = SystemActor("test")

STREET_A = {
    "a.acceptor",
    "a.shift_leader",
    "a.dispatcher",
    "a.leader",
    "district.data_officer",
    "district.operator",
}
COMMUNITY_A1 = STREET_A | {"a.grid_head", "a.community_clerk"}
VISITORS = {"a.grid_worker", "a.grid_head", "a.community_clerk"}
GRID_A1 = COMMUNITY_A1 | {"a.grid_worker"}


@dataclass
class World:
    """One record of each kind, all of street A's first grid."""

    streets: Streets
    number: str
    code: str
    evidence: int
    notice: int
    draft: int
    client: int
    case_class: int
    service: str
    boards: Boards

    @property
    def grid(self) -> int:
        return self.streets.a.grids[0].pk


SEEN_FIRST = ("cases", "whistles")
APART = ("cases.contact", "whistles.kinds")  # asked for their own right at once


@dataclass(frozen=True)
class Row:
    """`needs`: a permission, or none for "anybody signed in"; `also`: a second one; `only`: who alone is let in,
    by something else than a permission; `within`: whose scope holds the
    record (None: it has no place); `public`: no sign-in needed; `args`: of the address; `post`: the words to post
    instead of getting."""

    args: Callable[[World], dict] = lambda w: {}
    needs: str | None = None
    also: str | None = None
    only: set[str] | None = None
    within: set[str] | None = None
    public: bool = False
    query: str = ""
    post: dict | None = None
    too_low: frozenset[str] = frozenset()  # who has the right in the place, at too low a level

    @property
    def room(self) -> str:
        return (self.needs or "").partition(".")[0]

    @property
    def post_on_case(self) -> bool:
        """A step: it is looked up in the viewer's scope first. The contact asks for its own right first."""
        return self.post is not None and self.room in SEEN_FIRST and self.needs not in APART


def case(w: World) -> dict:
    return {"number": w.number}


def verb(name: str) -> Callable[[World], dict]:
    return lambda w: {"number": w.number, "verb": name}


def photo(w: World) -> dict:
    return {"number": w.number, "evidence_id": w.evidence}


def followed(w: World) -> dict:
    return {"number": w.number, "code": w.code}


def tile(w: World) -> dict:
    return {"z": 15, "x": 27127, "y": 12729}


def a_system(w: World) -> dict:
    return {"system_id": OutsideSystem.objects.get().pk}


def area(w: World) -> dict:
    return {"area_id": w.grid}


def draft(w: World) -> dict:
    return {"draft_id": w.draft}


def a_class(w: World) -> dict:
    found = CaseClass.objects.filter(version__status="published").values_list("pk", flat=True)
    return {"class_id": found.first()}


def a_version(w: World) -> dict:
    return {"version_id": CatalogVersion.objects.get(status="published").pk}


def a_draft(w: World) -> dict:
    return {"version_id": CatalogVersion.objects.get(status="draft").pk}


def a_draft_class(w: World) -> dict:
    found = CaseClass.objects.filter(version__status="draft").values_list("pk", flat=True)
    return {"class_id": found.first()}


def a_rule_draft(w: World) -> dict:
    return {"draft_id": RuleDraft.objects.get().pk}


def a_standard_import(w: World) -> dict:
    return {"import_id": StandardImport.objects.get().pk}


def patrol_place(w: World) -> dict:
    return {"place_id": PatrolPlace.objects.get().pk}


def visit_plan(w: World) -> dict:
    return {"plan_id": VisitPlan.objects.get().pk}


def a_whistle(w: World) -> dict:
    return {"number": Whistle.objects.get().number}


def a_call(deed: str) -> Callable[[World], dict]:
    return lambda w: {**a_whistle(w), "call_id": WhistleCall.objects.get().pk, "deed": deed}


def an_edition(w: World) -> dict:
    return {"edition_id": KindEdition.objects.get(status="published").pk}


def a_kind_draft(w: World) -> dict:
    return {"edition_id": KindEdition.objects.get(status="draft").pk}


def application(w: World) -> dict:
    return {"client_id": w.client}


def a_path(w: World) -> dict:
    return {"path_id": PathCase.objects.get().pk}


def station(w: World) -> dict:
    return {"org_id": w.streets.a.stations[0].pk}


def worker_of_a(w: World) -> dict:
    return {"user_id": w.streets.a.staff["grid_worker"].pk}


def post_of_a(w: World) -> dict:
    return {**worker_of_a(w), "posting_id": w.streets.a.staff["grid_worker"].postings.get().pk}


def role_of_a(w: World) -> dict:
    return {**worker_of_a(w), "grant_id": w.streets.a.staff["grid_worker"].grants.get().pk}


def duty_of_a(w: World) -> dict:
    return {"duty_id": w.streets.a.staff["grid_worker"].duties.get().pk}


def a_question(w: World) -> dict:
    return {"question_id": w.boards.question}


def a_data_request(w: World) -> dict:
    return {"request_id": w.boards.request}


def an_activity(w: World) -> dict:
    return {"activity_id": w.boards.activity}


def sheet(kind: str, which: str = "") -> Callable[[World], dict]:
    """The list of a kind, or one sheet of community A1."""
    return lambda w: {"kind": kind} | ({"sheet_id": getattr(w.boards, which)} if which else {})


def moved_sheet(w: World) -> dict:
    return {"kind": "bulletins", "sheet_id": w.boards.bulletin, "verb": "withdraw"}


def an_address(w: World) -> dict:
    return {"address_id": Address.objects.get(kind="road", name="云桥路").pk}


def an_instruction(w: World) -> dict:
    return {"instruction_id": Instruction.objects.get().pk}


def a_brief(w: World) -> dict:
    return {"brief_id": Brief.objects.get().pk}


def an_errand(w: World) -> dict:
    return {"errand_id": Errand.objects.get().pk, "verb": "sign"}


def form(w: World) -> dict:
    return {"fmt": "json"}


def a_compound(w: World) -> dict:
    return {"compound_id": Compound.objects.get().pk}


def a_building(w: World) -> dict:
    return {"building_id": Building.objects.order_by("pk")[0].pk}


def a_firm(w: World) -> dict:
    return {"firm_id": Establishment.objects.get().pk}


def a_thing(w: World) -> dict:
    return {"identifier": Thing.objects.get().identifier}


def a_facility(w: World) -> dict:
    return {"facility_id": Facility.objects.get().pk}


def a_cut(w: World) -> dict:
    return {"cut_id": Cut.objects.get().pk}


def a_committee(w: World) -> dict:
    return {"committee_id": Committee.objects.get().pk}


def a_member(w: World) -> dict:
    return {"member_id": Member.objects.get().pk}


def a_vote(w: World) -> dict:
    return {"vote_id": Vote.objects.get().pk}


def a_slip(w: World) -> dict:
    return {"code": issue_codes(vote_id=Vote.objects.get().pk, by=BY, at=NOW)[0].code}


def a_score(w: World) -> dict:
    return {"score_id": Score.objects.get(user=w.streets.a.staff["grid_worker"]).pk}


def an_appeal(w: World) -> dict:
    return {"appeal_id": Appeal.objects.get().pk}


def a_sign(w: World) -> dict:
    return {"sign_id": Sign.objects.get().pk}


def a_score_rule(w: World) -> dict:
    return {"rule_id": ScoreRule.objects.get(subject="worker").pk}


def a_score_draft(w: World) -> dict:
    return {"rule_id": ScoreRule.objects.get(state="draft").pk}


JUDGES = {"a.shift_leader", "a.leader"}
SEE_SCORE = JUDGES | {"a.grid_worker", "a.grid_head", "a.community_clerk", "district.operator"}
CLERK = {"a.community_clerk"}
DRAWERS = {"a.acceptor", "a.shift_leader", "a.dispatcher"}
BELOW_STREET = frozenset({"a.grid_worker", "a.grid_head", "a.community_clerk"})
OWNERS = CLERK | {"a.shift_leader", "a.property_clerk"}
FIRM = {"a.property_clerk"}  # of the firm that manages the compound
WRITERS = {"a.acceptor", "a.shift_leader", "a.community_clerk"}  # who writes for residents of community A1
INSTRUCTED = {"a.leader", "a.shift_leader", "a.department_officer"}  # of street A, and the unit that is asked
BRIEFED = {"a.leader", "a.shift_leader"}
OPERATOR = {"district.operator"}
OWN = {"a.grid_worker"}  # the one whose notice it is
IMPORTER = {"district.data_officer"}
ANSWERING = {"a.grid_worker", "a.grid_worker_2", "a.grid_worker_3", "b.grid_worker"}  # for a grid
PLANNERS = {"a.community_clerk", "a.shift_leader"}
ARRANGERS = {"a.community_clerk", "a.shift_leader", "district.operator"}
BLOWERS = {"a.shift_leader", "a.dispatcher", "a.leader"}
CALLED = {"district.department_officer"}
IMPORTERS = IMPORTER | OPERATOR  # who may write the catalogue for all areas
