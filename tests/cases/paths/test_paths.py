"""From a track to a closed case: sections, lead, helpers, evidence, costs; and every refusal."""

import os
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.models import StageClock
from onegrid.cases.flow.queries import case_story
from onegrid.cases.paths import actions, rules
from onegrid.cases.paths.actions.drawing import Way
from onegrid.cases.paths.crossing import parts_of
from onegrid.cases.paths.limits import path_limits
from onegrid.cases.paths.models import PathCase, PathSection, SectionEvidence
from onegrid.cases.paths.queries import NEAR, near_given, path_page, path_story, photo_of_path
from onegrid.cases.paths.reading import read_track
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.geo import Datum, convert, metres_between
from tests.cases.conftest import AT, photo, reported, written
from tests.cases.paths.ways import BEGINS, LAT, THROUGH, drawn, spill, third_street, track
from tests.streets import SIZE, SOUTH, WEST


@pytest.fixture
def three(town):
    town.c = third_street(town)
    return town


def sent(three) -> PathCase:
    """Opened, filed and dispatched with its helpers."""
    path = drawn(three)
    a = three.a.staff
    case = actions.open_path_case(path_id=path.pk, by=a["shift_leader"], at=AT)
    case = flow.verify_case(case_id=case.pk, by=a["grid_worker"], at=AT)
    (row,) = standards_of(spill())[:1]
    case = flow.file_case(
        case_id=case.pk, class_id=spill().pk, standard_id=row.pk, by=a["shift_leader"], at=AT
    )
    return actions.send_path(path_id=path.pk, by=a["dispatcher"], at=AT)


def streets_of(path) -> list[PathSection]:
    return list(path.sections.filter(level="street").order_by("position"))


def test_a_vehicle_is_shown_masked(three, client):
    path = drawn(
        three,
        way=Way(
            track=track(*(WEST + 0.001 + 0.01 * n for n in range(7)), name="京A·12345"),
            datum=Datum.CGCS2000,
            vehicle="京A·12345",
        ),
    )
    client.force_login(three.a.staff["dispatcher"])
    page = client.get(f"/paths/{path.pk}/").content.decode()
    assert "京A****5" in page and "12345" not in page


def test_the_areas_in_order_with_times_and_lengths(three):
    path = drawn(three)
    rows = streets_of(path)
    assert [row.area for row in rows] == [three.a.area, three.b.area, three.c.area]
    assert [row.unit for row in rows] == [three.a.office, three.b.office, three.c.office]
    a, b, c = rows
    assert a.entered_at == BEGINS and abs(a.left_at - BEGINS - timedelta(seconds=114)) < timedelta(seconds=1)
    assert b.left_at == c.entered_at and c.left_at == BEGINS + timedelta(minutes=6)
    assert a.metres == pytest.approx(metres_between(WEST + 0.001, LAT, WEST + 0.02, LAT), abs=0.1)
    assert path.metres_outside == pytest.approx(metres_between(WEST + 0.02, LAT, WEST + 0.05, LAT), abs=0.5)
    assert sum(row.metres for row in rows) + path.metres_outside == pytest.approx(path.metres)
    assert path.counts["outside"] == 3 and path.counts["given"] == path.counts["kept"] == 7
    grids = path.sections.filter(level="grid").order_by("position")
    assert [row.area for row in grids] == [
        three.a.grids[0],
        three.a.grids[2],
        three.b.grids[0],
        three.c.grids[0],
    ]
    assert (path.lead, path.lead_rule, path.lead_mark) == (three.a.office, "origin", "unverified")
    assert path.case is None and not Notice.objects.filter(kind="case.help").exists()


def test_standing_still_and_coming_back(three):
    path = drawn(three, track(WEST + 0.018, WEST + 0.018, WEST + 0.019, WEST + 0.0205, WEST + 0.019))
    rows = streets_of(path)
    assert [row.area for row in rows] == [three.a.area]  # outside for a moment is no other area
    assert rows[0].dwell == pytest.approx(60 + 60 + 40 + 40, abs=1) and rows[0].left_at - rows[
        0
    ].entered_at == timedelta(minutes=4)


def test_a_drawn_line_has_times_by_even_speed(three):
    line = f"{WEST + 0.001},{LAT} {WEST + 0.055},{LAT}"
    way = Way(line=line, from_at=BEGINS, to_at=BEGINS + timedelta(minutes=54))
    path = drawn(three, way=way)
    assert [row.area for row in streets_of(path)] == [three.a.area, three.b.area] and path.source == "drawn"
    assert abs(streets_of(path)[0].left_at - BEGINS - timedelta(minutes=19)) < timedelta(seconds=5)


