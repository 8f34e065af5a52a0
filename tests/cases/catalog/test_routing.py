"""Helpers, limits, hours and "like that class"; why a rule won or lost; precedents; what a list gets wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog import queries
from onegrid.cases.catalog.actions import remember_precedent, set_dispatch_rule
from onegrid.cases.catalog.models import CaseClass, DispatchRule, Precedent, RuleHelper, RuleLimit
from onegrid.cases.catalog.rules.choosing import (
    Fault,
    Line,
    Outcome,
    circles,
    closed_units,
    gaps,
    ordered,
    overlaps,
    why_lost,
)
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import Refused
from tests.cases.catalog.test_catalog import AT, BY, SCHEME, a_class, catalog  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401

NIGHT = datetime(2026, 11, 20, 15, tzinfo=UTC)  # 23:00 in Shanghai


@pytest.fixture
def town(catalog, streets):  # noqa: F811
    return streets


def rule(**more) -> DispatchRule:
    return set_dispatch_rule(
        **{"scheme": SCHEME, "kind": "event", "major_code": "06", "by": BY, "at": AT} | more
    )


def test_a_rule_brings_its_helpers_and_limits(town):
    made = rule(organisation=town.department)
    RuleHelper.objects.create(rule=made, org_kind=OrgKind.COMMUNITY_STATION)
    RuleHelper.objects.create(rule=made, organisation=town.a.office)
    RuleLimit.objects.create(rule=made, stage="handle", limit=2, unit="work_day")
    way = queries.route(a_class("06012"), town.a.grids[0].path, AT)
    assert way.helpers == (town.a.stations[0], town.a.office)
    assert (way.limits["handle"].limit, way.limits["handle"].unit) == (2, "work_day")
    assert queries.route(a_class("07001"), town.a.grids[0].path, AT).helpers == ()


def test_a_rule_for_the_night_holds_at_night(town):
    day = rule(organisation=town.department)
    night = DispatchRule.objects.create(
        scheme=day.scheme,
        kind="event",
        major_code="06",
        hours="off",
        organisation=town.a.office,
        valid_from=AT,
    )
    path = town.a.grids[0].path
    assert queries.route(a_class("06012"), path, AT).rule_id == day.pk
    assert queries.route(a_class("06012"), path, NIGHT).rule_id == night.pk
    told = queries.explained(a_class("06012"), path, NIGHT)
    assert told.working is False
    assert [(one.rule.pk, one.outcome) for one in told.looked] == [
        (night.pk, Outcome.WON),
        (day.pk, Outcome.ANY_HOURS),
    ]


def test_many_questions_at_once_have_the_answers_of_each(town, django_assert_max_num_queries):
    """Rules by area, class and hours, helpers, the class's own unit, nobody at all: `routes` is `route`."""
    rule(org_kind=OrgKind.STREET_OFFICE, hours="off", helpers=[OrgKind.PROPERTY_FIRM])
    rule(class_code="06012", organisation=town.a.firm, area=town.a.communities[0], limits={})
    rule(class_code="06016", like_code="06012", org_kind="")
    classes = list(CaseClass.objects.filter(kind="event").select_related("version__scheme", "major"))
    for one in classes[:5]:
        one.default_organisation = town.department
    paths = [street.grids[0].path for street in (town.a, town.b)] + [town.a.area.path, "9999999."]
    asked = [(one, path) for one in classes for path in paths]
    for at in (AT, AT + timedelta(hours=12)):
        with django_assert_max_num_queries(9):
            found = queries.routes(asked, at)
        assert len(found) == len(asked)
        for one, path in asked:
            try:
                expected: object = queries.route(one, path, at)
            except Refused as refusal:
                expected = refusal.code
            got = found[one.pk, path]
            assert (got.code if isinstance(got, Refused) else got) == expected
    assert len({getattr(one, "organisation", None) for one in found.values()}) > 3


