"""A planned cut from draft to history, who is told, and every refusal."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.notices.models import Notice
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.registry.cuts import actions, queries, rules
from onegrid.registry.cuts.models import Cut, CutChange
from onegrid.registry.cuts.rules import STEPS, State, Verb
from tests.compounds import make_compound
from tests.streets import streets  # noqa: F401

AT = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
HOUR = timedelta(hours=1)


def drafted(street, supply: str = "water", **more) -> Cut:
    compound = more.pop("compound", None) or make_compound(street)
    what = {
        "supply": supply, "reason": "更换水泵", "starts_at": AT + 30 * HOUR, "ends_at": AT + 34 * HOUR, "at": AT,
    } | more  # fmt: skip
    return actions.write_cut(compound_id=compound.pk, by=street.staff["property_clerk"], **what)


def announced(street, **more) -> Cut:
    cut = drafted(street, **more)
    actions.send_cut(cut_id=cut.pk, by=street.staff["property_clerk"], at=AT)
    return actions.confirm_cut(cut_id=cut.pk, by=street.staff["community_clerk"], at=AT)


def written() -> tuple:
    tables = (CutChange, AuditEntry, FactRow, Notice)
    return [table.objects.count() for table in tables], list(
        Cut.objects.values_list("state", "version", "ends_at")
    )


def test_residents_are_told_when_the_community_confirmed(streets):  # noqa: F811
    cut = drafted(streets.a)
    assert queries.told(at=AT) == []
    assert actions.send_cut(cut_id=cut.pk, by=streets.a.staff["property_clerk"], at=AT).state == "waiting"
    assert queries.told(at=AT) == []
    clerk = streets.a.staff["community_clerk"]
    assert queries.cuts_waiting(viewer=clerk, today=TODAY) == [cut]
    assert queries.cuts_waiting(viewer=streets.a.staff["property_clerk"], today=TODAY) == []
    assert Notice.objects.filter(recipient=clerk, kind="cut").count() == 1
    actions.confirm_cut(cut_id=cut.pk, by=clerk, at=AT)
    assert queries.told(at=AT) == [cut]
    assert Notice.objects.filter(recipient=streets.a.staff["grid_worker"], kind="cut").count() == 1


def test_a_lift_needs_no_word(streets):  # noqa: F811
    cut = drafted(streets.a, "lift")
    assert actions.send_cut(cut_id=cut.pk, by=streets.a.staff["property_clerk"], at=AT).state == "published"


def test_a_cut_is_told_at_its_place_only(streets):  # noqa: F811
    compound = make_compound(streets.a)
    first = compound.buildings.get(name="1号楼")
    cut = announced(streets.a, compound=compound, building_ids=[first.pk])
    lon, lat = streets.a.at(0)
    assert queries.told(at=AT, lon=lon, lat=lat) == [cut]
    assert queries.told(at=AT, lon=lon + 0.004, lat=lat) == []
    assert queries.told(at=AT, address="锦绣苑") == [cut]
    assert queries.told(at=AT, address="别处") == []
    assert cut.where == "锦绣苑 1号楼"


def test_what_is_told_ends_with_its_time_and_begins_two_weeks_before(streets):  # noqa: F811
    cut = announced(streets.a)
    assert queries.told(at=cut.ends_at - timedelta(seconds=1)) == [cut]
    assert queries.told(at=cut.ends_at) == []
    assert queries.told(at=cut.starts_at - timedelta(days=15)) == []


def test_longer_called_off_and_back_with_history(streets):  # noqa: F811
    cut, firm = announced(streets.a), streets.a.staff["property_clerk"]
    during = cut.starts_at + HOUR
    actions.prolong_cut(cut_id=cut.pk, ends_at=cut.ends_at + HOUR, reason="管件未到", by=firm, at=during)
    actions.restore_cut(cut_id=cut.pk, by=firm, at=during + HOUR)
    shown, changes = queries.told_cut(cut.pk)
    assert shown.state == "restored"
    assert [(one.verb, one.reason) for one in changes] == [("prolong", "管件未到"), ("restore", "")]
    assert queries.told(at=during + HOUR) == []
    lines = list(cut.changes.values_list("verb", flat=True))
    assert lines == ["write", "send", "confirm", "prolong", "restore"]
    facts = set(FactRow.objects.filter(kind__startswith="registry.Cut").values_list("kind", flat=True))
    assert facts == {"registry.CutAnnounced", "registry.CutChanged"}


def test_what_nobody_was_told_of_is_not_public(streets):  # noqa: F811
    cut, firm = drafted(streets.a), streets.a.staff["property_clerk"]
    actions.cancel_cut(cut_id=cut.pk, reason="改期", by=firm, at=AT)
    for pk in (cut.pk, 10**9):
        with pytest.raises(NotFound):
            queries.told_cut(pk)
    told = announced(streets.a, compound=cut.compound)
    actions.cancel_cut(cut_id=told.pk, reason="改期", by=firm, at=AT)
    assert queries.told_cut(told.pk)[0].state == "cancelled"


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("unknown_supply", {"supply": "wine"}),
        ("reason_needed", {"reason": " "}),
        ("reason_too_long", {"reason": "x" * 201}),
        ("ends_before_it_starts", {"ends_at": AT + 30 * HOUR}),
        ("already_over", {"starts_at": AT - 3 * HOUR, "ends_at": AT}),
        ("building_of_another_compound", {"building_ids": [10**9]}),
    ],
)
def test_a_draft_is_refused_and_nothing_written(streets, code, more):  # noqa: F811
    compound = make_compound(streets.a)
    before = written()
    with pytest.raises(Refused) as refused:
        drafted(streets.a, compound=compound, **more)
    assert refused.value.code == code
    assert written() == before


def test_steps_are_refused_and_nothing_written(streets):  # noqa: F811
    cut, firm, clerk = (
        announced(streets.a),
        streets.a.staff["property_clerk"],
        streets.a.staff["community_clerk"],
    )
    before = written()
    on = {"cut_id": cut.pk, "at": AT}
    refusals = [
        ("step_not_allowed", lambda: actions.send_cut(**on, by=firm)),
        ("step_not_allowed", lambda: actions.confirm_cut(**on, by=clerk)),
        ("step_not_allowed", lambda: actions.restore_cut(**on, by=firm)),
        (
            "step_not_allowed",
            lambda: actions.cancel_cut(cut_id=cut.pk, reason="x", by=firm, at=cut.starts_at),
        ),
        ("reason_needed", lambda: actions.cancel_cut(**on, reason=" ", by=firm)),
        ("not_longer", lambda: actions.prolong_cut(**on, ends_at=cut.ends_at, reason="x", by=firm)),
        ("changed_meanwhile", lambda: actions.cancel_cut(**on, reason="x", seen_version=1, by=firm)),
    ]
    for code, refused in refusals:
        with pytest.raises(Refused) as said:
            refused()
        assert said.value.code == code
    with pytest.raises(NotAllowed):
        actions.confirm_cut(**on, by=firm)
    with pytest.raises(NotAllowed):
        actions.cancel_cut(**on, reason="x", by=streets.a.staff["grid_worker"])
    for stranger in (streets.b.staff["property_clerk"], streets.b.staff["community_clerk"]):
        with pytest.raises(NotFound):
            actions.cancel_cut(**on, reason="x", by=stranger)
    assert written() == before


def test_sent_back_to_the_firm_with_a_reason(streets):  # noqa: F811
    cut = drafted(streets.a)
    actions.send_cut(cut_id=cut.pk, by=streets.a.staff["property_clerk"], at=AT)
    clerk = streets.a.staff["community_clerk"]
    story = queries.cut_story(cut.pk, viewer=clerk, at=AT, today=TODAY)
    assert set(story.verbs) == {Verb.CONFIRM, Verb.REFUSE, Verb.CANCEL}
    assert actions.refuse_cut(cut_id=cut.pk, reason="时间太短", by=clerk, at=AT).state == "draft"


@given(st.sampled_from(State), st.integers(-5, 5))
def test_the_rules_offer_only_what_the_table_allows(state, hours):
    start, end = AT, AT + HOUR
    offered = rules.verbs(state, start, end, AT + timedelta(hours=hours))
    assert all((state, verb) in STEPS for verb in offered)
    if state == State.PUBLISHED:
        assert not {Verb.CANCEL, Verb.RESTORE} <= set(offered)
        assert (offered == []) == (hours >= 1)
    assert state not in (State.CANCELLED, State.RESTORED) or offered == []
