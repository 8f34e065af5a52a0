"""Opening, renaming, redrawing and closing; what is refused, and that nothing is written then."""

from datetime import date

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from onegrid.kit.actors import Reach, Scope
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.places.areas import actions, queries
from onegrid.places.areas.models import Area
from tests.places.areas.conftest import AT, BY, DAY, opened, square


class Person:
    actor_key = actor_label = "user:7"

    def __init__(self, *paths):
        self.paths = paths

    def scope(self, what):
        return Scope(tuple(Reach(path) for path in self.paths))


def test_an_area_is_measured_placed_and_announced(street):
    grid = street["g1"]
    assert grid.path == f"{street['west'].path}{grid.pk}."
    assert grid.boundary.contains(grid.centre)
    assert grid.area_m2 == pytest.approx(301_000, rel=0.01)
    assert grid.pinyin.startswith("di1wangge ")
    assert FactRow.objects.filter(kind="places.AreaOpened", path=grid.path).exists()
    assert AuditEntry.objects.filter(verb="areas.open", object_id=str(grid.pk)).exists()


def test_neighbouring_communities_have_different_colours(street):
    assert {street["west"].tint, street["east"].tint} == {1, 2}


REFUSED = {
    "code_is_taken": dict(kind="grid", code="YQ-001", parent="west"),
    "level_not_below": dict(kind="grid", code="YQ-009", parent="street"),
    "level_needs_parent": dict(kind="grid", code="YQ-009", parent=None),
    "code_not_of_parent": dict(kind="community", code="990101002001", parent="street"),
    "name_is_empty": dict(kind="grid", code="YQ-009", parent="west", name=" "),
    "boundary_is_not_valid": dict(
        kind="grid",
        code="YQ-009",
        parent="west",
        boundary=GEOSGeometry("POLYGON((0 0,1 1,1 0,0 1,0 0))", 4490),
    ),
    "boundary_is_no_polygon": dict(
        kind="grid", code="YQ-009", parent="west", boundary=GEOSGeometry("POINT(1 1)", 4490)
    ),
    "boundary_in_other_datum": dict(
        kind="grid", code="YQ-009", parent="west", boundary=GEOSGeometry("POLYGON((0 0,1 0,1 1,0 0))", 3857)
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_does_not_fit_is_refused(code, street):
    before = Area.objects.count(), FactRow.objects.count()
    wanted = {"name": "新网格", "boundary": square(9, 9), **REFUSED[code]}
    wanted["parent"] = street[wanted["parent"]] if wanted["parent"] else None
    with pytest.raises(Refused) as caught:
        opened(**wanted)
    assert caught.value.code == code and str(caught.value.message)
    assert (Area.objects.count(), FactRow.objects.count()) == before


def test_one_reaches_only_ones_own_part(street):
    with pytest.raises(NotFound):
        actions.rename_area(area_id=street["g3"].pk, name="x", by=Person(street["west"].path), at=AT)
    with pytest.raises(NotAllowed):
        actions.rename_area(area_id=street["g3"].pk, name="x", by=Person(), at=AT)
    assert Area.objects.get(pk=street["g3"].pk).name == "第3网格"
    actions.rename_area(area_id=street["g1"].pk, name="新名", by=Person(street["west"].path), at=AT)
    assert queries.search("xinming")[0].pk == street["g1"].pk


def test_an_area_with_open_areas_below_is_closed_with_them_or_not_at_all(street):
    day = date(2026, 4, 1)
    with pytest.raises(Refused) as caught:
        actions.close_area(area_id=street["west"].pk, valid_to=day, by=BY, at=AT)
    assert caught.value.code == "areas_below_are_open"
    assert not Area.objects.filter(valid_to__isnull=False).exists()
    actions.close_area(area_id=street["west"].pk, valid_to=day, by=BY, at=AT, with_children=True)
    closed = set(Area.objects.filter(valid_to=day).values_list("pk", flat=True))
    assert closed == {street["west"].pk, street["g1"].pk, street["g2"].pk}
    assert FactRow.objects.filter(kind="places.AreaClosed").count() == 3
    with pytest.raises(Refused) as caught:
        actions.rename_area(area_id=street["west"].pk, name="x", by=BY, at=AT)
    assert caught.value.code == "area_is_closed"


def test_the_past_keeps_its_areas(street):
    actions.close_area(area_id=street["g1"].pk, valid_to=date(2026, 4, 1), by=BY, at=AT)
    assert queries.area_at(118.001, 37.001, "grid", date(2026, 3, 31)).pk == street["g1"].pk
    assert queries.area_at(118.001, 37.001, "grid", date(2026, 4, 1)) is None
    assert opened("grid", "YQ-001", "第1网格", street["west"], square(0, 0)).pk  # the code is free again


CLOSED_ON = date(2026, 4, 1)


def closed(area, **more):
    return actions.close_area(area_id=area.pk, valid_to=CLOSED_ON, by=BY, at=AT, **more)


def test_a_closed_area_is_reopened_with_what_was_closed_with_it(street):
    closed(street["g2"])
    actions.close_area(area_id=street["west"].pk, valid_to=date(2026, 5, 1), by=BY, at=AT, with_children=True)
    actions.reopen_area(area_id=street["west"].pk, reason="误撤", by=BY, at=AT, with_children=True)
    still = set(Area.objects.filter(valid_to__isnull=False).values_list("pk", flat=True))
    assert still == {street["g2"].pk}  # closed before, on a day of its own
    assert queries.area_at(118.001, 37.001, "grid", date(2026, 6, 1)).pk == street["g1"].pk
    entry = AuditEntry.objects.get(verb="areas.reopen", object_id=str(street["west"].pk))
    assert (entry.reason, entry.details) == ("误撤", {"closed_from": "2026-05-01", "below": 1})
    assert FactRow.objects.filter(kind="places.AreaReopened").count() == 2
    actions.reopen_area(area_id=street["g2"].pk, reason="x", by=BY, at=AT)
    assert not Area.objects.filter(valid_to__isnull=False).exists()


def test_reopening_is_refused_when_its_place_is_taken_and_nothing_is_written(street):
    def refused(area, reason="x", **more) -> str:
        before = [*Area.objects.order_by("pk").values_list("pk", "valid_to")], FactRow.objects.count()
        with pytest.raises(Refused) as caught:
            actions.reopen_area(area_id=area.pk, reason=reason, by=BY, at=AT, **more)
        assert (
            [*Area.objects.order_by("pk").values_list("pk", "valid_to")],
            FactRow.objects.count(),
        ) == before
        return caught.value.code

    assert refused(street["g1"]) == "area_is_open"
    closed(street["west"], with_children=True)
    assert refused(street["g1"]) == "parent_is_not_open"
    actions.reopen_area(area_id=street["west"].pk, reason="x", by=BY, at=AT)
    assert refused(street["g1"], reason=" ") == "reason_needed"
    same_code = opened("grid", "YQ-001", "另一网格", street["west"], square(20, 20))
    assert refused(street["g1"]) == "code_is_taken"
    closed(same_code)
    on_its_ground = opened("grid", "YQ-050", "半个网格", street["west"], square(0.5, 0))
    assert refused(street["g1"]) == "place_is_taken"
    closed(on_its_ground)
    beside = opened("grid", "YQ-051", "旁边", street["west"], square(-1, 0, 1, 2))  # the border is shared
    assert actions.reopen_area(area_id=street["g1"].pk, reason="x", by=BY, at=AT).valid_to is None
    new = actions.replace_area(area_id=beside.pk, boundary=square(-3, 0), on=CLOSED_ON, by=BY, at=AT)
    Area.objects.filter(pk=new.pk).update(code="YQ-052")  # its heir lies elsewhere and has another code
    assert refused(beside) == "place_is_taken"
    with pytest.raises(NotFound):
        actions.reopen_area(area_id=street["g2"].pk, reason="x", by=Person(street["east"].path), at=AT)


def test_a_redrawn_area_has_an_heir_with_its_children(street):
    new = actions.replace_area(
        area_id=street["west"].pk,
        boundary=square(0, 0, 2, 1),
        on=date(2026, 4, 1),
        by=BY,
        at=AT,
        carry_below=True,
    )
    assert [a.pk for a in queries.heirs(street["west"])] == [new.pk]
    below = Area.objects.still_open().below(new.path).exclude(pk=new.pk)
    assert sorted(a.code for a in below) == ["YQ-001", "YQ-002"]
    assert all(a.path.startswith(new.path) for a in below)


def test_a_city_with_its_own_levels(street):
    plan = {"street": [""], "grid": ["street"]}
    actions.set_levels(area=street["street"], levels=plan, by=BY, at=AT)
    assert opened("grid", "S-1", "直属网格", street["street"], square(8, 8)).parent_id == street["street"].pk
    with pytest.raises(Refused) as caught:
        opened("community", "990101001003", "x", street["street"], square(8, 9))
    assert caught.value.code == "level_not_used"


@pytest.mark.parametrize("text", ["云桥街道", "云桥", "990101001", "yunqiao", "YQJD", "yun qiao"])
def test_search(text, street):
    assert street["street"].pk in [area.pk for area in queries.search(text)]


def test_ancestors_children_and_card(street, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        card = queries.area_card(street["street"].pk)
    assert [a.kind for a in card.above] == ["district"]
    assert card.below == {"community": 2, "grid": 4, "exclusive_grid": 1}
    assert [a.code for a in queries.children(street["street"].pk)] == ["990101001001", "990101001002"]


def test_everything_below_is_one_range_of_the_index(street):
    rows = [
        Area(kind="grid", code=f"x{n}", name="x", path=f"9{n}.", valid_from=DAY, parent=street["east"])
        for n in range(3000)
    ]
    Area.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_area")
    plan = Area.objects.below(street["street"].path).explain()
    assert "area_path_is_unique" in plan and "Seq Scan" not in plan


def test_a_fishnet_fills_the_community_and_is_numbered(street):
    grids = actions.open_fishnet(inside_id=street["west"].pk, metres=200, valid_from=DAY, by=BY, at=AT)
    assert [g.code for g in grids[:2]] == ["990101001001001", "990101001001002"]
    assert sum(g.area_m2 for g in grids) == pytest.approx(street["west"].area_m2, rel=1e-6)
    assert grids[0].centre.y > grids[-1].centre.y and grids[0].centre.x < grids[1].centre.x
    with pytest.raises(Refused) as caught:
        actions.open_fishnet(inside_id=street["west"].pk, metres=100, valid_from=DAY, by=BY, at=AT)
    assert caught.value.code == "grids_are_there"
    with pytest.raises(Refused) as caught:
        actions.open_fishnet(inside_id=street["east"].pk, metres=20, valid_from=DAY, by=BY, at=AT)
    assert caught.value.code == "too_many_grids"