def test_a_rule_is_written_whole_with_helpers_limits_and_hours(town):
    made = rule(
        organisation=town.department,
        hours="off",
        helpers=[town.a.office, OrgKind.COMMUNITY_STATION],
        limits={"handle": (4, "urgent_hour")},
    )
    way = queries.route(a_class("06012"), town.a.grids[0].path, NIGHT)
    assert (way.rule_id, way.helpers) == (made.pk, (town.a.office, town.a.stations[0]))
    assert way.limits["handle"].unit == "urgent_hour"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"hours": "noon"}, "bad_hours"), ({"limits": {"handle": (0, "work_day")}}, "bad_limit"),
        ({"limits": {"x": (1, "work_day")}}, "bad_limit"),
        ({"limits": {"file": (1, "work_day")}}, "limit_before_dispatch"),
        ({"closed": True}, "unit_closed"),
        ({"like": "06012"}, "rule_circle"), ({"later": True}, "rule_overlap"),
    ],
)  # fmt: skip
def test_a_rule_is_refused_and_nothing_is_written(town, more, code):
    given = {"class_code": "06012", "organisation": town.department}
    if more.pop("closed", False):
        town.department.closed_on = AT.date()
    if more.pop("later", False):
        rule(**given, at=AT.replace(year=2027))
    if like := more.pop("like", ""):
        given = {"class_code": "06011", "like_code": like}
        rule(class_code="06012", like_code="06011")
    before = list(DispatchRule.objects.values_list("pk", "valid_to"))
    with pytest.raises(Refused, match=code):
        rule(**given | more)
    assert list(DispatchRule.objects.values_list("pk", "valid_to")) == before
    assert not RuleHelper.objects.exists() and not RuleLimit.objects.exists()


def test_classes_without_a_rule_are_named(town, catalog):  # noqa: F811
    rule(organisation=town.department, major_code="07")
    told = {f.about[:2]: f.about[2:] for f in queries.gaps_at(catalog, town.a.grids[0].path, AT)}
    assert ("event", "07") not in told and "06012" in told["event", "06"]


def test_like_another_class_asks_that_class_and_never_in_a_circle(town):
    rule(organisation=town.department, major_code="07")
    like = DispatchRule.objects.create(
        scheme=rule(org_kind=OrgKind.STREET_OFFICE, class_code="06011").scheme,
        kind="event", major_code="06", class_code="06012", like_code="07001", valid_from=AT,
    )  # fmt: skip
    path = town.a.grids[0].path
    way = queries.route(a_class("06012"), path, AT)
    assert (way.rule_id, way.organisation) == (like.pk, town.department)
    DispatchRule.objects.filter(major_code="07").update(organisation=None, like_code="06012")
    told = queries.explained(a_class("06012"), path, AT)
    assert told.route.rule_id is None and told.route.organisation == town.a.centre
    assert Outcome.CIRCLE in {one.outcome for one in told.looked}


def test_every_rule_considered_says_what_became_of_it(town):
    wide = rule(organisation=town.department)
    elsewhere = rule(organisation=town.department, area=town.b.area)
    other = rule(organisation=town.department, class_code="06011")
    here = rule(organisation=town.a.office, area=town.a.area)
    told = queries.explained(a_class("06012"), town.a.grids[0].path, AT, all_rules=True)
    assert {one.rule.pk: one.outcome for one in told.looked} == {
        here.pk: Outcome.WON,
        wide.pk: Outcome.WIDER_AREA,
        other.pk: Outcome.OTHER_CLASS,
        elsewhere.pk: Outcome.OTHER_AREA,
    }
    assert told.looked[0].outcome == Outcome.WON
    before = queries.explained(a_class("06012"), town.a.grids[0].path, AT.replace(year=2025), all_rules=True)
    assert {one.outcome for one in before.looked} == {Outcome.NOT_IN_FORCE}


