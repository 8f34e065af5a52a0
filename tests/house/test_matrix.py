"""Who may see what, walked: every address of the site × every role × a record of street A.

Each row says who gets an answer. With the permission but elsewhere: 404, for the record's existence is not theirs to
know. Without it: 403. Not signed in: to the sign-in page, or 401 for programs. A new address without a row
fails the first test. All rows stand here; files beside (test_matrix_of_….py) walk their share of them.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from http.cookies import SimpleCookie
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from PIL import Image

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.roles import role_table
from onegrid.accounts.notices.actions import notify
from onegrid.accounts.portraits.actions import show_portrait
from onegrid.cases.catalog.actions import keep_rule_draft, load_catalog, start_draft, start_standard_import
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, RuleDraft, StandardImport
from onegrid.cases.catalog.queries import classes_for_residents
from onegrid.cases.catalog.shipped import content
from onegrid.cases.flow.access import NEEDED
from onegrid.cases.flow.actions import call_off_offer, offer_case, open_case
from onegrid.cases.flow.api.table import DEEDS
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import Verb
from onegrid.cases.paths.api.table import ON_PATH, ON_SECTION
from onegrid.cases.paths.models import PathCase
from onegrid.cases.patrol.models import Patrol, PatrolPhoto, PatrolPlace
from onegrid.cases.visits.models import VisitPlan
from onegrid.cases.whistle.actions import start_kinds
from onegrid.cases.whistle.api.table import ON_CALL, ON_WHISTLE
from onegrid.cases.whistle.models import KindEdition, Whistle, WhistleCall
from onegrid.exchange.connectors.actions import register_system
from onegrid.exchange.connectors.models import OutsideSystem
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.kit.actors import SystemActor
from onegrid.oversight.briefs.actions import make_brief
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.scores import actions as scores
from onegrid.oversight.scores.models import Appeal, Score, ScoreRule, Sign
from onegrid.oversight.supervision.actions import write_instruction
from onegrid.oversight.supervision.models import Errand, Instruction
from onegrid.places.addresses.actions import open_address
from onegrid.places.addresses.models import Address
from onegrid.places.areas.actions import start_import
from onegrid.registry.cuts.models import Cut
from onegrid.registry.dwellings.models import Building, Compound
from onegrid.registry.establishments.actions import open_establishment
from onegrid.registry.establishments.models import Establishment
from onegrid.registry.facilities.models import Facility
from onegrid.registry.owners.actions import issue_codes
from onegrid.registry.owners.models import Committee, Member, Voice, Vote
from onegrid.registry.things.models import Thing
from tests.cases.catalog.test_importing import workbook
from tests.cases.paths.ways import drawn, track
from tests.cases.patrol.places import a_place, patrolled, problem
from tests.cases.visits.households import a_household
from tests.cases.whistle.people import blown, kinds_published
from tests.compounds import furnished_compound
from tests.exchange.connectors.peer import MAPPING
from tests.hall.boards import Boards, put_up
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


def judged(streets: Streets) -> None:  # noqa: F811
    """Rules, a run of October, an appeal and a sign of street A's workers, and a draft."""
    scores.load_rules(by=BY, at=NOW)
    rule = ScoreRule.objects.get(subject="worker")
    days = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31)}
    scores.run_scores(rule_id=rule.pk, **days, by=BY, at=NOW)
    worker = streets.a.staff["grid_worker"]
    score = Score.objects.get(user=streets.a.staff["grid_worker_2"])
    Appeal.objects.create(score=score, reason="x", state="waiting", asked_by=worker, asked_at=NOW)
    Sign.objects.create(
        kind="far", user=worker, area_path=streets.a.grids[0].path, details={"number": "1", "metres": 900}, key="x",
        happened_on=NOW.date(), found_at=NOW,
    )  # fmt: skip
    scores.start_draft(rule_id=ScoreRule.objects.get(subject="grid").pk, by=BY, at=NOW)


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
MATRIX: dict[str, list[Row]] = {
    "health:live": [Row(public=True)],
    "health:ready": [Row(public=True)],
    "health:metrics": [Row(public=True)],  # on this machine; tests/kit/health/test_metrics.py
    "set_language": [Row(public=True, post={"language": "en"})],
    "ui:look": [Row(public=True, post={"theme": "dark"})],
    "api:openapi-json": [Row(public=True)],
    "api:api-root": [],  # a prefix, not a page
    # ---- public: residents need no account
    "resident:home": [Row(public=True)],
    "resident:report": [Row(public=True)],
    "resident:report_kinds": [Row(public=True, post={})],
    "resident:report_places": [Row(public=True)],
    "resident:receipt_picture": [Row(followed, public=True)],
    "resident:follow": [Row(public=True)],
    "resident:case": [Row(followed, public=True)],
    "resident:withdraw": [Row(followed, public=True)],
    "resident:rate": [Row(followed, public=True, post={})],
    "resident:note": [Row(followed, public=True, post={})],
    "resident:leave": [Row(followed, public=True, post={})],
    "resident:receipt": [Row(followed, public=True)],
    "resident:photo": [Row(lambda w: {**followed(w), "evidence_id": w.evidence}, public=True)],
    "resident:bulletins": [Row(public=True)],
    "resident:bulletin": [Row(lambda w: {"bulletin_id": w.boards.bulletin}, public=True)],
    "resident:activities": [Row(public=True)],
    "resident:activity": [Row(lambda w: {"activity_id": w.boards.activity}, public=True)],
    "resident:own_place": [Row(lambda w: {"code": w.boards.place_code}, public=True)],
    "resident:answers": [Row(public=True, query="?q=路灯")],
    "resident:answer": [Row(lambda w: {"answer_id": w.boards.answer}, public=True)],
    "resident:ask": [Row(public=True)],
    "resident:own_question": [Row(lambda w: {"code": w.boards.question_code}, public=True)],
    "resident:near": [Row(public=True)],
    "resident:data": [Row(public=True)],
    "resident:data_correct": [Row(public=True, post={})],
    "resident:data_delete": [Row(public=True, post={})],
    "resident:mine": [Row(public=True)],
    "resident:sign_in": [Row(public=True)],
    "resident:sign_in_code": [Row(public=True, post={})],
    "resident:sign_out": [Row(public=True, post={})],
    "resident:map": [Row(public=True)],
    "resident:map_card": [Row(area, public=True)],
    "resident:who": [Row(public=True)],
    "resident:portrait": [Row(area, public=True)],
    "resident:thing": [Row(lambda w: {"code": Facility.objects.get().code}, public=True)],
    "resident:cut": [Row(a_cut, public=True)],
    "resident:ballot": [Row(a_slip, public=True)],
    "resident:voted": [Row(public=True)],
    "api:base_tile": [Row(tile, public=True)],
    "api:area_tile": [Row(tile, public=True)],
    "api:unit_grid_tile": [Row(tile)],
    "api:list_areas": [Row(public=True)],
    "api:areas_at": [Row(public=True, query="?lon=118.025&lat=37.385")],
    "api:area_detail": [Row(area, public=True)],
    "api:list_bulletins": [Row(public=True)],
    "api:bulletin_detail": [Row(lambda w: {"bulletin_id": w.boards.bulletin}, public=True)],
    "api:list_activities": [Row(public=True)],
    "api:activity_detail": [Row(lambda w: {"activity_id": w.boards.activity}, public=True)],
    "api:list_answers": [Row(public=True)],
    "api:answer_detail": [Row(lambda w: {"answer_id": w.boards.answer}, public=True)],
    "api:area_card": [Row(area, public=True)],
    "api:addresses": [Row(public=True, query="?q=云桥")],
    "api:nearest_address": [Row(public=True, query="?lon=118.025&lat=37.385")],
    # ---- signing in, and what is one's own
    "account_login": [Row(public=True)],
    "account_logout": [Row()],
    "account_inactive": [Row(public=True)],
    "account_reauthenticate": [Row()],
    "account_change_password": [Row()],
    "mfa_index": [Row()],
    "mfa_authenticate": [Row()],
    "mfa_reauthenticate": [Row()],
    "mfa_activate_totp": [Row()],
    "mfa_deactivate_totp": [Row(within=set())],
    "mfa_view_recovery_codes": [Row(within=set())],
    "mfa_generate_recovery_codes": [Row()],
    "mfa_download_recovery_codes": [Row(within=set())],
    "usersessions_list": [Row()],
    "staff:home": [Row()],
    "staff:inbox": [Row()],
    "staff:inbox_news": [Row()],
    "staff:inbox_read_all": [Row(post={})],
    "staff:notice": [Row(lambda w: {"notice_id": w.notice}, within=OWN, post={})],
    "staff:account": [Row()],
    "staff:portrait": [Row(only=ANSWERING)],
    "staff:portrait_photo": [Row(within=OWN)],
    "staff:portrait_withdraw": [Row(post={})],
    "staff:end_session": [Row(lambda w: {"session_id": 0}, within=set(), post={})],
    # ---- staff by permission
    "staff:map": [Row(needs="areas.see")],
    "staff:map_card": [Row(area, needs="areas.see", within=GRID_A1)],
    "staff:who_answers": [Row(area, needs="duties.see", within=GRID_A1)],
    "api:area_phones": [Row(area, needs="duties.phone", within=GRID_A1, post={})],
    "api:things": [Row(needs="things.see")],
    "api:thing": [Row(lambda w: {"identifier": "9" * 17}, needs="things.see", within=set())],
    "api:things_near": [Row(needs="things.see", query="?lon=118.025&lat=37.385")],
    "api:thing_classes": [Row(needs="things.see")],
    "api:things_tile": [Row(tile, needs="things.see")],
    "api:establishments": [Row(needs="establishments.see")],
    "api:establishment": [Row(lambda w: {"pk": 0}, needs="establishments.see", within=set())],
    "api:establishments_tile": [Row(tile, needs="establishments.see")],
    "api:organisations": [Row(needs="orgs.see")],
    "api:party_branches_tile": [Row(tile, needs="orgs.see")],
    "desk:catalog": [Row()],
    "desk:catalog_class": [Row(a_class)],
    "desk:catalog_why": [Row()],
    "desk:catalog_class_edit": [Row(a_draft_class, needs="catalog.edit", within=IMPORTERS)],
    "desk:catalog_class_remove": [Row(a_draft_class, needs="catalog.edit", within=IMPORTERS)],
    "desk:catalog_class_add": [Row(a_draft, needs="catalog.edit")],
    "desk:catalog_version": [Row(a_version), Row(a_draft, within=IMPORTERS)],
    "desk:catalog_export": [Row(a_version), Row(a_draft, within=IMPORTERS)],
    "desk:catalog_start": [Row(a_version, needs="catalog.edit", post={})],
    "desk:catalog_limits": [Row(a_draft, needs="catalog.edit")],
    "desk:catalog_publish": [Row(a_draft, needs="catalog.edit")],
    "desk:catalog_discard": [Row(a_draft, needs="catalog.edit")],
    "desk:catalog_rules": [Row()],
    "desk:catalog_rule_new": [Row(needs="catalog.edit")],
    "desk:catalog_rule_draft": [Row(a_rule_draft, needs="catalog.edit")],
    "desk:catalog_rule_discard": [Row(a_rule_draft, needs="catalog.edit", post={})],
    "desk:catalog_rules_publish": [Row(needs="catalog.edit")],
    "desk:catalog_imports": [Row(needs="catalog.edit")],
    "desk:catalog_import": [Row(a_standard_import, needs="catalog.edit")],
    "desk:catalog_import_take": [Row(a_standard_import, needs="catalog.edit", post={})],
    "desk:catalog_import_discard": [Row(a_standard_import, needs="catalog.edit", post={})],
    "desk:hall_questions": [Row(needs="answers.edit")],
    "desk:hall_question": [Row(a_question, needs="answers.edit", within=WRITERS)],
    "desk:hall_keep": [Row(a_question, needs="answers.edit", within=WRITERS, post={"question": "x"})],
    "desk:data_requests": [Row(needs="privacy.answer")],
    "desk:data_request": [Row(a_data_request, needs="privacy.answer", within={"district.data_officer"})],
    "desk:hall_people": [Row(an_activity, needs="activities.edit", within=WRITERS)],
    "desk:hall_call_off": [Row(an_activity, needs="activities.edit", within=WRITERS)],
    "desk:hall_sheets": [Row(sheet("bulletins"), needs="bulletins.edit")],
    "desk:hall_new": [Row(sheet("answers"), needs="answers.edit")],
    "desk:hall_sheet": [Row(sheet("bulletins", "bulletin"), needs="bulletins.edit", within=WRITERS)],
    "desk:hall_move": [Row(moved_sheet, needs="bulletins.edit", within=WRITERS, post={})],
    "desk:whistles": [Row(needs="whistles.see")],
    "desk:whistle_rates": [Row(needs="whistles.see")],
    "desk:whistle_kinds": [Row()],
    "desk:whistle_kinds_start": [Row(needs="whistles.kinds", post={})],
    "desk:whistle_edition": [Row(an_edition), Row(a_kind_draft, needs="whistles.kinds")],
    "desk:whistle_kinds_publish": [Row(a_kind_draft, needs="whistles.kinds", post={})],
    "desk:whistle_kinds_discard": [Row(a_kind_draft, needs="whistles.kinds", post={})],
    "desk:whistle_kind_new": [Row(a_kind_draft, needs="whistles.kinds")],
    "desk:whistle_kind": [Row(lambda w: {**a_kind_draft(w), "code": "joint"}, needs="whistles.kinds")],
    "desk:whistle_kind_drop": [
        Row(lambda w: {**a_kind_draft(w), "code": "joint"}, needs="whistles.kinds", post={})
    ],
    "desk:whistle_new": [Row(needs="whistles.blow")],
    "desk:whistle": [Row(a_whistle, needs="whistles.see", within=BLOWERS | CALLED)],
    "desk:whistle_code": [Row(a_whistle, needs="whistles.blow", within=BLOWERS)],
    "desk:whistle_in": [Row(a_whistle, needs="whistles.see", within=BLOWERS | CALLED)],
    "desk:whistle_task": [Row(lambda w: {**a_whistle(w), "task_id": 0}, needs="whistles.see", within=set())],
    "desk:whistle_photo": [
        Row(
            lambda w: {k: v for k, v in a_call("")(w).items() if k != "deed"},
            needs="whistles.see",
            within=set(),
        )
    ],
    "desk:whistle_call": [
        Row(a_call("sign"), needs="whistles.see", within=BLOWERS | CALLED),
        Row(a_call("sign"), needs="whistles.answer", within=BLOWERS | CALLED, post={}),
        Row(
            a_call("decide"),
            needs="whistles.decide",
            within=BLOWERS | CALLED,
            post={"outcome": "stands", "words": "x"},
        ),
    ],
    "desk:whistle_act": [
        Row(lambda w: {**a_whistle(w), "deed": "withdraw"}, needs="whistles.see", within=BLOWERS | CALLED),
        Row(
            lambda w: {**a_whistle(w), "deed": "withdraw"},
            needs="whistles.blow",
            within=BLOWERS | CALLED,
            post={"words": "x"},
        ),
    ],
    "command:screen": [Row(needs="command.see")],
    "command:now": [Row(needs="command.see", query="?heard=10")],
    "command:points": [Row(needs="command.see")],
    "command:replay": [Row(needs="command.see")],
    "command:people": [Row(needs="duties.positions")],
    "command:case": [Row(case, needs="command.see", within=GRID_A1)],
    "command:whistle": [Row(a_whistle, needs="command.see", within=BLOWERS)],
    "command:blow": [Row(case, needs="command.see", within=BLOWERS)],
    # a step that is not taken from there; those that are: tests/portals/command
    "command:act": [Row(verb("close"), needs="command.see", within=set(), post={})],
    "desk:queue": [Row(needs="cases.see")],
    "desk:export": [Row(lambda w: {"form": "csv"}, needs="cases.export")],
    "desk:together": [Row(post={})],
    "desk:save_filter": [Row(needs="cases.see", post={"name": "x", "query": "?"})],
    "desk:change_filter": [
        Row(lambda w: {"filter_id": 0}, needs="cases.see", within=set(), post={"name": "x"})
    ],
    "desk:new": [Row(needs="cases.report")],
    "desk:new_live": [Row(needs="cases.report", post={})],
    "desk:case": [Row(case, needs="cases.see", within=GRID_A1)],
    "desk:beside": [Row(case, needs="cases.see", within=GRID_A1)],
    "desk:offers": [Row(needs="cases.see")],
    # a draft is for whom may draw in one of its streets; an opened path: tests/cases/paths
    "desk:paths": [Row(needs="cases.see")],
    "desk:path_new": [Row(needs="cases.merge")],
    "desk:path": [Row(a_path, needs="cases.see", within=DRAWERS)],
    "desk:path_act": [
        Row(lambda w: {**a_path(w), "verb": "send"}, needs="cases.see", within=DRAWERS, post={})
    ],
    "desk:path_section": [
        Row(
            lambda w: {**a_path(w), "section_id": 0, "verb": "work"},
            needs="cases.see",
            within=DRAWERS,
            post={},
        )
    ],
    "desk:path_vehicle": [Row(a_path, needs="cases.see", within=DRAWERS, post={})],
    "desk:path_photo": [Row(lambda w: {**a_path(w), "photo_id": 0}, needs="cases.see", within=set())],
    "desk:board": [Row(needs="cases.dispatch")],
    "desk:board_send": [Row(needs="cases.dispatch", within=set(), post={})],
    "desk:board_back": [Row(needs="cases.dispatch", within=set(), post={})],
    "desk:ticket": [Row(case, needs="cases.see", within=GRID_A1)],
    "desk:tickets": [Row(needs="cases.see", post={})],
    "desk:way": [Row(lambda w: {**case(w), "way": "next"}, needs="cases.see", within=GRID_A1)],
    "desk:contact": [Row(case, needs="cases.contact", within=GRID_A1, post={})],
    "desk:release_helper": [Row(case, needs="cases.handle", within=GRID_A1, post={})],
    "desk:merge": [Row(case, needs="cases.merge", within=GRID_A1, post={})],
    "desk:unmerge": [Row(case, needs="cases.merge", within=GRID_A1, post={})],
    "desk:photo": [Row(photo, needs="cases.see", within=GRID_A1)],
    "desk:act": [
        Row(verb("verify"), needs="cases.verify", within=GRID_A1, post={}),
        Row(verb("file"), needs="cases.file", within=GRID_A1, post={}),
        Row(verb("dispatch"), needs="cases.dispatch", within=GRID_A1, post={}),
        Row(verb("handle"), needs="cases.handle", within=GRID_A1, post={}),
        Row(verb("check"), needs="cases.check", within=GRID_A1, post={}),
        Row(verb("close"), needs="cases.close", within=GRID_A1, post={}),
        Row(verb("cancel"), needs="cases.cancel", within=GRID_A1, post={}),
        Row(verb("hold"), needs="cases.decide", within=GRID_A1, post={}),
        Row(verb("link"), needs="cases.merge", within=GRID_A1, post={}),
        Row(verb("offer"), needs="cases.escalate", within=GRID_A1, post={}),
    ],
    # ---- by program: the same rights as the pages; applications with keys: tests/exchange
    "api:caller": [Row()],
    "api:case_classes": [Row(public=True)],
    "api:suggest_class": [Row(public=True, post={})],
    "api:case_class": [Row(lambda w: {"class_id": w.case_class}, public=True)],
    "api:list_cases": [Row(needs="cases.see")],
    "api:open_case": [Row(needs="cases.report", post={})],
    "api:one_case": [Row(case, needs="cases.see", within=GRID_A1)],
    "api:case_photo": [Row(photo, needs="cases.see", within=GRID_A1)],
    **{
        f"api:case_{deed.value}": [Row(case, needs=NEEDED[deed], within=GRID_A1, post={})]
        for deed in DEEDS
        if deed not in (Verb.REWORK, Verb.OFFER, Verb.CALL_OFF)
    },
    **{
        f"api:case_{name}": [Row(case, needs="cases.escalate", within=GRID_A1, too_low=BELOW_STREET, post={})]
        for name in ("offer", "call_off")
    },
    "api:case_rework": [Row(case, needs="cases.close", within=GRID_A1, post={})],
    # a draft is for whom may draw in one of its streets; an opened path: tests/cases/paths
    "api:list_paths": [Row(needs="cases.see")],
    "api:one_path": [Row(a_path, needs="cases.see", within=DRAWERS)],
    "api:draw_path": [Row(needs="cases.merge", post={})],
    "api:path_vehicle": [Row(a_path, needs="cases.see", within=DRAWERS, post={})],
    **{f"api:path_{name}": [Row(a_path, needs="cases.see", within=DRAWERS, post={})] for name in ON_PATH},
    **{
        f"api:path_section_{name}": [
            Row(lambda w: {**a_path(w), "section_id": 0}, needs="cases.see", within=set(), post={})
        ]
        for name in ON_SECTION
    },
    "api:list_whistles": [Row(needs="whistles.see")],
    "api:list_whistle_kinds": [Row(needs="whistles.see")],
    "api:whistle_units": [Row(area, needs="whistles.blow", within=BLOWERS)],
    "api:blow_whistle": [Row(needs="whistles.blow", post={})],
    "api:one_whistle": [Row(a_whistle, needs="whistles.see", within=BLOWERS | CALLED)],
    "api:whistle_code": [Row(a_whistle, needs="whistles.blow", within=BLOWERS)],
    "api:whistle_photo": [
        Row(lambda w: {**a_whistle(w), "call_id": 0}, needs="whistles.see", within=set()),
    ],
    "api:whistle_task_finish": [
        Row(lambda w: {**a_whistle(w), "task_id": 0}, needs="whistles.see", within=set(), post={}),
    ],
    **{
        f"api:whistle_{name}": [Row(a_whistle, needs=deed.needs, within=BLOWERS | CALLED, post={})]
        for name, deed in ON_WHISTLE.items()
    },
    **{
        f"api:whistle_call_{name}": [
            Row(
                lambda w: {k: v for k, v in a_call("")(w).items() if k != "deed"},
                needs=deed.needs,
                within=BLOWERS | CALLED,
                post={},
            )
        ]
        for name, deed in ON_CALL.items()
    },
    # ---- Open311: public; what needs a key opens for no session (tests/exchange/open311)
    # a connected system proves itself by its signature (tests/exchange/connectors); without one it is told so
    "connectors:events": [Row(a_system, public=True, post={})],
    "open311:openapi-json": [Row(public=True)],
    "open311:api-root": [],  # a prefix, not a page
    "open311:discovery": [Row(form, public=True)],
    "open311:services": [Row(form, public=True)],
    "open311:service_definition": [Row(lambda w: {**form(w), "service_code": w.service}, public=True)],
    "open311:requests_": [Row(form, public=True)],
    "open311:one_request": [Row(lambda w: {**form(w), "service_request_id": w.number}, public=True)],
    "open311:post_request": [],
    "open311:request_of_token": [],
    "desk:measures": [Row(needs="measures.see")],
    "desk:measures_list": [Row(needs="measures.see", query="?counter=reported")],
    "desk:measures_export": [Row(needs="measures.see")],
    "desk:scores": [Row(needs="scores.see")],
    "desk:scores_export": [Row(needs="scores.see")],
    "desk:score": [Row(a_score, within=SEE_SCORE)],
    "desk:score_export": [Row(a_score, within=SEE_SCORE)],
    "desk:score_appeal": [Row(a_score, within=OWN, post={"reason": "x"})],
    "desk:score_correct": [Row(a_score, needs="scores.decide", within=JUDGES, post={"reason": "x"})],
    "desk:score_appeals": [Row(needs="scores.decide")],
    "desk:score_appeal_decide": [Row(an_appeal, needs="scores.decide", within=JUDGES, post={"words": "x"})],
    "desk:score_signs": [Row(needs="scores.decide")],
    "desk:score_sign_review": [Row(a_sign, needs="scores.decide", within=JUDGES, post={"words": "x"})],
    "desk:score_rules": [Row()],
    "desk:score_rule": [Row(a_score_rule), Row(a_score_draft, needs="scores.edit")],
    "desk:score_rule_start": [Row(a_score_rule, needs="scores.edit", post={})],
    "desk:score_rule_publish": [Row(a_score_draft, needs="scores.edit", post={})],
    "desk:score_rule_discard": [Row(a_score_draft, needs="scores.edit", post={})],
    "worker:score": [Row(needs="duties.sign_on")],
    "desk:on_duty": [
        Row(needs="duties.positions"),
        Row(needs="duties.positions", post={"purpose": "x"}),
    ],
    "worker:tasks": [Row(needs="cases.see")],
    "worker:route": [Row(needs="cases.see")],
    "worker:duty": [Row(needs="duties.sign_on")],
    "worker:sign_on": [Row(needs="duties.sign_on", post={})],
    "worker:sign_off": [Row(needs="duties.sign_on", post={})],
    "worker:position": [Row(needs="duties.sign_on", post={"lon": "118.025", "lat": "37.385"})],
    "worker:emergency": [Row(needs="cases.alarm", also="cases.report")],
    "worker:things": [Row(needs="things.see")],
    "worker:thing": [Row(lambda w: {"identifier": "9" * 17}, needs="things.see", within=set())],
    "worker:thing_photo": [Row(lambda w: {"change_id": 0}, needs="things.see", within=set())],
    "desk:thing_changes": [Row(needs="things.decide")],
    "desk:thing_change_decide": [
        Row(lambda w: {"change_id": 0}, needs="things.decide", within=set(), post={"accept": "yes"})
    ],
    "desk:thing_change_photo": [Row(lambda w: {"change_id": 0}, needs="things.see", within=set())],
    "worker:record": [Row(needs="duties.sign_on")],
    "worker:visits": [Row(needs="visits.do")],
    "worker:visit_plan": [Row(needs="visits.plan")],
    "worker:visit": [
        Row(visit_plan, needs="visits.do", within=VISITORS),
        Row(visit_plan, needs="visits.do", within=VISITORS, post={}),
    ],
    "worker:visit_open": [Row(visit_plan, needs="visits.do", within=VISITORS, post={"purpose": "x"})],
    "worker:visit_end": [
        Row(visit_plan, needs="visits.plan", within={"a.grid_head", "a.community_clerk"}, post={})
    ],
    "worker:patrols": [Row(needs="patrols.see")],
    "worker:patrol_plans": [Row(needs="patrols.see"), Row(needs="patrols.plan", post={})],
    "worker:patrol_places": [Row(needs="patrols.plan")],
    "worker:patrol_place_new": [Row(needs="patrols.plan"), Row(needs="patrols.plan", post={})],
    "worker:patrol_place": [Row(patrol_place, needs="patrols.plan", within=PLANNERS)],
    "worker:patrol_place_retire": [Row(patrol_place, needs="patrols.plan", within=PLANNERS)],
    "worker:patrol_place_take_up": [Row(patrol_place, needs="patrols.plan", within=PLANNERS)],
    "worker:patrol": [
        Row(patrol_place, needs="patrols.see", within=GRID_A1),
        Row(patrol_place, needs="patrols.do", within={"a.grid_worker", "a.grid_head"}, post={}),
    ],
    "worker:patrol_done": [
        Row(lambda w: {"patrol_id": Patrol.objects.get().pk}, needs="patrols.see", within=GRID_A1)
    ],
    "worker:patrol_photo": [
        Row(lambda w: {"photo_id": PatrolPhoto.objects.get().pk}, needs="patrols.see", within=GRID_A1)
    ],
    "worker:task": [Row(case, needs="cases.see", within=GRID_A1)],
    "worker:report": [Row(needs="cases.report")],
    "worker:outbox": [Row(needs="cases.see")],
    "worker:offline": [Row(needs="cases.see")],
    "worker:now": [Row()],
    "worker:service_worker": [Row(public=True)],
    "worker:manifest": [Row(public=True)],
    "worker:photo": [Row(photo, needs="cases.see", within=GRID_A1)],
    "worker:act": [Row(verb("verify"), needs="cases.verify", within=GRID_A1, post={})],
    "oversee:today": [Row(needs="cases.press")],
    "oversee:matters": [Row(needs="cases.press")],
    "oversee:groups": [Row(needs="cases.press")],
    "oversee:ranks": [Row(needs="cases.press")],
    "oversee:press": [Row(case, needs="cases.press", within=GRID_A1, post={})],
    "oversee:brief_newest": [Row(needs="briefs.see")],
    "oversee:briefs": [Row(needs="briefs.see")],
    "oversee:brief": [Row(a_brief, needs="briefs.see", within=BRIEFED)],
    "oversee:brief_pdf": [Row(a_brief, needs="briefs.see", within=BRIEFED)],
    "oversee:brief_cases": [
        Row(lambda w: {**a_brief(w), "key": "reported"}, needs="briefs.see", within=BRIEFED)
    ],
    "oversee:instructions": [Row(needs="instructions.see")],
    "oversee:instructions_export": [Row(lambda w: {"form": "csv"}, needs="instructions.see")],
    "oversee:instruction_new": [Row(needs="instructions.write")],
    "oversee:instruction": [Row(an_instruction, needs="instructions.see", within=INSTRUCTED)],
    "oversee:errand": [Row(an_errand, needs="instructions.see", within=INSTRUCTED, post={})],
    "oversee:instruction_file": [Row(lambda w: {"file_id": 0}, needs="instructions.see", within=set())],
    "property:compounds": [Row(needs="compounds.see")],
    "property:compound": [Row(a_compound, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:facilities": [Row(a_compound, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:facility_new": [Row(a_compound, needs="facilities.keep", within=FIRM)],
    "property:facility": [Row(a_facility, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:facility_take_down": [Row(a_facility, needs="facilities.keep", within=FIRM)],
    "property:facility_case": [Row(a_facility, needs="compounds.see", within=GRID_A1 | FIRM, post={})],
    "property:record_file": [Row(lambda w: {"record_id": 0}, needs="compounds.see", within=set())],
    "property:cuts": [Row(a_compound, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:cut_new": [Row(a_compound, needs="cuts.write", within=COMMUNITY_A1 | FIRM)],
    "property:cut": [Row(a_cut, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:cut_act": [
        Row(lambda w: {**a_cut(w), "verb": "send"}, needs="compounds.see", within=GRID_A1 | FIRM)
    ],
    "property:repairs": [Row(needs="cases.see")],
    # the record is a case of the grid that no firm has: a repair is in tests/cases/repairs and tests/portals/property
    "property:repair": [Row(case, needs="cases.see", within=set())],
    "property:repair_act": [
        Row(lambda w: {**case(w), "step": "accept"}, needs="cases.see", within=set(), post={})
    ],
    "property:owners": [Row(a_compound, needs="owners.see", within=OWNERS)],
    "property:committee_new": [Row(a_compound, needs="owners.edit", within=CLERK)],
    "property:member_add": [
        Row(a_committee, needs="owners.edit", within=CLERK, post={"role": "member", "name": "x"})
    ],
    "property:member_end": [Row(a_member, needs="owners.edit", within=CLERK, post={})],
    "property:member_contact": [Row(a_member, needs="owners.contact", within=CLERK, post={"purpose": "x"})],
    "property:vote_new": [Row(a_compound, needs="owners.edit", within=CLERK)],
    "property:vote": [Row(a_vote, needs="owners.see", within=OWNERS)],
    "property:ballot_enter": [
        Row(
            lambda w: {**a_vote(w), "voice_id": Voice.objects.first().pk},
            needs="owners.edit",
            within=CLERK,
            post={},
        )
    ],
    "property:vote_codes": [Row(a_vote, needs="owners.edit", within=CLERK, post={})],
    "property:vote_cancel": [Row(a_vote, needs="owners.edit", within=CLERK)],
    "property:vote_step": [
        Row(lambda w: {**a_vote(w), "verb": "open"}, needs="owners.edit", within=CLERK, post={})
    ],
    "operator:gallery": [Row()],
    "operator:outbox": [Row(needs="notices.outbox")],
    "operator:health": [Row(needs="health.see")],
    "operator:health_test": [Row(needs="health.see", post={})],
    "operator:clients": [Row(needs="clients.edit")],
    "operator:clients_rotate": [Row(application, needs="clients.edit", within=OPERATOR, post={})],
    "operator:clients_revoke": [Row(application, needs="clients.edit", within=OPERATOR)],
    "operator:connectors": [Row(needs="connectors.edit")],
    "operator:connector_new": [Row(needs="connectors.edit")],
    "operator:connectors_dead": [Row(needs="connectors.edit")],
    "operator:connector": [Row(a_system, needs="connectors.edit", within=OPERATOR)],
    "operator:connector_log": [Row(a_system, needs="connectors.edit", within=OPERATOR)],
    "operator:connector_change": [Row(a_system, needs="connectors.edit", within=OPERATOR)],
    "operator:connector_rotate": [Row(a_system, needs="connectors.edit", within=OPERATOR, post={})],
    "operator:connector_switch": [Row(a_system, needs="connectors.edit", within=OPERATOR, post={})],
    "operator:connector_try": [Row(a_system, needs="connectors.edit", within=OPERATOR, post={})],
    "operator:connector_ask": [
        Row(lambda w: {"ticket_id": 0}, needs="connectors.edit", within=set(), post={})
    ],
    "operator:connector_again": [
        Row(lambda w: {"errand_id": 0}, needs="connectors.edit", within=set(), post={})
    ],
    "operator:orgs": [Row(needs="orgs.see")],
    "operator:orgs_export": [Row(needs="orgs.see")],
    "operator:org": [Row(station, needs="orgs.see", within=COMMUNITY_A1)],
    "operator:org_open": [Row(needs="orgs.edit")],
    "operator:org_change": [Row(station, needs="orgs.edit", within=OPERATOR)],
    "operator:org_move": [Row(station, needs="orgs.edit", within=OPERATOR)],
    "operator:org_close": [Row(station, needs="orgs.edit", within=OPERATOR)],
    "operator:org_reopen": [Row(station, needs="orgs.edit", within=OPERATOR)],
    "operator:people": [Row(needs="accounts.see")],
    "operator:people_export": [Row(needs="accounts.see")],
    "operator:person": [Row(worker_of_a, needs="accounts.see", within=GRID_A1)],
    "operator:person_new": [Row(needs="users.edit")],
    "operator:people_import": [Row(needs="users.edit")],
    "operator:people_confirm": [Row(needs="users.edit", post={})],
    "operator:people_template": [Row(needs="users.edit")],
    "operator:person_name": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_phone": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_reveal": [Row(worker_of_a, needs="users.edit", within=OPERATOR, post={})],
    "operator:person_password": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_lock": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_unlock": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_end_wait": [Row(worker_of_a, needs="users.edit", within=OPERATOR, post={})],
    "operator:person_leave": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_back": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_post": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_post_end": [Row(post_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_transfer": [Row(post_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_role": [Row(worker_of_a, needs="users.edit", within=OPERATOR)],
    "operator:person_role_end": [Row(role_of_a, needs="users.edit", within=OPERATOR)],
    "operator:duties": [Row(needs="duties.see")],
    "operator:duties_export": [Row(needs="duties.see")],
    "operator:duty_area": [Row(area, needs="duties.see", within=GRID_A1)],
    "operator:duty_assign": [Row(area, needs="duties.edit", within=ARRANGERS)],
    "operator:duty_copy": [Row(area, needs="duties.edit", within=ARRANGERS)],
    "operator:duty_hours": [Row(duty_of_a, needs="duties.edit", within=ARRANGERS)],
    "operator:duty_end": [Row(duty_of_a, needs="duties.edit", within=ARRANGERS)],
    "operator:duty_hand_over": [Row(duty_of_a, needs="duties.edit", within=ARRANGERS)],
    "operator:leaves": [Row(needs="duties.see")],
    "operator:leave_new": [Row(needs="duties.edit")],
    "operator:leave_cancel": [Row(lambda w: {"leave_id": 0}, needs="duties.edit", within=set(), post={})],
    "operator:calendar": [Row()],
    "operator:calendar_day": [Row(needs="calendars.edit")],
    "operator:calendar_drop_day": [Row(needs="calendars.edit", post={"day": "2026-10-01"})],
    "operator:calendar_hours": [Row(needs="calendars.edit")],
    "operator:calendar_drop_hours": [Row(needs="calendars.edit", post={})],
    "operator:calendar_load": [Row(needs="calendars.edit", post={})],
    "operator:calendar_publish": [Row(needs="calendars.edit")],
    "operator:calendar_discard": [Row(needs="calendars.edit", post={})],
    "operator:area_tree": [Row(needs="areas.see")],
    "operator:area_export": [Row(needs="areas.see")],
    "operator:area": [Row(area, needs="areas.see")],
    "operator:area_rename": [Row(area, needs="areas.edit", within=IMPORTERS)],
    "operator:area_open": [Row(area, needs="areas.edit", within=IMPORTERS)],
    "operator:area_reopen": [Row(area, needs="areas.edit", within=IMPORTERS)],
    "operator:area_close": [Row(area, needs="areas.edit", within=IMPORTERS)],
    "operator:addresses": [Row(needs="addresses.see")],
    "operator:address": [Row(an_address, needs="addresses.see", within=GRID_A1)],
    "operator:address_rename": [Row(an_address, needs="addresses.edit", within=IMPORTER)],
    "operator:address_open": [Row(an_address, needs="addresses.edit", within=IMPORTER)],
    "operator:address_close": [Row(an_address, needs="addresses.edit", within=IMPORTER)],
    "operator:compounds": [Row(needs="compounds.edit")],
    "operator:compound_new": [
        Row(needs="compounds.edit"),
        Row(lambda w: {}, needs="compounds.edit", within=set(), query="?address=999999999"),
    ],
    "operator:compound": [Row(a_compound, needs="compounds.edit", within=IMPORTERS)],
    "operator:compound_hand_over": [Row(a_compound, needs="compounds.edit", within=IMPORTERS)],
    "operator:building_doors": [Row(a_building, needs="compounds.edit", within=IMPORTERS)],
    "operator:firms": [Row(needs="establishments.see")],
    "operator:firm": [Row(a_firm, needs="establishments.see", within=GRID_A1)],
    "operator:firm_new": [Row(needs="establishments.edit"), Row(needs="establishments.edit", post={})],
    "operator:firm_close": [Row(a_firm, needs="establishments.edit", within=IMPORTER)],
    "operator:things": [Row(needs="things.see")],
    "operator:thing": [Row(a_thing, needs="things.see", within=GRID_A1)],
    "operator:thing_new": [Row(needs="things.edit"), Row(needs="things.edit", post={})],
    "operator:thing_move": [Row(a_thing, needs="things.edit", within=IMPORTER)],
    "operator:thing_status": [Row(a_thing, needs="things.edit", within=IMPORTER)],
    "operator:areas_imports": [Row(needs="areas.import")],
    "operator:areas_import": [Row(draft, needs="areas.import", within=IMPORTER)],
    "operator:areas_confirm": [Row(draft, needs="areas.import", within=IMPORTER, post={})],
    "operator:areas_discard": [Row(draft, needs="areas.import", within=IMPORTER, post={})],
    "operator:areas_progress": [Row(draft, needs="areas.import", within=IMPORTER)],
}


def every_address(patterns=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern
        else:
            yield from every_address(
                pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else "")
            )


def test_every_address_has_its_row():
    addresses = {name for name, _ in every_address()}
    assert addresses - set(MATRIX) == set(), "addresses that nobody decided about"
    assert set(MATRIX) - addresses == set(), "rows of addresses that are gone"


@pytest.fixture
def world(streets: Streets) -> World:  # noqa: F811
    return build_world(streets)


def build_world(streets: Streets) -> World:  # noqa: F811
    standing = load_catalog(content=content(), by=BY, at=NOW)
    start_draft(version_id=standing.pk, by=BY, at=NOW)
    keep_rule_draft(
        scheme=standing.scheme.code, kind="event", major_code="06", org_kind="street_office",
        area_id=streets.a.area.pk, by=BY, at=NOW,
    )  # fmt: skip
    start_standard_import(content=workbook(), file_name="x.xlsx", by=BY, at=NOW)
    furnished_compound(streets.a, NOW)
    lon, lat = streets.a.at(grid=0)
    open_establishment(kind="shop", name="云桥便利店", lon=lon, lat=lat, by=BY, at=NOW)
    open_address(kind="road", name="云桥路", parent_id=None, lon=lon, lat=lat, by=BY, at=NOW)
    opened = open_case(
        channel=Channel.RESIDENT, text="路灯不亮", lon=lon, lat=lat, photos=[a_photo()], contact_name="张三",
        contact_phone="000-0000-1234", by=BY, at=NOW,
    )  # fmt: skip
    drawn(streets, track(WEST + 0.001, WEST + 0.005), at=NOW)
    worker = streets.a.staff["grid_worker"]
    show_portrait(photo=a_photo(), agreed=True, by=worker, at=NOW)
    a_household(streets.a, at=NOW)
    kinds_published(NOW)
    start_kinds(by=BY, at=NOW)
    blown(streets, at=NOW)
    patrolled(a_place(streets.a, at=NOW), worker, at=NOW, exits=problem())
    (notice,) = notify([worker], title="t", body="b", link="/", kind="case", urgent=False, at=NOW)
    file = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "1"},
        "geometry": {"type": "Polygon", "coordinates": [[[118, 37], [118.1, 37], [118.1, 37.1], [118, 37]]]}}]}"""
    started = start_import(
        content=io.BytesIO(file),
        file_name="x.geojson",
        size=len(file),
        by=streets.staff["data_officer"],
        at=NOW,
    )
    write_instruction(words="请核查", unit_ids=[streets.a.office.pk], by=streets.a.staff["leader"], at=NOW)
    judged(streets)
    make_brief(area=streets.a.area, day=NOW.date(), at=NOW)
    evidence = opened.evidence.get()
    let_in = issue_client(
        name="x", organisation=streets.a.centre, permissions=["cases.see"], area=streets.a.area, by=BY, at=NOW
    )  # fmt: skip
    register_system(
        name="x", organisation=streets.a.centre, units=[streets.a.office], address="https://192.0.2.1",
        mapping=MAPPING, by=BY, at=NOW,
    )  # fmt: skip
    service = classes_for_residents(at=NOW)[0]
    return World(
        streets, opened.number, opened.follow_code, evidence.pk, notice.pk, started.pk, let_in.client.pk, service.pk,
        service.code, put_up(streets.a.communities[0], NOW),
    )  # fmt: skip


def a_photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(stream, "JPEG")
    return stream.getvalue()


PERMISSIONS = {role.code: set(role.permissions) for role in role_table().roles}


def expected(row: Row, user: User | None, program: bool) -> str:
    if row.public:
        return "answer"
    if user is None:
        return "401" if program else "sign in"
    held = {code for grant in user.grants.all() for code in PERMISSIONS[grant.role.code]}
    if row.room in SEEN_FIRST and row.needs != "whistles.kinds" and f"{row.room}.see" not in held:
        return "403"
    if row.needs is not None and row.needs not in held and not row.post_on_case:
        return "403"
    if user.username in row.too_low:
        return "403"
    if row.only is not None and user.username not in row.only:
        return "403"
    if row.also is not None and row.also not in held:
        return "403"
    if row.within is not None and user.username not in row.within:
        return "404"  # of a case: whether it exists is asked before whether the step is theirs
    return "answer" if row.needs is None or row.needs in held else "403"


def got(client: Client, name: str, address: str, row: Row) -> str:
    more = {"headers": {"accept": "text/html"}} if name.startswith("account_") else {}  # allauth's own pages
    answer = client.get(address, **more) if row.post is None else client.post(address, row.post, **more)
    if answer.status_code in (302, 303) and "/account/login" in answer["Location"]:
        return "sign in"
    return str(answer.status_code) if answer.status_code in (401, 403, 404) else "answer"


# Who walks which portals; all others are walked here. Files of their own: two processes walk side by side.
SHARES = {
    "desk": ("desk",),
    "operator": ("operator",),
    "worker": ("api", "worker"),
}


def share(name: str) -> dict[str, list[Row]]:
    """The part of the matrix that a file walks; what nobody names is "others", so nothing is left out."""
    sharer = {portal: sharer for sharer, portals in SHARES.items() for portal in portals}
    return {
        address: rows
        for address, rows in MATRIX.items()
        if sharer.get(address.partition(":")[0], "others") == name
    }


def walk(world: World, matrix: dict[str, list[Row]]) -> None:
    """One walk over these rows; what one answer wrote is undone before the next."""
    people = [None, *User.objects.prefetch_related("grants__role").order_by("username")]
    cookies = [signed_in(user).cookies for user in people]  # once: signing in costs more than asking
    wrong = []
    for name, row in ((name, row) for name, rows in matrix.items() for row in rows):
        with undone():
            address = reverse(name, kwargs=row.args(world)) + row.query
            for user, kept in zip(people, cookies, strict=True):
                wanted = expected(row, user, program=name.startswith("api:") or name == "worker:now")
                with undone():
                    found = got(browser(kept), name, address, row)
                if found != wanted:
                    who = user.username if user else "nobody"
                    wrong.append(f"{name} {row.needs or ''}: {who} got {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_who_gets_an_answer(world: World):
    walk(world, share("others"))


def test_who_sees_what_another_street_is_asked_about(world: World):
    """移交, 协办: while asked, the other street sees exactly that case, not the one beside it."""
    a, b = world.streets.a, world.streets.b
    offered = Case.objects.get(number=world.number)
    beside = open_case(
        channel=Channel.RESIDENT, text="另一件", lon=a.at(0)[0], lat=a.at(0)[1], by=BY, at=NOW
    )  # fmt: skip
    pages = ("desk:case", "desk:beside", "desk:photo", "api:one_case", "api:case_photo")
    people = (
        User.objects.filter(username__startswith="b.").prefetch_related("grants__role").order_by("username")
    )

    def seen(number: str) -> set[tuple[str, str]]:
        found = set()
        for user in people:
            cookies = signed_in(user).cookies
            for page in pages:
                args = {"number": number} | ({"evidence_id": world.evidence} if "photo" in page else {})
                answer = browser(cookies).get(reverse(page, kwargs=args))
                found |= {(user.username, page)} if answer.status_code == 200 else set()
        return found

    centre = {f"b.{role}" for role in ("acceptor", "shift_leader", "dispatcher", "leader")}
    assert seen(offered.number) == set()
    give = {"case_id": offered.pk, "at": NOW}
    offer_case(**give, org_id=b.centre.pk, reason="在乙街道", by=a.staff["shift_leader"])
    assert seen(offered.number) == {(name, page) for name in centre for page in pages}
    assert seen(beside.number) == set()
    call_off_offer(**give, reason="属本街道", by=a.staff["shift_leader"])
    assert seen(offered.number) == set()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Each new one builds all middleware anew, which costs more than the request. A refusal in JSON: its page is tested in
# tests/kit/test_refusal_pages.py, and drawing it for half of all questions takes a quarter of the walk.
ONE = Client(headers={"accept": "application/json"})


def browser(kept: SimpleCookie) -> Client:
    """Signed in as somebody; what the answers before have set is forgotten."""
    ONE.cookies = SimpleCookie(kept.output(header="", sep=";"))
    return ONE


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
