"""One record of each kind, all of street A's first grid."""

import io
from datetime import date

from PIL import Image

from onegrid.accounts.identity.actions import change_phone
from onegrid.accounts.notices.actions import notify
from onegrid.accounts.notices.models import Notice
from onegrid.accounts.portraits.actions import show_portrait
from onegrid.cases.catalog.actions import keep_rule_draft, load_catalog, start_draft, start_standard_import
from onegrid.cases.catalog.queries import classes_for_residents
from onegrid.cases.catalog.shipped import content
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Channel
from onegrid.cases.whistle.actions import start_kinds
from onegrid.exchange.connectors.actions import register_system
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.oversight.briefs.actions import make_brief
from onegrid.oversight.scores import actions as scores
from onegrid.oversight.scores.models import Appeal, Score, ScoreRule, Sign
from onegrid.oversight.supervision.actions import write_instruction
from onegrid.places.addresses.actions import open_address
from onegrid.places.areas.actions import start_import
from onegrid.registry.establishments.actions import open_establishment
from tests.cases.catalog.test_importing import workbook
from tests.cases.paths.ways import drawn, track
from tests.cases.patrol.places import a_place, patrolled, problem
from tests.cases.visits.households import a_household
from tests.cases.whistle.people import blown, kinds_published
from tests.compounds import furnished_compound
from tests.exchange.connectors.peer import MAPPING
from tests.hall.boards import put_up
from tests.house.matrix.row import BY, NOW, World
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture


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
    change_phone(user=worker, phone="000-0000-7777", by=BY, at=NOW)
    a_household(streets.a, at=NOW)
    kinds_published(NOW)
    start_kinds(by=BY, at=NOW)
    blown(streets, at=NOW)
    patrolled(a_place(streets.a, at=NOW), worker, at=NOW, exits=problem())
    notify([worker], title="t", body="b", link="/", kind="case", urgent=False, at=NOW)
    notice = Notice.objects.get(recipient=worker, title="t")
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