def test_precedents_are_kept_by_class_and_area_and_the_nearest_comes_first(town):
    one = a_class("06012")
    told = {"case_class": one, "by": BY, "at": AT}
    wide = remember_precedent(area=town.a.area, organisation=town.department, reason="一", **told)
    near = remember_precedent(
        area=town.a.communities[0], organisation=town.a.office, reason="二", case_number="YW1", **told
    )
    remember_precedent(area=town.b.area, organisation=town.department, reason="三", **told)
    assert queries.precedents_for(one, town.a.grids[0].path) == [near, wide]
    assert queries.precedents_for(a_class("06011"), town.a.grids[0].path) == []
    assert AuditEntry.objects.filter(verb="catalog.remember_precedent").count() == 3
    town.a.office.closed_on = AT.date()
    town.a.office.save()
    assert queries.precedents_for(one, town.a.grids[0].path) == [wide]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"reason": "  "}, "reason_needed"), ({"reason": "长" * 2001}, "reason_too_long"), ({}, "unit_closed")],
)
def test_a_precedent_is_refused_and_nothing_is_written(town, more, code):
    if code == "unit_closed":
        town.department.closed_on = AT.date()
    given = {"area": town.a.area, "organisation": town.department, "reason": "理由"} | more
    with pytest.raises(Refused, match=code):
        remember_precedent(case_class=a_class("06012"), by=BY, at=AT, **given)
    assert not Precedent.objects.exists()


# ---- the checks, pure


def at(day: int) -> datetime:
    return datetime(2026, 1, day, tzinfo=UTC)


def line(key, code="06012", *, area="", hours="", since=1, until=None, **more) -> Line:
    return Line(key, "event", code[:2], code if len(code) > 2 else "", area, hours, at(since),
                at(until) if until else None, **more)  # fmt: skip


def test_equal_rules_whose_times_meet_are_found():
    assert overlaps([line("a", until=5), line("b", since=5)]) == []
    assert [f.keys for f in overlaps([line("a", until=6), line("b", since=5)])] == [("a", "b")]
    assert [f.keys for f in overlaps([line("a"), line("b", until=3), line("c", since=4)])] == [
        ("a", "b"),
        ("a", "c"),
    ]
    assert overlaps([line("a"), line("b", area="1."), line("c", hours="off"), line("d", "06")]) == []


def test_circles_are_told_once_with_their_rules():
    ring = [line("a", "06012", like_code="07001"), line("b", "07", like_code="06012")]
    (found,) = circles(ring)
    assert found.fault == Fault.CIRCLE and set(found.keys) == {"a", "b"}
    assert circles([line("a", "06012", like_code="07001"), line("b", "07")]) == []
    assert len(circles([line("a", "06012", like_code="06012")])) == 1
    # a rule of the area steps into one for everywhere and back
    assert circles([line("a", "06012", area="1.", like_code="07001"), line("b", "07", like_code="06012")])


def test_gaps_name_the_classes_that_nobody_has():
    classes = [("event", "06011"), ("event", "06012"), ("event", "07001"), ("component", "06011")]
    found = gaps([line("a", "06012"), line("b", "07", hours="work")], classes)
    assert [f.about for f in found] == [
        ("event", "06", "06011"),
        ("event", "07", "07001"),
        ("component", "06", "06011"),
    ]
    both = [line("a", "06"), line("b", "07", hours="work"), line("c", "07", hours="off")]
    assert gaps(both, classes[:3]) == []
    assert gaps([line("a", "06", area="1.2.")], classes[:1], "1.")
    assert gaps([line("a", "06", area="1.")], classes[:1], "1.2.") == []


def test_a_closed_unit_is_found():
    assert [
        f.keys for f in closed_units([line("a", unit_open=False), line("b", unit_open=True), line("c")])
    ] == [("a",)]


def test_the_order_is_total_and_says_why():
    rules = [line("all"), line("hours", hours="off"), line("major", "06", area="1."), line("deep", area="1.")]
    assert [r.key for r in ordered(rules, class_code="06012", path="1.2.", working=False)] == [
        "deep", "major", "hours", "all",
    ]  # fmt: skip
    assert why_lost(rules[0], rules[1]) == Outcome.ANY_HOURS
    assert why_lost(rules[2], rules[3]) == Outcome.WHOLE_MAJOR
    assert why_lost(rules[1], rules[2]) == Outcome.WIDER_AREA
    assert why_lost(line("x"), line("y")) == Outcome.LATER_RULE
