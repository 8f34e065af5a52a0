"""Rows of the worker's pages and of the JSON interface."""

from onegrid.cases.flow.access import NEEDED
from onegrid.cases.flow.api.table import DEEDS
from onegrid.cases.flow.rules import Verb
from onegrid.cases.paths.api.table import ON_PATH, ON_SECTION
from onegrid.cases.patrol.models import Patrol, PatrolPhoto
from onegrid.cases.whistle.api.table import ON_CALL, ON_WHISTLE
from tests.house.matrix.row import (
    BELOW_STREET,
    BLOWERS,
    CALLED,
    DRAWERS,
    GRID_A1,
    PLANNERS,
    VISITORS,
    Row,
    a_call,
    a_path,
    a_whistle,
    area,
    case,
    patrol_place,
    photo,
    tile,
    verb,
    visit_plan,
)
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture

ROWS: dict[str, list[Row]] = {
    "api:openapi-json": [Row(public=True)],
    "api:api-root": [],  # a prefix, not a page
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
    "worker:score": [Row(needs="duties.sign_on")],
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
}