def test_gcj02_comes_to_the_same_sections(three):
    rows = THROUGH.decode().splitlines()
    moved = [rows[0]]
    for row in rows[1:]:
        name, time, lon, lat = row.split(",")
        moved.append(
            ",".join([name, time, *map(str, convert(float(lon), float(lat), Datum.CGCS2000, Datum.GCJ02))])
        )
    path = drawn(three, way=Way(track="\n".join(moved).encode(), datum=Datum.GCJ02))
    assert [row.area for row in streets_of(path)] == [three.a.area, three.b.area, three.c.area]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(-0.01, 0.08), st.floats(-0.005, 0.025)), min_size=2, max_size=8))
def test_the_sum_of_the_sections_is_the_length_of_the_way_inside(three, places):
    fixes = [rules.Fix(3600.0 * n, WEST + x, SOUTH + y) for n, (x, y) in enumerate(places)]
    cleaned = rules.cleaned(fixes, rules.Cleaning(7200, 150, 5), metres_between)
    found = parts_of(cleaned, ("street", "grid"), AT.date())
    wkt = "MULTILINESTRING(" + ",".join(
        "(" + ",".join(f"{fix.lon!r} {fix.lat!r}" for fix in piece) + ")" for piece in cleaned.pieces
    ) + ")"  # fmt: skip
    for kind in ("street", "grid"):
        cut = rules.sections(found[kind])
        inside = 0.0
        for piece in cleaned.pieces:
            for one, other in pairwise(piece):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT coalesce(ST_Length(ST_Intersection(ST_GeomFromText(%s, 4490), "
                        "(SELECT ST_Union(boundary) FROM places_area WHERE kind = %s))::geography), 0)",
                        [f"LINESTRING({one.lon!r} {one.lat!r},{other.lon!r} {other.lat!r})", kind],
                    )
                    inside += cursor.fetchone()[0]
        assert sum(one.metres for one in cut) == pytest.approx(inside, abs=0.5), wkt
        assert all(one.entered <= one.left for one in cut)
        assert all(one.left <= other.entered + 1e-6 for one, other in pairwise(cut))


def test_one_case_one_clock_from_the_track_to_the_closing(three):
    path = sent(three)
    case = path.case
    case.refresh_from_db()
    assert case.unit == three.a.office and [row.state for row in streets_of(path)] == [
        "accepted",
        "asked",
        "asked",
    ]
    assert {row.org for row in case.assists.all()} == {three.b.office, three.c.office}
    b, c = three.b.staff["department_officer"], three.c.staff["department_officer"]
    assert case_story(number=case.number, viewer=b).case == case
    actions.accept_sections(path_id=path.pk, by=b, at=AT)
    actions.accept_sections(path_id=path.pk, by=c, at=AT)
    assert Notice.objects.filter(kind="case.path").count() == 2
    for row, officer in zip(streets_of(path), (three.a.staff["department_officer"], b, c), strict=True):
        actions.show_section(
            path_id=path.pk, section_id=row.pk, words="已清扫", photos=[photo()], by=officer, at=AT
        )
        actions.record_work(
            path_id=path.pk, section_id=row.pk, work="清扫", cost=Decimal("120.50"), by=officer, at=AT
        )
    story = path_story(path_id=path.pk, viewer=b)
    assert story.cost == Decimal("361.50") and not story.waits_for
    assert set(case.assists.values_list("state", flat=True)) == {"done"}
    photo_id = SectionEvidence.objects.first().photos.get().pk
    assert photo_of_path(path_id=path.pk, photo_id=photo_id, viewer=c).media_type.startswith("image/")
    assert (
        StageClock.objects.filter(case=case, stopped_at=None).count() == 1
    )  # of the lead case, and no other
    assert StageClock.objects.exclude(case=case).count() == 0
    a = three.a.staff
    flow.handle_case(
        case_id=case.pk, words="三段均已清扫", photos=[photo()], by=a["department_officer"], at=AT
    )
    flow.check_case(case_id=case.pk, by=a["grid_worker"], at=AT)
    assert flow.close_case(case_id=case.pk, by=a["shift_leader"], at=AT).state == "closed"


def test_who_sees_a_path(three):
    path, far = drawn(three), drawn(three, track(WEST + 0.001, WEST + 0.002))
    a, b = three.a.staff, three.b.staff
    for person, seen in ((a["dispatcher"], True), (b["dispatcher"], True), (b["grid_worker"], False)):
        assert (path in path_page(viewer=person).paths) == seen
    assert far not in path_page(viewer=b["dispatcher"]).paths
    with pytest.raises(NotFound):
        path_story(path_id=far.pk, viewer=b["dispatcher"])
    with pytest.raises(NotFound):  # a draft is for whom may draw
        path_story(path_id=path.pk, viewer=b["department_officer"])
    actions.open_path_case(path_id=path.pk, by=a["shift_leader"], at=AT)
    assert path_story(path_id=path.pk, viewer=b["department_officer"]).path == path
    with pytest.raises(NotAllowed):
        path_page(viewer=three.staff["operator"])


def test_another_lead_needs_a_reason_and_the_owner_may_be_the_lead(three):
    path = drawn(three, owner_id=three.department.pk)
    assert (path.lead, path.lead_rule) == (three.department, "owner")
    path = drawn(three, owner_id=three.b.firm.pk)  # a firm that handles nothing where the way begins
    assert path.lead_rule == "origin"
    path = actions.choose_lead(
        path_id=path.pk, unit_id=three.b.office.pk, reason="乙街道路段最长", by=three.a.staff["dispatcher"], at=AT
    )  # fmt: skip
    case = actions.open_path_case(path_id=path.pk, by=three.a.staff["shift_leader"], at=AT)
    assert case.street_id == three.b.area.pk  # reported where the lead's own way is


def test_reports_along_the_way_are_found_by_place_time_and_sight(three):
    path = drawn(three)
    near = reported(three.a, text="路面有垃圾", lat=LAT + 0.0005)
    reported(three.a, text="远处", lat=LAT + 0.004)
    elsewhere = reported(three.b, lat=LAT)
    case = actions.open_path_case(path_id=path.pk, by=three.a.staff["shift_leader"], at=AT)
    story = path_story(path_id=path.pk, viewer=three.a.staff["dispatcher"])
    assert [one.case for one in story.near] == [near] and 50 < story.near[0].metres < 60
    assert [one.case for one in path_story(path_id=path.pk, viewer=three.b.staff["dispatcher"]).near] == [
        elsewhere
    ]
    flow.link_case(
        case_id=case.pk, other_id=near.pk, reason="同一遗撒", by=three.a.staff["dispatcher"], at=AT
    )
    assert path_story(path_id=path.pk, viewer=three.a.staff["dispatcher"]).near[0].linked


MANY = """
CREATE TEMP TABLE cases_case ON COMMIT DROP AS
SELECT n AS id, ST_SetSRID(ST_MakePoint(118 + n %% 1000 / 5000.0, 37.3 + n / 1000 %% 1000 / 5000.0), 4490) AS point,
    %(at)s::timestamptz AS opened_at, CASE WHEN n %% 5 > 0 THEN now() END AS ended_at
FROM generate_series(1, %(many)s) n;
CREATE INDEX case_open_near ON cases_case USING gist (point) WHERE ended_at IS NULL;
CREATE INDEX case_opened_where ON cases_case (opened_at DESC, id DESC);
ANALYZE cases_case
"""  # the columns that are asked for, under the table's name; a fifth of the cases are open


def test_reports_along_the_way_come_from_the_index_of_open_places(three):
    """Among some thousand cases; among a million: docs/journeys/paths.md."""
    path = drawn(three)
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"at": AT, "many": int(os.environ.get("PATH_CASES", "5000"))})
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {NEAR}", near_given(path, path_limits(path.rules_from)))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    if told := os.environ.get("PATH_PLAN"):
        Path(told).write_text(plan)
    assert "case_open_near" in plan and "Seq Scan on cases_case" not in plan, plan


