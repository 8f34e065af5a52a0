"""Facilities put up, looked after, taken down; what is due for whom; what a label tells anybody."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.registry.facilities import queries
from onegrid.registry.facilities.actions import put_up_facility, record_upkeep, take_down_facility
from onegrid.registry.facilities.models import Facility, Upkeep, UpkeepRecord
from onegrid.registry.facilities.rules import Standing
from onegrid.registry.things.loading import load_classes
from onegrid.registry.things.models import Thing
from tests.cases.conftest import photo
from tests.compounds import make_compound
from tests.streets import BY, STARTS, streets  # noqa: F401

AT = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 11, 20)


@pytest.fixture
def lift(streets) -> Facility:  # noqa: F811
    load_classes(by=BY, at=STARTS)
    compound = make_compound(streets.a)
    return put_up_facility(
        compound_id=compound.pk, kind="lift", building_id=compound.buildings.get(name="1号楼").pk, place="1单元",
        done_on=date(2026, 11, 1), by=streets.a.staff["property_clerk"], at=AT,
    )  # fmt: skip


def written() -> tuple:
    tables = (Facility, Thing, Upkeep, UpkeepRecord, AuditEntry, FactRow)
    return [table.objects.count() for table in tables], list(Upkeep.objects.values_list("due_on", "active"))


def test_a_lift_is_a_component_with_its_works(lift, streets):  # noqa: F811
    assert lift.thing.thing_class.code == "01076"
    assert lift.thing.grid_id == streets.a.grids[0].pk
    works = dict(lift.upkeeps.values_list("work", "due_on"))
    assert works == {"lift_upkeep": date(2026, 11, 16), "lift_inspection": date(2027, 11, 1)}
    (state,) = queries.facilities_of(lift.compound_id, today=TODAY)
    assert (state.name, state.facility.spot) == ("Lift", "1号楼1单元")
    assert (state.worst.standing, state.worst.late) == (Standing.OVERDUE, 4)


def test_without_a_day_everything_is_due_today(lift, streets):  # noqa: F811
    made = put_up_facility(
        compound_id=lift.compound_id, kind="fire", by=streets.a.staff["property_clerk"], at=AT
    )
    assert set(made.upkeeps.values_list("due_on", flat=True)) == {TODAY}
    assert made.code != lift.code


def test_a_record_moves_the_day_and_keeps_its_period(lift, streets):  # noqa: F811
    upkeep = lift.upkeeps.get(work="lift_upkeep")
    clerk = streets.a.staff["property_clerk"]
    record = record_upkeep(
        upkeep_id=upkeep.pk, done_on=date(2026, 11, 19), outcome="defect", words="门机异响", file=photo(),
        by=clerk, at=AT,
    )  # fmt: skip
    upkeep.refresh_from_db()
    assert upkeep.due_on == record.next_due_on == date(2026, 12, 4)
    assert (record.was_due_on, record.period_days, record.period_mark) == (
        date(2026, 11, 16), 15, "unverified",
    )  # fmt: skip
    story = queries.facility(lift.pk, viewer=clerk, today=TODAY)
    assert [(row.words, name) for row, name in story.records] == [("门机异响", "Maintenance")]
    assert queries.record_file(record.pk, viewer=clerk, today=TODAY) == record.file
    with pytest.raises(NotFound):
        queries.record_file(record.pk, viewer=streets.b.staff["property_clerk"], today=TODAY)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("in_the_future", {"done_on": date(2026, 11, 21)}),
        ("before_the_last", {"done_on": date(2026, 10, 31)}),
        ("unknown_outcome", {"outcome": "splendid"}),
        ("words_needed", {"outcome": "defect", "words": " "}),
        ("words_too_long", {"words": "x" * 501}),
        ("unsupported_file", {"file": b"MZ\x90 not a report"}),
    ],
)
def test_a_record_is_refused_and_nothing_written(lift, streets, code, given):  # noqa: F811
    before = written()
    what = {"upkeep_id": lift.upkeeps.get(work="lift_upkeep").pk, "done_on": TODAY, "outcome": "fine"} | given
    with pytest.raises(Refused) as refused:
        record_upkeep(**what, by=streets.a.staff["property_clerk"], at=AT)
    assert refused.value.code == code
    assert written() == before


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("unknown_kind", {"kind": "rocket"}),
        ("building_of_another_compound", {"building_id": 10**9}),
        ("place_too_long", {"place": "x" * 61}),
        ("in_the_future", {"done_on": date(2026, 12, 1)}),
    ],
)
def test_putting_up_is_refused_and_nothing_written(lift, streets, code, given):  # noqa: F811
    before = written()
    what = {"compound_id": lift.compound_id, "kind": "lift"} | given
    with pytest.raises(Refused) as refused:
        put_up_facility(**what, by=streets.a.staff["property_clerk"], at=AT)
    assert refused.value.code == code
    assert written() == before


def test_only_who_keeps_the_compound_writes(lift, streets):  # noqa: F811
    before, upkeep = written(), lift.upkeeps.first()
    what = {"upkeep_id": upkeep.pk, "done_on": TODAY, "outcome": "fine", "at": AT}
    with pytest.raises(NotAllowed):
        record_upkeep(**what, by=streets.a.staff["grid_worker"])
    with pytest.raises(NotFound):
        record_upkeep(**what, by=streets.b.staff["property_clerk"])
    with pytest.raises(NotFound):
        record_upkeep(**what | {"upkeep_id": 10**9}, by=streets.a.staff["property_clerk"])
    with pytest.raises(NotFound):
        take_down_facility(facility_id=lift.pk, reason="x", by=streets.b.staff["property_clerk"], at=AT)
    assert written() == before


def test_what_was_taken_down_is_never_due_again(lift, streets):  # noqa: F811
    clerk, code = streets.a.staff["property_clerk"], lift.code
    with pytest.raises(Refused, match="reason"):
        take_down_facility(facility_id=lift.pk, reason=" ", by=clerk, at=AT)
    take_down_facility(facility_id=lift.pk, reason="更换", by=clerk, at=AT)
    assert queries.due(viewer=clerk, today=TODAY) == []
    assert queries.facilities_of(lift.compound_id, today=TODAY) == []
    with pytest.raises(NotFound):
        queries.public_facility(code, today=TODAY)
    with pytest.raises(Refused) as refused:
        record_upkeep(upkeep_id=lift.upkeeps.first().pk, done_on=TODAY, outcome="fine", by=clerk, at=AT)
    assert refused.value.code == "taken_down"
    with pytest.raises(Refused, match="before"):
        take_down_facility(facility_id=lift.pk, reason="x", by=clerk, at=AT)


def test_what_is_due_is_told_to_who_looks_after_it(lift, streets):  # noqa: F811
    for who in ("property_clerk", "community_clerk", "leader"):
        found = queries.due(viewer=streets.a.staff[who], today=TODAY)
        assert [(one.name, one.late) for one in found] == [("Maintenance", 4)]
    assert queries.due(viewer=streets.b.staff["property_clerk"], today=TODAY) == []


def test_a_label_tells_what_and_where(lift):
    found = queries.public_facility(f" {lift.code.lower()} ", today=TODAY)
    assert found.address == f"锦绣苑1号楼1单元 电梯（{lift.code}）"
    assert (found.case_class, found.lon, found.lat) == ("01076", lift.thing.point.x, lift.thing.point.y)
    assert queries.facility_named(found.address) == lift
    assert queries.facility_named("锦绣苑1号楼 NOSUCHX9") is None
    with pytest.raises(NotFound):
        queries.public_facility("NOSUCH\x00", today=TODAY)
