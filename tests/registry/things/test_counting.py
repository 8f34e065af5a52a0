"""The counts of the map after single things came, went and moved are those of a count from nothing."""

import json

from onegrid.kit.facts import LISTENERS, Heard
from onegrid.kit.facts.fact import fact_of
from onegrid.kit.facts.models import FactRow
from onegrid.registry.things.actions import change_status, move_thing, place_thing
from onegrid.registry.things.counting import count_cells, recount
from onegrid.registry.things.models import Thing, ThingCell
from tests.streets import BY, STARTS


def counted():
    fields = "zoom", "x", "y", "major_code", "area_path", "authority_id", "count"
    return sorted(
        (*row[:7], round(row[7], 6), round(row[8], 6))
        for row in ThingCell.objects.values_list(*fields, "lon_sum", "lat_sum")
    )


def anew():
    count_cells(by=BY, at=STARTS)
    return counted()


def heard():
    """The facts announced so far, as the relay hands them over."""
    rows = FactRow.objects.filter(kind__startswith="registry.Thing").order_by("id")
    return [Heard(fact_of(row.kind, json.dumps(row.payload)), row.id, STARTS) for row in rows]


def test_cells_follow_single_things(things):
    lon, lat = things.a.at(1)
    placed = place_thing(class_code="02001", lon=lon, lat=lat, by=BY, at=STARTS)
    first, second = Thing.objects.exclude(pk=placed.pk).order_by("pk")[:2]
    change_status(thing_id=first.pk, status="removed", by=BY, at=STARTS)
    change_status(thing_id=second.pk, status="damaged", by=BY, at=STARTS)
    lon, lat = things.b.at(0)
    move_thing(thing_id=second.pk, lon=lon, lat=lat, by=BY, at=STARTS)
    before = counted()
    assert len(heard()) == 4
    LISTENERS["things.cells"].call(heard())
    after = counted()
    assert after != before and after == anew()
    assert ThingCell.objects.get(zoom=17, major_code="02").count == 1
    LISTENERS["things.cells"].call(heard() * 2)
    assert counted() == after


def test_nothing_to_count(db):
    assert recount([]) == 0
