"""Placing, moving, changing status, loading."""

from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection

from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.registry.things.actions import change_status, move_thing, place_thing
from onegrid.registry.things.counting import count_cells
from onegrid.registry.things.loading import load_classes, load_things
from onegrid.registry.things.models import Thing, ThingCell, ThingClass
from tests.registry.things.conftest import rows
from tests.streets import BY, STARTS


def place(streets, grid=0, by=BY, **more):
    lon, lat = streets.a.at(grid)
    wanted = {"class_code": "01001", "lon": lon, "lat": lat, "by": by, "at": STARTS}
    return place_thing(**(wanted | more))


def test_classes_load_once_and_again(classes):
    assert len(classes) == 153 and load_classes(by=BY, at=STARTS) == 153
    assert ThingClass.objects.count() == 153
    assert ThingClass.objects.get(code="02001").major_name == "交通设施"


def test_a_thing_in_its_place(streets, classes):
    thing = place(streets, authority_name="区城市管理局", accuracy="A")
    assert thing.identifier == "99010101001000001"
    assert (thing.grid, thing.street, thing.community) == (
        streets.a.grids[0], streets.a.area, streets.a.communities[0],
    )  # fmt: skip
    assert (thing.area_path, thing.status, thing.started_on) == (
        streets.a.grids[0].path, "intact", date(2026, 1, 1),
    )  # fmt: skip
    assert AuditEntry.objects.filter(verb="things.place").count() == 1
    assert place(streets).identifier[-6:] == "000002"
    assert place(streets, class_code="01002").identifier == "99010101002000001"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"class_code": "99999"}, "unknown_class"),
        ({"lon": 100.0}, "outside_grids"),
        ({"colour": "red"}, "unknown_attribute"),
    ],
)
def test_placing_refuses_and_writes_nothing(streets, classes, change, code):
    with pytest.raises(Refused, match=code):
        place(streets, **change)
    assert not Thing.objects.exists() and not AuditEntry.objects.filter(verb="things.place").exists()


def test_the_last_number(streets, classes):
    first = place(streets)
    Thing.objects.filter(pk=first.pk).update(identifier="99010101001999999")
    with pytest.raises(Refused, match="no_serial_left"):
        place(streets)


def test_status(streets, classes):
    thing = place(streets)
    changed = change_status(thing_id=thing.pk, status="damaged", by=BY, at=STARTS, reason="井盖破裂")
    assert (changed.status, changed.changed_on) == ("damaged", date(2026, 1, 1))
    for status, code in (("damaged", "status_unchanged"), ("melted", "unknown_status")):
        with pytest.raises(Refused, match=code):
            change_status(thing_id=thing.pk, status=status, by=BY, at=STARTS)
    change_status(thing_id=thing.pk, status="removed", by=BY, at=STARTS)
    with pytest.raises(Refused, match="status_not_possible"):
        change_status(thing_id=thing.pk, status="intact", by=BY, at=STARTS)
    with pytest.raises(Refused, match="removed"):
        move_thing(thing_id=thing.pk, lon=118.02, lat=37.38, by=BY, at=STARTS)
    assert Thing.objects.get(pk=thing.pk).status == "removed"


def test_moved_into_another_grid(streets, classes):
    thing = place(streets)
    moved = move_thing(
        thing_id=thing.pk, **dict(zip(("lon", "lat"), streets.a.at(2), strict=True)), by=BY, at=STARTS
    )
    assert Thing.objects.get(pk=moved.pk).area_path == streets.a.grids[2].path
    with pytest.raises(Refused, match="outside_grids"):
        move_thing(thing_id=thing.pk, lon=100.0, lat=37.38, by=BY, at=STARTS)


def test_only_who_may(things):
    worker, officer = things.a.staff["grid_worker"], things.staff["data_officer"]
    thing = Thing.objects.first()
    with pytest.raises(NotAllowed):
        place(things, by=worker)
    with pytest.raises(NotAllowed):
        change_status(thing_id=thing.pk, status="lost", by=worker, at=STARTS)
    with pytest.raises(NotAllowed):
        load_things([], by=worker, at=STARTS)
    with pytest.raises(NotFound):
        change_status(thing_id=999_999_999, status="lost", by=officer, at=STARTS)
    assert change_status(thing_id=thing.pk, status="lost", by=officer, at=STARTS).status == "lost"


@pytest.mark.parametrize("fresh", [False, True])
def test_loading(streets, classes, fresh):
    heard = []
    assert load_things(rows(streets, classes), by=BY, at=STARTS, fresh=fresh, progress=heard.append) == 9
    assert heard == [9]
    thing = Thing.objects.get(identifier="99010101001000004")
    assert (round(thing.point.x, 6), round(thing.point.y, 6)) == streets.a.at(2)
    assert thing.community == streets.a.communities[1] and thing.accuracy == "A"
    assert ThingCell.objects.exists()
    with pytest.raises((psycopg.Error, DatabaseError)):
        load_things(rows(streets, classes), by=BY, at=STARTS)  # the same identifiers again


def test_after_a_fresh_load_everything_guards_again(streets, classes):
    """Indexes and foreign keys are back: their names, and the checks they make."""

    def standing():
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, Thing._meta.db_table)
        return {name for name in found if not name.endswith("_not_null")}

    before = standing()
    load_things(rows(streets, classes), by=BY, at=STARTS, fresh=True)
    assert standing() == before
    bad = [
        row._replace(identifier="99010101001000099", class_id=0) for row in list(rows(streets, classes))[:1]
    ]
    with pytest.raises((psycopg.Error, DatabaseError)):
        load_things(bad, by=BY, at=STARTS, fresh=True)


def test_counting_again_changes_nothing(things):
    before = set(ThingCell.objects.values_list("zoom", "x", "y", "count"))
    count_cells(by=BY, at=STARTS)
    assert set(ThingCell.objects.values_list("zoom", "x", "y", "count")) == before