def test_refusals_write_nothing(three):
    path = drawn(three)
    a, b = three.a.staff, three.b.staff
    by, at = a["dispatcher"], AT

    def refused(code, act, error=Refused, **given):
        before = written(), list(PathSection.objects.values()), PathCase.objects.count()
        with pytest.raises(error) as failure:
            act(**({"at": at} | given))
        assert failure.value.code == code
        assert (written(), list(PathSection.objects.values()), PathCase.objects.count()) == before

    def draw(code, error=Refused, **more):
        given = {"way": Way(track=THROUGH), "text": "遗撒", "class_id": spill().pk, "by": by} | more
        refused(code, actions.draw_path, error, **given)

    draw("not_allowed", NotAllowed, by=a["grid_worker"])
    draw("report_is_empty", text=" ")
    draw("way_needed", way=Way())
    draw("way_needed", way=Way(track=THROUGH, line="118,37 119,37"))
    draw("window_needed", way=Way(line="118,37 119,37"))
    draw("window_needed", way=Way(track=THROUGH, from_at=AT, to_at=AT))
    draw("track_too_short", way=Way(track=track(WEST)))
    draw("track_too_short", way=Way(track=THROUGH, to_at=BEGINS - timedelta(days=1)))
    draw("outside_all_streets", way=Way(track=track(100.0, 100.001)))
    draw("path_elsewhere", way=Way(track=track(WEST + 0.052, WEST + 0.053)))
    draw("which_vehicle", way=Way(track=THROUGH + b"\nother,2026-11-20 09:00:00,118,37"))
    draw("no_such_vehicle", way=Way(track=THROUGH, vehicle="none"))
    draw("columns_missing", way=Way(track=b"id,time,lng\na,b,c"))
    draw("track_unreadable", way=Way(track=THROUGH + b"\ntruck,yesterday,118,37"))
    draw("track_unreadable", way=Way(track=THROUGH + b"\ntruck,2026-11-20 09:00:00,190,37"))
    draw("track_unreadable", way=Way(track=THROUGH + b"\ntruck,0001-01-01 00:00:00,118,37"))
    draw("track_unreadable", way=Way(track=b"x" * 200_000))  # a cell without end
    draw(
        "no_such_vehicle", way=Way(track=THROUGH.replace(b"\n", b"\r"), vehicle="none")
    )  # lines of an old system
    draw("line_unreadable", way=Way(line="118,37", from_at=BEGINS, to_at=AT + timedelta(days=1)))
    draw("no_such_unit", owner_id=0)
    one = {"path_id": path.pk}
    refused("reason_needed", actions.choose_lead, **one, unit_id=three.b.office.pk, reason=" ", by=by)
    refused("no_such_unit", actions.choose_lead, **one, unit_id=three.a.firm.pk, reason="x", by=by)
    refused("not_allowed", actions.choose_lead, NotAllowed, **one, unit_id=0, reason="x", by=a["leader"])
    refused("no_case_yet", actions.send_path, **one, by=by)
    case = actions.open_path_case(path_id=path.pk, by=a["shift_leader"], at=AT)
    refused("path_is_open", actions.open_path_case, **one, by=a["shift_leader"])
    refused("path_is_open", actions.discard_path, **one, by=by)
    refused("not_filed", actions.send_path, **one, by=by)
    refused("not_asked", actions.accept_sections, **one, by=b["department_officer"])
    flow.cancel_case(case_id=case.pk, reason="测试", by=a["shift_leader"], at=AT)
    path = sent(three)
    one, mine = {"path_id": path.pk}, streets_of(path)[1]
    officer = b["department_officer"]
    show = one | {"section_id": mine.pk, "words": "已清", "by": officer}
    refused("nobody_to_ask", actions.send_path, **one, by=by)
    refused("not_accepted", actions.show_section, **show)
    refused("reason_needed", actions.decline_sections, **one, reason="", by=officer)
    refused("not_your_section", actions.show_section, NotAllowed, **(show | {"by": a["department_officer"]}))
    refused("not_found", actions.show_section, NotFound, **(show | {"by": three.b.staff["property_clerk"]}))
    refused("not_found", actions.show_section, NotFound, **(show | {"section_id": 0}))
    work = one | {"section_id": mine.pk, "work": "", "by": officer}
    for cost in ("-1", "0.001", "NaN", "100000000"):
        refused("cost_wrong", actions.record_work, **work, cost=Decimal(cost))
    actions.decline_sections(**one, reason="不在本街道", by=officer, at=AT)
    refused("not_asked", actions.accept_sections, **one, by=officer)
    actions.send_path(**one, by=a["department_officer"], at=AT)  # asked once more, by the lead
    assert streets_of(path)[1].state == "asked"
    actions.accept_sections(**one, by=officer, at=AT)
    refused("words_needed", actions.show_section, **(show | {"words": ""}))


