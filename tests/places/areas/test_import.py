"""A file from upload to areas: what is taken over, what is refused, and that a refusal writes nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import Point
from pyproj import Transformer

from onegrid.kit.actors import NOTHING
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.kit.geo import Datum, convert_geometry, metres_between
from onegrid.places.areas import actions
from onegrid.places.areas.actions import drafts
from onegrid.places.areas.actions.drafts import imports_folder
from onegrid.places.areas.importing import Choices
from onegrid.places.areas.models import Area, ImportDraft
from onegrid.places.areas.queries import grid_at
from onegrid.places.areas.refusals import sentence
from tests.places.areas.conftest import AT, BY, STEP, opened, square
from tests.places.areas.files import geojson, shapefile, vector, zipped

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "geo"
BOW = shapely.Polygon([(118, 37), (118.01, 37.01), (118.01, 37), (118, 37.01)])


def box(column, row, width=1, height=1):
    return shapely.box(*square(column, row, width, height).extent)


def start(path: Path):
    with path.open("rb") as content:
        return actions.start_import(
            content=content, file_name=path.name, size=path.stat().st_size, by=BY, at=AT
        )


def checked(path: Path, **chosen):
    draft = start(path)
    choices = Choices(
        **{"datum": "cgcs2000", "layer": draft.content["layer"], "valid_from": "2026-02-01", **chosen}
    )
    return actions.choose(draft_id=draft.pk, choices=choices, by=BY, at=AT)


def taken_over(path: Path, **chosen):
    draft = checked(path, **chosen)
    assert draft.report["errors"] == []
    return actions.confirm(draft_id=draft.pk, by=BY, at=AT)


def refusal(work, *args, **more) -> Refused:
    """The refusal of a piece of work that must leave areas, drafts and files as they are."""
    before = (Area.objects.count(), ImportDraft.objects.count(), _files())
    with pytest.raises(Refused) as caught:
        work(*args, **more)
    assert (Area.objects.count(), ImportDraft.objects.count(), _files()) == before
    return caught.value


def _files():
    return sorted(imports_folder().glob("*")) if imports_folder().exists() else []


@pytest.fixture
def district(db):
    return opened("district", "990101", "东岭区", None, square(-5, -5, 20, 20))


@pytest.fixture
def community(district):
    street = opened("street", "990101001", "云桥街道", district, square(0, 0, 4, 2))
    return opened("community", "990101001001", "柳荫社区", street, square(0, 0, 2, 2))


GRIDS = dict(kind="grid", code_column="编号", name_column="名称")


def two_grids():
    return [
        ({"编号": "A-1", "名称": "第一网格"}, box(0, 0, 1, 2)),
        ({"编号": "A-2", "名称": "第二网格"}, box(1, 0, 1, 2)),
    ]


def written(form: str, folder: Path, rows) -> Path:
    if form == "geojson":
        return geojson(folder / "a.geojson", rows)
    if form == "gpkg":
        return vector(folder / "a.gpkg", rows)
    if form == "zipped geojson":
        return zipped(folder / "a.zip", [geojson(folder / "a.json", rows)])
    drop = (".cpg",) if form == "shapefile in gbk without cpg" else ()
    return shapefile(folder, rows, drop, encoding="GBK" if "gbk" in form else "UTF-8")


@pytest.mark.parametrize(
    "form",
    ["geojson", "gpkg", "zipped geojson", "shapefile", "shapefile in gbk", "shapefile in gbk without cpg"],
)
def test_two_grids_come_in(form, tmp_path, community):
    draft = taken_over(written(form, tmp_path, two_grids()), parent_id=community.pk, **GRIDS)
    assert draft.report["done"] == {"opened": 2, "renamed": 0, "redrawn": 0}
    first, second = Area.objects.filter(kind="grid").order_by("code")
    assert (first.code, first.name, second.name) == ("A-1", "第一网格", "第二网格")
    assert first.parent_id == community.pk and first.path == f"{community.path}{first.pk}."
    assert grid_at(118 + 1.5 * STEP, 37 + STEP).grid_id == second.pk
    assert first.area_m2 == pytest.approx(
        metres_between(118, 37, 118 + STEP, 37) * metres_between(118, 37, 118, 37 + 2 * STEP), rel=1e-3
    )
    assert FactRow.objects.filter(kind="places.AreasImported").count() == 1


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_shifted_file_lands_in_the_right_place(datum, tmp_path, community):
    rows = [(p, convert_geometry(shape, Datum.CGCS2000, datum)) for p, shape in two_grids()]
    taken_over(geojson(tmp_path / "a.geojson", rows), datum=str(datum), parent_id=community.pk, **GRIDS)
    grid = Area.objects.get(code="A-1")
    assert grid.source_datum == datum
    corner = grid.boundary.extent[:2]
    assert metres_between(*corner, 118, 37) < 0.1


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/geo is not there")
def test_bincheng_lands_where_it_lies(db):
    """The published border is in GCJ-02. Its government stands at about 118.02 E, 37.43 N (WGS 84); the border's
    north-western corner moves by the known shift of this place: some 520 m to the west, 10 to 90 m in latitude."""
    path = SHARED / "bincheng_371602_gcj02.geojson"
    taken_over(path, kind="district", datum="gcj02", code="371602", name="滨城区")
    area = Area.objects.get(code="371602")
    raw = shapely.from_geojson(path.read_text())
    shift = metres_between(raw.centroid.x, raw.centroid.y, area.boundary.centroid.x, area.boundary.centroid.y)
    assert 400 < shift < 700
    assert raw.centroid.x > area.boundary.centroid.x  # GCJ-02 lies to the east of the truth here
    assert area.boundary.contains(Point(118.02, 37.43))
    assert area.area_m2 == pytest.approx(1.04e9, rel=0.1)  # published: 1,041 km²
    first = raw.geoms[0].exterior.coords[0]
    expected = convert_geometry(shapely.Point(first), Datum.GCJ02, Datum.CGCS2000)
    stored = area.boundary[0][0][0]
    assert metres_between(expected.x, expected.y, *stored) < 0.01


def test_a_projected_shapefile_is_brought_back_to_degrees(tmp_path, community):
    forth = Transformer.from_crs("EPSG:4490", "EPSG:4527", always_xy=True)  # 3-degree zone 39
    rows = [(p, shapely.transform(s, forth.transform, interleaved=False)) for p, s in two_grids()]
    taken_over(shapefile(tmp_path, rows, crs="EPSG:4527"), parent_id=community.pk, **GRIDS)
    assert metres_between(*Area.objects.get(code="A-1").boundary.extent[:2], 118, 37) < 0.01


def test_heights_are_dropped(tmp_path, community):
    rows = [(p, shapely.force_3d(s, 12.5)) for p, s in two_grids()]
    taken_over(geojson(tmp_path / "a.geojson", rows), parent_id=community.pk, **GRIDS)
    assert not Area.objects.get(code="A-1").boundary.hasz


def test_grids_of_a_whole_street_find_their_communities(tmp_path, community):
    other = opened("community", "990101001002", "石桥社区", community.parent, square(2, 0, 2, 2))
    rows = [*two_grids(), ({"编号": "B-1", "名称": "第三网格"}, box(2, 0, 2, 2))]
    taken_over(geojson(tmp_path / "a.geojson", rows), parent_id=community.parent_id, **GRIDS)
    assert {a.code: a.parent_id for a in Area.objects.filter(kind="grid")} == {
        "A-1": community.pk,
        "A-2": community.pk,
        "B-1": other.pk,
    }


def test_the_same_file_again_changes_nothing(tmp_path, community):
    path = geojson(tmp_path / "a.geojson", two_grids())
    taken_over(path, parent_id=community.pk, **GRIDS)
    ids = set(Area.objects.values_list("pk", flat=True))
    draft = checked(path, parent_id=community.pk, **GRIDS)
    assert draft.report["changes"] == {"same": 2}
    actions.confirm(draft_id=draft.pk, by=BY, at=AT)
    assert set(Area.objects.values_list("pk", flat=True)) == ids


def test_a_new_name_renames_and_a_new_border_succeeds(tmp_path, community):
    taken_over(geojson(tmp_path / "a.geojson", two_grids()), parent_id=community.pk, **GRIDS)
    rows = [
        ({"编号": "A-1", "名称": "柳荫一网格"}, box(0, 0, 1, 2)),
        ({"编号": "A-2", "名称": "第二网格"}, box(1, 0, 1, 1.5)),
        ({"编号": "A-3", "名称": "第三网格"}, box(1, 1.5, 1, 0.5)),
    ]
    old = Area.objects.get(code="A-2")
    draft = taken_over(
        geojson(tmp_path / "b.geojson", rows), parent_id=community.pk, valid_from="2026-03-01", **GRIDS
    )
    assert draft.report["done"] == {"opened": 1, "renamed": 1, "redrawn": 1}
    assert Area.objects.get(code="A-1").name == "柳荫一网格"
    old.refresh_from_db()
    heir = Area.objects.get(code="A-2", valid_to=None)
    assert old.valid_to == heir.valid_from == date(2026, 3, 1)
    assert list(heir.predecessors.all()) == [old]


def test_a_redrawn_community_takes_its_grids_along_only_when_told(tmp_path, community):
    taken_over(geojson(tmp_path / "a.geojson", two_grids()), parent_id=community.pk, **GRIDS)
    path = geojson(tmp_path / "b.geojson", [({"c": community.code, "n": "柳荫社区"}, box(0, 0, 2, 1.9))])
    chosen = dict(kind="community", code_column="c", name_column="n", parent_id=community.parent_id)
    draft = checked(path, **chosen)
    assert [e["code"] for e in draft.report["errors"]] == ["areas_below_are_open"]
    taken_over(path, carry_below=True, **chosen)
    heir = Area.objects.get(code=community.code, valid_to=None)
    assert heir.pk != community.pk
    assert [g.parent_id for g in Area.objects.filter(kind="grid", valid_to=None)] == [heir.pk, heir.pk]
    assert all(g.predecessors.count() == 1 for g in Area.objects.filter(kind="grid", valid_to=None))


ROWS = {"c": "A-1", "n": "第一网格"}
ERRORS = {
    "geometry_is_not_valid": [(ROWS, BOW)],
    "geometry_is_empty": [(ROWS, None)],
    "geometry_is_no_polygon": [(ROWS, box(0, 0)), ({"c": "A-2", "n": "二"}, shapely.Point(118, 37))],
    "code_is_empty": [({"c": "", "n": "一"}, box(0, 0))],
    "name_is_empty": [({"c": "A-1", "n": ""}, box(0, 0))],
    "code_twice_in_file": [(ROWS, box(0, 0)), (ROWS, box(1, 0))],
    "code_has_odd_characters": [({"c": "A 1", "n": "一"}, box(0, 0))],
    "axes_are_swapped": [(ROWS, shapely.box(37, 118, 37.1, 118.1))],
    "coordinates_are_not_degrees": [(ROWS, shapely.box(39500000, 4100000, 39500100, 4100100))],
}


@pytest.mark.parametrize("code", ERRORS)
def test_a_broken_feature_is_named_and_nothing_comes_in(code, tmp_path, community):
    before = Area.objects.count()
    path = geojson(tmp_path / "a.geojson", ERRORS[code])
    draft = checked(path, kind="grid", code_column="c", name_column="n", parent_id=community.pk)
    assert [error["code"] for error in draft.report["errors"]] == [code]
    assert draft.report["errors"][0]["number"] == len(ERRORS[code])
    assert draft.state == "read"
    assert sentence(draft.report["errors"][0])
    with pytest.raises(Refused) as caught:
        actions.confirm(draft_id=draft.pk, by=BY, at=AT)
    assert caught.value.code == "draft_is_not_checked"
    assert Area.objects.count() == before


def test_a_self_crossing_border_says_where_it_crosses(tmp_path, community):
    path = geojson(tmp_path / "a.geojson", [(ROWS, BOW)])
    chosen = dict(kind="grid", code_column="c", name_column="n", parent_id=community.pk)
    error = checked(path, **chosen).report["errors"][0]
    assert (error["number"], error["area"], error["reason"]) == (1, "A-1", "Self-intersection")
    assert error["place"].split() == ["118.005", "37.005"]
    assert "Self-intersection" in sentence(error) and "118.005 37.005" in sentence(error)


def test_it_is_repaired_only_when_asked(tmp_path, community):
    path = geojson(tmp_path / "a.geojson", [(ROWS, BOW)])
    draft = taken_over(
        path, kind="grid", code_column="c", name_column="n", parent_id=community.pk, repair=True
    )
    assert [note["code"] for note in draft.report["notes"]] == ["repaired"]
    assert Area.objects.get(code="A-1").boundary.valid


def test_a_code_of_another_street_is_refused(tmp_path, district):
    path = geojson(tmp_path / "a.geojson", [({"c": "990102001", "n": "别处街道"}, box(0, 0))])
    draft = checked(path, kind="street", code_column="c", name_column="n", parent_id=district.pk)
    assert draft.report["errors"][0]["code"] == "code_not_of_parent"


def test_a_level_that_may_not_hang_there_is_refused(tmp_path, district):
    path = geojson(tmp_path / "a.geojson", [(ROWS, box(0, 0))])
    draft = checked(path, kind="grid", code_column="c", name_column="n", parent_id=district.pk)
    assert draft.report["errors"][0]["code"] == "level_not_below"


def test_areas_that_change_between_check_and_confirm(tmp_path, community):
    path = geojson(tmp_path / "a.geojson", two_grids())
    draft = checked(path, parent_id=community.pk, **GRIDS)
    actions.close_area(area_id=community.pk, valid_to=date(2026, 2, 1), by=BY, at=AT)
    before = Area.objects.count()
    with pytest.raises(Refused) as caught:
        actions.confirm(draft_id=draft.pk, by=BY, at=AT)
    assert caught.value.code == "areas_changed_meanwhile"
    assert Area.objects.count() == before


def test_a_draft_can_be_discarded_and_its_file_goes(tmp_path, community, django_capture_on_commit_callbacks):
    draft = start(geojson(tmp_path / "a.geojson", two_grids()))
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(draft_id=draft.pk, by=BY, at=AT)
    assert _files() == []
    assert refusal(actions.discard, draft_id=draft.pk, by=BY, at=AT).code == "draft_is_closed"


def test_who_may_not_import_is_told_so(tmp_path, db):
    path = geojson(tmp_path / "a.geojson", two_grids())

    class Nobody:
        actor_key = actor_label = "user:0"

        def scope(self, what):
            return NOTHING

    with path.open("rb") as content, pytest.raises(NotAllowed):
        actions.start_import(content=content, file_name="a", size=10, by=Nobody(), at=AT)
    assert _files() == []


def test_choices_that_cannot_be(tmp_path, community):
    path = geojson(tmp_path / "a.geojson", two_grids())
    draft = start(path)
    good = Choices(
        kind="grid",
        datum="wgs84",
        parent_id=community.pk,
        code_column="编号",
        name_column="名称",
        layer=draft.content["layer"],
        valid_from="2026-02-01",
    )
    for changed, code in [
        (dict(code_column=""), "code_column_is_missing"),
        (dict(code_column="", code="A-1"), "code_column_is_missing"),  # two features, one code
        (dict(name_column=""), "name_column_is_missing"),
        (dict(code_column="没有"), "column_is_missing"),
        (dict(kind="galaxy"), "level_unknown"),
        (dict(datum="beijing54"), "datum_unknown"),
        (dict(layer="x"), "layer_unknown"),
        (dict(tolerance=1000.0), "tolerance_out_of_range"),
    ]:
        assert (
            refusal(actions.choose, draft_id=draft.pk, choices=replace(good, **changed), by=BY, at=AT).code
            == code
        )


def test_a_big_file_is_checked_in_the_background(tmp_path, community, monkeypatch):
    monkeypatch.setattr(drafts, "IN_PAGE", 10)
    draft = checked(geojson(tmp_path / "a.geojson", two_grids()), parent_id=community.pk, **GRIDS)
    assert (draft.task, draft.report) == ("waiting", {})
    actions.run_step(work="check", draft_id=draft.pk, by=BY, at=AT)
    draft.refresh_from_db()
    assert (draft.task, draft.state, draft.progress) == ("", "checked", 100)
    actions.run_step(work="take_over", draft_id=draft.pk, by=BY, at=AT)
    assert Area.objects.filter(kind="grid").count() == 2
