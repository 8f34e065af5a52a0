"""open_cases: the same cases and the same refusals as one by one."""

from datetime import timedelta

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import open_case, open_cases
from onegrid.cases.flow.models import Case, Channel, StageClock
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.kit.errors import Refusal
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, BY, road, town  # noqa: F401
from tests.streets import streets  # noqa: F401

ONE_OF_ITS_OWN = {"id", "number", "follow_code", "source_key", "seal"}


def given(street, key, grid=0, **more):
    lon, lat = street.at(grid)
    kept = {
        "channel": Channel.IMPORT,
        "text": "坑\\洼\t深",
        "lon": lon,
        "lat": lat,
        "at": AT,
        "idempotency_key": key,
    }
    return kept | more


def test_each_is_what_open_case_makes(town):  # noqa: F811
    a = town.a
    rows = [
        given(a, "1"),
        given(a, "2", grid=3, case_class=road(), contact_phone="13800000000", contact_name="张三"),
        given(a, "3", lon=None, lat=None, address="甲街道某处", at=AT - timedelta(days=300)),
        given(town.b, "4", channel=Channel.RESIDENT),
        given(a, "5", channel=Channel.SUPERVISOR, secret=True),
        given(a, "6", channel=Channel.SENSOR, urgent=True),
    ]
    numbers = open_cases(rows, by=BY)
    assert len(set(numbers)) == 6 and list(CaseTimelines().findings(lambda done, total: None)) == []
    for row, number in zip(rows, numbers, strict=True):
        many = Case.objects.get(number=number)
        alone = open_case(**row | {"idempotency_key": row["idempotency_key"] + "x"}, by=BY)
        for field in Case._meta.concrete_fields:
            if field.attname not in ONE_OF_ITS_OWN:
                assert getattr(many, field.attname) == getattr(alone, field.attname), field.attname
        clocks = [
            StageClock.objects.filter(case=case).values_list("stage", "limit", "due_at")
            for case in (many, alone)
        ]
        assert list(clocks[0]) == list(clocks[1])
        assert FactRow.objects.filter(kind="cases.CaseOpened", payload__case_id=many.pk).count() == 1
        notices = [
            Notice.objects.filter(link=f"/cases/{case.number}/").values_list("recipient", "body")
            for case in (many, alone)
        ]
        assert sorted(notices[0]) == sorted(notices[1])


def test_keys_and_refusals_row_by_row(town):  # noqa: F811
    a = town.a
    before = open_case(**given(a, "old"), by=BY)
    results = open_cases(
        [
            given(a, "old"),
            given(a, "old", text="other words"),
            given(a, "new"),
            given(a, "new"),
            given(a, "empty", text=""),
            given(a, "out", lon=10.0, lat=10.0),
            given(a, ""),
            given(a, "long", text="x" * 2001),
        ],
        by=BY,
    )
    codes = [result.code if isinstance(result, Refusal) else None for result in results]
    assert codes == [
        None, "key_used_for_another_report", None, None, "report_is_empty", "outside_all_grids",
        "bad_idempotency_key", "text_too_long",
    ]  # fmt: skip
    assert results[0] == before.number and results[2] == results[3] != before.number
    assert Case.objects.count() == 2
    assert open_cases([given(a, "new")], by=BY) == [results[2]] and Case.objects.count() == 2


def test_an_emergency_needs_its_right_here_too(town):  # noqa: F811
    results = open_cases([given(town.a, "1", channel=Channel.RESIDENT, urgent=True)], by=Resident())
    assert isinstance(results[0], Refusal) and results[0].code == "not_allowed"
    assert not Case.objects.exists()