REAL = Path(__file__).resolve().parents[4] / "shared/data/geo/xian_roads/vehicle_tracks.csv"


def test_a_real_track_is_cut_along_a_lattice():
    """Twelve cars in Xi'an, 5 to 6 seconds a point; the file says WGS 84 nowhere, the road network beside it does."""
    if not REAL.exists():
        pytest.skip("the real vehicle tracks are not on this machine")
    content = REAL.read_bytes()
    with pytest.raises(Refused, match="which_vehicle"):
        read_track(content, datum=Datum.WGS84, most=20_000)
    fixes = read_track(content, datum=Datum.WGS84, vehicle="xa_car_1", most=20_000)
    how = path_limits(AT.date()).cleaning
    cleaned = rules.cleaned(fixes, how, metres_between)
    assert cleaned.given == len(fixes) > 50
    assert cleaned.given == cleaned.kept + cleaned.repeated + cleaned.jumps + cleaned.alone
    length, parts = 0.0, []
    for number, piece in enumerate(cleaned.pieces):
        for one, other in pairwise(piece):
            metres = metres_between(one.lon, one.lat, other.lon, other.lat)
            length += metres
            parts.append(rules.Part(number, int(one.lon / SIZE), one.at, other.at, metres))
    cut = rules.sections(parts)
    assert (
        len(cut) > 1 and sum(one.metres for one in cut) == pytest.approx(length) and 1_000 < length < 100_000
    )
    assert [one.entered for one in cut] == sorted(one.entered for one in cut)
