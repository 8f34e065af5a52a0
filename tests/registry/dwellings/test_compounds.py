"""Compounds on the record, who manages them when, and who sees them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.registry.dwellings import queries
from onegrid.registry.dwellings.actions import hand_over_management, record_compound, record_dwellings
from onegrid.registry.dwellings.models import Compound, Dwelling, Management
from tests.compounds import make_address, make_compound
from tests.streets import BY, STARTS, streets  # noqa: F401

TODAY = date(2026, 11, 20)


def written() -> tuple:
    tables = (Compound, Dwelling, Management, AuditEntry)
    ends = list(Management.objects.order_by("pk").values_list("valid_from", "valid_to"))
    return [table.objects.count() for table in tables], ends


def test_a_compound_counts_its_homes_and_has_a_manager(streets):  # noqa: F811
    compound = make_compound(streets.a)
    (seen,) = queries.compounds(viewer=BY, day=TODAY)
    assert (seen.households, seen.building_count, seen.manager_id) == (48, 2, streets.a.firm.pk)
    assert [one.name for one in queries.buildings_of(compound.pk)] == ["1号楼", "2号楼"]
    assert queries.manager_on(compound.pk, date(2025, 12, 31)) is None


def test_the_firm_sees_what_it_manages_and_the_area_what_lies_in_it(streets):  # noqa: F811
    compound = make_compound(streets.a)
    for who in ("property_clerk", "grid_worker", "leader", "community_clerk"):
        assert queries.compound(compound.pk, viewer=streets.a.staff[who], day=TODAY).pk == compound.pk
    for viewer in (streets.b.staff["property_clerk"], streets.b.staff["leader"]):
        assert queries.compounds(viewer=viewer, day=TODAY) == []
        with pytest.raises(NotFound):
            queries.compound(compound.pk, viewer=viewer, day=TODAY)
    with pytest.raises(NotAllowed):
        queries.compounds(viewer=streets.a.staff["department_officer"], day=TODAY)
    with pytest.raises(NotAllowed):
        queries.compound(10**9, viewer=streets.a.staff["department_officer"], day=TODAY)


def test_a_hand_over_ends_the_one_before(streets):  # noqa: F811
    compound, day = make_compound(streets.a), date(2026, 12, 1)
    hand_over_management(compound_id=compound.pk, organisation=streets.b.firm, on=day, by=BY, at=STARTS)
    assert queries.manager_on(compound.pk, day - timedelta(days=1)) == streets.a.firm
    assert queries.manager_on(compound.pk, day) == streets.b.firm
    clerk = streets.a.staff["property_clerk"]
    assert queries.compounds(viewer=clerk, day=day) == []
    assert queries.compounds(viewer=clerk, day=day - timedelta(days=1)) == [compound]
    assert [one.valid_to for one in queries.managements_of(compound.pk)] == [None, day]


def test_nobody_may_follow(streets):  # noqa: F811
    compound = make_compound(streets.a)
    assert (
        hand_over_management(
            compound_id=compound.pk, organisation=None, on=date(2026, 12, 1), by=BY, at=STARTS
        )
        is None
    )
    assert queries.manager_on(compound.pk, date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("code", "firm", "on"),
    [
        ("manages_already", "firm", date(2026, 12, 1)),
        ("later_manager_there", "other", date(2026, 1, 1)),
        ("later_manager_there", "other", date(2025, 6, 1)),
        ("not_a_property_firm", "centre", date(2026, 12, 1)),
        ("firm_closed", "closed", date(2026, 12, 1)),
    ],
)
def test_a_hand_over_is_refused(streets, code, firm, on):  # noqa: F811
    compound = make_compound(streets.a)
    closed = streets.b.firm
    if firm == "closed":
        closed.closed_on = date(2026, 6, 1)
        closed.save()
    firms = {"firm": streets.a.firm, "other": streets.b.firm, "centre": streets.a.centre, "closed": closed}
    before = written()
    with pytest.raises(Refused) as refused:
        hand_over_management(compound_id=compound.pk, organisation=firms[firm], on=on, by=BY, at=STARTS)
    assert refused.value.code == code
    assert written() == before


def test_only_who_keeps_compounds_hands_them_over(streets):  # noqa: F811
    compound = make_compound(streets.a)
    before = written()
    for who in (streets.a.staff["property_clerk"], streets.a.staff["leader"]):
        with pytest.raises(NotAllowed):
            hand_over_management(
                compound_id=compound.pk, organisation=streets.b.firm, on=date(2026, 12, 1), by=who, at=STARTS
            )
    assert written() == before


def test_the_database_holds_that_two_never_manage_at_once(streets):  # noqa: F811
    compound = make_compound(streets.a)
    with pytest.raises(IntegrityError), transaction.atomic():
        Management.objects.create(
            compound=compound,
            organisation=streets.b.firm,
            valid_from=date(2026, 5, 1),
            valid_to=date(2026, 6, 1),
        )


def test_a_compound_is_recorded_once_and_from_a_compound_only(streets):  # noqa: F811
    compound = make_compound(streets.a)
    before = written()
    with pytest.raises(Refused, match="already"):
        record_compound(address=compound.address, boundary=None, buildings=[], by=BY, at=STARTS)
    road = make_address(streets.a, "另一苑")
    road.kind = "road"
    with pytest.raises(Refused, match="not a compound"):
        record_compound(address=road, boundary=None, buildings=[], by=BY, at=STARTS)
    assert written()[1] == before[1]
    assert Compound.objects.count() == 1


def test_the_compound_of_a_point_and_of_an_address(streets):  # noqa: F811
    compound = make_compound(streets.a)
    lon, lat = streets.a.at(0)
    assert queries.compound_at(lon, lat) == compound
    assert queries.compound_at(lon + 0.004, lat) is None
    assert queries.compound_at(None, None, "锦绣苑") == compound
    assert queries.compound_at(None, None, "没有这里") is None
    assert queries.compound_at(None, None) is None


def test_doors_have_an_area_and_a_name_of_their_own(streets):  # noqa: F811
    building = queries.buildings_of(make_compound(streets.a).pk)[0]
    who = {"building_id": building.pk, "by": BY, "at": STARTS}
    assert record_dwellings(doors=[("1单元101室", Decimal("88.5")), ("1单元102室", Decimal(90))], **who) == 2
    before = written()
    for doors in ([("1单元101室", Decimal(1))], [("x", Decimal(1)), ("x", Decimal(1))]):
        with pytest.raises(Refused, match="already"):
            record_dwellings(doors=doors, **who)
    with pytest.raises(Refused, match="floor area"):
        record_dwellings(doors=[("1单元103室", Decimal(0))], **who)
    assert written() == before
    assert queries.dwellings_of(building.compound_id).count() == 2
